package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const generated = "../../../../gen/openapi/openapi.json"

func readGenerated(t *testing.T) *document {
	t.Helper()
	doc, err := readDocument(generated)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestEveryOperationIsComplete(t *testing.T) {
	doc := readGenerated(t)
	tags := map[string]bool{}
	for _, tag := range doc.Tags {
		tags[tag.Name] = tag.Description != ""
	}
	named := regexp.MustCompile(`^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$`)
	seen := map[string]bool{}
	doc.eachOperation(func(path, verb string, op *operation) {
		fail := func(what string) { t.Errorf("%s %s (%s): %s", verb, path, op.OperationID, what) }
		if !named.MatchString(op.OperationID) {
			fail("operation ID is not collection.verb")
		}
		if seen[op.OperationID] {
			fail("operation ID is not unique")
		}
		seen[op.OperationID] = true
		if op.Summary == "" || op.Description == "" {
			fail("has no summary or description")
		}
		if op.Security == nil {
			fail("has no security")
		}
		if len(op.Tags) != 1 || !tags[op.Tags[0]] {
			fail("has no tag, or one without a description")
		}
		for _, status := range []string{"200", "400", "429", "503", "default"} {
			if _, ok := op.Responses.get(status); !ok {
				fail("does not describe status " + status)
			}
		}
		reads := verb == "GET" || strings.HasSuffix(path, ":preview") || strings.HasSuffix(path, ":calculate")
		if reads == op.takes("#/components/parameters/IdempotencyKey") {
			fail("is a write without the Idempotency-Key parameter, or a read with it")
		}
		for _, p := range op.Parameters {
			if strings.Contains(p.Name, "_") {
				fail("parameter " + p.Name + " is not camelCase")
			}
			if p.Ref == "" && p.Description == "" {
				fail("parameter " + p.Name + " has no description")
			}
		}
	})
	if len(seen) == 0 {
		t.Error("got no operations")
	}
}

func (op *operation) takes(ref string) bool {
	for _, p := range op.Parameters {
		if p.Ref == ref {
			return true
		}
	}
	return false
}

func TestReferencesResolve(t *testing.T) {
	doc := readGenerated(t)
	if err := checkRefs(doc); err != nil {
		t.Error(err)
	}
	for _, name := range doc.Components.Schemas.keys {
		if strings.Contains(name, ".") {
			t.Errorf("schema %s has the name of a proto", name)
		}
	}
}

// TestEncodingIsStable checks that decoding and encoding the stored document does not change
// it.
func TestEncodingIsStable(t *testing.T) {
	stored, err := os.ReadFile(generated)
	if err != nil {
		t.Fatal(err)
	}
	again, err := encode(readGenerated(t))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(stored, again) {
		t.Error("decoding and encoding changed the document")
	}
}

func TestMainOperationsAreInTheDocument(t *testing.T) {
	doc := readGenerated(t)
	for id, at := range map[string][2]string{
		"organizations.signUp":          {"POST", "/v1/organizations:signUp"},
		"accounts.list":                 {"GET", "/v1/accounts"},
		"bankAccounts.create":           {"POST", "/v1/bankAccounts"},
		"statementImports.create":       {"POST", "/v1/bankAccounts/{bankAccountId}/statementImports"},
		"bankStatementLines.list":       {"GET", "/v1/bankStatementLines"},
		"bankStatementLines.categorize": {"POST", "/v1/bankStatementLines/{bankStatementLineId}:categorize"},
		"journalEntries.create":         {"POST", "/v1/journalEntries"},
		"journalEntries.batchCreate":    {"POST", "/v1/journalEntries:batchCreate"},
		"journalEntries.reverse":        {"POST", "/v1/journalEntries/{journalEntryId}:reverse"},
		"reports.profitAndLoss":         {"GET", "/v1/reports/profitAndLoss"},
		"reports.balanceSheet":          {"GET", "/v1/reports/balanceSheet"},
		"reports.trialBalance":          {"GET", "/v1/reports/trialBalance"},
	} {
		op := doc.findOperation(at[1], at[0])
		if op == nil || op.OperationID != id {
			t.Errorf("%s is not at %s %s", id, at[0], at[1])
		}
	}
	signUp := doc.findOperation("/v1/organizations:signUp", "POST")
	if signUp == nil || len(signUp.Security) != 0 {
		t.Error("signing up requires a credential")
	}
}

func TestBodyHasRequiredFieldsAndBounds(t *testing.T) {
	vendor, ok := readGenerated(t).Components.Schemas.get("VendorCreate")
	if !ok {
		t.Fatal("VendorCreate is missing")
	}
	if len(vendor.Required) != 1 || vendor.Required[0] != "displayName" {
		t.Errorf("got required fields %v", vendor.Required)
	}
	name := vendor.Properties.values["displayName"]
	if name.MinLength == nil || *name.MinLength != 1 || name.MaxLength == nil || *name.MaxLength != 200 {
		t.Error("displayName has no bounds")
	}
	if days := vendor.Properties.values["paymentDays"]; days.Minimum != "0" || days.Maximum != "365" {
		t.Error("paymentDays has no bounds")
	}
	if _, ok := vendor.Properties.get("createTime"); ok {
		t.Error("createTime is not output-only")
	}
}

func TestResponseRequiresItsFields(t *testing.T) {
	vendor, ok := readGenerated(t).Components.Schemas.get("Vendor")
	if !ok {
		t.Fatal("Vendor is missing")
	}
	if !slices.Equal(vendor.Required, vendor.Properties.keys) {
		t.Errorf("got required fields %[2]v, want all of %[1]v", vendor.Properties.keys, vendor.Required)
	}
	if limit := vendor.Properties.values["creditLimit"]; len(limit.AnyOf) != 2 || limit.AnyOf[1].Type != "null" {
		t.Error("creditLimit is not nullable")
	}
	list := readGenerated(t).Components.Schemas.values["ListVendorsResponse"]
	if slices.Contains(list.Required, "totalSize") || !slices.Contains(list.Required, "nextPageToken") {
		t.Errorf("got required fields of a list %v", list.Required)
	}
	if len(vendor.Examples) == 0 {
		t.Error("got no example")
	}
}

// TestWriteOnlyFieldsAreOnlyInBodies checks that input-only fields are not in responses.
func TestWriteOnlyFieldsAreOnlyInBodies(t *testing.T) {
	schemas := readGenerated(t).Components.Schemas.values
	if _, ok := schemas["StatementImportCreate"].Properties.get("content"); !ok {
		t.Error("the body has no content")
	}
	if _, ok := schemas["StatementImport"].Properties.get("content"); ok {
		t.Error("the response has content")
	}
}

// TestSharedSchemasAreEqualInBothDirections checks that a schema used in both directions is the
// same in both, or is a proposal that callers send back.
func TestSharedSchemasAreEqualInBothDirections(t *testing.T) {
	doc := readGenerated(t)
	bodies, responses := doc.bodySchemas()
	returned := doc.reachableSchemas(responses)
	for name := range doc.reachableSchemas(bodies) {
		s := doc.Components.Schemas.values[name]
		isSent := strings.HasSuffix(name, "Create") || strings.HasSuffix(name, "Input")
		if returned[name] && !isSent && s.Properties != nil && !slices.Equal(s.Required, s.Properties.keys) {
			t.Errorf("%s is used in both directions and requires %v", name, s.Required)
		}
	}
}

func TestFilesHaveTheirMediaTypes(t *testing.T) {
	doc := readGenerated(t)
	for path, want := range map[string][]string{
		"/v1/reports:chart":          {"image/svg+xml", "image/png"},
		"/v1/files/{fileId}:content": {"*/*"},
	} {
		if got := doc.findOperation(path, "GET").Responses.values["200"].Content.keys; !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

func TestTagsFollowServiceOrder(t *testing.T) {
	var got []string
	for _, tag := range readGenerated(t).Tags {
		got = append(got, tag.Name)
	}
	if !slices.Equal(got, serviceOrder) {
		t.Errorf("got %v", got)
	}
}

func TestParametersHaveNoPrefilledExamples(t *testing.T) {
	doc := readGenerated(t)
	key, _ := doc.Components.Parameters.get("IdempotencyKey")
	if key.Example != nil {
		t.Errorf("Idempotency-Key has the example %v, so a second write would be rejected", key.Example)
	}
	doc.eachOperation(func(path, _ string, op *operation) {
		for _, p := range op.Parameters {
			if p.Example != nil {
				t.Errorf("%s: %s has the example %v", path, p.Name, p.Example)
			}
		}
	})
}

// TestEveryReasonHasAnExample checks that each reason in the description of a status has an
// example, since readers look up errors by reason.
func TestEveryReasonHasAnExample(t *testing.T) {
	doc := readGenerated(t)
	line := regexp.MustCompile("(?m)^- `([A-Z_]+)`:")
	doc.eachOperation(func(_, _ string, op *operation) {
		for status, r := range op.Responses.values {
			var named []string
			for _, match := range line.FindAllStringSubmatch(r.Description, -1) {
				named = append(named, match[1])
			}
			if r.Content == nil || len(named) == 0 {
				continue
			}
			if shown := r.Content.values[jsonType].Examples; shown == nil || !slices.Equal(shown.keys, named) {
				t.Errorf("%s %s: got examples of %v", op.OperationID, status, named)
			}
		}
	})
}
