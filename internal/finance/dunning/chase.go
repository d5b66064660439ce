package dunning

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// Points of the reasons to chase an invoice.
const (
	maxOverduePoints    = 90
	pointsPerDigit      = 10
	freeDigits          = 2
	maxAmountPoints     = 50
	brokenPromisePoints = 40
	nextStepPoints      = 60
	notContactedPoints  = 15
)

// defaultPageSize is the default number of invoices in a list.
const defaultPageSize = 50

// FollowUpInvoices lists the invoices to chase next.
func (s *FollowUps) FollowUpInvoices(
	ctx context.Context, req *pb.FollowUpInvoicesRequest,
) (*pb.FollowUpInvoicesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.FollowUpInvoicesResponse, error) {
		asOf, customer, err := readChase(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		list, err := openInvoices{on: asOf, dueBy: asOf.AddDays(-1), customers: customer, past: true,
			withCharges: true}.load(ctx, tx)
		if err != nil {
			return nil, err
		}
		out := &pb.FollowUpInvoicesResponse{}
		for i := range list {
			chased := list[i].describe(asOf, tx.Call().Organization.CurrencyCode)
			if chased.Stop == pb.DunningStop_DUNNING_STOP_UNSPECIFIED {
				out.Invoices = append(out.Invoices, chased)
			} else {
				out.StoppedInvoices = append(out.StoppedInvoices, chased)
			}
		}
		out.TotalCount, out.StoppedCount = int32(len(out.Invoices)), int32(len(out.StoppedInvoices))
		size := int(req.GetPageSize())
		if size == 0 {
			size = defaultPageSize
		}
		out.Invoices, out.StoppedInvoices = firstOf(out.Invoices, size), firstOf(out.StoppedInvoices, size)
		return out, nil
	})
}

// readChase returns the day and the customer of a request; nil means all customers.
func readChase(
	ctx context.Context, tx *db.Tx, req *pb.FollowUpInvoicesRequest,
) (asOf calendar.Date, customer []uuid.UUID, err error) {
	asOf = tx.Call().Today()
	if req.GetAsOf() != "" {
		if asOf, err = calendar.ParseBusinessDate(req.GetAsOf()); err != nil {
			return asOf, nil, fault.Invalid(fault.At("asOf", "%s", err))
		}
	}
	if req.GetCustomerId() == "" {
		return asOf, nil, nil
	}
	c, err := customers.Lookup(ctx, tx, "customerId", req.GetCustomerId())
	if err != nil {
		return asOf, nil, err
	}
	key, err := id.Parse("cus", c.Id)
	return asOf, []uuid.UUID{key}, err
}

// firstOf returns the first invoices by score, then by due date and number.
func firstOf(list []*pb.InvoiceToChase, size int) []*pb.InvoiceToChase {
	slices.SortFunc(list, func(a, b *pb.InvoiceToChase) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.DueDate, b.DueDate), cmp.Compare(a.Number, b.Number))
	})
	return list[:min(len(list), size)]
}

// describe returns an overdue invoice with the reasons to chase it. The customer knows what a
// notice charged from the notice.
func (i *openInvoice) describe(asOf calendar.Date, base string) *pb.InvoiceToChase {
	kind := pb.Receivable_Kind(pb.Receivable_Kind_value[i.Kind])
	if kind == pb.Receivable_LATE_CHARGE {
		i.LastNoticeDate = &i.Date
	}
	out := &pb.InvoiceToChase{ReceivableId: id.Format("rcv", i.ID), DocumentId: i.DocumentID, Kind: kind, Number: i.Number,
		CustomerId: id.Format("cus", i.CustomerID), CustomerName: i.CustomerName, DueDate: i.DueDate.String(),
		DaysOverdue: int32(i.DueDate.DaysUntil(asOf)), OpenAmount: money.ToProto(i.Minor, i.Currency),
		OpenBaseAmount: money.ToProto(i.Base, base), LastNoticeDate: dateText(i.LastNoticeDate),
		LastFollowUpDate: dateText(i.LastFollowUpDate), NextStepDate: dateText(i.NextStepDate)}
	if i.NextStep != nil {
		out.NextStep = *i.NextStep
	}
	if person := cmp.Or(i.ResponsibleID, i.CustomerResponsibleID); person != nil {
		out.ResponsibleId = id.Format("prs", *person)
	}
	out.Stop, out.StopEndDate = i.stopOf(asOf)
	out.Reasons = i.reasons(out, asOf, base)
	for _, r := range out.Reasons {
		out.Score += r.Points
	}
	return out
}

// reasons returns why to chase an invoice, those with the most points first.
func (i *openInvoice) reasons(out *pb.InvoiceToChase, asOf calendar.Date, base string) (list []*pb.ChaseReason) {
	add := func(code pb.ChaseReason_Code, points int) {
		if points > 0 {
			list = append(list, &pb.ChaseReason{Code: code, Points: int32(points)})
		}
	}
	add(pb.ChaseReason_OVERDUE, min(int(out.DaysOverdue), maxOverduePoints))
	digits, _ := money.Digits(base)
	size := -digits - freeDigits
	for minor := i.Base; minor > 0; minor /= 10 {
		size++
	}
	add(pb.ChaseReason_AMOUNT, min(size*pointsPerDigit, maxAmountPoints))
	if i.HasBroken {
		add(pb.ChaseReason_BROKEN_PROMISE, brokenPromisePoints)
	}
	if out.NextStepDate != "" && out.NextStepDate <= asOf.String() {
		add(pb.ChaseReason_NEXT_STEP_DUE, nextStepPoints)
	}
	if i.LastNoticeDate == nil && i.LastFollowUpDate == nil {
		add(pb.ChaseReason_NOT_CONTACTED, notContactedPoints)
	}
	slices.SortStableFunc(list, func(a, b *pb.ChaseReason) int { return cmp.Compare(b.Points, a.Points) })
	return list
}
