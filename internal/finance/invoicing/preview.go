package invoicing

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/series"
)

// PreviewInvoice returns an invoice as it would be issued now, and the lines of its entry.
func (s *Service) PreviewInvoice(
	ctx context.Context, req *pb.PreviewInvoiceRequest,
) (*pb.PreviewInvoiceResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.PreviewInvoiceResponse, error) {
		i, err := previewedInvoice(ctx, tx, withCredits(req.GetInvoice()))
		if err != nil {
			return nil, err
		}
		c, err := customers.Lookup(ctx, tx, "customerId", i.CustomerId)
		if err != nil {
			return nil, err
		}
		setIfEmpty(&i.IssueDate, tx.Call().Today().String())
		d, err := calculateInvoice(ctx, tx, i, c, true)
		if err != nil {
			return nil, err
		}
		if err := checkIssuable(i); err != nil {
			return nil, err
		}
		if err := previewWarnings(ctx, tx, i, c, d.date); err != nil {
			return nil, err
		}
		freezeCustomer(i, c)
		if _, err := setDueDate(ctx, tx, i, d.date); err != nil {
			return nil, err
		}
		if err := previewDeposits(ctx, tx, i); err != nil {
			return nil, err
		}
		lines, err := previewLines(ctx, tx, i)
		return &pb.PreviewInvoiceResponse{Invoice: i, JournalLines: lines}, err
	})
}

// previewWarnings sets what would be unusual about issuing an invoice on a day.
func previewWarnings(ctx context.Context, tx *db.Tx, i *pb.Invoice, c *pb.Customer, date calendar.Date) error {
	i.Warnings = nil
	warnOfExemption(i, c, date)
	if err := checkCreditLimit(ctx, tx, i, c); err != nil {
		return err
	}
	latest, err := series.LastDate(ctx, tx, invoiceNumbers)
	warnOfEarlierDate(i, date, latest)
	return err
}

// previewDeposits sets the amounts of the credits that an invoice would apply.
func previewDeposits(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	if err := receivables.ResolveApplied(ctx, tx, i.CustomerId, i.Deposits); err != nil {
		return err
	}
	payable, err := payableAmount(i)
	if err != nil {
		return err
	}
	_, err = receivables.PlanApplied(ctx, tx, i.Deposits, i.IssueDate, i.CurrencyCode, payable)
	return err
}

// previewedInvoice returns the draft that the request names, or the invoice in the request.
func previewedInvoice(ctx context.Context, tx *db.Tx, given *pb.Invoice) (*pb.Invoice, error) {
	if given.GetId() != "" && given.GetCustomerId() == "" {
		i, err := invoices.GetByCaller(ctx, tx, given.GetId())
		if err != nil {
			return nil, err
		}
		return i, checkDraft(ctx, tx, i, i)
	}
	i := invoices.FromRequest(given)
	now := timestamppb.New(tx.Call().Now())
	i.State, i.CreateTime, i.UpdateTime = pb.Invoice_DRAFT, now, now
	return i, nil
}

// previewLines returns the lines of the entry that issuing an invoice would post.
func previewLines(ctx context.Context, tx *db.Tx, i *pb.Invoice) ([]*pb.JournalLine, error) {
	account, err := ledger.FindRoleAccount(ctx, tx, pb.AccountRole_RECEIVABLE)
	if err != nil {
		return nil, err
	}
	p, err := newPostingOn(i, account.GetId())
	if err != nil {
		return nil, err
	}
	return p.lines(i), p.check(ctx, tx, i)
}

// check refuses what posting the entry would refuse.
func (p *posting) check(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	lacksAccount := func(part *pb.Receivable_Part) bool { return part.AccountId == "" }
	if p.account == "" || slices.ContainsFunc(p.parts, lacksAccount) {
		return nil // the first posting adds the account
	}
	refusals, err := ledger.CheckPostings(ctx, tx, []*pb.JournalEntry{p.entry(i)})
	if err != nil || len(refusals) == 0 || refusals[0] == nil {
		return err
	}
	return p.mapFields(refusals[0])
}
