package reports

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// side is the sign with which a statement shows amounts. In the ledger, debits are positive.
type side int64

const (
	debit  side = 1
	credit side = -1
)

// statement holds balances and makes the rows of a report from them.
type statement struct {
	currency string
	columns  []column
	balances []balance
	// translated reports whether the currency differs from the base currency.
	translated bool
	// ifrs18 reports whether the statement is presented by IFRS 18.
	ifrs18 bool
}

func (s statement) money(minor int64) *typepb.Money {
	return money.ToProto(minor, s.currency)
}

// debitOrCredit returns an amount as a positive debit or a positive credit. The other result is
// nil.
func (s statement) debitOrCredit(minor int64) (onDebit, onCredit *typepb.Money) {
	if minor < 0 {
		return nil, s.money(-minor)
	}
	return s.money(minor), nil
}

func (s statement) moneys(a amounts) []*typepb.Money {
	out := make([]*typepb.Money, len(s.columns))
	for i := range out {
		out[i] = s.money(a[i])
	}
	return out
}

// headings returns the columns as they are shown.
func (s statement) headings() []*pb.ReportColumn {
	out := make([]*pb.ReportColumn, len(s.columns))
	for i, c := range s.columns {
		out[i] = c.heading(c.label)
	}
	return out
}

// heading returns the column with a label.
func (c column) heading(label string) *pb.ReportColumn {
	out := &pb.ReportColumn{Label: label}
	if c.start.IsZero() {
		out.AsOf = c.end.String()
	} else {
		out.StartDate, out.EndDate = c.start.String(), c.end.String()
	}
	if c.value != uuid.Nil {
		out.DimensionValueId = id.Format("dmv", c.value)
	}
	return out
}

// asked returns the index of the column that the caller asked for. The others are parts of it, or
// are compared with it.
func (s statement) asked() int {
	for i, c := range s.columns {
		if c.asked {
			return i
		}
	}
	return 0
}

// figure returns the amount of the column that the caller asked for.
func (s statement) figure(a amounts) *typepb.Money { return s.money(a[s.asked()]) }

// sum returns the total of the accounts for which belongs returns true.
func (s statement) sum(shown side, belongs func(balance) bool) amounts {
	total := s.zeros()
	for _, b := range s.balances {
		if belongs(b) {
			total = total.plus(b.Minor.times(int64(shown)))
		}
	}
	return total
}

// zeros returns an amount of zero for each column.
func (s statement) zeros() amounts { return make(amounts, len(s.columns)) }

// heading returns a section of a report with its rows and their total.
func (s statement) heading(key, label string, a amounts, rows ...*pb.ReportRow) *pb.ReportRow {
	return &pb.ReportRow{Kind: pb.ReportRow_SECTION, Key: key, Label: label, Amounts: s.moneys(a), Rows: rows}
}

// subtotal returns a row that adds up others, and may contain them.
func (s statement) subtotal(key, label string, a amounts, rows ...*pb.ReportRow) *pb.ReportRow {
	return &pb.ReportRow{Kind: pb.ReportRow_SUBTOTAL, Key: key, Label: label, Amounts: s.moneys(a), Rows: rows}
}

// total returns a row for a result of the report.
func (s statement) total(key, label string, a amounts) *pb.ReportRow {
	return &pb.ReportRow{Kind: pb.ReportRow_TOTAL, Key: key, Label: label, Amounts: s.moneys(a)}
}

// series returns a line of a chart with one amount per column.
func (s statement) series(label string, a amounts) *pb.ReportSeries {
	return &pb.ReportSeries{Label: label, Amounts: s.moneys(a)}
}

