package banking

import (
	"cmp"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// settlementEntry is what a match posts: the bank account's side, what it settles, the fees
// and the exchange gain; nil when nothing is left to post.
func settlementEntry(m *pb.BankMatch, account *pb.BankAccount, gains string, in matching, s settlement, date string) *pb.JournalEntry {
	e := &pb.JournalEntry{
		Date: date, Source: pb.JournalEntry_BANK_MATCH, SourceId: m.Id, CurrencyCode: account.CurrencyCode, ExchangeRate: m.ExchangeRate,
		Description: cut(cmp.Or(m.Description, "Settled by bank"), maxDescription),
	}
	if in.currency == in.base {
		e.ExchangeRate = ""
	}
	e.Lines = bankSide(account.LedgerAccountId, in, s)
	for i, c := range in.claims {
		if !c.own {
			e.Lines = append(e.Lines, journalLine(m.Entries[i].AccountId, -c.minor, c.currency, -c.base, in.base, ""))
		}
	}
	for i, f := range m.Fees {
		e.Lines = append(e.Lines, in.bankLine(f.AccountId, in.fees[i], baseAt(s.feeBases, i), f.Memo))
	}
	if s.gain != 0 {
		e.Lines = append(e.Lines, journalLine(gains, -s.gain, in.base, -s.gain, in.base, ""))
	}
	if len(e.Lines) == 0 {
		return nil
	}
	return e
}

// bankSide is what the bank account moves. Where its entries are booked already, in another
// currency, the exchange difference changes their value and not their amount.
func bankSide(ledgerAccount string, in matching, s settlement) (lines []*pb.JournalLine) {
	bank, revalued := s.bank, int64(0)
	if !in.settles() {
		bank, revalued = s.bank-s.gain, s.gain
	}
	if bank != 0 {
		lines = append(lines, in.bankLine(ledgerAccount, bank, s.bankBase, ""))
	}
	if revalued != 0 {
		lines = append(lines, journalLine(ledgerAccount, 0, in.foreign(), revalued, in.base, "Exchange difference"))
	}
	return lines
}

// foreign is the first other currency of the claims.
func (m matching) foreign() string {
	for _, c := range m.claims {
		if c.currency != m.currency {
			return c.currency
		}
	}
	return m.currency
}

// bankLine is a line in the bank account's currency. The ledger turns it into the base where
// no claim is settled.
func (m matching) bankLine(account string, minor, base int64, memo string) *pb.JournalLine {
	if !m.needsRate() {
		return &pb.JournalLine{AccountId: account, Amount: money.ToProto(minor, m.currency), Memo: memo}
	}
	return journalLine(account, minor, m.currency, base, m.base, memo)
}

func journalLine(account string, minor int64, currency string, base int64, baseCurrency, memo string) *pb.JournalLine {
	l := &pb.JournalLine{AccountId: account, Amount: money.ToProto(minor, currency), Memo: memo}
	if currency != baseCurrency {
		l.BaseAmount = money.ToProto(base, baseCurrency)
	}
	return l
}

func baseAt(bases []int64, i int) int64 {
	if i < len(bases) {
		return bases[i]
	}
	return 0
}
