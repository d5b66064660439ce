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

func isDraft(e *financev1.JournalEntry) bool { return e.State == financev1.JournalEntry_DRAFT }

func isPosted(e *financev1.JournalEntry) bool { return e.State == financev1.JournalEntry_POSTED }

func linesOf(e *financev1.JournalEntry) *[]*financev1.JournalLine { return &e.Lines }

// entries store the lines of a draft in a column, and those of a posted entry in append-only rows.
var entries = table.New("trial.entries",
	table.Text("description", func(e *financev1.JournalEntry) *string { return &e.Description }),
	table.Text("currency_code", func(e *financev1.JournalEntry) *string { return &e.CurrencyCode }),
	table.Enum("state", func(e *financev1.JournalEntry) *financev1.JournalEntry_State { return &e.State }),
	table.Messages("draft_lines", linesOf).When(isDraft),
	table.AppendOnlyLines("lines", "trial.entry_lines", "entry_id", linesOf,
		func(e *financev1.JournalEntry) string { return e.CurrencyCode },
		table.Ref("account_id", "acc", func(l *financev1.JournalLine) *string { return &l.AccountId }),
		table.Minor("amount", func(l *financev1.JournalLine) **typev1.Money { return &l.Amount }),
		table.Text("memo", func(l *financev1.JournalLine) *string { return &l.Memo }),
	).When(isPosted),
)

func newEntry(state financev1.JournalEntry_State, amounts ...string) *financev1.JournalEntry {
	e := &financev1.JournalEntry{Id: id.Format("jrn", id.New()), CurrencyCode: "EUR", State: state}
	for i, amount := range amounts {
		e.Lines = append(e.Lines, &financev1.JournalLine{
			AccountId: id.Format("acc", id.New()), Memo: fmt.Sprint(i),
			Amount: &typev1.Money{Amount: amount, CurrencyCode: "EUR"},
		})
	}
	return e
}

func (o tenant) entry(key string) (e *financev1.JournalEntry, err error) {
	return db.Read(o.ctx, o.db, func(ctx context.Context, tx *db.Tx) (*financev1.JournalEntry, error) {
		return entries.Get(ctx, tx, key)
	})
}

// changeEntry locks an entry, changes it and stores it.
func (o tenant) changeEntry(key string, change func(*financev1.JournalEntry)) error {
	return o.write(func(ctx context.Context, tx *db.Tx) error {
		before, err := entries.Lock(ctx, tx, key)
		if err != nil {
			return err
		}
		e, err := entries.Get(ctx, tx, key)
		if err != nil {
			return err
		}
		change(e)
		return entries.Update(ctx, tx, before, e)
	})
}

func TestDraftLinesBecomeRowsWhenPosted(t *testing.T) {
	t.Parallel()
	o := enter(t)
	e := newEntry(financev1.JournalEntry_DRAFT, "1.00", "-1.00")
	if err := o.write(func(ctx context.Context, tx *db.Tx) error { return entries.Insert(ctx, tx, e) }); err != nil {
		t.Fatal(err)
	}
	o.checkEntry(t, e.GetId(), financev1.JournalEntry_DRAFT, "1.00 EUR", "-1.00 EUR")
	o.checkRowCount(t, e.GetId(), 0)

	if err := o.changeEntry(e.GetId(), func(e *financev1.JournalEntry) {
		e.Lines = newEntry(financev1.JournalEntry_DRAFT, "5.00", "-2.00", "-3.00").Lines
		e.State = financev1.JournalEntry_POSTED
	}); err != nil {
		t.Fatal(err)
	}
	o.checkEntry(t, e.GetId(), financev1.JournalEntry_POSTED, "5.00 EUR", "-2.00 EUR", "-3.00 EUR")
	o.checkRowCount(t, e.GetId(), 3)

	// The rows are written once, and the role may not update them.
	if err := o.changeEntry(e.GetId(), func(e *financev1.JournalEntry) { e.Description = "Rent" }); err != nil {
		t.Fatal(err)
	}
	o.checkEntry(t, e.GetId(), financev1.JournalEntry_POSTED, "5.00 EUR", "-2.00 EUR", "-3.00 EUR")
	o.checkRowCount(t, e.GetId(), 3)
}

