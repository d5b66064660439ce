package table_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// texts are any that Postgres stores: all but U+0000.
var texts = rapid.Custom(func(t *rapid.T) string {
	runes := rapid.SliceOfN(rapid.Rune(), 0, 12).Draw(t, "runes")
	return string(slices.DeleteFunc(runes, func(r rune) bool { return r == 0 }))
})

var dates = rapid.Custom(func(t *rapid.T) string {
	if rapid.IntRange(0, 3).Draw(t, "absent") == 0 {
		return ""
	}
	day := rapid.IntRange(0, 109936).Draw(t, "day") // to 2200-12-31
	return time.Date(1900, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
})

var refs = rapid.Custom(func(t *rapid.T) string {
	if rapid.Bool().Draw(t, "absent") {
		return ""
	}
	return id.Format("ven", uuid.UUID(rapid.SliceOfN(rapid.ByteMin(1), 16, 16).Draw(t, "uuid")))
})

// amounts are in the currency, or absent.
func amounts(currency string) *rapid.Generator[*typev1.Money] {
	return rapid.Custom(func(t *rapid.T) *typev1.Money {
		if rapid.IntRange(0, 3).Draw(t, "absent") == 0 {
			return nil
		}
		return &typev1.Money{Amount: money.Format(rapid.Int64Range(-money.MaxMinor, money.MaxMinor).Draw(t, "minor"), currency), CurrencyCode: currency}
	})
}

var actions = rapid.Custom(func(t *rapid.T) *typev1.AllowedAction {
	return &typev1.AllowedAction{Verb: texts.Draw(t, "verb"), Allowed: rapid.Bool().Draw(t, "allowed"), Reason: texts.Draw(t, "reason")}
})

func maybe[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	return rapid.Ptr(g, true).Draw(t, name)
}

// fill gives a thing values of every kind, spelled as they will be read back.
func fill(t *rapid.T, r *thing) {
	r.text = texts.Draw(t, "text")
	r.number = rapid.Int32().Draw(t, "number")
	r.big = rapid.Int64().Draw(t, "big")
	r.flag = rapid.Bool().Draw(t, "flag")
	r.state = operationsv1.Task_State(rapid.IntRange(0, 5).Draw(t, "state"))
	r.date, r.due = dates.Draw(t, "date"), dates.Draw(t, "due")
	r.instant = nil
	if rapid.Bool().Draw(t, "instant?") {
		r.instant = timestamppb.New(time.UnixMicro(rapid.Int64Range(-62135596800e6, 253402300799e6).Draw(t, "instant")))
	}
	r.rate = rapid.SampledFrom([]string{"", "0", "1.25", "-0.0001", "123456789012345678901234567890.1234", "100000"}).Draw(t, "rate")
	currency := rapid.SampledFrom([]string{"USD", "JPY", "BHD"}).Draw(t, "currency")
	r.price = amounts(currency).Draw(t, "price")
	r.fee = amounts("USD").Draw(t, "fee")
	r.ref = refs.Draw(t, "ref")
	r.words = rapid.SliceOfN(texts, 0, 3).Draw(t, "words")
	r.action = nil
	if rapid.Bool().Draw(t, "action?") {
		r.action = actions.Draw(t, "action")
	}
	r.actions = rapid.SliceOfN(actions, 0, 3).Draw(t, "actions")
	r.maybeText = maybe(t, "maybe text", texts)
	r.maybeNumber = maybe(t, "maybe number", rapid.Int32())
	r.maybeBig = maybe(t, "maybe big", rapid.Int64())
	r.maybeFlag = maybe(t, "maybe flag", rapid.Bool())
	fillLines(t, r)
}

func fillLines(t *rapid.T, r *thing) {
	currency := r.price.GetCurrencyCode()
	if currency == "" {
		currency = "USD"
	}
	r.lines = make([]*line, rapid.IntRange(0, 4).Draw(t, "lines"))
	for i := range r.lines {
		r.lines[i] = &line{
			memo: texts.Draw(t, "memo"), ref: refs.Draw(t, "line's ref"), date: dates.Draw(t, "line's date"),
			amount: amounts(currency).Draw(t, "amount"), flag: rapid.Bool().Draw(t, "line's flag"),
		}
	}
}

// reads are the ways to read one thing.
func (o tenant) reads(key string) map[string]func() (*thing, error) {
	return map[string]func() (*thing, error){
		"get": func() (*thing, error) { return o.get(key) },
		"lock": func() (r *thing, err error) {
			return r, o.write(func(ctx context.Context, tx *db.Tx) error {
				r, err = things.Lock(ctx, tx, key)
				return err
			})
		},
		"get many": func() (r *thing, err error) {
			return r, o.write(func(ctx context.Context, tx *db.Tx) error {
				list, err := things.GetMany(ctx, tx, []string{key})
				if err == nil {
					r = list[0]
				}
				return err
			})
		},
	}
}

func (o tenant) readsBack(t *rapid.T, want *thing) {
	for how, read := range o.reads(want.GetId()) {
		got, err := read()
		if err != nil {
			t.Fatalf("%s: %v", how, err)
		}
		if spell(got) != spell(want) {
			t.Fatalf("%s answers\n%s\nafter\n%s", how, spell(got), spell(want))
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	o := enter(t)
	later := o.at(noon.Add(time.Hour))
	rapid.Check(t, func(t *rapid.T) {
		r := newThing()
		fill(t, r)
		want := spellFields(r)
		if err := o.insert(r); err != nil {
			t.Fatal(err)
		}
		if spellFields(r) != want {
			t.Fatalf("stored as\n%s\nafter\n%s", spellFields(r), want)
		}
		if r.GetEtag() != "1" || !r.GetCreateTime().AsTime().Equal(noon) || !r.GetUpdateTime().AsTime().Equal(noon) || r.GetArchiveTime() != nil {
			t.Fatalf("the head is %v", &r.Vendor)
		}
		o.readsBack(t, r)
		later.changes(t, r)
		o.readsBack(t, r)
	})
}

// changes gives a stored thing other values.
func (o tenant) changes(t *rapid.T, r *thing) {
	var want string
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		before, err := things.Lock(ctx, tx, r.GetId())
		if err != nil {
			return err
		}
		fill(t, r)
		r.ArchiveTime = maybe(t, "archived", rapid.Just(timestamppb.Timestamp{Seconds: 1}))
		want = spellFields(r)
		return things.Update(ctx, tx, before, r)
	}); err != nil {
		t.Fatal(err)
	}
	if spellFields(r) != want {
		t.Fatalf("changed to\n%s\nafter\n%s", spellFields(r), want)
	}
	if r.GetEtag() != "2" || !r.GetCreateTime().AsTime().Equal(noon) || !r.GetUpdateTime().AsTime().Equal(noon.Add(time.Hour)) {
		t.Fatalf("the head is %v", &r.Vendor)
	}
}

func TestInsertManyIsInsert(t *testing.T) {
	t.Parallel()
	o := enter(t)
	rapid.Check(t, func(t *rapid.T) {
		list := make([]*thing, rapid.IntRange(0, 5).Draw(t, "things"))
		for i := range list {
			list[i] = newThing()
			fill(t, list[i])
			list[i].words = nil
		}
		if err := o.write(func(ctx context.Context, tx *db.Tx) error { return batchable.InsertMany(ctx, tx, list) }); err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			if r.GetEtag() != "1" || !r.GetCreateTime().AsTime().Equal(noon) || !r.GetUpdateTime().AsTime().Equal(noon) {
				t.Fatalf("the head is %v", &r.Vendor)
			}
			o.readsBack(t, r)
		}
	})
}

