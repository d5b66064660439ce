package table

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
)

var fuzzed = New("finance.vendors",
	Text("display_name", func(v *financev1.Vendor) *string { return &v.DisplayName }).Filter(),
	Int32("payment_days", func(v *financev1.Vendor) *int32 { return &v.PaymentDays }).Filter(),
	Ref("expense_account_id", "acc", func(v *financev1.Vendor) *string { return &v.ExpenseAccountId }).Filter(),
	DateOrInfinity("note", func(v *financev1.Vendor) *string { return &v.Note }).Filter(),
	Minor("credit_limit", func(v *financev1.Vendor) **typev1.Money { return &v.CreditLimit }).Filter(),
	Text("email", func(v *financev1.Vendor) *string { return &v.Email }),
	Predicate[*financev1.Vendor]("late", "t.note < :today"),
)

// word matches the words that a compiled filter may contain. No word comes from the caller.
var word = regexp.MustCompile(`^(and|or|not|is|null|distinct|from|true|=|<|<=|>|>=|0|` +
	`strpos|lower|nullif|right|char_length|starts_with|'infinity'|date|` +
	`t\.(display_name|payment_days|expense_account_id|note|credit_limit_minor|id|create_time|update_time)|\$\d+)$`)

// parameter matches the mark of a parameter.
var parameter = regexp.MustCompile(`\$(\d+)`)

// casts removes the casts of parameters.
var casts = strings.NewReplacer("::date", " ", "::text", " ")

// maxCompileTime is how long a filter may take to compile.
const maxCompileTime = 2 * time.Second

// FuzzFilter compiles arbitrary texts. Each must either fail with FILTER_INVALID, or compile to SQL
// that contains only words from a fixed list and passes every value as a parameter.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		``, `display_name = "Acme" AND payment_days > 3`, `NOT (late = true OR expense_account_id != "")`,
		`display_name:"a" note < "2026-11-21"`, `display_name = "*a*" OR display_name != "a*" OR display_name = "*"`,
		`-credit_limit = 12.5`, `AND((late = true), (late = false))`, `display_name = "\x00\"' or 1=1 --"`,
		`f(a.b, "c")`, `((((((((`, `NOT()`, `id = $1`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := &where{args: []any{"the organization"}, scope: Scope{Currency: "USD"}}
		slow := time.AfterFunc(maxCompileTime, func() { panic(fmt.Sprintf("%q takes longer than %s", text, maxCompileTime)) })
		defer slow.Stop()
		if err := fuzzed.filter(w, text); err != nil {
			if e := fault.From(err); e.Reason != optionsv1.Reason_FILTER_INVALID {
				t.Fatalf("%q: got %v, want FILTER_INVALID", text, err)
			}
			return
		}
		sql := w.sql.String()
		separates := func(r rune) bool { return strings.ContainsRune("() ,\n", r) }
		for _, got := range strings.FieldsFunc(casts.Replace(sql), separates) {
			if !word.MatchString(got) {
				t.Fatalf("%q: compiled to %s with the word %q", text, sql, got)
			}
		}
		for _, mark := range parameter.FindAllStringSubmatch(sql, -1) {
			if n, err := strconv.Atoi(mark[1]); err != nil || n < 2 || n > len(w.args) {
				t.Fatalf("%q: compiled to %s with %d parameters", text, sql, len(w.args))
			}
		}
		if strings.Count(sql, "(") != strings.Count(sql, ")") {
			t.Fatalf("%q: compiled to %s with unbalanced parentheses", text, sql)
		}
	})
}
