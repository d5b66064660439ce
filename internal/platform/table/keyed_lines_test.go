package table_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// sheets have lines that keep their identifiers.
var sheets = table.New("trial.sheets",
	table.Text("description", func(e *financev1.JournalEntry) *string { return &e.Description }),
	table.Text("currency_code", func(e *financev1.JournalEntry) *string { return &e.CurrencyCode }),
	table.KeyedLines("lines", "trial.sheet_lines", "sheet_id", "jln", linesOf,
		func(l *financev1.JournalLine) *string { return &l.Id },
		func(e *financev1.JournalEntry) string { return e.CurrencyCode },
		table.Ref("account_id", "acc", func(l *financev1.JournalLine) *string { return &l.AccountId }),
		table.Minor("amount", func(l *financev1.JournalLine) **typev1.Money { return &l.Amount }),
		table.Text("memo", func(l *financev1.JournalLine) *string { return &l.Memo }),
	),
)

func sheetLine(memo string) *financev1.JournalLine {
	return &financev1.JournalLine{Memo: memo, Amount: &typev1.Money{Amount: "1.00", CurrencyCode: "EUR"}}
}

// newSheet stores a sheet with lines that have these memos.
func (o tenant) newSheet(t *testing.T, memos ...string) *financev1.JournalEntry {
	t.Helper()
	e := &financev1.JournalEntry{Id: id.Format("jrn", id.New()), CurrencyCode: "EUR"}
	for _, memo := range memos {
		e.Lines = append(e.Lines, sheetLine(memo))
	}
	if err := o.write(func(ctx context.Context, tx *db.Tx) error { return sheets.Insert(ctx, tx, e) }); err != nil {
		t.Fatal(err)
	}
	return e
}

// changeSheet locks a sheet, changes it and stores it.
func (o tenant) changeSheet(key string, change func(*financev1.JournalEntry)) (e *financev1.JournalEntry, err error) {
	return e, o.write(func(ctx context.Context, tx *db.Tx) error {
		before, err := sheets.Lock(ctx, tx, key)
		if err != nil {
			return err
		}
		if e, err = sheets.Get(ctx, tx, key); err != nil {
			return err
		}
		change(e)
		return sheets.Update(ctx, tx, before, e)
	})
}

// sheetLines returns a sheet's stored lines as `id memo`.
func (o tenant) sheetLines(t *testing.T, key string) (lines []string) {
	t.Helper()
	e, err := db.Read(o.ctx, o.db, func(ctx context.Context, tx *db.Tx) (*financev1.JournalEntry, error) {
		return sheets.Get(ctx, tx, key)
	})
	if err != nil {
		t.Fatal(err)
	}
	return formatLines(e)
}

func formatLines(e *financev1.JournalEntry) (lines []string) {
	for _, l := range e.GetLines() {
		lines = append(lines, l.GetId()+" "+l.GetMemo())
	}
	return lines
}

