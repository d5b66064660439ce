package customers

import (
	"cmp"
	"context"

	"golang.org/x/text/language"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/address"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// checkCustomer is the rule that the codes of a customer are known and that its fields agree. It
// fills in the defaults of the currency and of the policy on the credit limit.
func checkCustomer(_ context.Context, tx *db.Tx, _, c *pb.Customer) error {
	var violations fault.List
	violations.Append(checkMoney(tx.Call().Organization.CurrencyCode, c)...)
	violations.Append(address.Check("billingAddress", c.GetBillingAddress())...)
	violations.Append(address.Check("shippingAddress", c.GetShippingAddress())...)
	violations.Append(checkLanguage(c)...)
	violations.Append(checkExemption(c)...)
	return violations.Err()
}

// checkMoney checks the currency of a customer and that its credit limit is in the same currency.
func checkMoney(organizationCurrency string, c *pb.Customer) []fault.Field {
	c.CurrencyCode = cmp.Or(c.CurrencyCode, organizationCurrency)
	c.CreditLimitPolicy = cmp.Or(c.CreditLimitPolicy, pb.Customer_WARN)
	if _, known := money.Digits(c.CurrencyCode); !known {
		return []fault.Field{fault.At("currencyCode", "must be an ISO 4217 code")}
	}
	limit := c.GetCreditLimit()
	if limit == nil {
		return nil
	}
	if limit.GetCurrencyCode() != c.CurrencyCode {
		return []fault.Field{fault.At("creditLimit.currencyCode", "must be %s, the currency of the customer", c.CurrencyCode)}
	}
	if minor, err := money.Parse(limit.GetAmount(), limit.GetCurrencyCode()); err != nil || minor < 0 {
		return []fault.Field{fault.At("creditLimit.amount", "must not be negative")}
	}
	return nil
}

// checkLanguage refuses an unknown language and rewrites the code in its usual form: de-at becomes
// de-AT.
func checkLanguage(c *pb.Customer) []fault.Field {
	if c.LanguageCode == "" {
		return nil
	}
	tag, err := language.Parse(c.LanguageCode)
	if err != nil || tag.IsRoot() {
		return []fault.Field{fault.At("languageCode", "must be a BCP 47 code such as de-AT")}
	}
	c.LanguageCode = tag.String()
	return nil
}

// checkExemption refuses the details of an exemption without a reason for it.
func checkExemption(c *pb.Customer) []fault.Field {
	if c.ExemptionReason != "" || c.ExemptionCertificateNumber == "" && c.ExemptionExpireDate == "" {
		return nil
	}
	return []fault.Field{fault.At("exemptionReason",
		"is required with exemptionCertificateNumber and exemptionExpireDate")}
}
