package ledger

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// OfType is the condition that a field names an account of a type.
func OfType(wanted pb.Account_Type) table.Condition {
	return func(named proto.Message) string {
		if typ := named.(*pb.Account).Type; typ != wanted {
			return fmt.Sprintf("must name an account of type %s, not %s", wanted, typ)
		}
		return ""
	}
}

// keepClosing refuses a new closing account of an account that has no results to carry.
func keepClosing(_ context.Context, _ *db.Tx, was, a *pb.Account) error {
	if a.ClosingAccountId == "" || was.ClosingAccountId == a.ClosingAccountId || a.Type == pb.Account_INCOME || a.Type == pb.Account_EXPENSE {
		return nil
	}
	return fault.Invalid(fault.At("closingAccountId", "must not be given, since the account is %s and carries no results", a.Type))
}
