package table_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// insertNamed stores things that a filter finds by their text.
func insertNamed(t *testing.T, o tenant) {
	t.Helper()
	for name, set := range map[string]func(*thing){
		"empty": func(*thing) {},
		"full": func(r *thing) {
			r.number, r.big, r.flag, r.state = 7, 1<<40, true, operationsv1.Task_STARTED
			r.date, r.due, r.instant = "2026-11-20", "2026-11-20", timestamppb.New(noon)
			r.fee, r.price, r.ref = &typev1.Money{Amount: "12.50"}, &typev1.Money{Amount: "5.00"}, someVendor
		},
		"small": func(r *thing) {
			r.number, r.due, r.date, r.state = -3, "2026-11-21", "2026-11-22", operationsv1.Task_COMPLETED
			r.fee = &typev1.Money{Amount: "-0.01"}
			r.price = &typev1.Money{Amount: "500", CurrencyCode: "JPY"}
		},
		`Ünï "quoted" \ 50% _`: func(*thing) {},
	} {
		r := newThing()
		r.text = name
		set(r)
		if err := o.insert(r); err != nil {
			t.Fatal(err)
		}
	}
}

const odd = `Ünï "quoted" \ 50% _`

// filterCases maps each filter to the `text` values of the things that it finds.
var filterCases = map[string][]string{
	``: {"empty", "full", "small", odd},

	`text = "full"`:                    {"full"},
	`text = full`:                      {"full"},
	`text = 'full'`:                    {"full"},
	`text = "FULL"`:                    nil,
	`text != "full"`:                   {"empty", "small", odd},
	`text > "empty" AND text < "g"`:    {"full"},
	`text : "UL"`:                      {"full"},
	`text:"l"`:                         {"full", "small"},
	`text : "%"`:                       {odd},
	`text : "_"`:                       {odd},
	`text : "\""`:                      {odd},
	`text : "\\"`:                      {odd},
	`text = "Ünï \"quoted\" \\ 50% _"`: {odd},

	`number = 7`:                {"full"},
	`number >= -3 number<0`:     {"small"},
	`number = "7"`:              {"full"},
	`number != 0`:               {"full", "small"},
	`big = 1099511627776`:       {"full"},
	`big < 1`:                   {"empty", "small", odd},
	`flag = true`:               {"full"},
	`flag = "true"`:             {"full"},
	`flag != true`:              {"empty", "small", odd},
	`state = STARTED`:           {"full"},
	`state = "STARTED"`:         {"full"},
	`state = STATE_UNSPECIFIED`: {"empty", odd},
	`state != STARTED`:          {"empty", "small", odd},

	`date = "2026-11-20"`:                     {"full"},
	`date < "2026-11-22"`:                     {"full"},
	`date != "2026-11-20"`:                    {"empty", "small", odd},
	`NOT date = "2026-11-20"`:                 {"empty", "small", odd},
	`NOT date < "2026-11-22"`:                 {"empty", "small", odd},
	`due_date > "9999-12-31"`:                 {},
	`dueDate <= "2026-11-21"`:                 {"full", "small"},
	`overdue = true`:                          {"full"},
	`overdue = false`:                         {"empty", "small", odd},
	`overdue != true`:                         {"empty", "small", odd},
	`NOT overdue = true`:                      {"empty", "small", odd},
	`instant = "2026-11-21T12:00:00.123456Z"`: {"full"},
	`instant > "2026-11-21T14:00:00+02:00"`:   {"full"},
	`create_time >= "2026-11-21T12:00:00Z"`:   {"empty", "full", "small", odd},
	`updateTime > "2026-11-22T12:00:00Z"`:     nil,
	`fee = 12.5`:                              {"full"},
	`price = 5`:                               {"full"},
	`price > 1`:                               {"full", "small"},
	`price != 5`:                              {"empty", "small", odd},
	`price = "500.00"`:                        {"small"},
	`price >= 499.5`:                          {"small"},
	`price < "500.0001"`:                      {"full", "small"},
	`price <= "4.9999"`:                       nil,
	`price = "4.999"`:                         nil,
	`price != "500.1"`:                        {"empty", "full", "small", odd},
	`price > "-99999999999999999999999"`:      {"full", "small"},
	`price < "-99999999999999999999999"`:      nil,
	`price < "99999999999999999999999"`:       {"full", "small"},
	`price.currency_code = "JPY"`:             {"small"},
	`price > 1 AND price.currencyCode = USD`:  {"full"},
	`price.currency_code:*`:                   {"full", "small"},

	`text:*`:                            {"empty", "full", "small", odd},
	`number:*`:                          {"full", "small"},
	`NOT number:*`:                      {"empty", odd},
	`big:*`:                             {"full"},
	`flag:*`:                            {"full"},
	`state:*`:                           {"full", "small"},
	`NOT state:*`:                       {"empty", odd},
	`date:*`:                            {"full", "small"},
	`-date:*`:                           {"empty", odd},
	`due_date:*`:                        {"full", "small"},
	`NOT due_date:*`:                    {"empty", odd},
	`overdue:*`:                         {"full"},
	`NOT overdue:*`:                     {"empty", "small", odd},
	`instant:*`:                         {"full"},
	`NOT instant:*`:                     {"empty", "small", odd},
	`fee:*`:                             {"full", "small"},
	`price:*`:                           {"full", "small"},
	`NOT price:*`:                       {"empty", odd},
	`vendor_id:*`:                       {"full"},
	`NOT vendor_id:*`:                   {"empty", "small", odd},
	`id:* AND create_time:*`:            {"empty", "full", "small", odd},
	`fee > "-0.01"`:                     {"full"},
	`fee < 0`:                           {"small"},
	`vendor_id = "` + someVendor + `"`:  {"full"},
	`vendorId = ` + someVendor:          {"full"},
	`vendor_id != "` + someVendor + `"`: {"empty", "small", odd},
	`vendor_id = ""`:                    {"empty", "small", odd},
	`vendor_id != ""`:                   {"full"},
	`id = "` + someVendor + `"`:         nil,

	`number = 7 OR number = -3`:                    {"full", "small"},
	`flag = true AND (number = 7 OR number = -3)`:  {"full"},
	`NOT (number = 7 OR number = -3)`:              {"empty", odd},
	`-number = 7`:                                  {"empty", "small", odd},
	`NOT (vendor_id != "" AND flag = true)`:        {"empty", "small", odd},
	`number = 7 AND number = -3 OR text = "empty"`: nil, // AIP-160: OR binds tighter
	`AND((number = 7), (flag = true))`:             {"full"},
}

