package table_test

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// orders are the fields by which things may be sorted, and how Go sorts them.
var orders = map[string]func(a, b *thing) int{
	"create_time": func(a, b *thing) int { return 0 },
	"text":        func(a, b *thing) int { return cmp.Compare(a.text, b.text) },
	"number":      func(a, b *thing) int { return cmp.Compare(a.number, b.number) },
	"big":         func(a, b *thing) int { return cmp.Compare(a.big, b.big) },
	"due_date":    func(a, b *thing) int { return cmp.Compare(dateOrInfinity(a.due), dateOrInfinity(b.due)) },
}

func dateOrInfinity(date string) string {
	if date == "" {
		return "never"
	}
	return date
}

// insertSimilarThings stores n things, many of which share values.
func insertSimilarThings(t *rapid.T, o tenant, n int) []*thing {
	list := make([]*thing, n)
	for i := range list {
		r := newThing()
		r.text = rapid.SampledFrom([]string{"", "a", "A", "é", "b\"'\\,"}).Draw(t, "text")
		r.number = rapid.SampledFrom([]int32{-1, 0, 1, 1<<31 - 1, -1 << 31}).Draw(t, "number")
		r.big = rapid.SampledFrom([]int64{-1, 0, 1, 1<<63 - 1, -1 << 63}).Draw(t, "big")
		r.due = rapid.SampledFrom([]string{"", "1900-01-01", "2026-11-20", "2026-11-21", "2200-12-31"}).Draw(t, "due")
		r.date = rapid.SampledFrom([]string{"", "2026-11-20", "2026-11-21"}).Draw(t, "date")
		r.ref = rapid.SampledFrom([]string{"", someVendor}).Draw(t, "ref")
		r.flag = rapid.Bool().Draw(t, "flag")
		if err := o.insert(r); err != nil {
			t.Fatal(err)
		}
		list[i] = r
	}
	return list
}

const someVendor = "ven_01k9zzzzzzzzzzzzzzzzzzzzzz"

func identifiers(list []*thing) []string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = r.GetId()
	}
	return out
}

func TestPagesCoverTheWholeList(t *testing.T) {
	t.Parallel()
	want := []string{"create_time", "text", "number", "big", "due_date"}
	if got := things.Sortable(); !slices.Equal(got, want) {
		t.Fatalf("sortable: got %q, want %q", got, want)
	}
	rapid.Check(t, func(rt *rapid.T) {
		o := enter(t)
		all := insertSimilarThings(rt, o, rapid.IntRange(0, 9).Draw(rt, "things"))
		by := rapid.SampledFrom(things.Sortable()).Draw(rt, "by")
		desc := rapid.Bool().Draw(rt, "desc")
		q := table.Query{OrderBy: by, Limit: rapid.IntRange(1, 4).Draw(rt, "limit")}
		slices.SortFunc(all, func(a, b *thing) int { return cmp.Or(orders[by](a, b), cmp.Compare(a.GetId(), b.GetId())) })
		if desc {
			q.OrderBy += " desc"
			slices.Reverse(all)
		}
		var got []string
		for page := 0; page == 0 || q.After != nil; page++ {
			list, last, err := o.list(q)
			if err != nil {
				rt.Fatal(err)
			}
			if len(list) > q.Limit || page > len(all) {
				rt.Fatalf("page %d: got %d records, limit %d", page, len(list), q.Limit)
			}
			got = append(got, identifiers(list)...)
			q.After = last
		}
		if !slices.Equal(got, identifiers(all)) {
			rt.Fatalf("by %s: got\n%q, want\n%q", q.OrderBy, got, identifiers(all))
		}
	})
}

func TestInvalidOrderIsRefused(t *testing.T) {
	t.Parallel()
	o := enter(t)
	for _, by := range []string{
		"rate", "org_id", "id", "text,number", "text descending", "text; drop table trial.things",
		"t.text", "TEXT", "desc", "text  desc x", "(text)",
	} {
		_, _, err := o.list(table.Query{OrderBy: by, Limit: 1})
		e := fault.From(err)
		if err == nil || e.Reason != optionsv1.Reason_ORDER_BY_INVALID || e.Code != codes.InvalidArgument {
			t.Errorf("%q: got %v", by, err)
		}
	}
	for _, by := range []string{"", " ", "dueDate", "due_date asc", " due_date  desc ", "createTime desc"} {
		if _, _, err := o.list(table.Query{OrderBy: by, Limit: 1}); err != nil {
			t.Errorf("%q: got %v", by, err)
		}
	}
}

func TestQueryNarrowsList(t *testing.T) {
	t.Parallel()
	early := enter(t)
	late := early.at(noon.Add(time.Hour))
	first, second, archived := newThing(), newThing(), newThing()
	first.text, second.text = "x", "x"
	archived.ArchiveTime = timestamppb.New(noon)
	for _, step := range []struct {
		o tenant
		r *thing
	}{{early, first}, {late, second}, {late, archived}} {
		if err := step.o.insert(step.r); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		q    table.Query
		want []*thing
	}{
		"in use":         {table.Query{}, []*thing{first, second}},
		"archived too":   {table.Query{Archived: true}, []*thing{first, second, archived}},
		"newest first":   {table.Query{Descending: true}, []*thing{second, first}},
		"changed later":  {table.Query{UpdatedAfter: noon}, []*thing{second}},
		"changed before": {table.Query{UpdatedAfter: noon.Add(-1)}, []*thing{first, second}},
		"within":         {table.Query{Within: withinText(true)}, nil},
		"within both":    {table.Query{Within: withinText(false), OrderBy: "text desc"}, []*thing{second, first}},
	} {
		c.q.Limit = 10
		list, last, err := early.list(c.q)
		if err != nil || last != nil || !slices.Equal(identifiers(list), identifiers(c.want)) {
			t.Errorf("%s: got %q, %q, %v", name, identifiers(list), last, err)
		}
		if err := early.write(func(ctx context.Context, tx *db.Tx) error {
			n, err := things.Count(ctx, tx, c.q)
			if int(n) != len(c.want) {
				t.Errorf("%s: got count %d, want %d", name, n, len(c.want))
			}
			return err
		}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// withinText selects things whose text is x, by their flag.
func withinText(flag bool) []table.Equal {
	return []table.Equal{{Column: "text", Value: "x"}, {Column: "flag", Value: flag}}
}
