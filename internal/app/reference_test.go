package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
)

const jsonType = "application/json"

var (
	placeholder   = regexp.MustCompile(`<[^<>"]+>`)
	pathParameter = regexp.MustCompile(`\{\w+\}`)
)

// documented are the operations of the reference.
func documented(t *testing.T) []*apptest.Operation {
	t.Helper()
	doc, err := apptest.ReadDocument()
	if err != nil {
		t.Fatal(err)
	}
	var out []*apptest.Operation
	for _, item := range doc.Paths {
		for _, op := range item {
			out = append(out, op)
		}
	}
	return out
}

// TestExamplesOfRequestsWork sends each example that names no record in its path to a fresh
// organization, once the placeholders in it are filled in. With them it is refused.
func TestExamplesOfRequestsWork(t *testing.T) {
	t.Parallel()
	for _, op := range documented(t) {
		isCreate := strings.HasSuffix(op.ID, ".create")
		if op.Verb != http.MethodPost || op.Body.Content[jsonType].Example == nil || strings.Contains(op.Path, "{") && !isCreate {
			continue
		}
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			o := apptest.SignUp(t)
			path := pathParameter.ReplaceAllStringFunc(op.Path, func(string) string { return bankAccount(t, o) })
			body := string(op.Body.Content[jsonType].Example)
			if placeholder.MatchString(body) {
				if a := o.REST(t, op.Verb, path, body); a.Code != http.StatusBadRequest {
					t.Errorf("with its placeholders it is answered by %d %s", a.Code, a.Raw)
				}
			}
			if a := o.REST(t, op.Verb, path, fillIn(t, o, body)); a.Code != http.StatusOK {
				t.Errorf("%s is answered by %d %s", body, a.Code, a.Raw)
			}
		})
	}
}

// fillIn puts records of the organization into an example where it asks for them.
func fillIn(t *testing.T, o *apptest.Organization, body string) string {
	t.Helper()
	var match *financev1.BankMatch
	matched := func() *financev1.BankMatch {
		if match == nil {
			match = bankMatch(t, o).(*financev1.BankMatch)
		}
		return match
	}
	return placeholder.ReplaceAllStringFunc(body, func(asked string) string {
		switch asked {
		case "<id of a person>":
			return o.Owner.GetId()
		case "<id of an expense account>":
			return entry(t, o, "1.00").Lines[0].AccountId
		case "<id of a cash account>":
			return entry(t, o, "1.00").Lines[1].AccountId
		case "<id of a dimension>":
			return dimension(t, o)
		case "<id of a bank account>":
			return bankAccount(t, o)
		case "<id of a bank statement line>":
			return matched().Lines[0].BankStatementLineId
		case "<id of a journal entry>":
			return matched().Entries[0].JournalEntryId
		}
		t.Fatalf("nobody knows how to fill in %s", asked)
		return ""
	})
}

