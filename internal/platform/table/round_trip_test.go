package table_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// reads returns the ways to read one thing.
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

// checkReadBack compares what every way of reading returns with want.
func (o tenant) checkReadBack(t *rapid.T, want *thing) {
	for how, read := range o.reads(want.GetId()) {
		got, err := read()
		if err != nil {
			t.Fatalf("%s: %v", how, err)
		}
		if formatThing(got) != formatThing(want) {
			t.Fatalf("%s: got\n%s\nwant\n%s", how, formatThing(got), formatThing(want))
		}
	}
}

func TestStoredRecordReadsBack(t *testing.T) {
	t.Parallel()
	o := enter(t)
	later := o.at(noon.Add(time.Hour))
	rapid.Check(t, func(t *rapid.T) {
		r := newThing()
		fill(t, r)
		want := formatFields(r)
		if err := o.insert(r); err != nil {
			t.Fatal(err)
		}
		if formatFields(r) != want {
			t.Fatalf("insert: got\n%s\nwant\n%s", formatFields(r), want)
		}
		if r.GetEtag() != "1" || !r.GetCreateTime().AsTime().Equal(noon) ||
			!r.GetUpdateTime().AsTime().Equal(noon) || r.GetArchiveTime() != nil {
			t.Fatalf("got standard fields %v", &r.Vendor)
		}
		o.checkReadBack(t, r)
		later.updateThing(t, r)
		o.checkReadBack(t, r)
	})
}

// updateThing stores other values in a thing.
func (o tenant) updateThing(t *rapid.T, r *thing) {
	var want string
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		before, err := things.Lock(ctx, tx, r.GetId())
		if err != nil {
			return err
		}
		fill(t, r)
		r.ArchiveTime = drawOptional(t, "archived", rapid.Just(timestamppb.Timestamp{Seconds: 1}))
		want = formatFields(r)
		return things.Update(ctx, tx, before, r)
	}); err != nil {
		t.Fatal(err)
	}
	if formatFields(r) != want {
		t.Fatalf("update: got\n%s\nwant\n%s", formatFields(r), want)
	}
	if r.GetEtag() != "2" || !r.GetCreateTime().AsTime().Equal(noon) ||
		!r.GetUpdateTime().AsTime().Equal(noon.Add(time.Hour)) {
		t.Fatalf("got standard fields %v", &r.Vendor)
	}
}

func TestInsertManyReadsBack(t *testing.T) {
	t.Parallel()
	o := enter(t)
	rapid.Check(t, func(t *rapid.T) {
		list := make([]*thing, rapid.IntRange(0, 5).Draw(t, "things"))
		for i := range list {
			list[i] = newThing()
			fill(t, list[i])
			list[i].words = nil
		}
		if err := o.write(func(ctx context.Context, tx *db.Tx) error {
			return flatThings.InsertMany(ctx, tx, list)
		}); err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			if r.GetEtag() != "1" || !r.GetCreateTime().AsTime().Equal(noon) || !r.GetUpdateTime().AsTime().Equal(noon) {
				t.Fatalf("got standard fields %v", &r.Vendor)
			}
			o.checkReadBack(t, r)
		}
	})
}

// TestValuesAreNormalized checks that a write returns values as they will be read, where they can
// be spelled in several ways.
func TestValuesAreNormalized(t *testing.T) {
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
		"price":            {r.price.GetAmount(), "12.50"},
		"price's currency": {r.price.GetCurrencyCode(), "USD"},
		"fee":              {r.fee.GetAmount(), "0.00"},
		"fee's currency":   {r.fee.GetCurrencyCode(), "USD"},
		"rate":             {r.rate, "1.25"},
		"instant":          {r.instant.AsTime().Format(time.RFC3339Nano), "1970-01-01T00:00:01.000001Z"},
		"line's amount":    {r.lines[0].amount.GetAmount(), "7.00"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: got %q, want %q", what, c[0], c[1])
		}
	}
	got, err := o.get(r.GetId())
	if err != nil || formatThing(got) != formatThing(r) {
		t.Errorf("insert returned\n%s\nget returned\n%s (%v)", formatThing(r), formatThing(got), err)
	}
}

func TestValidateReportsAllViolations(t *testing.T) {
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
		t.Error("insert: got no error")
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

func TestInvalidDecimalIsRefused(t *testing.T) {
	t.Parallel()
	o := enter(t)
	for _, rate := range []string{
		"x", "1e99999999", "1e-99999999", "1,5", " 1", "0x10", "NaN", "Infinity", "1.", "--1", "1.00001",
	} {
		r := newThing()
		r.rate = rate
		err := things.Validate(call.From(o.ctx), r)
		if got := paths(err); err != nil && !slices.Equal(got, []string{"rate"}) {
			t.Errorf("%q: got %v", rate, err)
		}
		if err == nil && rate != "1." {
			t.Errorf("%q: got no error", rate)
		}
	}
}

func TestOtherOrganizationFindsNothing(t *testing.T) {
	t.Parallel()
	ours, theirs := enter(t), enter(t)
	r := newThing()
	r.lines = []*line{{memo: "ours"}}
	if err := ours.insert(r); err != nil {
		t.Fatal(err)
	}
	for how, read := range theirs.reads(r.GetId()) {
		if _, err := read(); fault.From(err).Code != codes.NotFound {
			t.Errorf("%s: got %v, want NOT_FOUND", how, err)
		}
	}
	if err := theirs.write(func(ctx context.Context, tx *db.Tx) error {
		return things.Delete(ctx, tx, r.GetId())
	}); err != nil {
		t.Error(err)
	}
	if err := theirs.write(func(ctx context.Context, tx *db.Tx) error {
		return things.Update(ctx, tx, r, r)
	}); err == nil {
		t.Error("update by another organization: got no error")
	}
	if got, err := ours.get(r.GetId()); err != nil || formatThing(got) != formatThing(r) {
		t.Errorf("after writes by another organization: got %v, %v", got, err)
	}
}

func TestGetManyKeepsRequestedOrder(t *testing.T) {
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
				t.Errorf("at %d: got %s with %d lines, want %s", i, r.GetId(), len(r.lines), keys[i])
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
			t.Errorf("%q: got %v, want NOT_FOUND", unknown, err)
		}
	}
}

func TestDeleteRemovesLines(t *testing.T) {
	t.Parallel()
	o := enter(t)
	r := newThing()
	r.lines = []*line{{}, {}}
	if err := o.insert(r); err != nil {
		t.Fatal(err)
	}
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		return things.Delete(ctx, tx, r.GetId())
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.get(r.GetId()); fault.From(err).Code != codes.NotFound {
		t.Errorf("after its deletion: got %v, want NOT_FOUND", err)
	}
}