// checkEntry compares the stored state and line amounts of an entry.
func (o tenant) checkEntry(t *testing.T, key string, state financev1.JournalEntry_State, want ...string) {
	t.Helper()
	e, err := o.entry(key)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range e.GetLines() {
		got = append(got, l.GetAmount().GetAmount()+" "+l.GetAmount().GetCurrencyCode())
	}
	if e.GetState() != state || !slices.Equal(got, want) {
		t.Errorf("got %s with %q, want %s with %q", e.GetState(), got, state, want)
	}
}

// checkRowCount compares the number of stored line rows of an entry.
func (o tenant) checkRowCount(t *testing.T, key string, want int) {
	t.Helper()
	entry, err := entries.Key(key)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		const sql = "select count(*) from trial.entry_lines where org_id = $1 and entry_id = $2"
		return tx.QueryRow(ctx, sql, tx.Call().Organization.ID, entry).Scan(&n)
	}); err != nil || n != want {
		t.Errorf("got %d rows, %v; want %d", n, err, want)
	}
}

func TestInsertManyStoresLines(t *testing.T) {
	t.Parallel()
	o := enter(t)
	list := []*financev1.JournalEntry{
		newEntry(financev1.JournalEntry_POSTED, "1", "-1"), newEntry(financev1.JournalEntry_DRAFT, "2", "-2"),
		newEntry(financev1.JournalEntry_POSTED), newEntry(financev1.JournalEntry_POSTED, "3.5", "-1.5", "-2"),
	}
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		return entries.InsertMany(ctx, tx, list)
	}); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{
		{"1.00 EUR", "-1.00 EUR"}, {"2 EUR", "-2 EUR"}, nil, {"3.50 EUR", "-1.50 EUR", "-2.00 EUR"},
	} {
		o.checkEntry(t, list[i].GetId(), list[i].GetState(), want...)
	}
}

// TestLinesAreReplaced changes a thing's lines many times at random.
func TestLinesAreReplaced(t *testing.T) {
	t.Parallel()
	o := enter(t)
	r := newThing()
	if err := o.insert(r); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		if err := o.write(func(ctx context.Context, tx *db.Tx) error {
			before, err := things.Lock(ctx, tx, r.GetId())
			if err == nil {
				fillLines(t, r)
				err = things.Update(ctx, tx, before, r)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		o.checkReadBack(t, r)
	})
}

// TestLinesHaveTheirParentsCurrency lists parents of several currencies on one page.
func TestLinesHaveTheirParentsCurrency(t *testing.T) {
	t.Parallel()
	o := enter(t)
	want := map[string]string{"USD": "1.00", "JPY": "100", "BHD": "0.100"}
	for currency, amount := range want {
		r := newThing()
		r.price = &typev1.Money{Amount: amount, CurrencyCode: currency}
		r.lines = []*line{{amount: &typev1.Money{Amount: amount}}}
		if err := o.insert(r); err != nil {
			t.Fatal(err)
		}
	}
	list, _, err := o.list(table.Query{Limit: 10})
	if err != nil || len(list) != len(want) {
		t.Fatalf("got %v, %v", list, err)
	}
	for _, r := range list {
		got := r.lines[0].amount
		if got.GetAmount() != want[got.GetCurrencyCode()] || got.GetCurrencyCode() != r.price.GetCurrencyCode() {
			t.Errorf("a line of %v: got %v", r.price, got)
		}
	}
	r := newThing()
	r.price = &typev1.Money{Amount: "1", CurrencyCode: "JPY"}
	r.lines = []*line{{amount: &typev1.Money{Amount: "1", CurrencyCode: "USD"}}}
	if err := o.insert(r); !slices.Equal(paths(err), []string{"lines[0].amount.currencyCode"}) {
		t.Errorf("a line in another currency: got %v", fault.From(err))
	}
}
