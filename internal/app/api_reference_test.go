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

// operations returns the operations of the OpenAPI document.
func operations(t *testing.T) []*apptest.Operation {
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

// TestRequestExamplesWork sends the examples of POST requests to a new organization. With
// placeholders they must fail with 400, and with the placeholders replaced they must succeed.
func TestRequestExamplesWork(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		isCreate := strings.HasSuffix(op.ID, ".create")
		if op.Verb != http.MethodPost || op.Body.Content[jsonType].Example == nil || strings.Contains(op.Path,
			"{") && !isCreate {
			continue
		}
		if op.ID == "emailEvents.create" {
			continue // must be signed; tested by TestReportsMoveAMailOn
		}
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			o := apptest.SignUp(t)
			if op.ID == "invoices.importOpening" {
				importOpeningBalances(t, o)
			}
			path := pathParameter.ReplaceAllStringFunc(op.Path, func(string) string { return createBankAccount(t, o) })
			body := string(op.Body.Content[jsonType].Example)
			if placeholder.MatchString(body) {
				if a := o.REST(t, op.Verb, path, body); a.Code != http.StatusBadRequest {
					t.Errorf("with placeholders: got %d %s, want 400", a.Code, a.Raw)
				}
			}
			if a := o.REST(t, op.Verb, path, fillPlaceholders(t, o, body)); a.Code != http.StatusOK {
				t.Errorf("%s: got %d %s", body, a.Code, a.Raw)
			}
		})
	}
}

// importOpeningBalances imports opening balances, which open invoices need.
func importOpeningBalances(t *testing.T, o *apptest.Organization) {
	t.Helper()
	if _, err := financev1.NewLedgerServiceClient(o).ImportOpeningBalances(t.Context(),
		&financev1.ImportOpeningBalancesRequest{Date: "2025-12-31", PostDifference: true,
			Content: []byte("Code,Account,Debit,Credit\n1200,Accounts Receivable,1170.00,\n")}); err != nil {
		t.Fatal(err)
	}
}

// fillPlaceholders replaces the placeholders of an example with identifiers of the organization's
// records.
func fillPlaceholders(t *testing.T, o *apptest.Organization, body string) string {
	t.Helper()
	var match *financev1.BankMatch
	matched := func() *financev1.BankMatch {
		if match == nil {
			match = newBankMatch(t, o).(*financev1.BankMatch)
		}
		return match
	}
	var sale *financev1.Invoice
	sold := func() *financev1.Invoice {
		if sale == nil {
			sale = issueInvoice(t, o)
		}
		return sale
	}
	return placeholder.ReplaceAllStringFunc(body, func(placeholder string) string {
		switch placeholder {
		case "<id of a person>":
			return o.Owner.GetId()
		case "<id of another person>":
			return createFor(t, o, "prs")
		case "<id of an expense account>":
			return entry(t, o, "1.00").Lines[0].AccountId
		case "<id of a cash account>":
			return entry(t, o, "1.00").Lines[1].AccountId
		case "<id of a dimension>":
			return createDimension(t, o)
		case "<id of a bank account>":
			return createBankAccount(t, o)
		case "<id of a bank statement line>":
			return matched().Lines[0].BankStatementLineId
		case "<id of a journal entry>":
			return matched().Entries[0].JournalEntryId
		case "<id of a customer>":
			return sold().GetCustomerId()
		case "<id of an invoice>":
			return sold().GetId()
		case "<id of a line of the invoice>":
			return sold().GetLines()[0].GetId()
		case "<id of a payment>":
			return createPayment(t, o, sold().GetCustomerId())
		case "<id of a submitted timesheet>":
			return submitTimesheet(t, o)
		case "<id of a project with time to bill>":
			return createBillableTime(t, o)
		}
		for _, k := range kinds() {
			if placeholder == "<id of "+k.resource().ANoun()+">" {
				return createFor(t, o, k.option.GetPrefix())
			}
		}
		t.Fatalf("unknown placeholder %s", placeholder)
		return ""
	})
}

