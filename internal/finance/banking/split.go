package banking

import (
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// divide reads the parts of a line's amount, with the line's sign. A single part may
// leave its amount out; parts of money out may leave the minus sign out. They must
// add up to the whole.
func divide(whole int64, currency string, splits []*pb.BankStatementLine_Split) ([]int64, error) {
	parts := make([]int64, len(splits))
	var violations fault.List
	var sum int64
	for i, s := range splits {
		if s.Amount == nil && len(splits) == 1 {
			return []int64{whole}, nil
		}
		part, err := readPart(s.GetAmount(), currency)
		if err := violations.Merge(fmt.Sprintf("splits[%d].amount", i), err); err != nil {
			return nil, err
		}
		parts[i] = part
		// A hundred amounts cannot overflow: money.MaxMinor sees to that.
		sum += part
	}
	if err := violations.Err(); err != nil {
		return nil, err
	}
	if whole < 0 && sum == -whole {
		for i := range parts {
			parts[i] = -parts[i]
		}
		return parts, nil
	}
	if sum != whole {
		return nil, fault.InvalidFor(optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, fault.At("splits",
			"add up to %s, and the line is of %s %s: %s is left to explain", money.Format(sum, currency),
			money.Format(whole, currency), currency, money.Format(left(whole, sum), currency)))
	}
	return parts, nil
}

// left is what the parts leave of the whole, be they with its sign or without.
func left(whole, sum int64) int64 {
	if whole < 0 && sum > 0 {
		return whole + sum
	}
	return whole - sum
}

func readPart(m *typepb.Money, currency string) (int64, error) {
	if m == nil {
		return 0, fault.Invalid(fault.At("", "is required when there are several splits"))
	}
	if m.CurrencyCode != "" && m.CurrencyCode != currency {
		return 0, fault.Invalid(fault.At("currencyCode", "must be the line's, %s", currency))
	}
	part, err := money.Parse(m.Amount, currency)
	if err != nil {
		return 0, fault.Invalid(fault.At("amount", "%s", err))
	}
	return part, nil
}
