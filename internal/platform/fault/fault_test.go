package fault_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
)

func TestJSONName(t *testing.T) {
	t.Parallel()
	for snake, want := range map[string]string{
		"": "", "amount": "amount", "display_name": "displayName", "reversed_by_id": "reversedById",
		"displayName": "displayName", "credit_limit.currency_code": "creditLimit.currencyCode", "_a": "A", "a__b": "aB",
	} {
		if got := fault.JSONName(snake); got != want {
			t.Errorf("JSONName(%q): got %q, want %q", snake, got, want)
		}
	}
}

func TestConstructorsSetCodeReasonAndMessage(t *testing.T) {
	t.Parallel()
	reason := optionsv1.Reason_VENDORS_IN_USE
	for _, c := range []struct {
		err     *fault.Error
		code    codes.Code
		reason  optionsv1.Reason
		message string
	}{
		{
			fault.Invalid(fault.At("name", "is required"), fault.At("", "is odd")), codes.InvalidArgument,
			optionsv1.Reason_FIELDS_INVALID, "The request is invalid: name is required; is odd.",
		},
		{
			fault.InvalidFor(reason, fault.At("a", "is %d", 5)), codes.InvalidArgument, reason,
			"The request is invalid: a is 5.",
		},
		{fault.NotFound("vendor", "ven_1"), codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND, `There is no vendor "ven_1".`},
		{fault.Refuse(reason, "It is %s.", "used"), codes.FailedPrecondition, reason, "It is used."},
		{fault.Taken(reason, "It is taken."), codes.AlreadyExists, reason, "It is taken."},
		{fault.Internal(errors.New("disk full")), codes.Internal, optionsv1.Reason_INTERNAL_FAULT, "internal"},
	} {
		if c.err.Code != c.code || c.err.Reason != c.reason || c.err.Message != c.message {
			t.Errorf("got %s %s %q, want %s %s %q", c.err.Code, c.err.Reason, c.err.Message, c.code, c.reason, c.message)
		}
	}
}

func TestErrorTextIncludesCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	err := fault.Internal(cause)
	if got := err.Error(); got != "internal: disk full" || !errors.Is(err, cause) {
		t.Errorf("got %q, want %q wrapping the cause", got, "internal: disk full")
	}
	if got := fault.Invalid(fault.At("name", "is required")).WithSubject("ven_1"); got.SubjectID != "ven_1" {
		t.Errorf("got subject %q, want ven_1", got.SubjectID)
	}
}

func TestListMergesViolationsUnderPath(t *testing.T) {
	t.Parallel()
	var l fault.List
	if err := l.Err(); err != nil {
		t.Errorf("got %v from an empty list, want nil", err)
	}
	for under, err := range map[string]error{
		"": nil, "requests[1].entry": fault.Invalid(fault.At("lines[0].amount", "is wrong"), fault.At("", "is odd")),
	} {
		if err := l.Merge(under, err); err != nil {
			t.Errorf("got %v, want it merged", err)
		}
	}
	l.Append(fault.At("note", "is long"))
	e := fault.From(l.Err())
	want := []string{"requests[1].entry.lines[0].amount", "requests[1].entry", "note"}
	var got []string
	for _, f := range e.Fields {
		got = append(got, f.Path)
	}
	if !slices.Equal(got, want) || e.Reason != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("got %q for %s, want %q", got, e.Reason, want)
	}
}

func TestListKeepsSpecificReason(t *testing.T) {
	t.Parallel()
	var l fault.List
	_ = l.Merge("", fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At("ownerId", "does not exist")))
	_ = l.Merge("", fault.Invalid(fault.At("note", "is long")))
	if e := fault.From(l.Err()); e.Reason != optionsv1.Reason_REFERENCE_NOT_FOUND || len(e.Fields) != 2 {
		t.Errorf("got %s with %v, want REFERENCE_NOT_FOUND with two fields", e.Reason, e.Fields)
	}
}

