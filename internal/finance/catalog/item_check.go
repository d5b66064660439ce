package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/table"
)

// maxPrice is a billion: larger prices are typing errors, and a quantity times this price still
// fits into an amount.
var maxPrice = decimal.New(1, 9)

// checkItem is the rule that the prices of an item are plausible amounts in a known currency. The
// currency defaults to that of the organization.
func checkItem(_ context.Context, tx *db.Tx, _, i *pb.Item) error {
	var violations fault.List
	i.CurrencyCode = cmp.Or(i.CurrencyCode, tx.Call().Organization.CurrencyCode)
	if _, known := money.Digits(i.CurrencyCode); !known {
		violations.Append(fault.At("currencyCode", "must be an ISO 4217 code"))
	}
	if !isPrice(i.SalePrice) {
		violations.Append(fault.At("salePrice", "must be between -%s and %s", maxPrice, maxPrice))
	}
	if !isPrice(i.PurchasePrice) {
		violations.Append(fault.At("purchasePrice", "must be between -%s and %s", maxPrice, maxPrice))
	}
	return violations.Err()
}

// isPrice reports whether a decimal number that its column accepted is within the limit of prices.
func isPrice(text string) bool {
	if text == "" {
		return true
	}
	price, err := decimal.NewFromString(text)
	return err == nil && price.Abs().LessThanOrEqual(maxPrice)
}

// postable returns the condition that a field refers to an account of certain types to which
// documents can post.
func postable(types ...pb.Account_Type) table.Condition {
	return func(named proto.Message) string {
		a := named.(*pb.Account)
		switch {
		case !slices.Contains(types, a.GetType()):
			return "must name an account of type " + types[0].String() + " or " + types[1].String()
		case a.GetControl():
			return "must not name a control account"
		}
		return ""
	}
}
