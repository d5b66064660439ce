package reports

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// GetAccountBalances answers what accounts hold at the end of a day.
func (s *Service) GetAccountBalances(ctx context.Context, req *pb.GetAccountBalancesRequest) (*pb.AccountBalances, error) {
	var violations fault.List
	asOf := date(&violations, "asOf", req.GetAsOf(), call.From(ctx).Today())
	held := narrow(&violations, req, column{label: onlyColumn, period: period{end: asOf}})
	if err := violations.Err(); err != nil {
		return nil, err
	}
	own := held
	own.own = true
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.AccountBalances, error) {
		all, err := balances(ctx, tx, []column{held, own})
		if err != nil {
			return nil, err
		}
		st := statement{currency: tx.Call().Organization.CurrencyCode, columns: []column{held}, all: all}
		out := &pb.AccountBalances{AsOf: asOf.String(), Balances: st.accountBalances()}
		if err := present(req.GetAccountIds(), out.Balances); err != nil {
			return nil, err
		}
		out.Balances = slices.DeleteFunc(out.Balances, func(b *pb.AccountBalance) bool { return !asked(req, b) })
		return out, nil
	})
}

// present refuses accounts that are not among those there are.
func present(ids []string, all []*pb.AccountBalance) error {
	there := map[string]bool{}
	for _, b := range all {
		there[b.AccountId] = true
	}
	var missing []fault.Field
	for i, account := range ids {
		if !there[account] {
			missing = append(missing, fault.At(fmt.Sprintf("accountIds[%d]", i), "names a record that does not exist"))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, missing...)
}

// asked tells whether a balance is among those that were asked for.
func asked(req *pb.GetAccountBalancesRequest, b *pb.AccountBalance) bool {
	return (len(req.GetAccountIds()) == 0 || slices.Contains(req.GetAccountIds(), b.AccountId)) &&
		(req.GetType() == pb.Account_TYPE_UNSPECIFIED || req.GetType() == b.Type) &&
		(req.GetSubtype() == pb.Account_SUBTYPE_UNSPECIFIED || req.GetSubtype() == b.Subtype)
}

// accountBalances are the balances of all accounts in the order of their tree: the first
// column in the base, the second in the accounts' own currencies.
func (s statement) accountBalances() []*pb.AccountBalance {
	under := map[uuid.UUID][]balance{}
	for _, b := range s.all {
		under[b.ParentAccountID.UUID] = append(under[b.ParentAccountID.UUID], b)
	}
	all, _ := s.branch(under, uuid.Nil, 0)
	return all
}

// branch are the balances of the accounts under one, and what they hold together.
func (s statement) branch(under map[uuid.UUID][]balance, parent uuid.UUID, level int32) (all []*pb.AccountBalance, total int64) {
	for _, b := range under[parent] {
		parts, sum := s.branch(under, b.ID, level+1)
		sum += b.Minor[0]
		total += sum
		all = append(append(all, s.accountBalance(b, level, sum)), parts...)
	}
	return all, total
}

func (s statement) accountBalance(b balance, level int32, total int64) *pb.AccountBalance {
	out := &pb.AccountBalance{
		AccountId: id.Format("acc", b.ID), Code: b.Code, DisplayName: b.DisplayName, Level: level, Archived: b.Archived,
		Type: pb.Account_Type(pb.Account_Type_value[b.Type]), Subtype: pb.Account_Subtype(pb.Account_Subtype_value[b.Subtype]),
		Balance: s.money(b.Minor[0]), OwnBalance: s.money(b.Minor[0]), Total: s.money(total), DrillFilter: s.columns[0].drill(b.ID),
	}
	if b.CurrencyCode != s.currency {
		out.OwnBalance = money.Of(b.Minor[1], b.CurrencyCode)
	}
	if b.ParentAccountID.Valid {
		out.ParentAccountId = id.Format("acc", b.ParentAccountID.UUID)
	}
	return out
}