// TestStoredInOneSpelling holds what can be written in several ways to be answered as
// it will be read.
func TestStoredInOneSpelling(t *testing.T) {
	t.Parallel()
	o := enter(t)
	r := newThing()
	r.price = &typev1.Money{Amount: "12.5"}
	r.fee = &typev1.Money{Amount: "-0"}
	r.rate = "01.2500"
	r.instant = &timestamppb.Timestamp{Seconds: 1, Nanos: 1999}
	r.lines = []*line{{amount: &typev1.Money{Amount: "7"}}}
	if err := o.insert(r); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string][2]string{
		"price":         {r.price.GetAmount(), "12.50"},
		"price's unit":  {r.price.GetCurrencyCode(), "USD"},
		"fee":           {r.fee.GetAmount(), "0.00"},
		"fee's unit":    {r.fee.GetCurrencyCode(), "USD"},
		"rate":          {r.rate, "1.25"},
		"instant":       {r.instant.AsTime().Format(time.RFC3339Nano), "1970-01-01T00:00:01.000001Z"},
		"line's amount": {r.lines[0].amount.GetAmount(), "7.00"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is answered as %q, want %q", what, c[0], c[1])
		}
	}
	got, err := o.get(r.GetId())
	if err != nil || spell(got) != spell(r) {
		t.Errorf("stored as\n%s\nand read as\n%s (%v)", spell(r), spell(got), err)
	}
}

