package receivables

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// maxOldest is the largest number of receivables that a payment settles without naming them.
const maxOldest = 200

// chooseOldest returns the allocations of a payment that settles the oldest receivables: invoices
// by due date, then late charges. It locks the receivables. What is wrong with the payment itself
// is left to RecordPayment.
func (s *Service) chooseOldest(
	ctx context.Context, tx *db.Tx, p *pb.Payment, allocated []*pb.Payment_NewAllocation,
) ([]*pb.Payment_NewAllocation, error) {
	switch {
	case len(allocated) > 0:
		return nil, fault.Invalid(fault.At("allocateOldest", "must be false with allocations"))
	case p.DepositRequestId != "":
		return nil, fault.Invalid(fault.At("allocateOldest", "must be false with depositRequestId"))
	}
	p.AllocateOldest = false // the allocations are records
	date, currency := p.Date, p.Amount.GetCurrencyCode()
	if date == "" {
		date = tx.Call().Today().String()
	}
	if currency == "" {
		currency = tx.Call().Organization.CurrencyCode
	}
	amount, malformed := money.Parse(p.Amount.GetAmount(), currency)
	if _, err := calendar.ParseBusinessDate(date); err != nil || malformed != nil {
		return nil, nil
	}
	customer, err := id.Parse("cus", p.CustomerId)
	if err != nil {
		return nil, nil
	}
	found, err := findOldest(ctx, tx, customer, currency, date)
	if err != nil {
		return nil, err
	}
	if found, err = openSince(ctx, tx, found, date, amount); err != nil {
		return nil, err
	}
	if _, err := s.lockAllocated(ctx, tx, found); err != nil {
		return nil, err
	}
	return openSince(ctx, tx, found, date, amount)
}

// findOldest reads the open receivables of a customer in a currency until a day, oldest first.
func findOldest(
	ctx context.Context, tx *db.Tx, customer uuid.UUID, currency, date string,
) ([]*pb.Payment_NewAllocation, error) {
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from finance.receivables
where org_id = $1
and customer_id = $2
and state = 'OPEN'
and open_amount_currency = $3
and date <= $4
order by kind = 'LATE_CHARGE', due_date, id
limit $5`, tx.Call().Organization.ID, customer, currency, date, maxOldest)
	found := make([]*pb.Payment_NewAllocation, len(keys))
	for i, key := range keys {
		found[i] = &pb.Payment_NewAllocation{ReceivableId: id.Format("rcv", key)}
	}
	return found, err
}

// openSince returns the first allocations whose receivables are open on a day and later, until they
// use up an amount.
func openSince(
	ctx context.Context, tx *db.Tx, list []*pb.Payment_NewAllocation, date string, amount int64,
) (open []*pb.Payment_NewAllocation, err error) {
	for _, n := range list {
		if amount <= 0 {
			break
		}
		minor, err := OpenSince(ctx, tx, n.ReceivableId, date)
		if err != nil {
			return nil, err
		}
		if minor > 0 {
			open = append(open, n)
			amount -= minor
		}
	}
	return open, nil
}
