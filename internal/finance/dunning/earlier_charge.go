package dunning

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// openCharge is what is open of the charges of a notice.
type openCharge struct {
	ID         uuid.UUID
	CustomerID uuid.UUID
	DocumentID string
	Number     string
	Date       calendar.Date
	Currency   string
	Minor      int64
}

// loadOpenCharges reads what is open at the end of a day of the charges of customers, by date.
func loadOpenCharges(
	ctx context.Context, tx *db.Tx, day calendar.Date, customers []uuid.UUID,
) (map[noticeKey][]openCharge, error) {
	list, err := db.Collect[openCharge](ctx, tx, `
select
  r.id,
  r.customer_id,
  r.document_id,
  r.number,
  r.date,
  r.total_amount_currency as currency,
  o.minor
from finance.receivables r
cross join lateral (
  select coalesce(sum(m.amount_minor), 0)::bigint as minor
  from finance.receivable_movements m
  where m.org_id = $1
  and m.item_id = r.id
  and m.side = 'RECEIVABLE'
  and m.date <= $2
) o
where r.org_id = $1
and r.customer_id = any($3)
and r.state = 'OPEN'
and r.kind = 'LATE_CHARGE'
and r.date <= $2
and o.minor > 0
order by r.date, r.id`, tx.Call().Organization.ID, day.String(), customers)
	open := map[noticeKey][]openCharge{}
	for _, c := range list {
		of := noticeKey{c.CustomerID, c.Currency}
		open[of] = append(open[of], c)
	}
	return open, err
}

// addEarlierCharges adds what is open of earlier charges of the customer in the currency.
func (d *noticeDraft) addEarlierCharges(open []openCharge) {
	for _, c := range open {
		d.EarlierCharges = append(d.EarlierCharges, &pb.DunningNotice_EarlierCharge{ReceivableId: id.Format("rcv", c.ID),
			DunningNoticeId: c.DocumentID, Number: c.Number, Date: c.Date.String(),
			OpenAmount: money.ToProto(c.Minor, c.Currency)})
		d.earlier += c.Minor
	}
}
