package resource

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/rank"
	"backoffice/internal/platform/table"
)

// ranked is the order of a table's rows by the column rank, of all rows or of those with a value in
// a column. An index on the organization, the column, rank and id serves it.
type ranked struct {
	name   string
	within *table.Equal
}

// placed is a row in its order.
type placed struct {
	ID   uuid.UUID
	Rank string
}

// rows returns up to limit rows before or after a row, the nearest first. It omits the row that
// moves.
func (o ranked) rows(
	ctx context.Context, tx *db.Tx, from placed, moving uuid.UUID, before bool, limit int,
) ([]placed, error) {
	operator, direction := ">", ""
	if before {
		operator, direction = "<", " desc"
	}
	args := []any{tx.Call().Organization.ID, from.Rank, from.ID, moving, limit}
	condition := ""
	if o.within != nil {
		args = append(args, o.within.Value)
		condition = "\nand t." + o.within.Column + " = $6"
	}
	return db.Collect[placed](ctx, tx, fmt.Sprintf(`
select t.id, t.rank
from %s t
where t.org_id = $1
and (t.rank, t.id) %s ($2::text, $3::uuid)
and t.id <> $4%s
order by t.rank%s, t.id%[4]s
limit $5`, o.name, operator, condition, direction), args...)
}

// LastRank returns the rank of a new record, which comes after all others. within limits the order
// to the records with a value in a column; nil means all records.
func (k *Kind[R]) LastRank(ctx context.Context, tx *db.Tx, within *table.Equal) (string, error) {
	o := ranked{k.table.Name(), within}
	last, err := o.rows(ctx, tx, placed{Rank: "~", ID: uuid.Max}, uuid.Nil, true, 1) // ~ is after all digits
	if err != nil || len(last) == 0 {
		return rank.Between("", ""), err
	}
	return rank.Between(last[0].Rank, ""), nil
}

// Beside is where a request places a record: before or after another one.
type Beside struct {
	Before, After string
	// Field is the name of the request's fields after `before` and `after`, such as `TaskId`.
	Field string
}

// RankBetween returns the rank of a record at the place that a request names, of which it must name
// one. If the ranks there leave no room, RankBetween gives new ranks to records around that place.
// Their versions stay, since they do not move.
func (k *Kind[R]) RankBetween(
	ctx context.Context, tx *db.Tx, r R, place Beside, within *table.Equal,
) (string, error) {
	switch {
	case place.Before != "" && place.After != "":
		return "", fault.Invalid(fault.At("after"+place.Field, "must be empty if before%s is set", place.Field))
	case place.Before != "":
		return k.rankBeside(ctx, tx, r, place.Before, "before"+place.Field, true, within)
	case place.After != "":
		return k.rankBeside(ctx, tx, r, place.After, "after"+place.Field, false, within)
	}
	return "", fault.Invalid(fault.At("before"+place.Field, "is required, or after%s", place.Field))
}

// rankBeside is RankBetween for one of the two places. field is the request's field.
func (k *Kind[R]) rankBeside(
	ctx context.Context, tx *db.Tx, r R, other, field string, before bool, within *table.Equal,
) (string, error) {
	moving, err := k.table.Key(k.table.ID(r))
	if err != nil {
		return "", err
	}
	o := ranked{k.table.Name(), within}
	at, err := o.find(ctx, tx, k, other, field)
	if err != nil {
		return "", err
	}
	if at.ID == moving {
		return "", fault.Invalid(fault.At(field, "must be another record"))
	}
	for reach := 1; ; reach *= 8 {
		earlier, err := o.rows(ctx, tx, at, moving, true, reach)
		if err != nil {
			return "", err
		}
		later, err := o.rows(ctx, tx, at, moving, false, reach)
		if err != nil {
			return "", err
		}
		slices.Reverse(earlier)
		place := len(earlier)
		if !before {
			place++
		}
		window := slices.Concat(earlier, []placed{at}, later)
		if reach == 1 {
			if made, fits := rankAt(window, place); fits {
				return made, nil
			}
			continue
		}
		if made, fresh, fits := respread(window, place, len(earlier) == reach, len(later) == reach); fits {
			return made, o.store(ctx, tx, fresh)
		}
	}
}

// find returns the place of the other record. It must be one that the caller may read.
func (o ranked) find(ctx context.Context, tx *db.Tx, kind db.Kind, other, field string) (at placed, err error) {
	found, err := kind.Load(ctx, tx, []string{other})
	if err != nil {
		return at, err
	}
	missing := fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
		fault.At(field, "names a record that does not exist"))
	if !found[0].Readable {
		return at, missing
	}
	_, key, err := table.ParseSubject(other)
	if err != nil {
		return at, err
	}
	args, condition := []any{tx.Call().Organization.ID, key}, ""
	if o.within != nil {
		args, condition = append(args, o.within.Value), "\nand t."+o.within.Column+" = $3"
	}
	sql := "select t.id, t.rank\nfrom " + o.name + " t\nwhere t.org_id = $1\nand t.id = $2" + condition
	err = tx.QueryRow(ctx, sql, args...).Scan(&at.ID, &at.Rank)
	if errors.Is(err, pgx.ErrNoRows) {
		return at, missing
	}
	return at, err
}

// rankAt returns a rank at a place among rows, false if there is no room for a short one.
func rankAt(rows []placed, place int) (string, bool) {
	low, high := "", ""
	if place > 0 {
		low = rows[place-1].Rank
	}
	if place < len(rows) {
		high = rows[place].Rank
	}
	if high != "" && low >= high {
		return "", false
	}
	made := rank.Between(low, high)
	return made, len(made) <= rank.MaxLength
}

// respread returns new ranks for rows, with room for one more at a place. If there may be rows
// beyond an end, the row there keeps its rank. It returns false if the ends leave too little room.
func respread(rows []placed, place int, moreBefore, moreAfter bool) (made string, fresh []placed, fits bool) {
	low, high := "", ""
	if moreBefore {
		low, rows, place = rows[0].Rank, rows[1:], place-1
	}
	if moreAfter {
		high, rows = rows[len(rows)-1].Rank, rows[:len(rows)-1]
	}
	if high != "" && low >= high {
		return "", nil, false
	}
	ranks := rank.Spread(low, high, len(rows)+1)
	for i, row := range rows {
		if i >= place {
			i++
		}
		fresh = append(fresh, placed{row.ID, ranks[i]})
	}
	longest := slices.MaxFunc(ranks, func(a, b string) int { return len(a) - len(b) })
	return ranks[place], fresh, len(longest) <= rank.MaxLength/2
}

// store stores new ranks.
func (o ranked) store(ctx context.Context, tx *db.Tx, rows []placed) error {
	ids, ranks := make([]uuid.UUID, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		ids[i], ranks[i] = row.ID, row.Rank
	}
	_, err := tx.Exec(ctx, `
update `+o.name+` t
set rank = u.rank
from unnest($2::uuid[], $3::text[]) as u (id, rank)
where t.org_id = $1
and t.id = u.id`, tx.Call().Organization.ID, ids, ranks)
	return err
}
