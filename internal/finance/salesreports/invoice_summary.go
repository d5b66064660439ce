package salesreports

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/reports/comparison"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

var (
	//go:embed draft_invoices.sql
	selectDrafts string
	//go:embed invoice_summary.sql
	selectInvoiceMonths string
)

// invoiceAmount is the number and the amount of invoices in a currency.
type invoiceAmount struct {
	Currency    string
	Count       int64
	Minor, Base int64
}

// invoiceMonth is what was issued or paid in a month.
type invoiceMonth struct {
	Kind        string
	Month       calendar.Date
	Currency    string
	Count       int64
	Minor, Base int64
}

// GetInvoiceSummary returns the number and the amounts of invoices.
func (s *Service) GetInvoiceSummary(
	ctx context.Context, req *pb.GetInvoiceSummaryRequest,
) (*pb.InvoiceSummary, error) {
	var violations fault.List
	q := openQuery{asOf: parseDay(&violations, "asOf", req.GetAsOf(), call.From(ctx).Today())}
	q.customer = parseID(&violations, "customerId", "cus", req.GetCustomerId())
	if err := violations.Err(); err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.InvoiceSummary, error) {
		out := &pb.InvoiceSummary{AsOf: q.asOf.String()}
		var err error
		if out.Draft, err = draftFigures(ctx, tx, q.customer); err != nil {
			return nil, err
		}
		if out.Open, out.Overdue, err = openFigures(ctx, tx, q); err != nil {
			return nil, err
		}
		out.Months, err = invoiceMonths(ctx, tx, q)
		return out, err
	})
}

// draftFigures returns the drafts of now.
func draftFigures(ctx context.Context, tx *db.Tx, customer *uuid.UUID) (*pb.InvoiceSummary_Figures, error) {
	list, err := db.Collect[invoiceAmount](ctx, tx, selectDrafts, tx.Call().Organization.ID, customer)
	if err != nil {
		return nil, err
	}
	var f figures
	for _, a := range list {
		f.add(a.Count, a.Currency, a.Minor, 0)
	}
	return &pb.InvoiceSummary_Figures{Count: int32(f.count), Amounts: f.amounts()}, f.check()
}

// openFigures returns the invoices of which an amount is open, and those of them that are overdue.
func openFigures(ctx context.Context, tx *db.Tx, q openQuery) (open, overdue *pb.InvoiceSummary_Figures, err error) {
	list, err := openReceivables(ctx, tx, q)
	if err != nil {
		return nil, nil, err
	}
	var all, late figures
	for _, i := range list {
		if i.Kind == pb.Receivable_LATE_CHARGE.String() {
			continue
		}
		all.add(1, i.Currency, i.Minor, i.Base)
		if i.DueDate.Before(q.asOf) {
			late.add(1, i.Currency, i.Minor, i.Base)
		}
	}
	base := tx.Call().Organization.CurrencyCode
	return all.summary(base), late.summary(base), all.check()
}

// summary returns figures as an invoice summary shows them.
func (f *figures) summary(base string) *pb.InvoiceSummary_Figures {
	return &pb.InvoiceSummary_Figures{Count: int32(f.count), Amounts: f.amounts(),
		BaseAmount: money.ToProto(f.base, base)}
}

// invoiceMonths returns what was issued and paid in each of the twelve months up to a day.
func invoiceMonths(ctx context.Context, tx *db.Tx, q openQuery) ([]*pb.InvoiceSummary_Month, error) {
	months, err := comparison.Months(comparison.Period{Start: q.asOf.FirstOfMonth().AddMonths(-11), End: q.asOf})
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryReplanned(ctx, selectInvoiceMonths, tx.Call().Organization.ID, months[0].Start.String(),
		q.asOf.String(), q.customer)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[invoiceMonth])
	if err != nil {
		return nil, err
	}
	sums := map[string]*figures{}
	of := func(kind string, month calendar.Date) *figures {
		key := kind + month.String()
		if sums[key] == nil {
			sums[key] = &figures{}
		}
		return sums[key]
	}
	for _, m := range list {
		of(m.Kind, m.Month).add(m.Count, m.Currency, m.Minor, m.Base)
	}
	base := tx.Call().Organization.CurrencyCode
	var out []*pb.InvoiceSummary_Month
	for _, m := range months {
		issued, paid := of("ISSUED", m.Start), of("PAID", m.Start)
		if err := issued.check(); err != nil {
			return nil, err
		}
		if err := paid.check(); err != nil {
			return nil, err
		}
		out = append(out, &pb.InvoiceSummary_Month{StartDate: m.Start.String(), EndDate: m.End.String(),
			Issued: issued.summary(base), Paid: paid.summary(base)})
	}
	return out, nil
}