func TestMergeNewSkipsReportedFields(t *testing.T) {
	t.Parallel()
	var l fault.List
	l.Append(fault.At("lines[0].priority", "must be one of the defined enum values"))
	for _, err := range []error{
		fault.InvalidFor(optionsv1.Reason_DATE_UNUSUAL, fault.At("priority", "has no value 9")),
		fault.Invalid(fault.At("date", "must be a date"), fault.At("date", "must be in this century")),
		nil,
	} {
		if err := l.MergeNew("lines[0]", err); err != nil {
			t.Fatal(err)
		}
	}
	e := fault.From(l.Err())
	var got []string
	for _, f := range e.Fields {
		got = append(got, f.Path)
	}
	want := []string{"lines[0].priority", "lines[0].date", "lines[0].date"}
	if !slices.Equal(got, want) || e.Reason != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("got %q for %s, want %q for FIELDS_INVALID", got, e.Reason, want)
	}
	if failure := errors.New("disk full"); l.MergeNew("", failure) != failure {
		t.Error("an error without violations: want it returned")
	}
}

func TestListReturnsErrorsWithoutViolations(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		errors.New("disk full"), fault.NotFound("vendor", "ven_1"), fmt.Errorf("more: %w", fault.Internal(nil)),
	} {
		var l fault.List
		if got := l.Merge("a", err); got != err {
			t.Errorf("got %v, want %v", got, err)
		}
		if l.Err() != nil {
			t.Errorf("%v: got %v in the list, want nothing", err, l.Err())
		}
	}
}

func TestListKeepsAllViolationsInOrder(t *testing.T) {
	t.Parallel()
	paths := rapid.SliceOf(rapid.StringMatching(`[a-z]{1,5}(\[[0-9]\])?`))
	rapid.Check(t, func(t *rapid.T) {
		var l fault.List
		var want []string
		for i, group := range rapid.SliceOfN(paths, 0, 4).Draw(t, "groups") {
			var fields []fault.Field
			for _, path := range group {
				fields = append(fields, fault.At(path, "is wrong"))
				want = append(want, fmt.Sprintf("g[%d].%s", i, path))
			}
			if err := l.Merge(fmt.Sprintf("g[%d]", i), fault.Invalid(fields...)); err != nil && len(fields) > 0 {
				t.Fatal(err)
			}
		}
		if len(want) == 0 {
			if l.Err() != nil {
				t.Fatalf("got %v, want nil", l.Err())
			}
			return
		}
		e := fault.From(l.Err())
		for i, f := range e.Fields {
			if f.Path != want[i] {
				t.Fatalf("got %v, want %q", e.Fields, want)
			}
		}
		if len(e.Fields) != len(want) {
			t.Fatalf("got %v, want %q", e.Fields, want)
		}
	})
}

func TestCheckLimitsNamesFieldsAsInJSON(t *testing.T) {
	t.Parallel()
	err := fault.CheckLimits(&typepb.Recurrence{
		Interval: -1, MonthDays: []int32{1, 40}, Weekdays: []*typepb.Recurrence_Weekday{{Ordinal: 54}},
	})
	var invalid *fault.Error
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v", err)
	}
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	slices.Sort(paths)
	if want := []string{"interval", "monthDays[1]", "weekdays[0].ordinal"}; !slices.Equal(paths, want) {
		t.Errorf("got %v, want %v", paths, want)
	}
	if err := fault.CheckLimits(&typepb.Recurrence{Interval: 1}); err != nil {
		t.Errorf("within the limits: got %v", err)
	}
}

// TestMapFieldsRenamesFields maps two fields to one, which is returned once.
func TestMapFieldsRenamesFields(t *testing.T) {
	t.Parallel()
	toAccount := func(f fault.Field) fault.Field { return fault.Field{Path: "accountId", Message: f.Message} }
	err := fault.MapFields(fault.InvalidFor(optionsv1.Reason_ACCOUNT_ARCHIVED,
		fault.At("lines[0].accountId", "is archived"), fault.At("lines[1].accountId", "is archived")), toAccount)
	var e *fault.Error
	if !errors.As(err, &e) || e.Reason != optionsv1.Reason_ACCOUNT_ARCHIVED ||
		!slices.Equal(e.Fields, []fault.Field{{"accountId", "is archived"}}) {
		t.Errorf("got %v", err)
	}
	if plain := errors.New("lost"); fault.MapFields(plain, toAccount) != plain {
		t.Error("an error without fields was changed")
	}
}
