package reports

import (
	"context"
	_ "embed"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/reports/cashbasis"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

//go:embed last_year_end.sql
var selectLastYearEnd string

// withBasis sets the basis of a column. The lines of other currencies are translated as they were
// posted, so that the cash basis cannot be translated.
func withBasis(violations *fault.List, req any, c column, currency string) column {
	r, ok := req.(interface{ GetBasis() pb.AccountingBasis })
	if !ok || r.GetBasis() != pb.AccountingBasis_CASH {
		return c
	}
	if currency != "" {
		violations.Append(fault.At("currencyCode", "cannot be combined with basis CASH"))
	}
	c.isCash = true
	return c
}

// addCashBasis adjusts the columns of the cash basis. A period is adjusted by what its end is, less
// what the day before it was.
func (a accounts) addCashBasis(ctx context.Context, tx *db.Tx, columns []column) error {
	read := map[string][]cashbasis.Adjustment{}
	for i, c := range columns {
		if !c.isCash {
			continue
		}
		if err := a.adjust(ctx, tx, read, c, i, c.end, 1); err != nil {
			return err
		}
		if !c.start.IsZero() {
			if err := a.adjust(ctx, tx, read, c, i, c.start.AddDays(-1), -1); err != nil {
				return err
			}
			continue
		}
		if err := a.closeAdjustments(ctx, tx, read, c, i); err != nil {
			return err
		}
	}
	return nil
}

// closeAdjustments carries the adjustments of income and expenses of closed years to retained
// earnings, as the year-end entries carried what was posted.
func (a accounts) closeAdjustments(
	ctx context.Context, tx *db.Tx, read map[string][]cashbasis.Adjustment, c column, n int,
) error {
	var closed calendar.Date
	var retained uuid.UUID
	err := tx.QueryRow(ctx, selectLastYearEnd, tx.Call().Organization.ID, c.end.String(), c.knownAtArg()).
		Scan(&closed, &retained)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := readAdjustments(ctx, tx, read, c, closed)
	if err != nil {
		return err
	}
	for _, one := range list {
		if b := a[one.AccountID]; b == nil || !b.isResult() {
			continue
		}
		if err := a.add(movement{account: one.AccountID, minor: -one.Minor}, n); err != nil {
			return err
		}
		if err := a.add(movement{account: retained, minor: one.Minor}, n); err != nil {
			return err
		}
	}
	return nil
}

// adjust adds the adjustments at the end of a day to a column, times a sign.
func (a accounts) adjust(
	ctx context.Context, tx *db.Tx, read map[string][]cashbasis.Adjustment, c column, n int, day calendar.Date,
	sign int64,
) error {
	list, err := readAdjustments(ctx, tx, read, c, day)
	for _, one := range list {
		if err := a.add(movement{account: one.AccountID, minor: sign * one.Minor}, n); err != nil {
			return err
		}
	}
	return err
}

// readAdjustments returns the adjustments of a column at the end of a day. read are those that were
// read before.
func readAdjustments(
	ctx context.Context, tx *db.Tx, read map[string][]cashbasis.Adjustment, c column, day calendar.Date,
) ([]cashbasis.Adjustment, error) {
	key := day.String() + c.dimensions()
	if list, known := read[key]; known {
		return list, nil
	}
	list, err := cashbasis.ByAccount(ctx, tx, cashbasis.Query{Day: day, KnownAt: c.knownAt, Within: c.within,
		Without: c.without})
	read[key] = list
	return list, err
}

// dimensions returns the dimension values of a column as a text.
func (c column) dimensions() (out string) {
	for _, list := range [][]uuid.UUID{c.within, c.without} {
		out += "|"
		for _, v := range list {
			out += v.String()
		}
	}
	return out
}
