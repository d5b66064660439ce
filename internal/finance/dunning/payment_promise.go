package dunning

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var promises = resource.New(table.New("finance.payment_promises",
	table.Ref("invoice_id", "inv", func(p *pb.PaymentPromise) *string { return &p.InvoiceId }).Filter().Usable(),
	table.Ref("customer_id", "cus", func(p *pb.PaymentPromise) *string { return &p.CustomerId }).Filter(),
	table.Date("date", func(p *pb.PaymentPromise) *string { return &p.Date }).Filter(),
	table.Money("amount", func(p *pb.PaymentPromise) **typepb.Money { return &p.Amount }),
	table.Date("promise_date", func(p *pb.PaymentPromise) *string { return &p.PromiseDate }).
		Filter().Sort("payment_promises_by_promise_date"),
	table.Text("promised_by", func(p *pb.PaymentPromise) *string { return &p.PromisedBy }),
	table.Text("note", func(p *pb.PaymentPromise) *string { return &p.Note }),
).Rank(db.RankDocument)).Open().LoadComputed(setOutcomes).Searchable("promised_by", "note")

// CreatePaymentPromise creates a payment promise.
func (s *FollowUps) CreatePaymentPromise(
	ctx context.Context, req *pb.CreatePaymentPromiseRequest,
) (*pb.PaymentPromise, error) {
	return promises.Create(ctx, s.db, req.GetPaymentPromise(), checkPromise)
}

// GetPaymentPromise returns a payment promise.
func (s *FollowUps) GetPaymentPromise(
	ctx context.Context, req *pb.GetPaymentPromiseRequest,
) (*pb.PaymentPromise, error) {
	return promises.Get(ctx, s.db, req.GetPaymentPromiseId())
}

// BatchGetPaymentPromises returns several payment promises.
func (s *FollowUps) BatchGetPaymentPromises(
	ctx context.Context, req *pb.BatchGetPaymentPromisesRequest,
) (*pb.BatchGetPaymentPromisesResponse, error) {
	list, err := promises.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetPaymentPromisesResponse{PaymentPromises: list}, err
}

