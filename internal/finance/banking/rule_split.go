package banking

import (
	"cmp"
	"fmt"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// wholeShare is all of a line: a hundred percent, of which shares have four digits after
// the point.
const wholeShare = 100 * 10_000

// ruleShare is what a rule's split takes of a line: a fixed amount without its sign, or a
// share of what all fixed amounts leave.
type ruleShare struct{ fixed, share int64 }

// ruleShares reads a rule's splits. The one that says neither takes the share that is left;
// a rule that leaves a part of a line to nobody is refused, and so is one that takes more
// than all of it.
func ruleShares(splits []*pb.BankRule_Split) ([]ruleShare, error) {
	out, rest, left := make([]ruleShare, len(splits)), -1, int64(wholeShare)
	var violations fault.List
	for i, s := range splits {
		share, err := readShare(s)
		at := fmt.Sprintf("splits[%d]", i)
		violations.MergeViolations(at, err)
		if err == nil && share == (ruleShare{}) {
			if rest >= 0 {
				violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE, fault.At(at, "is the second to take the rest; only one may say neither an amount nor a percentage")))
			}
			rest = i
		}
		out[i], left = share, left-share.share
	}
	if err := violations.Err(); err != nil {
		return nil, err
	}
	if why := shareProblem(rest, left); why != "" {
		return nil, fault.InvalidFor(optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE, fault.At("splits", "%s", why))
	}
	if rest >= 0 {
		out[rest].share = left
	}
	return out, nil
}

// shareProblem says what is wrong with the share that splits leave; rest is the place of
// the one that takes it, or below zero.
func shareProblem(rest int, left int64) string {
	percent := decimal.New(magnitude(left), -4)
	switch {
	case left < 0:
		return fmt.Sprintf("take %s percent more than there is", percent)
	case rest >= 0 && left == 0:
		return fmt.Sprintf("leave nothing for splits[%d]", rest)
	case rest < 0 && left > 0:
		return fmt.Sprintf("leave %s percent of what is not fixed to nobody; let a split that says neither an amount nor a percentage take it", percent)
	}
	return ""
}

// readShare reads one split.
func readShare(s *pb.BankRule_Split) (share ruleShare, err error) {
	switch {
	case s.GetAmount() != nil && s.GetPercent() != "":
		return share, fault.Invalid(fault.At("percent", "must be absent beside an amount"))
	case s.GetAmount() != nil:
		if share.fixed, err = money.Parse(s.Amount.Amount, s.Amount.CurrencyCode); err != nil || share.fixed <= 0 {
			return share, fault.Invalid(fault.At("amount", "must be an amount above zero, without the line's sign"))
		}
	case s.GetPercent() != "":
		percent, err := decimal.NewFromString(s.Percent)
		if err != nil || percent.Exponent() < -4 || percent.Exponent() > 2 || !percent.IsPositive() || percent.GreaterThan(decimal.NewFromInt(100)) {
			return share, fault.Invalid(fault.At("percent", "must be above zero, at most 100, and of at most 4 digits after the point"))
		}
		share.share = percent.Shift(4).IntPart()
	}
	return share, nil
}

// apportion divides a line: the fixed parts first, then by their shares what those leave. The
// parts have the line's sign or are zero, and add up to it. It tells whether the line
// is as much as the fixed parts.
func apportion(whole int64, shares []ruleShare) (parts []int64, ok bool) {
	left := magnitude(whole)
	weights := make([]int64, len(shares))
	for i, s := range shares {
		left, weights[i] = left-s.fixed, s.share
	}
	if left < 0 {
		return nil, false
	}
	parts = money.Allocate(left, weights)
	for i, s := range shares {
		parts[i] += s.fixed
		if whole < 0 {
			parts[i] = -parts[i]
		}
	}
	return parts, true
}

// splitsOf are the splits by which a rule explains a line. Those of nothing are left out.
func splitsOf(r *pb.BankRule, l *pb.BankStatementLine) (out []*pb.BankStatementLine_Split, err error) {
	currency := l.Amount.CurrencyCode
	shares, err := ruleShares(r.Splits)
	if err != nil {
		return nil, err
	}
	for _, s := range r.Splits {
		if s.Amount != nil && s.Amount.CurrencyCode != currency {
			return nil, fault.Refuse(optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, "The rule has amounts in %s, and the line is in %s.", s.Amount.CurrencyCode, currency)
		}
	}
	parts, ok := apportion(minorOf(l), shares)
	if !ok {
		return nil, fault.Refuse(optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, "The line is of less than the rule's fixed amounts.")
	}
	for i, s := range r.Splits {
		if parts[i] != 0 {
			out = append(out, &pb.BankStatementLine_Split{AccountId: s.AccountId, Amount: money.ToProto(parts[i], currency), Memo: cmp.Or(s.Memo, r.Memo), DimensionValueIds: s.DimensionValueIds})
		}
	}
	return out, nil
}
