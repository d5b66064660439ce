package reports

import (
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
	period   period
	all      []balance
}

func (s statement) money(minor int64) *typepb.Money {
	return &typepb.Money{Amount: money.Format(minor, s.currency), CurrencyCode: s.currency}
}

// row is a row with one amount, such as a heading or a total.
func (s statement) row(label string, minor int64, rows ...*pb.ReportRow) *pb.ReportRow {
	return &pb.ReportRow{Label: label, Amounts: []*typepb.Money{s.money(minor)}, Rows: rows}
}

// section is a heading with the rows of the accounts that belong under it, and their
// sum.
func (s statement) section(label string, shown side, belongs func(balance) bool) (*pb.ReportRow, int64) {
	under := map[uuid.UUID][]balance{}
	members := map[uuid.UUID]bool{}
	var total int64
	for _, b := range s.all {
		if belongs(b) {
			members[b.ID] = true
			total += int64(shown) * b.Minor
		}
	}
	for _, b := range s.all {
		if members[b.ID] {
			parent := parentIn(members, b)
			under[parent] = append(under[parent], b)
		}
	}
	rows, _ := s.tree(under, uuid.Nil, shown)
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
func (s statement) tree(under map[uuid.UUID][]balance, parent uuid.UUID, shown side) (rows []*pb.ReportRow, total int64) {
	for _, b := range under[parent] {
		parts, sum := s.tree(under, b.ID, shown)
		if b.Moved {
			own := int64(shown) * b.Minor
			sum += own
			parts = append([]*pb.ReportRow{s.account(b, s.money(own))}, parts...)
		}
		total += sum
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

// account is the row of an account, with the filter of the lines behind it.
func (s statement) account(b balance, amounts ...*typepb.Money) *pb.ReportRow {
	return &pb.ReportRow{
		Label: b.DisplayName, AccountId: id.Format("acc", b.ID), AccountCode: b.Code,
		Amounts: amounts, DrillFilter: s.period.drill(b.ID),
	}
}
