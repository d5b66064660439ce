package deposits

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// field is the field of a payment that names a deposit request.
const field = "depositRequestId"

// lockDeposit locks the deposit request that a payment names, and returns the taxes of what the
// payment pays of it. The payment that pays the rest has the rest of the taxes.
func lockDeposit(ctx context.Context, tx *db.Tx, p *pb.Payment) (*receivables.Deposit, error) {
	if _, err := depositRequests.Resolve(ctx, tx, field, p.DepositRequestId); err != nil {
		return nil, err
	}
	d, err := depositRequests.Table().Lock(ctx, tx, p.DepositRequestId)
	if err != nil {
		return nil, err
	}
	switch {
	case d.State != pb.DepositRequest_ISSUED:
		return nil, fault.InvalidFor(optionsv1.Reason_DEPOSIT_REQUEST_NOT_OPEN,
			fault.At(field, "names a deposit request that is %s", d.State))
	case d.CustomerId != p.CustomerId:
		return nil, fault.Invalid(fault.At(field, "names a deposit request of another customer"))
	case cmp.Or(p.Date, tx.Call().Today().String()) < d.IssueDate:
		return nil, fault.Invalid(fault.At("date", "must not be before that of the deposit request, %s", d.IssueDate))
	}
	paid, err := paymentsOf(ctx, tx, []*request{d})
	if err != nil {
		return nil, err
	}
	total, err := money.Parse(d.TotalAmount.Amount, d.CurrencyCode)
	if err != nil {
		return nil, err
	}
	left := max(total-paid.sums[d.Id], 0)
	amount, err := readAmount(p, d, left)
	if err != nil {
		return nil, err
	}
	if amount = min(amount, left); amount <= 0 {
		return &receivables.Deposit{Number: d.Number}, nil
	}
	taxes, err := taxesOf(d)
	if err != nil {
		return nil, err
	}
	open, err := receivables.SubtractTaxes(taxes, paid.taxes[d.Id])
	if err != nil {
		return nil, err
	}
	share, err := receivables.ShareOfTaxes(open, amount, left)
	return &receivables.Deposit{Number: d.Number, Taxes: share}, err
}

// lockDeposits locks the deposit requests that payments will pay, sorted by id, and returns their
// taxes. Those that do not exist are left to lockDeposit, which refuses them.
func lockDeposits(ctx context.Context, tx *db.Tx, ids []string) (taxes []*pb.CustomerCredit_Tax, err error) {
	isWrong := func(key string) bool {
		_, err := depositRequests.Table().Key(key)
		return err != nil
	}
	existing, err := depositRequests.Table().GetExisting(ctx, tx, slices.DeleteFunc(slices.Clone(ids), isWrong))
	if err != nil {
		return nil, err
	}
	locked, err := depositRequests.Table().LockMany(ctx, tx, slices.Sorted(maps.Keys(existing)))
	for _, d := range locked {
		of, err := taxesOf(d)
		if err != nil {
			return nil, err
		}
		taxes = append(taxes, of...)
	}
	return taxes, err
}

// readAmount returns the amount of a payment in minor units. The default is what is left of the
// deposit request, in its currency.
func readAmount(p *pb.Payment, d *request, left int64) (int64, error) {
	if p.Amount == nil {
		p.Amount = money.ToProto(left, d.CurrencyCode)
	}
	if p.Amount.CurrencyCode == "" {
		p.Amount.CurrencyCode = d.CurrencyCode
	}
	if p.Amount.CurrencyCode != d.CurrencyCode {
		return 0, fault.Invalid(fault.At("amount.currencyCode", "must be %s, that of the deposit request", d.CurrencyCode))
	}
	amount, err := money.Parse(p.Amount.Amount, d.CurrencyCode)
	if err != nil {
		return 0, fault.Invalid(fault.At("amount.amount", "%s", err))
	}
	return amount, nil
}

