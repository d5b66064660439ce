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

// wholeShare is 100 percent in units of 0.0001 percent.
const wholeShare = 100 * 10_000

// ruleShare is the part of a line that a rule's split gets: a fixed amount in minor units without
// sign, or a share of the rest after all fixed amounts, in units of 0.0001 percent.
type ruleShare struct{ fixed, share int64 }

// ruleShares parses a rule's splits. A split with neither amount nor percentage gets the share
// that the others leave. The shares must add up to 100 percent, or the rule is refused with
// BANK_RULE_SPLITS_INCOMPLETE.
func ruleShares(splits []*pb.BankRule_Split) ([]ruleShare, error) {
	out, rest, left := make([]ruleShare, len(splits)), -1, int64(wholeShare)
	var violations fault.List
	for i, s := range splits {
		share, err := readShare(s)
		at := fmt.Sprintf("splits[%d]", i)
		violations.MergeViolations(at, err)
		if err == nil && share == (ruleShare{}) {
			if rest >= 0 {
				violations.MergeViolations(
					"",
					fault.InvalidFor(
						optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE,
						fault.At(at, "is the second split without an amount or a percentage; only one split may get the rest"),
					),
				)
			}
			rest = i
		}
		out[i], left = share, left-share.share
	}
	if err := violations.Err(); err != nil {
		return nil, err
	}
	if problem := shareProblem(rest, left); problem != "" {
		return nil, fault.InvalidFor(optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE, fault.At("splits", "%s", problem))
	}
	if rest >= 0 {
		out[rest].share = left
	}
	return out, nil
}

// shareProblem describes what is wrong with the share that is left after all percentages, or
// returns "". rest is the index of the split that gets the rest, or -1.
func shareProblem(rest int, left int64) string {
	percent := decimal.New(magnitude(left), -4)
	switch {
	case left < 0:
		return fmt.Sprintf("add up to %s percent more than 100 percent", percent)
	case rest >= 0 && left == 0:
		return fmt.Sprintf("leave no part for splits[%d]", rest)
	case rest < 0 && left > 0:
		return fmt.Sprintf(
			"leave %s percent of the line unassigned; add a split with neither an amount nor a percentage", percent,
		)
	}
	return ""
}

// readShare parses one split. It returns a zero share for a split that gets the rest.
func readShare(s *pb.BankRule_Split) (share ruleShare, err error) {
	switch {
	case s.GetAmount() != nil && s.GetPercent() != "":
		return share, fault.Invalid(fault.At("percent", "must be empty if amount is set"))
	case s.GetAmount() != nil:
		if share.fixed, err = money.Parse(s.Amount.Amount, s.Amount.CurrencyCode); err != nil || share.fixed <= 0 {
			return share, fault.Invalid(fault.At("amount", "must be greater than zero, without the sign of the line"))
		}
	case s.GetPercent() != "":
		percent, err := decimal.NewFromString(s.Percent)
		if err != nil || percent.Exponent() < -4 || percent.Exponent() > 2 || !percent.IsPositive() ||
			percent.GreaterThan(decimal.NewFromInt(100)) {
			return share, fault.Invalid(
				fault.At("percent", "must be greater than 0 and at most 100, with at most 4 decimal places"),
			)
		}
		share.share = percent.Shift(4).IntPart()
	}
	return share, nil
}

// apportion divides a line: first into the fixed parts, then the rest by the shares. The parts
// add up to the line and have its sign or are zero. It returns false if the fixed parts exceed
// the line.
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

// ruleSplits returns the splits that a rule assigns to a line, without those of zero.
func ruleSplits(r *pb.BankRule, l *pb.BankStatementLine) (out []*pb.BankStatementLine_Split, err error) {
	currency := l.Amount.CurrencyCode
	shares, err := ruleShares(r.Splits)
	if err != nil {
		return nil, err
	}
	for _, s := range r.Splits {
		if s.Amount != nil && s.Amount.CurrencyCode != currency {
			return nil, fault.Refuse(
				optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, "The rule has an amount in %s, but the line is in %s.",
				s.Amount.CurrencyCode, currency,
			)
		}
	}
	parts, ok := apportion(minorOf(l), shares)
	if !ok {
		return nil, fault.Refuse(optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, "The line is less than the rule's fixed amounts.")
	}
	for i, s := range r.Splits {
		if parts[i] != 0 {
			out = append(out, &pb.BankStatementLine_Split{
				AccountId: s.AccountId, Amount: money.ToProto(parts[i], currency), Memo: cmp.Or(s.Memo, r.Memo),
				DimensionValueIds: s.DimensionValueIds, TaxCodeId: s.TaxCodeId,
			})
		}
	}
	return out, nil
}
