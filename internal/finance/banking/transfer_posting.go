package banking

import (
	"cmp"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// transferAmounts holds the amounts of a transfer in minor units: the amount sent from one account,
// the bank's fee, and the amount received in the other.
type transferAmounts struct {
	// base is the organization's currency; from and to are the accounts' currencies. The fee is in
	// from.
	base, from, to      string
	sent, fee, received int64
	// rate is the price of from in the base currency. It is set only if neither side is in
	// the base currency.
	rate decimal.Decimal
}

// needsRate reports whether the exchange rate must be looked up.
func (p transferAmounts) needsRate() bool { return p.from != p.base && p.to != p.base }

// toBaseCurrency converts the three amounts to the base currency. If one account is in the base
// currency, its amount determines the rate; otherwise the day's rate of the sent currency applies.
// The received amount is worth the sent amount less the fee.
// It fails with TRANSFER_AMOUNT_DIFFERS if the amounts do not add up.
func (p transferAmounts) toBaseCurrency() (sent, fee, received int64, err error) {
	net := p.sent - p.fee
	if net <= 0 || p.from == p.to && net != p.received {
		return 0, 0, 0, fault.Refuse(optionsv1.Reason_TRANSFER_AMOUNT_DIFFERS,
			"The sent amount of %s %s less the fee of %s does not equal the received amount of %s %s.",
			money.Format(p.sent, p.from), p.from, money.Format(p.fee, p.from), money.Format(p.received, p.to), p.to)
	}
	switch p.base {
	case p.from:
		return p.sent, p.fee, net, nil
	case p.to:
		fee = decimal.NewFromInt(p.received).Mul(decimal.NewFromInt(p.fee)).DivRound(decimal.NewFromInt(net), 0).IntPart()
		return p.received + fee, fee, p.received, nil
	}
	if sent, err = money.Convert(p.sent, p.from, p.base, p.rate); err == nil {
		fee, err = money.Convert(p.fee, p.from, p.base, p.rate)
	}
	if err != nil {
		return 0, 0, 0, fault.SumOutOfRange()
	}
	return sent, fee, sent - fee, nil
}

// transferEntry returns the journal entry of a transfer.
func transferEntry(t *pb.BankTransfer, s transferSides, p transferAmounts) (*pb.JournalEntry, error) {
	sent, fee, received, err := p.toBaseCurrency()
	if err != nil {
		return nil, err
	}
	e := &pb.JournalEntry{
		Date: t.Date, Source: pb.JournalEntry_BANK_TRANSFER, SourceId: t.Id,
		Description: truncate(cmp.Or(t.Description, s.describe()), maxDescription),
		Lines: []*pb.JournalLine{
			journalLine(s.to.LedgerAccountId, p.received, p.to, received, p.base, ""),
			journalLine(s.from.LedgerAccountId, -p.sent, p.from, -sent, p.base, ""),
		},
	}
	if p.fee != 0 {
		e.Lines = append(e.Lines, journalLine(t.Fee.AccountId, p.fee, p.from, fee, p.base, t.Fee.Memo))
	}
	return e, nil
}

// describe returns the bank accounts of a transfer and the text of its first line, which describe
// its entry.
func (s transferSides) describe() string {
	text := "Transfer from " + s.from.DisplayName + " to " + s.to.DisplayName
	line := s.out
	if line == nil {
		line = s.in
	}
	if said := describeLine(line); said != "" {
		text += ": " + said
	}
	return text
}
