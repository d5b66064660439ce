package banking

import (
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// divideLine returns the splits' amounts in minor units, with the line's sign. A single split may
// omit its amount, and splits of money out may omit the minus sign. They must add up to the line's
// amount, or divideLine fails with SPLITS_DO_NOT_ADD_UP.
func divideLine(whole int64, currency string, splits []*pb.BankStatementLine_Split) ([]int64, error) {
	parts := make([]int64, len(splits))
	var violations fault.List
	var sum int64
	for i, s := range splits {
		if s.Amount == nil && len(splits) == 1 {
			return []int64{whole}, nil
		}
		part, err := parsePart(s.GetAmount(), currency)
		if err := violations.Merge(fmt.Sprintf("splits[%d].amount", i), err); err != nil {
			return nil, err
		}
		parts[i] = part
		// A hundred amounts cannot overflow, since each is at most money.MaxMinor.
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
			"add up to %s, but the line's amount is %s %s: %s is left", money.Format(sum, currency),
			money.Format(whole, currency), currency, money.Format(unassigned(whole, sum), currency)))
	}
	return parts, nil
}

// unassigned returns what is left of whole after the parts, whose sum may be given without whole's
// sign.
func unassigned(whole, sum int64) int64 {
	if whole < 0 && sum > 0 {
		return whole + sum
	}
	return whole - sum
}

// parsePart returns an amount in minor units. It must be in the given currency, or without one.
func parsePart(m *typepb.Money, currency string) (int64, error) {
	if m == nil {
		return 0, fault.Invalid(fault.At("", "is required if there are several splits"))
	}
	if m.CurrencyCode != "" && m.CurrencyCode != currency {
		return 0, fault.Invalid(fault.At("currencyCode", "must be %s, the currency of the line", currency))
	}
	part, err := money.Parse(m.Amount, currency)
	if err != nil {
		return 0, fault.Invalid(fault.At("amount", "%s", err))
	}
	return part, nil
}