// section returns a heading, with the rows of the accounts for which belongs returns true, and
// their total.
func (s statement) section(
	key, label string, shown side, belongs func(balance) bool,
) (*pb.ReportRow, amounts) {
	under := map[uuid.UUID][]balance{}
	members := map[uuid.UUID]bool{}
	for _, b := range s.balances {
		members[b.ID] = belongs(b)
	}
	for _, b := range s.balances {
		if members[b.ID] {
			parent := parentWithin(members, b)
			under[parent] = append(under[parent], b)
		}
	}
	rows, _ := s.tree(key, under, uuid.Nil, shown)
	total := s.sum(shown, belongs)
	return s.heading(key, label, total, rows...), total
}

// parentWithin returns the account's parent if it is in the same section, and uuid.Nil
// otherwise.
func parentWithin(members map[uuid.UUID]bool, b balance) uuid.UUID {
	if b.ParentAccountID.Valid && members[b.ParentAccountID.UUID] {
		return b.ParentAccountID.UUID
	}
	return uuid.Nil
}

// tree returns the rows of the accounts under a parent, without accounts that never moved. The
// row of an account with children is the total of its lines and their rows.
func (s statement) tree(
	key string, under map[uuid.UUID][]balance, parent uuid.UUID, shown side,
) (rows []*pb.ReportRow, total amounts) {
	total = s.zeros()
	for _, b := range under[parent] {
		parts, sum := s.tree(key, under, b.ID, shown)
		if b.Moved {
			own := b.Minor.times(int64(shown))
			sum = sum.plus(own)
			parts = append([]*pb.ReportRow{s.accountRow(key, b, s.moneys(own)...)}, parts...)
		}
		total = total.plus(sum)
		switch {
		case len(parts) == 0:
		case len(parts) == 1 && b.Moved:
			rows = append(rows, parts[0])
		default:
			group := key + "/" + id.Format("acc", b.ID) + "/total"
			rows = append(rows, s.subtotal(group, b.DisplayName, sum, parts...))
		}
	}
	return rows, total
}

// accountRow returns the row of an account in a section, with filters that list the lines behind
// each amount.
func (s statement) accountRow(section string, b balance, amounts ...*typepb.Money) *pb.ReportRow {
	if b.ID == noAccount {
		return &pb.ReportRow{
			Kind: pb.ReportRow_SUBTOTAL, Key: section + "/openingBalances", Label: b.DisplayName, Amounts: amounts,
		}
	}
	account := id.Format("acc", b.ID)
	row := &pb.ReportRow{
		Kind: pb.ReportRow_ACCOUNT, Key: section + "/" + account, Label: b.DisplayName, AccountId: account,
		AccountCode: b.Code, Amounts: amounts,
	}
	if b.isPart || s.columns[s.asked()].isCash {
		return row // posted lines do not add up to the amounts
	}
	for _, c := range s.columns {
		row.ColumnFilters = append(row.ColumnFilters, c.drillFilter(b.ID))
	}
	row.DrillFilter = row.ColumnFilters[s.asked()]
	return row
}

// drillFilter returns the filter that lists the journal lines of an account in the column.
func (c column) drillFilter(account uuid.UUID) string {
	parts := []string{fmt.Sprintf("account_id = %q", id.Format("acc", account))}
	if !c.start.IsZero() {
		parts = append(parts, fmt.Sprintf("date >= %q", c.start))
	}
	parts = append(parts, fmt.Sprintf("date <= %q", c.end))
	if c.operating {
		parts = append(parts, "closing = false")
	}
	if c.cashEntries {
		parts = append(parts, "moved_cash = true")
	}
	if !c.knownAt.IsZero() {
		parts = append(parts, fmt.Sprintf("post_time <= %q", c.knownAt.UTC().Format(time.RFC3339Nano)))
	}
	for _, v := range c.within {
		parts = append(parts, fmt.Sprintf("dimension_value_ids : %q", id.Format("dmv", v)))
	}
	for _, v := range c.without {
		parts = append(parts, fmt.Sprintf("NOT dimension_value_ids : %q", id.Format("dmv", v)))
	}
	return strings.Join(parts, " AND ")
}
