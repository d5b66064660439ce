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

// side is the sign in which a statement shows amounts, which are debits positive on
// the books.
type side int64

const (
	debit  side = 1
	credit side = -1
)

// statement makes the rows of a report out of balances.
type statement struct {
	currency string
	columns  []column
	all      []balance
	// translated is true if it is in another currency than the books.
	translated bool
}

func (s statement) money(minor int64) *typepb.Money {
	return money.Of(minor, s.currency)
}

// sides are an amount on its side: as a debit, or positive as a credit.
func (s statement) sides(minor int64) (onDebit, onCredit *typepb.Money) {
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

func (s statement) labels() []string {
	out := make([]string, len(s.columns))
	for i, c := range s.columns {
		out[i] = c.label
	}
	return out
}

// sum is what the accounts that belong add up to.
func (s statement) sum(shown side, belongs func(balance) bool) amounts {
	total := s.none()
	for _, b := range s.all {
		if belongs(b) {
			total = total.plus(b.Minor.times(int64(shown)))
		}
	}
	return total
}

// none are amounts of zero.
func (s statement) none() amounts { return make(amounts, len(s.columns)) }

// row is a row without an account, such as a heading or a total.
func (s statement) row(label string, a amounts, rows ...*pb.ReportRow) *pb.ReportRow {
	return &pb.ReportRow{Label: label, Amounts: s.moneys(a), Rows: rows}
}

// series is a line of a chart, one amount for each column.
func (s statement) series(label string, a amounts) *pb.ReportSeries {
	return &pb.ReportSeries{Label: label, Amounts: s.moneys(a)}
}

// section is a heading with the rows of the accounts that belong under it, and their
// sum.
func (s statement) section(label string, shown side, belongs func(balance) bool) (*pb.ReportRow, amounts) {
	under := map[uuid.UUID][]balance{}
	members := map[uuid.UUID]bool{}
	for _, b := range s.all {
		members[b.ID] = belongs(b)
	}
	for _, b := range s.all {
		if members[b.ID] {
			parent := parentIn(members, b)
			under[parent] = append(under[parent], b)
		}
	}
	rows, _ := s.tree(under, uuid.Nil, shown)
	total := s.sum(shown, belongs)
	return s.row(label, total, rows...), total
}

// parentIn is the account's parent if that is in the same section, or else nil.
func parentIn(members map[uuid.UUID]bool, b balance) uuid.UUID {
	if b.ParentAccountID.Valid && members[b.ParentAccountID.UUID] {
		return b.ParentAccountID.UUID
	}
	return uuid.Nil
}

// tree makes the rows of the accounts under one, leaving out what did not move. An
// account with others under it is the total of them and of its own row.
func (s statement) tree(under map[uuid.UUID][]balance, parent uuid.UUID, shown side) (rows []*pb.ReportRow, total amounts) {
	total = s.none()
	for _, b := range under[parent] {
		parts, sum := s.tree(under, b.ID, shown)
		if b.Moved {
			own := b.Minor.times(int64(shown))
			sum = sum.plus(own)
			parts = append([]*pb.ReportRow{s.account(b, s.moneys(own)...)}, parts...)
		}
		total = total.plus(sum)
		switch {
		case len(parts) == 0:
		case len(parts) == 1 && b.Moved:
			rows = append(rows, parts[0])
		default:
			rows = append(rows, s.row(b.DisplayName, sum, parts...))
		}
	}
	return rows, total
}

// account is the row of an account, with the filters of the lines behind it.
func (s statement) account(b balance, amounts ...*typepb.Money) *pb.ReportRow {
	row := &pb.ReportRow{Label: b.DisplayName, AccountId: id.Format("acc", b.ID), AccountCode: b.Code, Amounts: amounts}
	for _, c := range s.columns {
		row.ColumnFilters = append(row.ColumnFilters, c.drill(b.ID))
	}
	row.DrillFilter = row.ColumnFilters[0]
	return row
}

// drill is the filter of the journal lines of an account in the column.
func (c column) drill(account uuid.UUID) string {
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