func TestFilterFindsMatches(t *testing.T) {
	t.Parallel()
	o := enter(t)
	insertNamed(t, o)
	for filter, want := range filterCases {
		list, _, err := o.list(table.Query{Filter: filter, Limit: 10})
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		var got []string
		for _, r := range list {
			got = append(got, r.text)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", filter, got, want)
		}
	}
}

// refusedFilters cannot be parsed, or use fields and values that a filter may not use.
var refusedFilters = []string{
	`(`, `)`, `=`, `text`, `text =`, `= text`, `text = `, `text == "a"`, `text = "a`, `text = "a" AND`, `AND`,
	`NOT`, `"text" = "a"`,
	`text = f(number)`, `f(text)`, `f(text) = 1`, `text = text.text`, `t.text = "a"`, `text.text = "a"`,
	`AND()`, `OR()`, `NOT()`, `FUZZY()`, `NOT(text, text)`, `AND((flag = true))`,
	`AND((flag = true), (flag = true), (flag = true))`, `NOT((flag = true), (flag = true))`,
	`org_id = "a"`, `version = 1`, `archive_time = "2026-01-01T00:00:00Z"`, `rate = 1`, `words : "a"`,
	`lines : "a"`, `action = "a"`, `maybe_text = "a"`, `* = 1`,
	`text = "a"; drop table trial.things`, `text = "a" -- `, `1 = 1`, `1=1 OR text = "a"`, `trial.things = 1`,
	`text /* = 1`,
	`number = x`, `number = 1.5`, `number = 2147483648`, `number = -2147483649`, `big = 9223372036854775808`,
	`big = 1e3`, `number : 1`, `number = ""`,
	`flag = 1`, `flag = TRUE`, `flag > false`, `flag : true`, `state = OPEN`, `state = started`, `state > STARTED`,
	`state : "START"`, `state = 3`,
	`date = "2026-02-30"`, `date = 2026-11-20`, `date = "infinity"`, `date = "today"`, `date = ""`,
	`date : "2026"`, `due_date = "20261120"`,
	`instant = "2026-11-21"`, `instant = "2026-11-21 12:00:00"`, `instant = ""`, `create_time : "2026"`,
	`price = "1 USD"`, `fee = "x"`, `fee = "1.005"`, `fee = "1.00 USD"`, `fee = 1234567890123456.78`, `fee = ""`,
	`vendor_id = "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"`, `vendor_id = "` + someVendor + `x"`,
	`vendor_id > "` + someVendor + `"`, `vendor_id : "ven"`,
	`overdue = maybe`, `overdue : true`, `overdue > false`, `overdue`, "text = \"\xff\"", "text = \x00",
	`text = "a*b"`, `text != "**a"`, `text = "\x00"`, `text = "\u0000"`, `text = "\ud800"`, `text = "\000"`,
}

