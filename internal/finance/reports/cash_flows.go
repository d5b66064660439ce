package reports

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/reports/cashflow"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/id"
)

// cashFlows holds the attributed cash of entries, summed by account and day for each column.
type cashFlows struct {
	statement statement
	places    map[flowPlace]flowSums
	excluded  flowSums
	effect    flowSums
	nonCash   map[exchangeOf]flowSums
	// sumUp adds up the movements of each account in each column, in the currency of the statement.
	sumUp func([][]movement) ([]map[uuid.UUID]int64, error)
}

// flowPlace is where a statement shows a flow.
type flowPlace struct {
	section pb.Account_CashFlowSection
	class   pb.Account_CashFlowClass
}

// noAccount stands for amounts that belong to no account.
var noAccount = uuid.Max

// exchangeOf are the accounts of a transaction without cash.
type exchangeOf struct{ debit, credit uuid.UUID }

// flowSums are sums by account and day, one map for each column.
type flowSums []map[accountDay]int64

type accountDay struct {
	account uuid.UUID
	day     calendar.Date
}

func newCashFlows(s statement, sumUp func([][]movement) ([]map[uuid.UUID]int64, error)) *cashFlows {
	return &cashFlows{
		sumUp: sumUp, statement: s, places: map[flowPlace]flowSums{}, excluded: newFlowSums(s), effect: newFlowSums(s),
		nonCash: map[exchangeOf]flowSums{},
	}
}

func newFlowSums(s statement) flowSums {
	out := make(flowSums, len(s.columns))
	for i := range out {
		out[i] = map[accountDay]int64{}
	}
	return out
}

// add adds an attributed entry of a day to the columns that contain the day.
func (f *cashFlows) add(day calendar.Date, a cashflow.Attribution) {
	at := f.statement.flowDay(day)
	for i, c := range f.statement.columns {
		if !c.contains(day) {
			continue
		}
		for _, flow := range a.Flows {
			place := flowPlace{flow.Section, flow.Class}
			sumsAt(f.statement, f.places, place)[i][accountDay{cmp.Or(flow.Account, noAccount), at}] += flow.Minor
		}
		for _, m := range a.Excluded {
			f.excluded[i][accountDay{m.Account, at}] += m.Minor
		}
		for _, x := range a.NonCash {
			between := exchangeOf{x.Debit, x.Credit}
			sumsAt(f.statement, f.nonCash, between)[i][accountDay{noAccount, at}] += x.Minor
		}
		f.effect[i][accountDay{noAccount, at}] += a.Effect
	}
}

// sumsAt returns the sums of a key, which it creates if they are missing.
func sumsAt[K comparable](s statement, all map[K]flowSums, key K) flowSums {
	if all[key] == nil {
		all[key] = newFlowSums(s)
	}
	return all[key]
}

// movements returns the sums as movements, one list for each column.
func (f flowSums) movements() [][]movement {
	out := make([][]movement, len(f))
	for i, column := range f {
		for at, minor := range column {
			out[i] = append(out[i], movement{at.account, at.day, minor})
		}
	}
	return out
}

// statementOf returns the statement with the sums in place of the balances. Imported opening cash
// has its own row.
func (f *cashFlows) statementOf(sums flowSums) (statement, error) {
	s := f.statement
	s.balances = append(slices.Clone(s.balances), balance{ID: noAccount, DisplayName: "Opening balances"})
	all, err := f.sumUp(sums.movements())
	if err != nil {
		return s, err
	}
	newAccounts(s.balances, len(s.columns)).fill(all)
	s.columns = slices.Clone(s.columns)
	for i := range s.columns {
		s.columns[i].cashEntries = true
	}
	return s, checkOverflow(s.balances, len(s.columns))
}

// total returns the total of the sums in each column.
func (f *cashFlows) total(sums flowSums) (amounts, error) {
	s, err := f.statementOf(sums)
	return s.sum(debit, func(balance) bool { return true }), err
}

// transactions returns the note of investing and financing without cash, by the names of the
// accounts (IAS 7.43, ASC 230-10-50-3).
func (f *cashFlows) transactions() ([]*pb.NonCashTransaction, error) {
	names := map[uuid.UUID]string{}
	for _, b := range f.statement.balances {
		names[b.ID] = b.DisplayName
	}
	out := []*pb.NonCashTransaction{}
	for between, sums := range f.nonCash {
		total, err := f.total(sums)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(total, func(minor int64) bool { return minor != 0 }) {
			out = append(out, &pb.NonCashTransaction{
				Label:          names[between.debit] + " from " + names[between.credit],
				DebitAccountId: id.Format("acc", between.debit), CreditAccountId: id.Format("acc", between.credit),
				Amounts: f.statement.moneys(total),
			})
		}
	}
	slices.SortFunc(out, func(a, b *pb.NonCashTransaction) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.DebitAccountId, b.DebitAccountId),
			cmp.Compare(a.CreditAccountId, b.CreditAccountId))
	})
	return out, nil
}
