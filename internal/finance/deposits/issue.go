package deposits

import (
	"cmp"
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/series"
)

// calculateDraft is the rule that sets the defaults and amounts of a draft.
func calculateDraft(ctx context.Context, tx *db.Tx, _, d *request) error {
	if d.State != pb.DepositRequest_DRAFT {
		return nil
	}
	c, err := customers.Resolve(ctx, tx, "customerId", d.CustomerId)
	if err != nil {
		return err
	}
	_, err = calculate(ctx, tx, d, c)
	return err
}

// calculate sets the defaults and the amounts of a deposit request, as of its date, or of today.
func calculate(ctx context.Context, tx *db.Tx, d *request, c *pb.Customer) (calendar.Date, error) {
	d.CurrencyCode = cmp.Or(d.CurrencyCode, c.CurrencyCode, tx.Call().Organization.CurrencyCode)
	date := tx.Call().Today()
	if d.IssueDate != "" {
		var err error
		if date, err = calendar.ParseBusinessDate(d.IssueDate); err != nil {
			return date, fault.Invalid(fault.At("issueDate", "%s", err))
		}
		if d.DueDate != "" && d.DueDate < d.IssueDate {
			return date, fault.Invalid(fault.At("dueDate", "must not be before issueDate"))
		}
	}
	t, err := invoicing.SalesDocument{CurrencyCode: d.CurrencyCode, PriceMode: &d.PriceMode, TaxRounding: &d.TaxRounding,
		Date: date, Lines: d.Lines}.Calculate(ctx, tx)
	if err != nil {
		return date, err
	}
	d.NetAmount, d.TaxAmount, d.TotalAmount, d.Taxes = t.NetAmount, t.TaxAmount, t.TotalAmount, t.Taxes
	if withheld, err := money.Parse(t.WithheldAmount.Amount, d.CurrencyCode); err != nil || withheld != 0 {
		return date, fault.Invalid(fault.At("lines", "have a withheld tax; it follows with the invoice"))
	}
	return date, nil
}

// issue returns the rule that issues a deposit request on a day, by default the date of the draft,
// or today.
func issue(given string) resource.Rule[*request] {
	return func(ctx context.Context, tx *db.Tx, _, d *request) error {
		d.IssueDate = cmp.Or(given, d.IssueDate, tx.Call().Today().String())
		c, err := customers.Resolve(ctx, tx, "customerId", d.CustomerId)
		if err != nil {
			return err
		}
		date, err := calculate(ctx, tx, d, c)
		if err != nil {
			return err
		}
		if err := checkIssuable(d); err != nil {
			return err
		}
		d.DueDate = cmp.Or(d.DueDate, d.IssueDate)
		d.CustomerName, d.BillingAddress = cmp.Or(c.LegalName, c.DisplayName), c.BillingAddress
		d.CustomerTaxNumber = c.TaxNumber
		d.IssueTime = timestamppb.New(tx.Call().Now())
		d.Number, _, err = series.Next(ctx, tx, requestNumbers, date)
		return err
	}
}

// checkIssuable refuses a deposit request over nothing.
func checkIssuable(d *request) error {
	total, err := money.Parse(d.TotalAmount.Amount, d.CurrencyCode)
	if err == nil && (len(d.Lines) == 0 || total <= 0) {
		return fault.Invalid(fault.At("lines", "must add up to more than zero"))
	}
	return err
}

// Check refuses a deposit request to a customer that CreateIssued would refuse on a day. It may be
// a customer that is not stored.
func Check(ctx context.Context, tx *db.Tx, d *pb.DepositRequest, c *pb.Customer, date string) error {
	d = proto.CloneOf(d)
	d.IssueDate = date
	on, err := calculate(ctx, tx, d, c)
	if err != nil {
		return err
	}
	if err := checkIssuable(d); err != nil {
		return err
	}
	return series.CheckDate(ctx, tx, requestNumbers, on)
}

// CreateIssued stores and issues a deposit request that another capability makes, on a day.
func CreateIssued(ctx context.Context, tx *db.Tx, d *pb.DepositRequest, date string) error {
	d.IssueDate = date // rates are those of the day
	if err := depositRequests.Insert(ctx, tx, d, setDraft, calculateDraft); err != nil {
		return err
	}
	_, err := depositRequests.StepIn(ctx, tx, d.Id, "issue", issue(date))
	return err
}

// FindExisting returns the deposit requests that exist, by their identifiers.
func FindExisting(ctx context.Context, tx *db.Tx, ids []string) (map[string]*pb.DepositRequest, error) {
	return depositRequests.Table().GetExisting(ctx, tx, ids)
}

// FindRequest returns a deposit request, on the system side.
func FindRequest(ctx context.Context, tx *db.Tx, requestID string) (*pb.DepositRequest, error) {
	return depositRequests.Find(ctx, tx, requestID)
}

// Cancel voids a deposit request that another capability made, unless it is void. It fails with
// DEPOSIT_REQUEST_PAID if payments name it that are neither void nor refunded.
func Cancel(ctx context.Context, tx *db.Tx, requestID, reason string) error {
	d, err := depositRequests.Table().Lock(ctx, tx, requestID)
	if err != nil || d.State == pb.DepositRequest_VOID {
		return err
	}
	_, err = depositRequests.StepIn(ctx, tx, requestID, "void", void("", reason))
	return err
}

// void returns the rule that voids a deposit request on a day, by default today.
func void(given, reason string) resource.Rule[*request] {
	return func(_ context.Context, tx *db.Tx, _, d *request) error {
		date := cmp.Or(given, max(tx.Call().Today().String(), d.IssueDate))
		if _, err := calendar.ParseBusinessDate(date); err != nil {
			return fault.Invalid(fault.At("date", "%s", err))
		}
		if date < d.IssueDate {
			return fault.Invalid(fault.At("date", "must not be before the issue date, %s", d.IssueDate))
		}
		d.VoidDate, d.VoidReason = date, reason
		return nil
	}
}