func TestInvalidFilterIsRefused(t *testing.T) {
	t.Parallel()
	o := enter(t)
	for _, filter := range refusedFilters {
		if _, _, err := o.list(table.Query{Filter: filter, Limit: 1}); !isBadFilter(err) {
			t.Errorf("%q: got %v, want FILTER_INVALID", filter, err)
		}
	}
}

func isBadFilter(err error) bool {
	return err != nil && fault.From(err).Reason == optionsv1.Reason_FILTER_INVALID &&
		slices.Equal(paths(err), []string{"filter"})
}

func TestFilterSizeIsLimited(t *testing.T) {
	t.Parallel()
	o := enter(t)
	long := func(n int) string { return `text = "` + strings.Repeat("a", n-len(`text = ""`)) + `"` }
	deep := func(n int) string { return strings.Repeat("(", n) + "flag = true" + strings.Repeat(")", n) }
	many := func(n int) string { return strings.TrimSuffix(strings.Repeat("number = 1 OR ", n), " OR ") }
	for name, c := range map[string]struct {
		filter string
		want   string // part of the refusal, "" if the filter is accepted
	}{
		"accepts the maximum length":       {long(4096), ""},
		"rejects a longer filter":          {long(4097), "longer than 4096"},
		"accepts the maximum depth":        {deep(8), ""},
		"rejects a deeper filter":          {deep(9), "deeper than 8"},
		"accepts the maximum number":       {many(80), ""},
		"rejects more conditions":          {many(81), "more than 80"},
		"accepts parentheses in text":      {`text = "((((((((((((" AND text != '(((((((((((("'`, ""},
		"rejects depth after a backslash":  {`text = "\\" AND ` + deep(9), "deeper than 8"},
		"rejects depth after a bare quote": {`text = a" AND ` + deep(9), "deeper than 8"},
		"rejects deep functions":           {strings.Repeat("f(", 600) + strings.Repeat(")", 600), "deeper than 8"},
	} {
		_, _, err := o.list(table.Query{Filter: c.filter, Limit: 1})
		if c.want == "" && err != nil || c.want != "" && (!isBadFilter(err) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// condition is a filter and its meaning in Go.
type condition struct {
	text    string
	matches func(*thing) bool
}

var comparators = map[string]func(int) bool{
	"=": func(c int) bool { return c == 0 }, "!=": func(c int) bool { return c != 0 },
	"<": func(c int) bool { return c < 0 }, "<=": func(c int) bool { return c <= 0 },
	">": func(c int) bool { return c > 0 }, ">=": func(c int) bool { return c >= 0 },
}

// comparisons are single conditions. On an absent date only `!=` is true.
var comparisons = rapid.Custom(func(t *rapid.T) condition {
	op := rapid.SampledFrom([]string{"=", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
	switch rapid.SampledFrom([]string{"text", "number", "date", "vendor_id", "flag", "overdue"}).Draw(t, "field") {
	case "text":
		v := rapid.SampledFrom([]string{"", "a", "A", "é"}).Draw(t, "text")
		return condition{fmt.Sprintf("text %s %q", op, v), func(r *thing) bool {
			return comparators[op](strings.Compare(r.text, v))
		}}
	case "number":
		v := rapid.SampledFrom([]int32{-1, 0, 1}).Draw(t, "number")
		return condition{fmt.Sprintf("number %s %d", op, v), func(r *thing) bool {
			return comparators[op](cmp.Compare(r.number, v))
		}}
	case "date":
		const v = "2026-11-21"
		return condition{fmt.Sprintf("date %s %q", op, v), func(r *thing) bool {
			return r.date == "" && op == "!=" || r.date != "" && comparators[op](strings.Compare(r.date, v))
		}}
	case "vendor_id":
		v := rapid.SampledFrom([]string{"", someVendor}).Draw(t, "vendor")
		if rapid.Bool().Draw(t, "same") {
			return condition{fmt.Sprintf("vendor_id = %q", v), func(r *thing) bool { return r.ref == v }}
		}
		return condition{fmt.Sprintf("vendor_id != %q", v), func(r *thing) bool { return r.ref != v }}
	case "flag":
		return condition{"flag = true", func(r *thing) bool { return r.flag }}
	default:
		return condition{"overdue = true", func(r *thing) bool { return r.due != "" && r.due < "2026-11-21" }}
	}
})

// conditions are conditions nested up to a depth.
func conditions(depth int) *rapid.Generator[condition] {
	if depth == 0 {
		return comparisons
	}
	return rapid.Custom(func(t *rapid.T) condition {
		a, b := conditions(depth-1).Draw(t, "a"), conditions(depth-1).Draw(t, "b")
		switch rapid.SampledFrom([]string{"and", "or", "not", "one"}).Draw(t, "with") {
		case "and":
			return condition{"(" + a.text + " AND " + b.text + ")", func(r *thing) bool { return a.matches(r) && b.matches(r) }}
		case "or":
			return condition{"(" + a.text + " OR " + b.text + ")", func(r *thing) bool { return a.matches(r) || b.matches(r) }}
		case "not":
			return condition{"(NOT " + a.text + ")", func(r *thing) bool { return !a.matches(r) }}
		}
		return a
	})
}

// TestFilterMatchesReference compares what random filters find with their meaning in Go.
func TestFilterMatchesReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		o := enter(t)
		all := insertSimilarThings(rt, o, 6)
		for range 5 {
			c := conditions(rapid.IntRange(0, 3).Draw(rt, "depth")).Draw(rt, "condition")
			list, _, err := o.list(table.Query{Filter: c.text, Limit: 10})
			if err != nil {
				rt.Fatalf("%s: %v", c.text, err)
			}
			want := identifiers(slices.DeleteFunc(slices.Clone(all), func(r *thing) bool { return !c.matches(r) }))
			slices.Sort(want)
			if got := identifiers(list); !slices.Equal(got, want) {
				rt.Fatalf("%s: got %q, want %q", c.text, got, want)
			}
		}
	})
}

// pieces are the parts of hostile filters.
var pieces = []string{
	"text", "number", "flag", "overdue", "org_id", "vendor_id", "due_date", "t.text", "trial.things", "'", `"`,
	`\`, "\x00", "\xff", "é",
	"(", ")", "((", "))", "=", "!=", "<", ">=", ":", "*", ",", ".", "-", "--", "/*", "*/", ";", "$1", "$2", "%",
	"::text", "||",
	"AND", "OR", "NOT", "FUZZY", " ", " AND ", " OR ", "NOT ", "f(", "AND(", "1", "-1", "0x1F", "1.5",
	"99999999999999999999", "true", "null",
	`"a"`, `"' or '1'='1"`, `"'; drop table trial.things; --"`, `"\" or true --"`, "2026-11-21", `"2026-11-21"`,
	"union select", "pg_sleep(9)",
}

// TestHostileFilterReachesNoOtherOrganization sends random and hostile filters. Each must be
// refused with FILTER_INVALID or find nothing of another organization.
func TestHostileFilterReachesNoOtherOrganization(t *testing.T) {
	t.Parallel()
	ours, theirs := enter(t), enter(t)
	insertNamed(t, ours)
	rapid.Check(t, func(rt *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 12).Draw(rt, "pieces")
		filter := strings.Join(parts, rapid.SampledFrom([]string{"", " "}).Draw(rt, "between"))
		list, _, err := theirs.list(table.Query{Filter: filter, Limit: 10})
		if len(list) > 0 || err != nil && !isBadFilter(err) {
			rt.Fatalf("%q: got %v, %v", filter, list, err)
		}
	})
}