// ListPaymentPromises lists payment promises.
func (s *FollowUps) ListPaymentPromises(
	ctx context.Context, req *pb.ListPaymentPromisesRequest,
) (*pb.ListPaymentPromisesResponse, error) {
	page, err := promises.List(ctx, s.db, req)
	return &pb.ListPaymentPromisesResponse{PaymentPromises: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdatePaymentPromise updates a payment promise.
func (s *FollowUps) UpdatePaymentPromise(
	ctx context.Context, req *pb.UpdatePaymentPromiseRequest,
) (*pb.PaymentPromise, error) {
	return promises.Update(ctx, s.db, req.GetPaymentPromiseId(), req.GetPaymentPromise(), req.GetUpdateMask(),
		checkPromise)
}

// DeletePaymentPromise deletes a payment promise.
func (s *FollowUps) DeletePaymentPromise(
	ctx context.Context, req *pb.DeletePaymentPromiseRequest,
) (*emptypb.Empty, error) {
	return promises.Delete(ctx, s.db, req.GetPaymentPromiseId())
}

// checkPromise is the rule that a promise is about an open invoice, and that its dates and its
// amount make sense. It sets the defaults.
func checkPromise(ctx context.Context, tx *db.Tx, was, p *pb.PaymentPromise) error {
	if p.Date == "" {
		p.Date = tx.Call().Today().String()
	}
	var violations fault.List
	for _, d := range []struct{ field, text string }{{"date", p.Date}, {"promiseDate", p.PromiseDate}} {
		if _, err := calendar.ParseBusinessDate(d.text); err != nil {
			violations.Append(fault.At(d.field, "%s", err))
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	if p.PromiseDate < p.Date {
		return fault.Invalid(fault.At("promiseDate", "must not be before date, %s", p.Date))
	}
	if was.Date == p.Date && was.Amount != nil && proto.Equal(was.Amount, p.Amount) {
		return nil
	}
	return checkPromised(ctx, tx, p)
}

// checkPromised checks the amount of a promise against the invoice.
func checkPromised(ctx context.Context, tx *db.Tx, p *pb.PaymentPromise) error {
	owed, err := loadOwed(ctx, tx, p)
	if err != nil {
		return err
	}
	if owed == nil || owed.Minor <= 0 {
		return fault.Refuse(optionsv1.Reason_INVOICE_NOT_OPEN, "Nothing was open of the invoice on %s.", p.Date).
			WithSubject(p.InvoiceId)
	}
	p.CustomerId = id.Format("cus", owed.CustomerID)
	switch {
	case p.Amount == nil:
		p.Amount = money.ToProto(owed.Minor, owed.Currency)
		return nil
	case p.Amount.CurrencyCode == "":
		p.Amount.CurrencyCode = owed.Currency
	case p.Amount.CurrencyCode != owed.Currency:
		return fault.Invalid(fault.At("amount.currencyCode", "must be %s, the currency of the invoice", owed.Currency))
	}
	minor, err := money.Parse(p.Amount.Amount, owed.Currency)
	switch {
	case err != nil:
		return fault.Invalid(fault.At("amount.amount", "%s", err))
	case minor <= 0 || minor > owed.Minor:
		return fault.Invalid(fault.At("amount.amount", "must be greater than zero and at most %s, which was open on %s",
			money.Format(owed.Minor, owed.Currency), p.Date))
	}
	return nil
}

// owedAmount is what is open of an invoice on a day.
type owedAmount struct {
	CustomerID uuid.UUID
	Currency   string
	Minor      int64
}

// loadOwed reads what was open of the invoice of a promise at the end of the day before the
// payments that can keep it, or nil if the invoice was never issued.
func loadOwed(ctx context.Context, tx *db.Tx, p *pb.PaymentPromise) (*owedAmount, error) {
	key, err := id.Parse("rcv", receivables.ReceivableID(p.InvoiceId))
	if err != nil {
		return nil, err
	}
	found, err := db.Collect[owedAmount](ctx, tx, `
select
  r.customer_id,
  r.total_amount_currency as currency,
  coalesce(sum(m.amount_minor), 0)::bigint as minor
from finance.receivables r
left join finance.receivable_movements m on m.org_id = $1 and m.item_id = r.id and m.side = 'RECEIVABLE'
  and (m.date < $3 or m.date = $3 and m.cause = r.document_id)
where r.org_id = $1
and r.id = $2
group by r.customer_id, r.total_amount_currency`, tx.Call().Organization.ID, key, p.Date)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// paidPart is what was settled of a promised invoice in time.
type paidPart struct {
	ID   uuid.UUID
	Paid int64
}

// setOutcomes fills in whether promises were kept, as of today.
func setOutcomes(ctx context.Context, tx *db.Tx, list []*pb.PaymentPromise) error {
	keys, err := id.ParseEach("ppr", list, (*pb.PaymentPromise).GetId)
	if err != nil {
		return err
	}
	today := tx.Call().Today().String()
	parts, err := db.Collect[paidPart](ctx, tx, `
select p.id, coalesce(-sum(m.amount_minor), 0)::bigint as paid
from finance.payment_promises p
join finance.receivables r on r.org_id = $1 and r.id = p.invoice_id
join finance.receivable_movements m on m.org_id = $1 and m.item_id = p.invoice_id and m.side = 'RECEIVABLE'
  and m.date between p.date and least(p.promise_date, $3) and m.cause <> r.document_id
where p.org_id = $1
and p.id = any($2)
group by p.id`, tx.Call().Organization.ID, keys, today)
	if err != nil {
		return err
	}
	paid := map[uuid.UUID]int64{}
	for _, part := range parts {
		paid[part.ID] = part.Paid
	}
	for i, p := range list {
		amount, err := money.Parse(p.Amount.GetAmount(), p.Amount.GetCurrencyCode())
		if err != nil {
			return err
		}
		p.PaidAmount = money.ToProto(paid[keys[i]], p.Amount.GetCurrencyCode())
		p.Outcome = pb.PaymentPromise_PENDING
		if paid[keys[i]] >= amount {
			p.Outcome = pb.PaymentPromise_KEPT
		} else if p.PromiseDate < today {
			p.Outcome = pb.PaymentPromise_BROKEN
		}
	}
	return nil
}
