package invoicing

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/series"
)

// IssueInvoice issues an invoice, and records a payment received on the spot.
func (s *Service) IssueInvoice(ctx context.Context, req *pb.IssueInvoiceRequest) (*pb.Invoice, error) {
	paid := req.GetPayment()
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Invoice, error) {
		if paid != nil && !tx.Call().Allows(recordPayments) {
			return nil, fault.PermissionMissing(recordPayments)
		}
		i, err := invoices.StepByCaller(ctx, tx, req.GetInvoiceId(), "issue", issueInvoice(req.GetIssueDate(), paid))
		if err != nil || paid == nil && len(i.Deposits) == 0 {
			return i, err
		}
		if err := s.receivables.ApplyCredits(ctx, tx, i); err != nil {
			return nil, err
		}
		if i, err = invoices.Find(ctx, tx, i.Id); err != nil || paid == nil {
			return i, err
		}
		p, err := paymentOnTheSpot(i, paid)
		if err == nil {
			err = s.receivables.RecordPayment(ctx, tx, p, []*pb.Payment_NewAllocation{{ReceivableId: i.Id}})
		}
		if err != nil {
			return nil, fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: "payment." + f.Path, Message: f.Message}
			})
		}
		return invoices.Find(ctx, tx, i.Id)
	})
}

// recordPayments is the permission for a payment received on the spot.
const recordPayments = "finance.payments.write"

// paymentOnTheSpot returns the payment of an invoice that was just issued, with what the caller may
// choose: how the money came, and how much.
func paymentOnTheSpot(i *pb.Invoice, given *pb.Payment) (*pb.Payment, error) {
	var violations fault.List
	if given.CustomerId != "" && given.CustomerId != i.CustomerId {
		violations.Append(fault.At("customerId", "must be %s, the customer of the invoice", i.CustomerId))
	}
	if given.Date != "" && given.Date != i.IssueDate {
		violations.Append(fault.At("date", "must be %s, the date of the invoice", i.IssueDate))
	}
	if len(given.Allocations) > 0 {
		violations.Append(fault.At("allocations", "must be empty, because the payment settles the invoice"))
	}
	if c := given.GetAmount().GetCurrencyCode(); c != "" && c != i.CurrencyCode {
		violations.Append(fault.At("amount.currencyCode", "must be %s, the currency of the invoice", i.CurrencyCode))
	}
	p := &pb.Payment{Id: given.Id, CustomerId: i.CustomerId, Date: i.IssueDate, Amount: i.OpenAmount,
		ExchangeRate: i.ExchangeRate, AccountId: given.AccountId, Method: given.Method, Reference: given.Reference,
		Fee: given.Fee, FeeAccountId: given.FeeAccountId, Metadata: given.Metadata, ExternalId: given.ExternalId,
		CustomFields: given.CustomFields}
	if given.Amount != nil {
		p.Amount = &typepb.Money{Amount: given.Amount.Amount, CurrencyCode: i.CurrencyCode}
	}
	return p, violations.Err()
}

// issueInvoice returns the rule that issues an invoice on a day, by default the issue date of the
// draft, or today: it calculates the invoice, freezes what it takes from the customer, posts it and
// takes the number. The number comes last, because its lock lets invoices commit one after another.
// paid is the payment that follows in the same transaction, or nil.
func issueInvoice(date string, paid *pb.Payment) resource.Rule[*pb.Invoice] {
	return func(ctx context.Context, tx *db.Tx, _, i *pb.Invoice) error {
		if date != "" {
			i.IssueDate = date
		}
		setIfEmpty(&i.IssueDate, tx.Call().Today().String())
		sources := sourcesOf(i)
		if _, err := lockSources(ctx, tx, sources); err != nil {
			return err
		}
		c, err := customers.ResolveExclusive(ctx, tx, "customerId", i.CustomerId)
		if err != nil {
			return err
		}
		d, err := calculateInvoice(ctx, tx, i, c, false)
		if err != nil {
			return err
		}
		if err := checkIssuable(i); err != nil {
			return err
		}
		if err := refuseArchivedValues(ctx, tx, i.Lines); err != nil {
			return err
		}
		if err := sourcesIssued(ctx, tx, i, sources); err != nil {
			return err
		}
		i.Warnings = nil
		warnOfExemption(i, c, d.date)
		if err := checkCreditLimit(ctx, tx, i, c); err != nil {
			return err
		}
		freezeCustomer(i, c)
		return postInvoice(ctx, tx, i, d.date, paid)
	}
}