// versions returns the row versions of a parent's lines by the column by. A version changes if the
// row is written.
func (o tenant) versions(t *testing.T, name, parent, key, by string) map[string]string {
	t.Helper()
	parentKey, err := sheets.Key(key)
	if err != nil {
		parentKey, err = things.Key(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		sql := fmt.Sprintf("select %s, ctid::text || xmin::text from %s where org_id = $1 and %s = $2", by, name, parent)
		rows, err := tx.Query(ctx, sql, tx.Call().Organization.ID, parentKey)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var memo, version string
			if err := rows.Scan(&memo, &version); err != nil {
				return err
			}
			out[memo] = version
		}
		return rows.Err()
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKeyedLinesKeepTheirIdentifiers moves, changes, adds and removes lines. Each keeps its
// identifier, and only lines that changed are written.
func TestKeyedLinesKeepTheirIdentifiers(t *testing.T) {
	t.Parallel()
	o := enter(t)
	e := o.newSheet(t, "a", "b", "c", "d")
	was := map[string]string{}
	for _, l := range e.GetLines() {
		if _, err := id.Parse("jln", l.GetId()); err != nil {
			t.Fatalf("line %s: got identifier %q", l.GetMemo(), l.GetId())
		}
		was[l.GetMemo()] = l.GetId()
	}
	if got := o.sheetLines(t, e.GetId()); !slices.Equal(got, formatLines(e)) {
		t.Fatalf("got stored %v, returned %v", got, e.GetLines())
	}
	before := o.versions(t, "trial.sheet_lines", "sheet_id", e.GetId(), "memo")

	// b is replaced by a new line, c and d change places, and d is changed.
	changed, err := o.changeSheet(e.GetId(), func(e *financev1.JournalEntry) {
		e.Lines = []*financev1.JournalLine{e.Lines[0], sheetLine("new"), e.Lines[3], e.Lines[2]}
		e.Lines[2].Memo = "altered"
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{was["a"] + " a", changed.GetLines()[1].GetId() + " new", was["d"] + " altered", was["c"] + " c"}
	if got := o.sheetLines(t, e.GetId()); !slices.Equal(got, want) {
		t.Errorf("got stored %v, want %v", got, want)
	}
	after := o.versions(t, "trial.sheet_lines", "sheet_id", e.GetId(), "memo")
	if before["a"] != after["a"] {
		t.Errorf("unchanged row a: got version %s, want %s", after["a"], before["a"])
	}
	if before["c"] == after["c"] {
		t.Errorf("moved row c: got the same version %s", after["c"])
	}
}

// TestReferencedLineIsNotDeleted changes a line that another record references. The line can be
// changed but not removed.
func TestReferencedLineIsNotDeleted(t *testing.T) {
	t.Parallel()
	o := enter(t)
	e := o.newSheet(t, "a", "b")
	key, err := id.Parse("jln", e.GetLines()[0].GetId())
	if err != nil {
		t.Fatal(err)
	}
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "insert into trial.pointers (org_id, line_id) values ($1, $2)", tx.Call().Organization.ID, key)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.changeSheet(e.GetId(), func(e *financev1.JournalEntry) { e.Lines[0].Memo = "altered" }); err != nil {
		t.Errorf("changing the line: got %v", err)
	}
	_, err = o.changeSheet(e.GetId(), func(e *financev1.JournalEntry) { e.Lines = e.Lines[1:] })
	if !fault.IsForeignKeyViolation(err) {
		t.Errorf("removing the line: got %v, want a foreign key violation", err)
	}
}

// TestUnknownLineIsRefused sends line identifiers of another record, of no record, of another type,
// and the same one twice.
func TestUnknownLineIsRefused(t *testing.T) {
	t.Parallel()
	o := enter(t)
	e, other := o.newSheet(t, "a", "b"), o.newSheet(t, "a")
	for name, c := range map[string]struct {
		id   string
		path string
	}{
		"a line of another record":      {other.GetLines()[0].GetId(), "lines[1].id"},
		"a line of no record":           {id.Format("jln", id.New()), "lines[1].id"},
		"an identifier of another type": {id.Format("acc", id.New()), "lines[1].id"},
		"the same line twice":           {e.GetLines()[0].GetId(), "lines[1].id"},
	} {
		_, err := o.changeSheet(e.GetId(), func(e *financev1.JournalEntry) { e.Lines[1].Id = c.id })
		if !slices.Equal(paths(err), []string{c.path}) {
			t.Errorf("%s: got %v", name, fault.From(err))
		}
	}
	fresh := &financev1.JournalEntry{
		Id: id.Format("jrn", id.New()), CurrencyCode: "EUR", Lines: []*financev1.JournalLine{sheetLine("a")},
	}
	fresh.Lines[0].Id = other.GetLines()[0].GetId()
	err := o.write(func(ctx context.Context, tx *db.Tx) error { return sheets.Insert(ctx, tx, fresh) })
	if !slices.Equal(paths(err), []string{"lines[0].id"}) {
		t.Errorf("a new record with a line of another record: got %v", fault.From(err))
	}
	if got := o.sheetLines(t, e.GetId()); !slices.Equal(got, formatLines(e)) {
		t.Errorf("got stored %v, want %v", got, formatLines(e))
	}
}

// TestKeyedLinesReadBack changes a sheet's lines many times at random.
func TestKeyedLinesReadBack(t *testing.T) {
	t.Parallel()
	o := enter(t)
	e := o.newSheet(t)
	rapid.Check(t, func(rt *rapid.T) {
		changed, err := o.changeSheet(e.GetId(), func(e *financev1.JournalEntry) {
			lines := rapid.Permutation(e.GetLines()).Draw(rt, "order")
			e.Lines = lines[:rapid.IntRange(0, len(lines)).Draw(rt, "kept")]
			for _, l := range e.GetLines() {
				if rapid.Bool().Draw(rt, "alter") {
					l.Memo += "x"
				}
			}
			for range rapid.IntRange(0, 3).Draw(rt, "added") {
				at := rapid.IntRange(0, len(e.GetLines())).Draw(rt, "place")
				e.Lines = slices.Insert(e.Lines, at, sheetLine("new"))
			}
		})
		if err != nil {
			rt.Fatal(err)
		}
		if got := o.sheetLines(t, e.GetId()); !slices.Equal(got, formatLines(changed)) {
			rt.Fatalf("got stored %v, want %v", got, formatLines(changed))
		}
	})
}

// TestUnchangedLinesAreNotWritten checks that updating a thing without its lines does not write
// their rows.
func TestUnchangedLinesAreNotWritten(t *testing.T) {
	t.Parallel()
	o := enter(t)
	r := newThing()
	r.price = &typev1.Money{Amount: "1", CurrencyCode: "USD"}
	r.lines = []*line{
		{memo: "a", amount: &typev1.Money{Amount: "2"}, date: "2026-11-21"},
		{memo: "b", ref: id.Format("ven", id.New()), flag: true},
	}
	if err := o.insert(r); err != nil {
		t.Fatal(err)
	}
	update := func(change func()) map[string]string {
		if err := o.write(func(ctx context.Context, tx *db.Tx) error {
			before, err := things.Lock(ctx, tx, r.GetId())
			if err != nil {
				return err
			}
			change()
			return things.Update(ctx, tx, before, r)
		}); err != nil {
			t.Fatal(err)
		}
		if got, err := o.get(r.GetId()); err != nil || formatThing(got) != formatThing(r) {
			t.Errorf("read back: got %v, %v", got, err)
		}
		return o.versions(t, "trial.lines", "thing_id", r.GetId(), "memo")
	}
	before := o.versions(t, "trial.lines", "thing_id", r.GetId(), "memo")
	if after := update(func() { r.text = "other" }); after["a"] != before["a"] || after["b"] != before["b"] {
		t.Errorf("unchanged lines: got versions %v, want %v", after, before)
	}
	if after := update(func() { r.lines[1].memo = "c" }); len(after) != 2 || after["c"] == "" {
		t.Errorf("after a change: got rows %v", after)
	}
	if after := update(func() { r.lines = nil }); len(after) != 0 {
		t.Errorf("without lines: got rows %v", after)
	}
}
