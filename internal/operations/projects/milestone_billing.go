package projects

import (
	"context"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// writeInvoices is the permission that billing needs besides that for milestones.
const writeInvoices = "finance.invoices.write"

// BillMilestone adds a line with the amount of a milestone to a draft.
func (s *Service) BillMilestone(ctx context.Context, req *pb.BillMilestoneRequest) (*pb.BillMilestoneResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BillMilestoneResponse, error) {
		if !tx.Call().Allows(writeInvoices) {
			return nil, fault.PermissionMissing(writeInvoices)
		}
		m, err := readForBilling(ctx, tx, req.GetMilestoneId())
		if err != nil {
			return nil, err
		}
		i, err := billingInvoice(ctx, tx, m)
		if err != nil || i != nil {
			return &pb.BillMilestoneResponse{Milestone: m, Invoice: i}, err
		}
		return billMilestone(ctx, tx, m)
	})
}

// readForBilling returns a milestone that the caller may change, without a lock: invoices are
// locked before the milestones that they bill.
func readForBilling(ctx context.Context, tx *db.Tx, key string) (*pb.Milestone, error) {
	m, err := milestones.GetByCaller(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	if err := milestones.CheckEtag(ctx, tx, m, m); err != nil {
		return nil, err
	}
	reached, err := milestones.Reaches(ctx, tx, m)
	if err == nil && !reached {
		err = fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
			"The project of the milestone is beyond the caller's reach.").WithSubject(m.Id)
	}
	return m, err
}

// billingInvoice returns the invoice that bills a milestone, nil if none does.
func billingInvoice(ctx context.Context, tx *db.Tx, m *pb.Milestone) (*financev1.Invoice, error) {
	if m.InvoiceId == "" {
		return nil, nil
	}
	return invoicing.FindInvoice(ctx, tx, m.InvoiceId)
}

// billMilestone adds the line of a milestone to a draft, and notes the draft in the milestone. The
// draft is locked before the milestone. If the milestone was changed since it was read, the
// transaction is tried again.
func billMilestone(ctx context.Context, tx *db.Tx, read *pb.Milestone) (*pb.BillMilestoneResponse, error) {
	if err := milestones.CheckGuards(ctx, tx, "bill", read); err != nil {
		return nil, err
	}
	p, err := projects.Find(ctx, tx, read.ProjectId)
	if err != nil {
		return nil, err
	}
	draft, err := invoicing.LockDraft(ctx, tx, p.CustomerId, read.Amount.CurrencyCode)
	if err != nil {
		return nil, err
	}
	locked, err := milestones.Table().Lock(ctx, tx, read.Id)
	if err != nil {
		return nil, err
	}
	if locked.Etag != read.Etag {
		return nil, db.RowsChanged("a milestone was changed before it was billed")
	}
	i, err := draft.AddLines(ctx, tx, []*financev1.DocumentLine{lineOf(read, p)})
	if err != nil {
		return nil, fault.MapFields(err, func(f fault.Field) fault.Field {
			return fault.Field{Path: "milestoneId", Message: "cannot be billed: " + f.Path + " " + f.Message}
		})
	}
	m, err := milestones.Modify(ctx, tx, read.Id, "billed",
		func(_ context.Context, _ *db.Tx, _, m *pb.Milestone) error {
			m.InvoiceId = i.Id
			return nil
		})
	return &pb.BillMilestoneResponse{Milestone: m, Invoice: i}, err
}

// lineOf returns the line of an invoice that bills a milestone.
func lineOf(m *pb.Milestone, p *pb.Project) *financev1.DocumentLine {
	return &financev1.DocumentLine{
		ItemId: p.ItemId, Description: p.DisplayName + ": " + m.DisplayName, Quantity: "1", UnitPrice: m.Amount.Amount,
		DimensionValueIds: []string{p.DimensionValueId}, ServiceStartDate: m.CompleteDate, ServiceEndDate: m.CompleteDate,
		SourceIds: []string{m.Id},
	}
}

// refuseBilled refuses a milestone that an invoice bills.
func refuseBilled(_ *db.Tx, m *pb.Milestone) error {
	if m.InvoiceId == "" {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_MILESTONE_BILLED, "The invoice %s bills the milestone.", m.InvoiceId).
		WithSubject(m.Id)
}

// refuseBilling refuses a milestone that is not completed, has no amount or is billed, and callers
// who may not write invoices.
func refuseBilling(tx *db.Tx, m *pb.Milestone) error {
	switch {
	case m.State != pb.Milestone_COMPLETED:
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The state is %s; it must be COMPLETED.", m.State).
			WithSubject(m.Id)
	case m.Amount == nil:
		return fault.Refuse(optionsv1.Reason_MILESTONE_WITHOUT_AMOUNT, "The milestone has no amount.").WithSubject(m.Id)
	case !tx.Call().Allows(writeInvoices):
		return fault.PermissionMissing(writeInvoices)
	}
	return refuseBilled(tx, m)
}

// checkAmount refuses an amount of a project that has no fixed price, in another currency, or that
// is not positive.
func checkAmount(ctx context.Context, tx *db.Tx, was, m *pb.Milestone) error {
	if m.Amount == nil || proto.Equal(was.Amount, m.Amount) {
		return nil
	}
	p, err := projects.Table().Get(ctx, tx, m.ProjectId)
	if err != nil {
		return err
	}
	if m.Amount.CurrencyCode == "" {
		m.Amount.CurrencyCode = p.CurrencyCode
	}
	var violations fault.List
	if p.Billing != pb.Project_FIXED_PRICE {
		violations.Append(fault.At("amount", "must be empty, because the billing of the project is %s", p.Billing))
	}
	if m.Amount.CurrencyCode != p.CurrencyCode {
		violations.Append(fault.At("amount.currencyCode", "must be %s, the currency of the project", p.CurrencyCode))
	} else if minor, err := money.Parse(m.Amount.Amount, p.CurrencyCode); err == nil && minor <= 0 {
		violations.Append(fault.At("amount", "must be positive"))
	}
	return violations.Err()
}

// keepBilledAmount refuses to change the amount of a billed milestone.
func keepBilledAmount(_ context.Context, tx *db.Tx, was, m *pb.Milestone) error {
	if proto.Equal(was.Amount, m.Amount) {
		return nil
	}
	return refuseBilled(tx, m)
}

// keepMilestoneAmounts refuses to change the billing or the currency of a project whose milestones
// have amounts. It locks the milestones, so that none gets an amount concurrently. New milestones
// wait for the lock of the project.
func keepMilestoneAmounts(ctx context.Context, tx *db.Tx, was, p *pb.Project) error {
	if was.Billing == p.Billing && was.CurrencyCode == p.CurrencyCode {
		return nil
	}
	ids, err := milestoneIDs(ctx, tx, p.Id)
	if err != nil {
		return err
	}
	list, err := milestones.Table().LockExisting(ctx, tx, ids)
	if err != nil || !slices.ContainsFunc(list, func(m *pb.Milestone) bool { return m.Amount != nil }) {
		return err
	}
	var violations fault.List
	if was.Billing != p.Billing {
		violations.Append(fault.At("billing", "must stay %s, because milestones have amounts", was.Billing))
	}
	if was.CurrencyCode != p.CurrencyCode {
		violations.Append(fault.At("currencyCode", "must stay %s, because milestones have amounts", was.CurrencyCode))
	}
	return violations.Err()
}