func TestWrongValuesAreSaidAllAtOnce(t *testing.T) {
	t.Parallel()
	o := enter(t)
	r := newThing()
	r.state = 77
	r.date, r.due = "2026-02-30", "infinity"
	r.instant = &timestamppb.Timestamp{Seconds: 1 << 50}
	r.rate = "1.00001"
	r.price, r.fee = &typev1.Money{Amount: "1", CurrencyCode: "XXX"}, &typev1.Money{Amount: "1.00", CurrencyCode: "EUR"}
	r.ref = "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"
	r.lines = []*line{{}, {ref: "x", date: "today", amount: &typev1.Money{Amount: "1.005", CurrencyCode: "USD"}}}
	want := []string{
		"state", "date", "dueDate", "instant", "rate", "price.currencyCode", "fee.currencyCode", "vendorId",
		"lines[1].refId", "lines[1].date", "lines[1].amount.amount",
	}
	if got := paths(things.Validate(call.From(o.ctx), r)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := paths(o.insert(r)); len(got) == 0 {
		t.Error("is stored all the same")
	}
}

func paths(err error) []string {
	if err == nil {
		return nil
	}
	var out []string
	for _, f := range fault.From(err).Fields {
		out = append(out, f.Path)
	}
	return out
}

func TestDecimalsThatAreNone(t *testing.T) {
	t.Parallel()
	o := enter(t)
	for _, rate := range []string{"x", "1e99999999", "1e-99999999", "1,5", " 1", "0x10", "NaN", "Infinity", "1.", "--1", "1.00001"} {
		r := newThing()
		r.rate = rate
		err := things.Validate(call.From(o.ctx), r)
		if got := paths(err); err != nil && !slices.Equal(got, []string{"rate"}) {
			t.Errorf("%q is answered by %v", rate, err)
		}
		if err == nil && rate != "1." {
			t.Errorf("%q is taken for a decimal", rate)
		}
	}
}

func TestOtherOrganizationsSeeNothing(t *testing.T) {
	t.Parallel()
	ours, theirs := enter(t), enter(t)
	r := newThing()
	r.lines = []*line{{memo: "ours"}}
	if err := ours.insert(r); err != nil {
		t.Fatal(err)
	}
	for how, read := range theirs.reads(r.GetId()) {
		if _, err := read(); fault.From(err).Code != codes.NotFound {
			t.Errorf("%s answers %v", how, err)
		}
	}
	if err := theirs.write(func(ctx context.Context, tx *db.Tx) error { return things.Delete(ctx, tx, r.GetId()) }); err != nil {
		t.Error(err)
	}
	if err := theirs.write(func(ctx context.Context, tx *db.Tx) error { return things.Update(ctx, tx, r, r) }); err == nil {
		t.Error("they change it")
	}
	if got, err := ours.get(r.GetId()); err != nil || spell(got) != spell(r) {
		t.Errorf("ours is now %v, %v", got, err)
	}
}

func TestGetManyKeepsTheOrder(t *testing.T) {
	t.Parallel()
	o := enter(t)
	var keys []string
	for i := range 4 {
		r := newThing()
		r.lines = []*line{{memo: fmt.Sprint(i)}}
		if err := o.insert(r); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, r.GetId())
	}
	slices.Reverse(keys)
	keys = append(keys, keys[1])
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		list, err := things.GetMany(ctx, tx, keys)
		for i, r := range list {
			if r.GetId() != keys[i] || len(r.lines) != 1 {
				t.Errorf("at %d is %s with %d lines, want %s", i, r.GetId(), len(r.lines), keys[i])
			}
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	for _, unknown := range []string{id.Format("ven", id.New()), "ven_", "acc_" + keys[0][4:], ""} {
		if err := o.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := things.GetMany(ctx, tx, []string{keys[0], unknown})
			return err
		}); fault.From(err).Code != codes.NotFound {
			t.Errorf("%q is answered by %v", unknown, err)
		}
	}
}

func TestDeleteTakesTheLinesAlong(t *testing.T) {
	t.Parallel()
	o := enter(t)
	r := newThing()
	r.lines = []*line{{}, {}}
	if err := o.insert(r); err != nil {
		t.Fatal(err)
	}
	if err := o.write(func(ctx context.Context, tx *db.Tx) error { return things.Delete(ctx, tx, r.GetId()) }); err != nil {
		t.Fatal(err)
	}
	if _, err := o.get(r.GetId()); fault.From(err).Code != codes.NotFound {
		t.Errorf("after its deletion: %v", err)
	}
}
