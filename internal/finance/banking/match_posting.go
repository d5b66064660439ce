package banking

import (
	"cmp"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// matchEntry returns the journal entry that a match posts: the bank account's side, the matched
// entries on other accounts, the fees and the exchange gain. text describes the entry if the match
// does not. It returns nil if nothing is left to post.
func matchEntry(
	m *pb.BankMatch, account *pb.BankAccount, gains string, in matchAmounts, p matchPosting, date, text string,
) *pb.JournalEntry {
	e := &pb.JournalEntry{
		Date: date, Source: pb.JournalEntry_BANK_MATCH, SourceId: m.Id, CurrencyCode: account.CurrencyCode,
		Description: truncate(cmp.Or(m.Description, text, "Settled by bank"), maxDescription),
	}
	// The rate is that of the bank's money. Settled entries keep the rates at which they are
	// carried.
	rate := m.ExchangeRate
	if in.currency == in.base {
		rate = ""
	}
	if p.bank != 0 {
		e.Lines = append(e.Lines, in.bankLine(account.LedgerAccountId, p.bank, p.bankBase, rate, ""))
	}
	for i, c := range in.entries {
		if !c.onBank {
			e.Lines = append(e.Lines, journalLine(m.Entries[i].AccountId, -c.minor, c.currency, -c.base, in.base, ""))
		}
	}
	for i, f := range m.Fees {
		e.Lines = append(e.Lines, in.bankLine(f.AccountId, in.fees[i], feeBaseAmount(p.feeBases, i), rate, f.Memo))
	}
	if p.gain != 0 {
		e.Lines = append(e.Lines, journalLine(gains, -p.gain, in.base, -p.gain, in.base, ""))
	}
	if len(e.Lines) == 0 {
		return nil
	}
	return e
}

// bankLine returns a journal line in the bank account's currency. If all matched entries are on the
// bank account's own ledger account, the ledger converts the line to the base currency.
func (m matchAmounts) bankLine(account string, minor, base int64, rate, memo string) *pb.JournalLine {
	l := &pb.JournalLine{AccountId: account, Amount: money.ToProto(minor, m.currency), Memo: memo}
	if m.needsRate() {
		l = journalLine(account, minor, m.currency, base, m.base, memo)
	}
	l.ExchangeRate = rate
	return l
}

// journalLine returns a journal line. It sets the base amount only if the currencies differ.
func journalLine(account string, minor int64, currency string, base int64, baseCurrency, memo string) *pb.JournalLine {
	l := &pb.JournalLine{AccountId: account, Amount: money.ToProto(minor, currency), Memo: memo}
	if currency != baseCurrency {
		l.BaseAmount = money.ToProto(base, baseCurrency)
	}
	return l
}

// feeBaseAmount returns the base amount of a fee, or 0 if the ledger converts the fees.
func feeBaseAmount(bases []int64, i int) int64 {
	if i < len(bases) {
		return bases[i]
	}
	return 0
}
