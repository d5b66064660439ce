package planning

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// NewOutstanding returns what is outstanding of one kind, with the sums of its items.
func NewOutstanding(kind pb.CloseOutProjectResponse_Outstanding_Kind, items []*pb.CloseOutProjectResponse_Item) (
	*Outstanding, error,
) {
	o := &Outstanding{Kind: kind, Count: int32(len(items)), Items: items}
	sums := map[string]int64{}
	for _, i := range items {
		o.Seconds += int64(i.Seconds)
		if i.Amount == nil {
			continue
		}
		minor, err := money.Parse(i.Amount.Amount, i.Amount.CurrencyCode)
		if err != nil {
			return nil, err
		}
		sums[i.Amount.CurrencyCode] += minor
	}
	for _, code := range slices.Sorted(maps.Keys(sums)) {
		o.Amounts = append(o.Amounts, money.ToProto(sums[code], code))
	}
	return o, nil
}

// findOpenTasks returns the open tasks of a project, the oldest first.
func findOpenTasks(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*Outstanding, error) {
	project, err := id.Parse("prj", p.Id)
	if err != nil {
		return nil, err
	}
	type row struct {
		ID          uuid.UUID
		DisplayName string
		DueDate     string
	}
	rows, err := db.Collect[row](ctx, tx, `
select t.id, t.display_name, case when t.due_date < 'infinity' then t.due_date::text else '' end as due_date
from operations.tasks t
where t.org_id = $1
and t.project_id = $2
and t.state not in ('COMPLETED', 'CANCELED')
order by t.id`, tx.Call().Organization.ID, project)
	if err != nil {
		return nil, err
	}
	var items []*pb.CloseOutProjectResponse_Item
	for _, r := range rows {
		items = append(items, &pb.CloseOutProjectResponse_Item{RecordId: id.Format("tsk", r.ID),
			DisplayName: r.DisplayName,
			DueDate:     r.DueDate})
	}
	o, err := NewOutstanding(pb.CloseOutProjectResponse_Outstanding_OPEN_TASKS, items)
	return []*Outstanding{o}, err
}

// findMilestones returns the milestones of a project that are not reached, and those that are
// reached and could be billed.
func findMilestones(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*Outstanding, error) {
	list, err := projects.MilestonesOf(ctx, tx, p.Id)
	if err != nil {
		return nil, err
	}
	var open, unbilled []*pb.CloseOutProjectResponse_Item
	for _, m := range list {
		item := &pb.CloseOutProjectResponse_Item{RecordId: m.Id, DisplayName: m.DisplayName, DueDate: m.DueDate,
			Amount: m.Amount}
		switch {
		case m.State == pb.Milestone_OPEN:
			open = append(open, item)
		case m.Amount != nil && m.InvoiceId == "":
			unbilled = append(unbilled, item)
		}
	}
	first, err := NewOutstanding(pb.CloseOutProjectResponse_Outstanding_OPEN_MILESTONES, open)
	if err != nil {
		return nil, err
	}
	second, err := NewOutstanding(pb.CloseOutProjectResponse_Outstanding_UNBILLED_MILESTONES, unbilled)
	return []*Outstanding{first, second}, err
}

// invoicesSQL selects the drafts and the unpaid invoices with lines of a dimension value. Each is
// looked up by its state first, because few are open.
const invoicesSQL = `
select
  i.id,
  i.state,
  i.number,
  case when i.due_date < 'infinity' then i.due_date::text else '' end as due_date,
  i.currency_code,
  case when i.state = 'DRAFT' then i.total_amount_minor else coalesce(i.open_amount_minor, 0) end as minor
from finance.invoices i
where i.org_id = $1
and (i.state = 'DRAFT' or i.state = 'ISSUED' and i.payment_status <> 'PAID')
and exists (
  select
  from finance.invoice_lines l
  where l.org_id = $1
  and l.invoice_id = i.id
  and $2 = any(l.dimension_value_ids)
)
order by i.id`

// findInvoices returns the drafts and the unpaid invoices with lines of a project.
func findInvoices(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*Outstanding, error) {
	value, err := id.Parse("dmv", ledger.DimensionValueID(p.Id))
	if err != nil {
		return nil, err
	}
	type row struct {
		ID           uuid.UUID
		State        string
		Number       string
		DueDate      string
		CurrencyCode string
		Minor        int64
	}
	rows, err := db.Collect[row](ctx, tx, invoicesSQL, tx.Call().Organization.ID, value)
	if err != nil {
		return nil, err
	}
	var drafts, unpaid []*pb.CloseOutProjectResponse_Item
	for _, r := range rows {
		item := &pb.CloseOutProjectResponse_Item{RecordId: id.Format("inv", r.ID), DisplayName: r.Number,
			DueDate: r.DueDate, Amount: moneyOf(r.Minor, r.CurrencyCode)}
		if r.State == "DRAFT" {
			drafts = append(drafts, item)
		} else {
			unpaid = append(unpaid, item)
		}
	}
	first, err := NewOutstanding(pb.CloseOutProjectResponse_Outstanding_DRAFT_INVOICES, drafts)
	if err != nil {
		return nil, err
	}
	second, err := NewOutstanding(pb.CloseOutProjectResponse_Outstanding_UNPAID_INVOICES, unpaid)
	return []*Outstanding{first, second}, err
}

func moneyOf(minor int64, code string) *typepb.Money { return money.ToProto(minor, code) }
