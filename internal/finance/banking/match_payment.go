package banking

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// recordPayments is the permission for the payments that a match records.
const recordPayments = "finance.payments.write"

// paymentsOf returns the ids of the payments that matches recorded.
func paymentsOf(matches ...*pb.BankMatch) (ids []string) {
	for _, m := range matches {
		for _, p := range m.Payments {
			ids = append(ids, p.PaymentId)
		}
	}
	return ids
}

// lockPayments locks the receivables and deposit requests that the payments of matches will settle,
// and the customers who pay. They are locked before bank accounts.
func (s *Service) lockPayments(
	ctx context.Context, tx *db.Tx, matches ...*pb.BankMatch,
) (paid receivables.Paid, err error) {
	var list []receivables.NewPayment
	for _, m := range matches {
		for _, p := range m.GetPayments() {
			list = append(list, receivables.NewPayment{CustomerID: p.CustomerId, Allocations: p.Allocations,
				DepositRequestID: p.DepositRequestId})
		}
	}
	if len(list) == 0 {
		return paid, nil
	}
	if !tx.Call().Allows(recordPayments) {
		return paid, fault.PermissionMissing(recordPayments)
	}
	return s.receivables.LockPaid(ctx, tx, list)
}

// recordPayments records the payments of a match on a day, and adds their entries to those of the
// match.
func (s *Service) recordPayments(
	ctx context.Context, tx *db.Tx, m *pb.BankMatch, account *pb.BankAccount, in *matchAmounts, paid receivables.Paid,
	date string,
) error {
	if len(m.Payments) == 0 {
		if len(m.Entries) == 0 {
			return fault.Invalid(fault.At("entries", "is required without payments"))
		}
		return nil
	}
	if err := readPaymentAmounts(m, in); err != nil {
		return err
	}
	lines := append(accountsOfMatch(m, account, *in), paid.Lines...)
	if err := receivables.LockForSettlement(ctx, tx, date, lines, paid.Receivables); err != nil {
		return err
	}
	for i, received := range m.Payments {
		p := &pb.Payment{CustomerId: received.CustomerId, Date: date, Amount: proto.CloneOf(received.Amount),
			AccountId: account.LedgerAccountId, Method: received.Method, Reference: received.Reference,
			DepositRequestId: received.DepositRequestId}
		if in.currency != in.base {
			p.ExchangeRate = m.ExchangeRate
		}
		if err := s.receivables.RecordPayment(ctx, tx, p, received.Allocations); err != nil {
			return fault.MapFields(err, func(f fault.Field) fault.Field { return paymentField(i, f) })
		}
		received.PaymentId = p.Id
		e := &pb.BankMatch_Entry{JournalEntryId: p.JournalEntryId, AccountId: account.LedgerAccountId}
		matched, err := readMatchEntry(ctx, tx, e, account, in, fmt.Sprintf("payments[%d]", i))
		if err != nil {
			return err
		}
		m.Entries, in.entries = append(m.Entries, e), append(in.entries, matched)
	}
	return nil
}

// paymentField attributes an error of a payment to the fields of the match.
func paymentField(i int, f fault.Field) fault.Field {
	switch {
	case f.Path == "date":
		return remapDate(f)
	case f.Path == "exchangeRate":
		return f
	case strings.HasSuffix(f.Path, "].date"): // of an allocation, which has the date of the match
		return fault.At("postingDate", "%s", f.Message)
	}
	return fault.Field{Path: fmt.Sprintf("payments[%d].%s", i, f.Path), Message: f.Message}
}

// readPaymentAmounts sets the defaults of payments, and the amount of the one that leaves it out:
// what the lines and fees exceed the rest by.
func readPaymentAmounts(m *pb.BankMatch, in *matchAmounts) error {
	rest, without := in.excess(), -1
	for i, p := range m.Payments {
		p.PaymentId = ""
		if p.Method == pb.Payment_METHOD_UNSPECIFIED {
			p.Method = pb.Payment_BANK_TRANSFER
		}
		at := fmt.Sprintf("payments[%d].amount", i)
		switch {
		case p.Amount != nil:
			minor, err := parsePart(p.Amount, in.currency)
			if err != nil {
				return fault.MapFields(err, func(f fault.Field) fault.Field {
					return fault.Field{Path: at + "." + f.Path, Message: f.Message}
				})
			}
			p.Amount, rest = money.ToProto(minor, in.currency), rest-minor
		case without >= 0:
			return fault.Invalid(fault.At(at, "is required, because payments[%d] leaves it out too", without))
		case in.isCrossCurrency():
			return fault.Invalid(fault.At(at, "is required, because an entry is in another currency than the line"))
		default:
			without = i
		}
	}
	if without < 0 {
		return nil
	}
	if rest <= 0 {
		return fault.Refuse(optionsv1.Reason_MATCH_AMOUNT_DIFFERS,
			"The lines and fees leave %s %s for the payment that names no amount.", money.Format(rest, in.currency), in.currency)
	}
	m.Payments[without].Amount = money.ToProto(rest, in.currency)
	return nil
}

// accountsOfMatch returns lines with the accounts and currencies to which a match posts.
func accountsOfMatch(m *pb.BankMatch, account *pb.BankAccount, in matchAmounts) []*pb.JournalLine {
	newLine := func(accountID, currency string) *pb.JournalLine {
		return &pb.JournalLine{AccountId: accountID, Amount: money.ToProto(0, currency)}
	}
	lines := []*pb.JournalLine{newLine(account.LedgerAccountId, in.currency)}
	for i, e := range m.Entries {
		lines = append(lines, newLine(e.AccountId, in.entries[i].currency))
	}
	for _, f := range m.Fees {
		lines = append(lines, newLine(f.AccountId, in.currency))
	}
	return lines
}
