package profitability

import (
	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// figures are the figures of a project, or their totals, in seconds and in minor units of the
// organization's currency.
type figures struct {
	income, writeOffs, payroll, costs        int64
	seconds, unbilled, onDraft, billed       int64
	unbilledMinor, unpriced, labor, uncosted int64
	// hasNoPrice is true if unbilled time has a price in a currency that cannot be translated.
	hasNoPrice bool
}

func (f figures) revenue() int64 { return f.income - f.writeOffs }

func (f figures) margin() int64 { return f.revenue() - f.labor - f.costs }

// isEmpty reports whether all figures that the caller sees are zero, so that a row reveals no more.
func (f figures) isEmpty(v visibility) bool {
	if v == masked {
		f.costs = 0
	}
	if v != allCosts {
		f.payroll = 0
	}
	return f == figures{}
}

// add adds the figures of a row.
func (f *figures) add(row figures) {
	f.income += row.income
	f.writeOffs += row.writeOffs
	f.payroll += row.payroll
	f.costs += row.costs
	f.seconds += row.seconds
	f.unbilled += row.unbilled
	f.onDraft += row.onDraft
	f.billed += row.billed
	f.unbilledMinor += row.unbilledMinor
	f.unpriced += row.unpriced
	f.labor += row.labor
	f.uncosted += row.uncosted
}

// check refuses amounts that cannot be shown.
func (f figures) check() error {
	for _, sum := range []int64{f.income, f.writeOffs, f.revenue(), f.payroll, f.costs, f.labor, f.unbilledMinor,
		f.margin()} {
		if sum > money.MaxMinor || sum < -money.MaxMinor {
			return fault.SumOutOfRange()
		}
	}
	return nil
}

// describe returns figures as the API shows them to a caller.
func (f figures) describe(base string, v visibility) *pb.ProjectProfitability_Figures {
	out := &pb.ProjectProfitability_Figures{Income: money.ToProto(f.income, base),
		WriteOffs: money.ToProto(f.writeOffs, base), Revenue: money.ToProto(f.revenue(), base), DurationSeconds: f.seconds,
		BillableSeconds: f.unbilled + f.onDraft + f.billed, UnbilledSeconds: f.unbilled, OnDraftSeconds: f.onDraft,
		BilledSeconds: f.billed, UnpricedSeconds: f.unpriced}
	if !f.hasNoPrice {
		out.UnbilledAmount = money.ToProto(f.unbilledMinor, base)
	}
	if v == masked {
		return out
	}
	out.LaborCost, out.UncostedSeconds = money.ToProto(f.labor, base), proto.Int64(f.uncosted)
	out.OtherCosts, out.Margin = money.ToProto(f.costs, base), money.ToProto(f.margin(), base)
	out.MarginPercent = percentOf(f.margin(), f.revenue())
	if v == allCosts {
		out.ExcludedPayroll = money.ToProto(f.payroll, base)
	}
	return out
}

// percentOf returns a part of a whole in percent with two decimal places, "" if the whole is zero.
func percentOf(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return decimal.NewFromInt(part).Mul(decimal.NewFromInt(100)).DivRound(decimal.NewFromInt(whole), 2).StringFixed(2)
}