// checkIssuable refuses an invoice without lines, and one with a negative total.
func checkIssuable(i *pb.Invoice) error {
	payable, err := payableAmount(i)
	switch {
	case err != nil:
		return err
	case len(i.Lines) == 0:
		return fault.InvalidFor(optionsv1.Reason_INVOICE_EMPTY, fault.At("lines", "must have at least one line"))
	case payable < 0:
		return fault.InvalidFor(optionsv1.Reason_INVOICE_NEGATIVE, fault.At("lines",
			"add up to %s %s; create a credit note instead", money.Format(payable, i.CurrencyCode), i.CurrencyCode))
	}
	return nil
}

// payableAmount returns what the customer is to pay of an invoice, in minor units.
func payableAmount(i *pb.Invoice) (int64, error) { return payableOf(i.TotalAmount, i.Taxes) }

// payableOf returns a total without the taxes that the customer withholds, in minor units.
func payableOf(total *typepb.Money, taxes []*pb.TaxCalculation_Tax) (int64, error) {
	payable, err := money.Parse(total.GetAmount(), total.GetCurrencyCode())
	if err != nil {
		return 0, err
	}
	for _, t := range taxes {
		minor, err := money.Parse(t.Amount.GetAmount(), total.GetCurrencyCode())
		if err != nil {
			return 0, err
		}
		if t.Effect == pb.TaxRate_WITHHELD {
			payable -= minor
		}
	}
	return payable, nil
}

// freezeCustomer copies to an invoice what its paper says of the customer.
func freezeCustomer(i *pb.Invoice, c *pb.Customer) {
	i.CustomerName, i.BillingAddress, i.CustomerTaxNumber = c.LegalName, c.BillingAddress, c.TaxNumber
	setIfEmpty(&i.CustomerName, c.DisplayName)
}

// postInvoice posts an invoice, opens its receivable and takes its number.
func postInvoice(ctx context.Context, tx *db.Tx, i *pb.Invoice, date calendar.Date, paid *pb.Payment) error {
	terms, err := setDueDate(ctx, tx, i, date)
	if err != nil {
		return err
	}
	if i.ExchangeRate, err = receivables.RateOf(ctx, tx, i.CurrencyCode, i.ExchangeRate, i.IssueDate); err != nil {
		return err
	}
	p, err := newPosting(ctx, tx, i)
	if err != nil {
		return err
	}
	if err := lockSettlement(ctx, tx, i, p, paid); err != nil {
		return err
	}
	if err := p.post(ctx, tx, i); err != nil {
		return err
	}
	var latest calendar.Date
	if i.Number, latest, err = series.Next(ctx, tx, invoiceNumbers, date); err != nil {
		return err
	}
	warnOfEarlierDate(i, date, latest)
	if err := p.recordTaxes(ctx, tx, i); err != nil {
		return err
	}
	i.IssueTime = timestamppb.New(tx.Call().Now())
	i.OpenAmount, i.PaymentStatus = money.ToProto(p.payable, i.CurrencyCode), pb.Invoice_UNPAID
	if p.payable == 0 {
		i.PaymentStatus, i.PayDate = pb.Invoice_PAID, i.IssueDate
		return nil
	}
	terms.Id, terms.CustomerId, terms.DocumentId = receivableID(i.Id), i.CustomerId, i.Id
	terms.Kind, terms.Number, terms.Date, terms.DueDate = pb.Receivable_INVOICE, i.Number, i.IssueDate, i.DueDate
	terms.TotalAmount, terms.Parts, terms.AccountId = i.OpenAmount, p.parts, p.account
	terms.Taxes = p.taxes.Taxes()
	return receivables.OpenReceivable(ctx, tx, terms, p.base, i.JournalEntryId)
}

// lockSettlement plans the credits that an invoice applies, and locks what applying them and a
// payment on the spot will post to.
func lockSettlement(ctx context.Context, tx *db.Tx, i *pb.Invoice, p posting, paid *pb.Payment) error {
	lines, err := receivables.PlanApplied(ctx, tx, i.Deposits, i.IssueDate, i.CurrencyCode, p.payable)
	if err != nil {
		return err
	}
	if paid != nil {
		to, err := receivables.AccountsOfPayment(ctx, tx, paid)
		if err != nil {
			return err
		}
		lines = append(lines, to...)
	}
	if len(lines) == 0 {
		return nil
	}
	return receivables.LockForSettlement(ctx, tx, i.IssueDate, append(lines, p.lines(i)...), nil)
}
