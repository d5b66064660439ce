package projects

import (
	"cmp"
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// checkBilling sets the defaults of how a project is billed, and refuses a billed project without a
// customer, and a budget in another currency.
func checkBilling(ctx context.Context, tx *db.Tx, _, p *pb.Project) error {
	if p.Billing == pb.Project_BILLING_UNSPECIFIED {
		p.Billing = pb.Project_NON_BILLABLE
		if p.CustomerId != "" {
			p.Billing = pb.Project_TIME_AND_MATERIALS
		}
	}
	if err := setDefaultCurrency(ctx, tx, p); err != nil {
		return err
	}
	var violations fault.List
	if p.Billing != pb.Project_NON_BILLABLE && p.CustomerId == "" {
		violations.Append(fault.At("customerId", "is required, because the project is billed"))
	}
	if _, known := money.Digits(p.CurrencyCode); !known {
		violations.Append(fault.At("currencyCode", "must be an ISO 4217 code"))
	}
	if b := p.BudgetAmount; b != nil {
		b.CurrencyCode = cmp.Or(b.CurrencyCode, p.CurrencyCode)
		if b.CurrencyCode != p.CurrencyCode {
			violations.Append(fault.At("budgetAmount.currencyCode", "must be %s, the currency of the project", p.CurrencyCode))
		}
		if strings.HasPrefix(b.Amount, "-") {
			violations.Append(fault.At("budgetAmount", "must not be negative"))
		}
	}
	return violations.Err()
}

// setDefaultCurrency sets the currency of a project without one.
func setDefaultCurrency(ctx context.Context, tx *db.Tx, p *pb.Project) error {
	if p.CurrencyCode != "" {
		return nil
	}
	if p.CustomerId != "" {
		c, err := customers.FindCustomer(ctx, tx, p.CustomerId)
		if err != nil {
			return err
		}
		p.CurrencyCode = c.CurrencyCode
	}
	p.CurrencyCode = cmp.Or(p.CurrencyCode, tx.Call().Organization.CurrencyCode)
	return nil
}

// checkBillingEnd is the rule that asks the packages above whether a project may stop being billed
// by TIME_AND_MATERIALS.
func checkBillingEnd(ctx context.Context, tx *db.Tx, was, p *pb.Project) error {
	if was.Billing != pb.Project_TIME_AND_MATERIALS || p.Billing == was.Billing {
		return nil
	}
	for _, h := range db.Extension[projectHooks](tx) {
		if h.CheckBillingEnd == nil {
			continue
		}
		if err := h.CheckBillingEnd(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}
