package receivables

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var receivables = resource.New(table.New("finance.receivables",
	table.Ref("customer_id", "cus", func(r *pb.Receivable) *string { return &r.CustomerId }).Filter(),
	table.Text("document_id", func(r *pb.Receivable) *string { return &r.DocumentId }).Filter(),
	table.Enum("kind", func(r *pb.Receivable) *pb.Receivable_Kind { return &r.Kind }).Filter(),
	table.Text("number", func(r *pb.Receivable) *string { return &r.Number }).Filter(),
	table.Date("date", func(r *pb.Receivable) *string { return &r.Date }).Filter().Sort("receivables_by_date"),
	table.Date("due_date", func(r *pb.Receivable) *string { return &r.DueDate }).
		Filter().Sort("receivables_by_due_date"),
	table.Money("total_amount", func(r *pb.Receivable) **typepb.Money { return &r.TotalAmount }).Filter(),
	table.Money("open_amount", func(r *pb.Receivable) **typepb.Money { return &r.OpenAmount }).Filter(),
	table.Minor("open_base_amount", func(r *pb.Receivable) **typepb.Money { return &r.OpenBaseAmount }),
	table.Messages("parts", func(r *pb.Receivable) *[]*pb.Receivable_Part { return &r.Parts }),
	table.Messages("taxes", func(r *pb.Receivable) *[]*pb.Receivable_Tax { return &r.Taxes }),
	table.Date("discount_date", func(r *pb.Receivable) *string { return &r.DiscountDate }),
	table.Int32("discount_grace_days", func(r *pb.Receivable) *int32 { return &r.DiscountGraceDays }),
	table.Money("discount_amount", func(r *pb.Receivable) **typepb.Money { return &r.DiscountAmount }),
	table.Enum("discount_treatment",
		func(r *pb.Receivable) *pb.Receivable_DiscountTreatment { return &r.DiscountTreatment }),
	table.Enum("state", func(r *pb.Receivable) *pb.Receivable_State { return &r.State }).Filter(),
	table.Date("settle_date", func(r *pb.Receivable) *string { return &r.SettleDate }).Filter(),
	table.Ref("account_id", "acc", func(r *pb.Receivable) *string { return &r.AccountId }),
	// Must be the same rule as isOverdue.
	table.Predicate[*pb.Receivable]("overdue", "t.state = 'OPEN' and t.due_date < :today"),
).Rank(db.RankDocument)).DeclareEvents("created", "allocated", "settled", "reopened", "credited", "canceled").Open().
	Compute(func(c *call.Call, r *pb.Receivable) { r.Overdue = isOverdue(r, c.Today()) })

// isOverdue reports whether an amount is open and was due before today.
func isOverdue(r *pb.Receivable, today calendar.Date) bool {
	return r.State == pb.Receivable_OPEN && r.DueDate < today.String()
}

// GetReceivable returns a receivable.
func (s *Service) GetReceivable(ctx context.Context, req *pb.GetReceivableRequest) (*pb.Receivable, error) {
	return receivables.Get(ctx, s.db, req.GetReceivableId())
}

// BatchGetReceivables returns several receivables.
func (s *Service) BatchGetReceivables(
	ctx context.Context, req *pb.BatchGetReceivablesRequest,
) (*pb.BatchGetReceivablesResponse, error) {
	list, err := receivables.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetReceivablesResponse{Receivables: list}, err
}

