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

// OfType returns the condition that a field refers to an account of the wanted type.
func OfType(wanted pb.Account_Type) table.Condition {
	return func(named proto.Message) string {
		if typ := named.(*pb.Account).Type; typ != wanted {
			return fmt.Sprintf("must name an account of type %s, not %s", wanted, typ)
		}
		return ""
	}
}

// checkClosingAccount refuses to set a closing account on an account that is neither income nor
// expense, since only those have results to carry over at the end of a year.
func checkClosingAccount(_ context.Context, _ *db.Tx, was, a *pb.Account) error {
	if a.ClosingAccountId == "" || was.ClosingAccountId == a.ClosingAccountId || a.Type == pb.Account_INCOME ||
		a.Type == pb.Account_EXPENSE {
		return nil
	}
	return fault.Invalid(
		fault.At("closingAccountId", "must be empty for an account of type %s; only INCOME and EXPENSE accounts have one", a.Type),
	)
}
