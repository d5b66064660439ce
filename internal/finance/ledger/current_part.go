package ledger

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// checkCurrentParts checks the term and the current parts of an account, and completes the
// currency of the parts.
func checkCurrentParts(_ context.Context, tx *db.Tx, _, a *pb.Account) error {
	var violations fault.List
	onBalanceSheet := a.Type == pb.Account_ASSET || a.Type == pb.Account_LIABILITY
	if a.BalanceSheetTerm != pb.Account_BALANCE_SHEET_TERM_UNSPECIFIED && !onBalanceSheet {
		violations.Append(fault.At("balanceSheetTerm", "must be unspecified for an account of type %s", a.Type))
	}
	if len(a.CurrentParts) > 0 && !onBalanceSheet {
		violations.Append(fault.At("currentParts", "must be empty for an account of type %s", a.Type))
	}
	base, last := tx.Call().Organization.CurrencyCode, ""
	for i, part := range a.CurrentParts {
		at := fmt.Sprintf("currentParts[%d]", i)
		if _, err := calendar.ParseDate(part.GetStartDate()); err != nil {
			violations.Append(fault.At(at+".startDate", "must be a date such as \"2026-12-31\""))
		} else if part.StartDate <= last {
			violations.Append(fault.At(at+".startDate", "must be after the start date of the part before"))
		}
		last = part.GetStartDate()
		if part.GetAmount().GetCurrencyCode() == "" && part.GetAmount() != nil {
			part.Amount.CurrencyCode = base
		}
		minor, err := money.Parse(part.GetAmount().GetAmount(), base)
		if err != nil || minor < 0 || part.GetAmount().GetCurrencyCode() != base {
			violations.Append(fault.At(at+".amount", "must be zero or a positive amount in %s", base))
			continue
		}
		part.Amount = money.ToProto(minor, base)
	}
	return violations.Err()
}

// checkPartRestatement refuses to change current parts that apply before the end of a closed
// period, since it would restate the balance sheets of that period.
func checkPartRestatement(ctx context.Context, tx *db.Tx, was, a *pb.Account) error {
	first := firstChangedPart(was.GetCurrentParts(), a.GetCurrentParts())
	if first == "" {
		return nil
	}
	var closed bool
	err := tx.QueryRow(ctx, `
select exists (
  select
  from finance.accounting_periods
  where org_id = $1
  and state <> 'OPEN'
  and end_date >= $2
)`, tx.Call().Organization.ID, first).Scan(&closed)
	if err != nil || !closed {
		return err
	}
	return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IN_CLOSED_PERIOD,
		fault.At("currentParts", "must not change from %s on: a period after it is closed", first))
}

// firstChangedPart returns the first start date of the parts that differ, or "".
func firstChangedPart(was, now []*pb.Account_CurrentPart) (first string) {
	for _, lists := range [][2][]*pb.Account_CurrentPart{{was, now}, {now, was}} {
		for _, part := range lists[0] {
			same := slices.ContainsFunc(lists[1], func(p *pb.Account_CurrentPart) bool { return proto.Equal(p, part) })
			if !same && (first == "" || part.StartDate < first) {
				first = part.StartDate
			}
		}
	}
	return first
}