// ListReceivables lists receivables.
func (s *Service) ListReceivables(
	ctx context.Context, req *pb.ListReceivablesRequest,
) (*pb.ListReceivablesResponse, error) {
	page, err := receivables.List(ctx, s.db, req)
	return &pb.ListReceivablesResponse{Receivables: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// OpenReceivable stores the receivable of a document that an entry posted. The caller sets all
// fields but those of the open amount; the id has the UUID of the document. base is the amount of
// the receivable in the organization's currency, in minor units.
func OpenReceivable(ctx context.Context, tx *db.Tx, r *pb.Receivable, base int64, entryID string) error {
	return openReceivable(ctx, tx, r, base, entryID, r.Date)
}

// openReceivable opens a receivable whose amount the books hold since a day.
func openReceivable(ctx context.Context, tx *db.Tx, r *pb.Receivable, base int64, entryID, since string) error {
	minor, err := money.Parse(r.TotalAmount.GetAmount(), r.TotalAmount.GetCurrencyCode())
	if err != nil {
		return err
	}
	setOpenReceivable(tx, r, position{minor, base}, r.Date)
	if err := receivables.Insert(ctx, tx, r); err != nil {
		return err
	}
	return addMovement(ctx, tx, movement{item: ofReceivable(r), date: since, by: position{minor, base},
		cause: r.DocumentId, entryID: entryID})
}

// CancelReceivable closes a receivable whose document is voided on a day, and whose entry is
// reversed. It refuses a receivable of which a part is settled.
func CancelReceivable(ctx context.Context, tx *db.Tx, receivableID, date, reversalID string) error {
	cancel := func(ctx context.Context, tx *db.Tx, _, r *pb.Receivable) error {
		if err := checkUnsettledSince(ctx, tx, r, date); err != nil {
			return err
		}
		open, err := openOfReceivable(r)
		if err != nil {
			return err
		}
		setOpenReceivable(tx, r, position{}, "")
		r.State = pb.Receivable_CANCELED
		return addMovement(ctx, tx, movement{item: ofReceivable(r), date: date, by: open.negated(),
			cause: r.DocumentId, entryID: reversalID})
	}
	_, err := receivables.Modify(ctx, tx, receivableID, "canceled", cancel)
	return err
}

// checkUnsettledSince refuses a receivable of which a part is settled on a day or later.
func checkUnsettledSince(ctx context.Context, tx *db.Tx, r *pb.Receivable, date string) error {
	total, err := money.Parse(r.TotalAmount.GetAmount(), r.TotalAmount.GetCurrencyCode())
	if err != nil {
		return err
	}
	open, err := loadOpen(ctx, tx, ofReceivable(r), date)
	if err != nil || (open.since == total && open.now.minor == total) {
		return err
	}
	return fault.Refuse(optionsv1.Reason_RECEIVABLE_SETTLED,
		"A part of %s is settled on %s or later. Undo the allocations, or choose a later date.", r.Number, date).
		WithSubject(r.Id)
}

// openOfReceivable returns what is open of a receivable.
func openOfReceivable(r *pb.Receivable) (position, error) {
	return readPosition(r.OpenAmount, r.OpenBaseAmount)
}

// setOpenReceivable sets what is open of a receivable, and the state that follows. date is the day
// of the change.
func setOpenReceivable(tx *db.Tx, r *pb.Receivable, open position, date string) {
	r.OpenAmount = money.ToProto(open.minor, r.TotalAmount.CurrencyCode)
	r.OpenBaseAmount = money.ToProto(open.base, tx.Call().Organization.CurrencyCode)
	r.State, r.SettleDate = pb.Receivable_OPEN, ""
	if open.minor == 0 {
		r.State, r.SettleDate = pb.Receivable_SETTLED, date
	}
}

// moveReceivable changes what is open of a locked receivable, and records why.
func moveReceivable(ctx context.Context, tx *db.Tx, r *pb.Receivable, m movement) (*pb.Receivable, error) {
	change := func(ctx context.Context, tx *db.Tx, _, r *pb.Receivable) error {
		open, err := openOfReceivable(r)
		if err != nil {
			return err
		}
		setOpenReceivable(tx, r, open.plus(m.by), m.date)
		if r.State == pb.Receivable_SETTLED {
			r.SettleDate, err = settleDate(ctx, tx, ofReceivable(r))
		}
		return err
	}
	m.item = ofReceivable(r)
	if err := addMovement(ctx, tx, m); err != nil {
		return nil, err
	}
	return receivables.Modify(ctx, tx, r.Id, receivableEvent(r, m.by), change)
}

// changeReceivable changes what is open of a locked receivable, and updates its document.
func (s *Service) changeReceivable(ctx context.Context, tx *db.Tx, r *pb.Receivable, m movement) error {
	changed, err := moveReceivable(ctx, tx, r, m)
	if err != nil {
		return err
	}
	for _, h := range s.hooks {
		if h.ReceivableChanged == nil {
			continue
		}
		if err := h.ReceivableChanged(ctx, tx, changed); err != nil {
			return err
		}
	}
	return nil
}

// receivableEvent returns the event of a change of what is open.
func receivableEvent(r *pb.Receivable, by position) string {
	open, err := openOfReceivable(r)
	switch {
	case by.minor > 0:
		return "reopened"
	case err == nil && open.minor+by.minor == 0:
		return "settled"
	}
	return "allocated"
}