// TestExamplesMatchTheirSchemas validates the examples of responses, bodies and errors.
func TestExamplesMatchTheirSchemas(t *testing.T) {
	t.Parallel()
	doc, err := apptest.ReadDocument()
	if err != nil {
		t.Fatal(err)
	}
	validate := func(what, schema string, example json.RawMessage) {
		if err := apptest.Validate(schema, example); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for name, s := range doc.Components.Schemas {
		for _, example := range s.Examples {
			validate(name, name, example)
		}
	}
	for name, example := range doc.Components.Examples {
		validate(name, "Error", example.Value)
	}
	for _, op := range operations(t) {
		if body := op.Body.Content[jsonType]; body.Example != nil {
			validate(op.ID, strings.TrimPrefix(body.Schema.Ref, "#/components/schemas/"), body.Example)
		}
		for status, response := range op.Responses {
			for reason, example := range response.Content[jsonType].Examples {
				if example.Ref == "" {
					validate(op.ID+" "+status+" "+reason, "Error", example.Value)
				}
			}
		}
	}
}

// TestExamplesMatchAllowedActions compares the verbs in allowed_actions of the examples with those
// that the server returns, and checks that a refused verb has a reason.
func TestExamplesMatchAllowedActions(t *testing.T) {
	t.Parallel()
	doc, err := apptest.ReadDocument()
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, k := range apptest.New(t).Kinds {
		name := string(k.Binding().Message().Name())
		for _, raw := range doc.Components.Schemas[name].Examples {
			var example struct {
				AllowedActions []struct {
					Verb, Reason string
					Allowed      bool
				}
			}
			if err := json.Unmarshal(raw, &example); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range example.AllowedActions {
				got = append(got, a.Verb)
				if a.Allowed != (a.Reason == "") {
					t.Errorf("%s: %s is allowed %v for the reason %q", name, a.Verb, a.Allowed, a.Reason)
				}
			}
			if !strings.Contains(string(raw), `"allowedActions"`) {
				continue
			}
			compared++
			if !slices.Equal(got, k.Actions()) {
				t.Errorf("%s: got the actions %q in the example, want %q", name, got, k.Actions())
			}
		}
	}
	if compared < 10 {
		t.Errorf("compared only %d examples", compared)
	}
}

// errorBody is the part of an error's JSON that is compared with its example.
type errorBody struct {
	Code    int
	Details []struct {
		Reason          string
		FieldViolations []struct{ Field, Description string }
	}
}

func (e errorBody) reason() string {
	for _, d := range e.Details {
		if d.Reason != "" {
			return d.Reason
		}
	}
	return ""
}

func (e errorBody) fields() (fields []string) {
	for _, d := range e.Details {
		for _, v := range d.FieldViolations {
			fields = append(fields, v.Field)
		}
	}
	return fields
}

// TestErrorsMatchTheirExamples causes common errors of every operation and compares the code,
// reason and field with the operation's example.
func TestErrorsMatchTheirExamples(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	stranger := *o
	stranger.Key = ""
	const unknown = "xxx_01k9zzzzzzzzzzzzzzzzzzzzzz"
	for _, op := range operations(t) {
		path := pathParameter.ReplaceAllString(op.Path, unknown)
		takesJSON := op.Body.Content[jsonType].Schema.Ref != ""
		if len(op.Security) > 0 {
			checkExample(t, op, "CREDENTIAL_MISSING", stranger.REST(t, op.Verb, path, ""))
		}
		checkExample(t, op, "QUERY_PARAMETER_INVALID", o.REST(t, op.Verb, path+"?favoriteColor=red", ""))
		if takesJSON && op.ID != "emailEvents.create" { // the signature is checked before the body
			checkExample(t, op, "BODY_INVALID", o.REST(t, op.Verb, path, `{"favoriteColor": "red"}`))
		}
		if op.Verb != http.MethodPost && path != op.Path && !op.Requires("query") {
			checkExample(t, op, "RECORD_NOT_FOUND", o.REST(t, op.Verb, path, bodyOf(op), `If-Match: "1"`))
		}
		// The tus protocol of uploads uses 412 for its version.
		_, ok := op.Responses["412"]
		if ok != op.HasParameter("If-Match") && !strings.HasPrefix(op.Path, "/v1/uploads") {
			t.Errorf("%s: documents 412 %v, but If-Match %v", op.ID, ok, op.HasParameter("If-Match"))
		}
		checkInvalidField(t, o, op, path)
	}
}

// checkInvalidField causes the violation of the operation's example of FIELDS_INVALID.
func checkInvalidField(t *testing.T, o *apptest.Organization, op *apptest.Operation, path string) {
	t.Helper()
	example, ok := op.Example("400", "FIELDS_INVALID")
	if !ok {
		t.Errorf("%s has no example of FIELDS_INVALID", op.ID)
		return
	}
	var want errorBody
	if err := json.Unmarshal(example, &want); err != nil {
		t.Fatal(err)
	}
	field, headers := want.fields()[0], []string{}
	switch description := want.Details[1].FieldViolations[0].Description; description {
	case "is required": // an empty body causes it
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
		t.Errorf("%s: no request causes the example's violation: %s %s", op.ID, field, description)
		return
	}
	r := httptest.NewRequestWithContext(t.Context(), op.Verb, path, strings.NewReader(bodyOf(op)))
	checkExample(t, op, "FIELDS_INVALID", o.Send(t, r, headers...))
}

func bodyOf(op *apptest.Operation) string {
	if op.Body.Content[jsonType].Schema.Ref == "" {
		return ""
	}
	return "{}"
}

// checkExample compares an error with the operation's example of its reason.
func checkExample(t *testing.T, op *apptest.Operation, reason string, response apptest.Response) {
	t.Helper()
	var got, want errorBody
	if err := json.Unmarshal(response.Raw, &got); err != nil || got.reason() != reason {
		t.Errorf("%s: got %d %s, want %s", op.ID, response.Code, response.Raw, reason)
		return
	}
	example, ok := op.Example(strconv.Itoa(response.Code), reason)
	if !ok {
		t.Errorf("%s has no example of %s under %d", op.ID, reason, response.Code)
		return
	}
	if err := json.Unmarshal(example, &want); err != nil {
		t.Fatal(err)
	}
	if want.Code != got.Code || len(want.fields()) > 0 && !slices.Contains(got.fields(), want.fields()[0]) {
		t.Errorf("%s: got %s, want the example %s", op.ID, response.Raw, example)
	}
}
