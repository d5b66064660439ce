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

// GetAccountBalances returns the balances of accounts at the end of a day.
func (s *Service) GetAccountBalances(
	ctx context.Context, req *pb.GetAccountBalancesRequest,
) (*pb.AccountBalances, error) {
	var violations fault.List
	asOf := parseDate(&violations, "asOf", req.GetAsOf(), call.From(ctx).Today())
	held := withDimensionValues(&violations, req, column{label: onlyColumn, period: period{end: asOf}})
	if err := violations.Err(); err != nil {
		return nil, err
	}
	own := held
	own.ownCurrency = true
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.AccountBalances, error) {
		all, err := balances(ctx, tx, []column{held, own})
		if err != nil {
			return nil, err
		}
		st := statement{currency: tx.Call().Organization.CurrencyCode, columns: []column{held}, balances: all}
		out := &pb.AccountBalances{AsOf: asOf.String(), Balances: st.accountBalances()}
		if err := checkAccountsExist(req.GetAccountIds(), out.Balances); err != nil {
			return nil, err
		}
		out.Balances = slices.DeleteFunc(out.Balances, func(b *pb.AccountBalance) bool { return !isRequested(req, b) })
		return out, nil
	})
}

// checkAccountsExist rejects account IDs that have no balance.
func checkAccountsExist(ids []string, all []*pb.AccountBalance) error {
	existing := map[string]bool{}
	for _, b := range all {
		existing[b.AccountId] = true
	}
	var missing []fault.Field
	for i, account := range ids {
		if !existing[account] {
			missing = append(missing, fault.At(fmt.Sprintf("accountIds[%d]", i), "names a record that does not exist"))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, missing...)
}

// isRequested reports whether a balance matches the request's filters.
func isRequested(req *pb.GetAccountBalancesRequest, b *pb.AccountBalance) bool {
	return (len(req.GetAccountIds()) == 0 || slices.Contains(req.GetAccountIds(), b.AccountId)) &&
		(req.GetType() == pb.Account_TYPE_UNSPECIFIED || req.GetType() == b.Type) &&
		(req.GetSubtype() == pb.Account_SUBTYPE_UNSPECIFIED || req.GetSubtype() == b.Subtype)
}

// accountBalances returns the balances of all accounts, each parent before its children. The
// first column is in the base currency, the second in the accounts' own currencies.
func (s statement) accountBalances() []*pb.AccountBalance {
	under := map[uuid.UUID][]balance{}
	for _, b := range s.balances {
		under[b.ParentAccountID.UUID] = append(under[b.ParentAccountID.UUID], b)
	}
	all, _ := s.balancesUnder(under, uuid.Nil, 0)
	return all
}

// balancesUnder returns the balances of the accounts under a parent, and their total.
func (s statement) balancesUnder(
	under map[uuid.UUID][]balance, parent uuid.UUID, level int32,
) (all []*pb.AccountBalance, total int64) {
	for _, b := range under[parent] {
		parts, sum := s.balancesUnder(under, b.ID, level+1)
		sum += b.Minor[0]
		total += sum
		all = append(append(all, s.accountBalance(b, level, sum)), parts...)
	}
	return all, total
}

func (s statement) accountBalance(b balance, level int32, total int64) *pb.AccountBalance {
	out := &pb.AccountBalance{
		AccountId: id.Format("acc", b.ID), Code: b.Code, DisplayName: b.DisplayName, Level: level, Archived: b.Archived,
		Type:    pb.Account_Type(pb.Account_Type_value[b.Type]),
		Subtype: pb.Account_Subtype(pb.Account_Subtype_value[b.Subtype]),
		Balance: s.money(b.Minor[0]), OwnBalance: s.money(b.Minor[0]), Total: s.money(total),
		DrillFilter: s.columns[0].drillFilter(b.ID),
	}
	if b.CurrencyCode != s.currency {
		out.OwnBalance = money.ToProto(b.Minor[1], b.CurrencyCode)
	}
	if b.ParentAccountID.Valid {
		out.ParentAccountId = id.Format("acc", b.ParentAccountID.UUID)
	}
	return out
}
