package receivables

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// postPayment posts the money of a payment against the customer's credit, and stores both.
func postPayment(
	ctx context.Context, tx *db.Tx, p *pb.Payment, deposit *Deposit, settled []*pb.Receivable,
) (*pb.CustomerCredit, error) {
	deposits, err := ledger.RoleAccount(ctx, tx, pb.AccountRole_CUSTOMER_DEPOSITS)
	if err != nil {
		return nil, err
	}
	entry, err := paymentEntry(p, deposits)
	if err != nil {
		return nil, err
	}
	credited := entry.Lines[len(entry.Lines)-1]
	if err := addDepositTaxes(ctx, tx, entry, p, deposit); err != nil {
		return nil, err
	}
	if err := LockForSettlement(ctx, tx, p.Date, entry.Lines, settled); err != nil {
		return nil, err
	}
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return nil, mapPaymentFields(err)
	}
	p.JournalEntryId = entry.Id
	base, err := money.Parse(credited.BaseAmount.GetAmount(), credited.BaseAmount.GetCurrencyCode())
	if err != nil {
		return nil, err
	}
	c := &pb.CustomerCredit{Id: CreditID(p.Id), CustomerId: p.CustomerId, DocumentId: p.Id,
		Kind: pb.CustomerCredit_PAYMENT, Number: p.Reference, Date: p.Date, TotalAmount: p.Amount, AccountId: deposits,
		DepositRequestId: p.DepositRequestId, DepositRequestNumber: deposit.Number, Taxes: deposit.Taxes,
		OpenTaxes: deposit.Taxes}
	p.State = pb.Payment_RECORDED
	if err := payments.Insert(ctx, tx, p); err != nil {
		return nil, err
	}
	if err := OpenCredit(ctx, tx, c, -base, entry.Id); err != nil {
		return nil, err
	}
	return c, recordDepositTaxes(ctx, tx, c, c.Taxes, tax.Deposit, 1, entry)
}

// addDepositTaxes adds the taxes of a deposit to the entry of its payment.
func addDepositTaxes(ctx context.Context, tx *db.Tx, e *pb.JournalEntry, p *pb.Payment, deposit *Deposit) error {
	if err := convertTaxes(deposit.Taxes, tx.Call().Organization.CurrencyCode, p.ExchangeRate); err != nil {
		return err
	}
	lines, err := depositTaxLines(ctx, tx, deposit.Taxes, 1)
	e.Lines = append(e.Lines, lines...)
	return err
}

// AccountsOfPayment returns lines with the accounts to which a payment will be posted.
func AccountsOfPayment(ctx context.Context, tx *db.Tx, p *pb.Payment) (lines []*pb.JournalLine, err error) {
	to := p.AccountId
	if to == "" {
		if to, err = ledger.RoleAccount(ctx, tx, pb.AccountRole_UNDEPOSITED_FUNDS); err != nil {
			return nil, err
		}
	}
	lines = []*pb.JournalLine{{AccountId: to}}
	if p.FeeAccountId != "" {
		lines = append(lines, &pb.JournalLine{AccountId: p.FeeAccountId})
	}
	return lines, nil
}

// paymentEntry returns the entry of a payment: debits of the account to which the money went and of
// the fee, and last the credit of the customer.
func paymentEntry(p *pb.Payment, deposits string) (*pb.JournalEntry, error) {
	currency := p.Amount.CurrencyCode
	amount, err := money.Parse(p.Amount.Amount, currency)
	if err != nil {
		return nil, err
	}
	fee, err := readFee(p)
	if err != nil {
		return nil, err
	}
	e := &pb.JournalEntry{Date: p.Date, Source: pb.JournalEntry_CUSTOMER_PAYMENT, SourceId: p.Id, CurrencyCode: currency,
		ExchangeRate: p.ExchangeRate, Description: "Payment of a customer", Reference: p.Reference}
	e.Lines = append(e.Lines, &pb.JournalLine{AccountId: p.AccountId, Amount: money.ToProto(amount-fee, currency)})
	if fee != 0 {
		e.Lines = append(e.Lines, &pb.JournalLine{AccountId: p.FeeAccountId, Amount: money.ToProto(fee, currency)})
	}
	e.Lines = append(e.Lines, &pb.JournalLine{AccountId: deposits, Amount: money.ToProto(-amount, currency)})
	return e, nil
}

// mapPaymentFields attributes errors of the entry to the fields of the payment.
func mapPaymentFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		switch f.Path {
		case "date":
			return f
		case "lines[0].accountId":
			return fault.Field{Path: "accountId", Message: f.Message}
		case "lines[1].accountId":
			return fault.Field{Path: "feeAccountId", Message: f.Message}
		}
		if strings.HasSuffix(f.Path, "exchangeRate") {
			return fault.Field{Path: "exchangeRate", Message: f.Message}
		}
		return fault.Field{Path: "amount", Message: "cannot be posted: " + f.Path + " " + f.Message}
	})
}

// checkLater refuses a day before that of a record.
func checkLater(date, of, record string) error {
	if date != "" && date < of {
		return fault.Invalid(fault.At("date", "must not be before the date of the %s, %s", record, of))
	}
	return nil
}

// refuseDeposits returns the error of a field that names the account of customers' credits.
func refuseDeposits(field string) error {
	return fault.Invalid(fault.At(field, "holds the credits of customers; only payments and credit notes post to it"))
}

// moneyOrNil returns an amount, or nil if it is zero.
func moneyOrNil(minor int64, currency string) *typepb.Money {
	if minor == 0 {
		return nil
	}
	return money.ToProto(minor, currency)
}