// taxesOf returns the taxes of a deposit request by tax code and component.
func taxesOf(d *request) (out []*pb.CustomerCredit_Tax, err error) {
	if d.PriceMode == pb.TaxCalculation_NO_TAX {
		return nil, nil
	}
	index := map[[2]string]*pb.CustomerCredit_Tax{}
	for _, l := range d.Lines {
		if l.TaxCodeId == "" {
			continue
		}
		taxes := l.Taxes
		if len(taxes) == 0 { // an exempt sale, which returns report too
			taxes = []*pb.TaxCalculation_Tax{{Percent: "0", Effect: pb.TaxRate_CHARGED, Base: l.NetAmount,
				Amount: money.ToProto(0, d.CurrencyCode)}}
		}
		for _, t := range taxes {
			key := [2]string{l.TaxCodeId, t.ComponentId}
			by := &pb.CustomerCredit_Tax{TaxCodeId: l.TaxCodeId, ComponentId: t.ComponentId, DisplayName: t.DisplayName,
				Effect: t.Effect, Percent: t.Percent, AccountId: t.AccountId, TaxableAmount: t.Base, Amount: t.Amount}
			if index[key] == nil {
				index[key] = by
				out = append(out, by)
				continue
			}
			if err := receivables.AddTax(index[key], by); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// paid is what payments pay of deposit requests, by the identifiers of the requests.
type paid struct {
	sums  map[string]int64
	taxes map[string][][]*pb.CustomerCredit_Tax
}

// paymentsOf returns what payments that are not void pay of deposit requests.
func paymentsOf(ctx context.Context, tx *db.Tx, list []*request) (paid, error) {
	out := paid{sums: map[string]int64{}, taxes: map[string][][]*pb.CustomerCredit_Tax{}}
	keys, err := id.ParseEach("dpr", list, (*request).GetId)
	if err != nil {
		return out, err
	}
	rows, err := tx.Query(ctx, `
select deposit_request_id, id, amount_minor
from finance.payments
where org_id = $1
and deposit_request_id = any($2)
and state = 'RECORDED'`, tx.Call().Organization.ID, keys)
	if err != nil {
		return out, err
	}
	type row struct {
		Request, Payment uuid.UUID
		Minor            int64
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return out, err
	}
	requests := map[string]string{}
	for _, r := range found {
		request := id.Format("dpr", r.Request)
		out.sums[request] += r.Minor
		requests[id.Format("ccr", r.Payment)] = request
	}
	credits, err := receivables.FindCredits(ctx, tx, slices.Sorted(maps.Keys(requests)))
	if err != nil {
		return out, err
	}
	for _, c := range credits {
		if len(c.Taxes) > 0 {
			out.taxes[requests[c.Id]] = append(out.taxes[requests[c.Id]], c.Taxes)
		}
	}
	return out, nil
}

// loadPaid sets how much of deposit requests is paid.
func loadPaid(ctx context.Context, tx *db.Tx, list []*request) error {
	paid, err := paymentsOf(ctx, tx, list)
	if err != nil {
		return err
	}
	for _, d := range list {
		sum := paid.sums[d.Id]
		d.PaidAmount, d.PaymentStatus = money.ToProto(sum, d.CurrencyCode), pb.DepositRequest_PAYMENT_STATUS_UNSPECIFIED
		if d.State != pb.DepositRequest_ISSUED {
			continue
		}
		total, err := money.Parse(d.TotalAmount.Amount, d.CurrencyCode)
		if err != nil {
			return err
		}
		switch {
		case sum >= total:
			d.PaymentStatus = pb.DepositRequest_PAID
		case sum > 0:
			d.PaymentStatus = pb.DepositRequest_PARTIALLY_PAID
		default:
			d.PaymentStatus = pb.DepositRequest_UNPAID
		}
	}
	return nil
}

// RefusePaid refuses deposit requests that payments name which are neither void nor refunded in
// full.
func RefusePaid(ctx context.Context, tx *db.Tx, list []*pb.DepositRequest) ([]error, error) {
	refusals := make([]error, len(list))
	keys, err := id.ParseEach("dpr", list, (*request).GetId)
	if err != nil || len(list) == 0 {
		return refusals, err
	}
	kept, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select p.deposit_request_id
from finance.payments p
left join finance.refunds r on r.org_id = $1
and r.customer_credit_id = p.id
and r.state = 'RECORDED'
where p.org_id = $1
and p.deposit_request_id = any($2)
and p.state = 'RECORDED'
group by p.deposit_request_id, p.id, p.amount_minor
having p.amount_minor > coalesce(sum(r.amount_minor), 0)`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	for i, d := range list {
		if slices.Contains(kept, keys[i]) {
			refusals[i] = fault.Refuse(optionsv1.Reason_DEPOSIT_REQUEST_PAID,
				"Payments name the deposit request; void or refund them first.").WithSubject(d.Id)
		}
	}
	return refusals, nil
}

// CreditsOf returns the credits from payments of a deposit request of which something is left, for
// an invoice that applies them. If the invoice has a date, later credits are left out.
func CreditsOf(ctx context.Context, tx *db.Tx, requestID, date string) (list []*pb.Invoice_Deposit, err error) {
	key, err := id.Parse("dpr", requestID)
	if err != nil {
		return nil, err
	}
	credits, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from finance.customer_credits
where org_id = $1
and deposit_request_id = $2
and state = 'OPEN'
and ($3 = '' or date::text <= $3)
order by date, id`, tx.Call().Organization.ID, key, date)
	for _, c := range credits {
		list = append(list, &pb.Invoice_Deposit{CustomerCreditId: id.Format("ccr", c)})
	}
	return list, err
}