// TestExamplesFitTheirSchemas validates every example of an answer, a body and an error.
func TestExamplesFitTheirSchemas(t *testing.T) {
	t.Parallel()
	doc, err := apptest.ReadDocument()
	if err != nil {
		t.Fatal(err)
	}
	fits := func(what, schema string, example json.RawMessage) {
		if err := apptest.Validate(schema, example); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for name, s := range doc.Components.Schemas {
		for _, example := range s.Examples {
			fits(name, name, example)
		}
	}
	for name, example := range doc.Components.Examples {
		fits(name, "Error", example.Value)
	}
	for _, op := range documented(t) {
		if body := op.Body.Content[jsonType]; body.Example != nil {
			fits(op.ID, strings.TrimPrefix(body.Schema.Ref, "#/components/schemas/"), body.Example)
		}
		for status, answer := range op.Responses {
			for reason, example := range answer.Content[jsonType].Examples {
				if example.Ref == "" {
					fits(op.ID+" "+status+" "+reason, "Error", example.Value)
				}
			}
		}
	}
}

// shown is what a client reads of an error.
type shown struct {
	Code    int
	Details []struct {
		Reason          string
		FieldViolations []struct{ Field, Description string }
	}
}

func (s shown) reason() string {
	for _, d := range s.Details {
		if d.Reason != "" {
			return d.Reason
		}
	}
	return ""
}

func (s shown) fields() (fields []string) {
	for _, d := range s.Details {
		for _, v := range d.FieldViolations {
			fields = append(fields, v.Field)
		}
	}
	return fields
}

// TestErrorsAreAsDocumented provokes the errors that every operation of its shape has, and
// compares code, reason and field with the example under the status.
func TestErrorsAreAsDocumented(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	stranger := *o
	stranger.Key = ""
	const unknown = "xxx_01k9zzzzzzzzzzzzzzzzzzzzzz"
	for _, op := range documented(t) {
		path := pathParameter.ReplaceAllString(op.Path, unknown)
		takesJSON := op.Body.Content[jsonType].Schema.Ref != ""
		if len(op.Security) > 0 {
			documents(t, op, "CREDENTIAL_MISSING", stranger.REST(t, op.Verb, path, ""))
		}
		documents(t, op, "QUERY_PARAMETER_INVALID", o.REST(t, op.Verb, path+"?color=red", ""))
		if takesJSON {
			documents(t, op, "BODY_INVALID", o.REST(t, op.Verb, path, `{"color": "red"}`))
		}
		if op.Verb != http.MethodPost && path != op.Path && !op.Requires("query") {
			documents(t, op, "RECORD_NOT_FOUND", o.REST(t, op.Verb, path, bodyOf(op), `If-Match: "1"`))
		}
		if _, ok := op.Responses["412"]; ok != op.HasParameter("If-Match") {
			t.Errorf("%s must have 412 if it takes If-Match, and only then", op.ID)
		}
		invalidField(t, o, op, path)
	}
}

// invalidField provokes the violation that the operation shows for FIELDS_INVALID.
func invalidField(t *testing.T, o *apptest.Organization, op *apptest.Operation, path string) {
	t.Helper()
	example, ok := op.Example("400", "FIELDS_INVALID")
	if !ok {
		t.Errorf("%s shows no field that is invalid", op.ID)
		return
	}
	var want shown
	if err := json.Unmarshal(example, &want); err != nil {
		t.Fatal(err)
	}
	field, headers := want.fields()[0], []string{}
	switch description := want.Details[1].FieldViolations[0].Description; description {
	case "is required": // as an empty body is
	case "is longer than 255 characters":
		headers = []string{field + ": " + strings.Repeat("k", 256)}
	case "must be printable ASCII":
		headers = []string{field + ": é"}
	case "must not be negative":
		path += "?" + field + "=-1"
	case "must be a date such as \"2026-11-21\"":
		path += "?" + field + "=yesterday"
	case "is longer than allowed":
		path += "?" + field + "=" + strings.Repeat("k", 1000)
	case "has more values than allowed":
		path += "?" + strings.Repeat(field+"=x&", 501)
	default:
		t.Errorf("%s shows that %s %s, which nothing provokes", op.ID, field, description)
		return
	}
	r := httptest.NewRequestWithContext(t.Context(), op.Verb, path, strings.NewReader(bodyOf(op)))
	documents(t, op, "FIELDS_INVALID", o.Send(t, r, headers...))
}

func bodyOf(op *apptest.Operation) string {
	if op.Body.Content[jsonType].Schema.Ref == "" {
		return ""
	}
	return "{}"
}

// documents compares an error with the operation's example of its reason.
func documents(t *testing.T, op *apptest.Operation, reason string, answer apptest.Response) {
	t.Helper()
	var got, want shown
	if err := json.Unmarshal(answer.Raw, &got); err != nil || got.reason() != reason {
		t.Errorf("%s: want %s, got %d %s", op.ID, reason, answer.Code, answer.Raw)
		return
	}
	example, ok := op.Example(strconv.Itoa(answer.Code), reason)
	if !ok {
		t.Errorf("%s does not show %s under %d", op.ID, reason, answer.Code)
		return
	}
	if err := json.Unmarshal(example, &want); err != nil {
		t.Fatal(err)
	}
	if want.Code != got.Code || len(want.fields()) > 0 && !slices.Contains(got.fields(), want.fields()[0]) {
		t.Errorf("%s answers %s and shows %s", op.ID, answer.Raw, example)
	}
}
