package reports

import (
	"context"
	_ "embed"
	"encoding/json"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

//go:embed current_parts.sql
var selectCurrentParts string

// currentParts are the parts of non-current balances that are due within twelve months, one amount
// for each column, positive on the account's normal side.
type currentParts map[uuid.UUID]amounts

// isCurrent reports whether an asset or liability is expected to be realized or settled within
// twelve months (IAS 1.66 and 1.69, ASC 210-10-45).
func (b balance) isCurrent() bool {
	switch {
	case b.BalanceSheetTerm != "":
		return b.BalanceSheetTerm == pb.Account_CURRENT.String()
	case b.Subtype == pb.Account_FIXED_ASSET.String(), b.Subtype == pb.Account_ACCUMULATED_DEPRECIATION.String(),
		b.Subtype == pb.Account_LOAN.String():
		return false
	}
	return true
}

// readCurrentParts reads the current parts that apply at the end of each column. They are parts of
// whole balances, and are left out of columns of dimension values.
func (s statement) readCurrentParts(ctx context.Context, tx *db.Tx) (currentParts, error) {
	rows, err := tx.Query(ctx, selectCurrentParts, tx.Call().Organization.ID)
	if err != nil {
		return nil, err
	}
	moved := make([][]movement, len(s.columns))
	var account uuid.UUID
	var raw []byte
	if _, err := pgx.ForEachRow(rows, []any{&account, &raw}, func() error {
		for i, c := range s.columns {
			minor, err := partAt(raw, c.end)
			if err != nil {
				return err
			}
			if minor != 0 && len(c.within)+len(c.without) == 0 {
				moved[i] = append(moved[i], movement{account, c.end, minor})
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	sums, err := sumInCurrency(ctx, tx, moved, s.currency)
	out := currentParts{}
	for i, column := range sums {
		for account, minor := range column {
			if out[account] == nil {
				out[account] = s.zeros()
			}
			out[account][i] = minor
		}
	}
	return out, err
}

// partAt returns the last of an account's current parts that applies on a day, in minor units.
func partAt(raw []byte, day calendar.Date) (minor int64, err error) {
	var list []struct {
		StartDate string
		Amount    struct{ Amount, CurrencyCode string }
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return 0, err
	}
	for _, part := range list {
		if part.StartDate <= day.String() {
			if minor, err = money.Parse(part.Amount.Amount, part.Amount.CurrencyCode); err != nil {
				return 0, err
			}
		}
	}
	return minor, nil
}

// terms are the balances of a balance sheet, divided into current and non-current, and into the
// overdrafts of bank accounts.
type terms struct{ current, nonCurrent, overdrafts statement }

// divide divides the balances. A current part is at most the balance.
func (s statement) divide(parts currentParts) terms {
	out := terms{s, s, s}
	out.current.balances, out.nonCurrent.balances = slices.Clone(s.balances), slices.Clone(s.balances)
	out.overdrafts.balances = slices.Clone(s.balances)
	for i, b := range s.balances {
		held, owed := s.splitOverdraft(b)
		out.overdrafts.balances[i] = owed
		if !owed.Minor.isZero() {
			out.current.balances[i], out.nonCurrent.balances[i] = held, b.withoutLines(s.zeros())
			continue
		}
		part := s.zeros()
		for n, most := range parts[b.ID] {
			normal := int64(debit)
			if b.is(pb.Account_LIABILITY) {
				normal = int64(credit)
			}
			part[n] = normal * min(most, max(normal*b.Minor[n], 0))
		}
		switch {
		case b.isCurrent():
			out.nonCurrent.balances[i] = b.withoutLines(s.zeros())
		case part.isZero():
			out.current.balances[i] = b.withoutLines(part)
		default:
			out.current.balances[i] = b.withoutLines(part)
			out.nonCurrent.balances[i] = b.withoutLines(b.Minor.minus(part))
		}
	}
	return out
}

// splitOverdraft divides a bank account into the money on it and the debt to the bank. The debt is
// a liability and is not offset against other accounts (IAS 1.32, ASC 210-20-45-1).
//
// Only whole balances are divided: some lines of an account do not show a debt to the bank.
func (s statement) splitOverdraft(b balance) (held, owed balance) {
	below := make(amounts, len(b.Minor))
	for i, c := range s.columns {
		if b.Subtype == pb.Account_BANK.String() && len(c.within)+len(c.without) == 0 {
			below[i] = min(b.Minor[i], 0)
		}
	}
	held, owed = b.withoutLines(b.Minor.minus(below)), b.withoutLines(below)
	switch {
	case owed.Minor.isZero():
		held = b
	case held.Minor.isZero():
		owed = b
	}
	return held, owed
}

// withoutLines returns the account with amounts that are not the sums of its lines.
func (b balance) withoutLines(a amounts) balance {
	b.Minor, b.Moved, b.isPart = a, !a.isZero(), true
	return b
}

// side returns the assets or the liabilities, with the total of the current ones and of all.
func (t terms) side(of pb.Account_Type, due amounts) (row *pb.ReportRow, current, all amounts) {
	key, label, shown, s := "assets", "Assets", debit, t.current
	dueKey, dueLabel := "assets/dueFromRest", "Due from the rest of the organization"
	if of == pb.Account_LIABILITY {
		key, label, shown, due = "liabilities", "Liabilities", credit, due.times(-1)
		dueKey, dueLabel = "liabilities/dueToRest", "Due to the rest of the organization"
	}
	currentRow, current := t.current.section(key+"/current", "Current "+key, shown, ofType(of))
	if of == pb.Account_LIABILITY {
		overdrafts, owed := t.overdrafts.section(key+"/current/overdrafts", "Bank overdrafts", credit,
			func(b balance) bool { return !b.Minor.isZero() })
		if len(overdrafts.Rows) > 0 {
			current = current.plus(owed)
			currentRow = s.heading(key+"/current", "Current "+key, current, append(currentRow.Rows, overdrafts)...)
		}
	}
	otherRow, other := t.nonCurrent.section(key+"/nonCurrent", "Non-current "+key, shown, ofType(of))
	rows, all := []*pb.ReportRow{currentRow, otherRow}, current.plus(other)
	if positive := due.positive(); !positive.isZero() {
		rows, all = append(rows, s.subtotal(dueKey, dueLabel, positive)), all.plus(positive)
	}
	return s.heading(key, label, all, rows...), current, all
}
