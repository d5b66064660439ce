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
	doc.operations(func(path, verb string, op *operation) {
		complain := func(what string) { t.Errorf("%s %s (%s): %s", verb, path, op.OperationID, what) }
		if !named.MatchString(op.OperationID) {
			complain("the operation id is not collection.verb")
		}
		if seen[op.OperationID] {
			complain("the operation id is another operation's too")
		}
		seen[op.OperationID] = true
		if op.Summary == "" || op.Description == "" {
			complain("has no summary or description")
		}
		if op.Security == nil {
			complain("does not say whether it needs a credential")
		}
		if len(op.Tags) != 1 || !tags[op.Tags[0]] {
			complain("has no tag, or one without a description")
		}
		for _, status := range []string{"200", "400", "429", "503", "default"} {
			if _, ok := op.Responses.get(status); !ok {
				complain("does not say what " + status + " is")
			}
		}
		if verb != "GET" && !op.takes("#/components/parameters/IdempotencyKey") {
			complain("is a write without an idempotency key")
		}
		for _, p := range op.Parameters {
			if strings.Contains(p.Name, "_") {
				complain("parameter " + p.Name + " is not camelCase")
			}
			if p.Ref == "" && p.Description == "" {
				complain("parameter " + p.Name + " has no description")
			}
		}
	})
	if len(seen) == 0 {
		t.Error("there are no operations")
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

func TestReferencesLeadSomewhere(t *testing.T) {
	doc := readGenerated(t)
	if err := checkRefs(doc); err != nil {
		t.Error(err)
	}
	for _, name := range doc.Components.Schemas.keys {
		if strings.Contains(name, ".") {
			t.Errorf("schema %s is named like a proto", name)
		}
	}
}

// The document that is stored is the one that the program would write again.
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
		t.Error("reading and writing the document changes it")
	}
}

func TestMainJobIsInTheDocument(t *testing.T) {
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
		op := doc.find(at[1], at[0])
		if op == nil || op.OperationID != id {
			t.Errorf("%s is not at %s %s", id, at[0], at[1])
		}
	}
	signUp := doc.find("/v1/organizations:signUp", "POST")
	if signUp == nil || len(signUp.Security) != 0 {
		t.Error("signing up needs a credential")
	}
}

func TestBodySaysItsRules(t *testing.T) {
	vendor, ok := readGenerated(t).Components.Schemas.get("VendorCreate")
	if !ok {
		t.Fatal("there is no VendorCreate")
	}
	if len(vendor.Required) != 1 || vendor.Required[0] != "displayName" {
		t.Errorf("required: %v", vendor.Required)
	}
	name := vendor.Properties.values["displayName"]
	if name.MinLength == nil || *name.MinLength != 1 || name.MaxLength == nil || *name.MaxLength != 200 {
		t.Error("displayName has no bounds")
	}
	if days := vendor.Properties.values["paymentDays"]; days.Minimum != "0" || days.Maximum != "365" {
		t.Error("paymentDays has no bounds")
	}
	if _, ok := vendor.Properties.get("createTime"); ok {
		t.Error("createTime can be sent")
	}
}

func TestAnswerPromisesItsFields(t *testing.T) {
	vendor, ok := readGenerated(t).Components.Schemas.get("Vendor")
	if !ok {
		t.Fatal("there is no Vendor")
	}
	if !slices.Equal(vendor.Required, vendor.Properties.keys) {
		t.Errorf("of %v are required %v", vendor.Properties.keys, vendor.Required)
	}
	if limit := vendor.Properties.values["creditLimit"]; len(limit.AnyOf) != 2 || limit.AnyOf[1].Type != "null" {
		t.Error("creditLimit cannot be null")
	}
	list := readGenerated(t).Components.Schemas.values["ListVendorsResponse"]
	if slices.Contains(list.Required, "totalSize") || !slices.Contains(list.Required, "nextPageToken") {
		t.Errorf("required of a list: %v", list.Required)
	}
	if len(vendor.Examples) == 0 {
		t.Error("has no example")
	}
}

// What only a caller sends is a part of the body and none of the answer.
func TestContentIsOfTheBodyAlone(t *testing.T) {
	schemas := readGenerated(t).Components.Schemas.values
	if _, ok := schemas["StatementImportCreate"].Properties.get("content"); !ok {
		t.Error("the body has no content")
	}
	if _, ok := schemas["StatementImport"].Properties.get("content"); ok {
		t.Error("the answer has content")
	}
}

// Every schema belongs to one direction, but for those that are alike in both, and what an
// answer proposes to be sent.
func TestSharedSchemasAreAlikeInBothDirections(t *testing.T) {
	doc := readGenerated(t)
	bodies, answers := doc.roots()
	answered := doc.reached(answers)
	for name := range doc.reached(bodies) {
		s := doc.Components.Schemas.values[name]
		isSent := strings.HasSuffix(name, "Create") || strings.HasSuffix(name, "Input")
		if answered[name] && !isSent && s.Properties != nil && !slices.Equal(s.Required, s.Properties.keys) {
			t.Errorf("%s is sent and answered, and requires %v", name, s.Required)
		}
	}
}

func TestFilesHaveTheirMediaTypes(t *testing.T) {
	doc := readGenerated(t)
	for path, want := range map[string][]string{
		"/v1/reports:chart":          {"image/svg+xml", "image/png"},
		"/v1/files/{fileId}:content": {"*/*"},
	} {
		if got := doc.find(path, "GET").Responses.values["200"].Content.keys; !slices.Equal(got, want) {
			t.Errorf("%s answers %v, want %v", path, got, want)
		}
	}
}

func TestTagsStandInTheOrderOfUse(t *testing.T) {
	var got []string
	for _, tag := range readGenerated(t).Tags {
		got = append(got, tag.Name)
	}
	if !slices.Equal(got, firstUse) {
		t.Errorf("got %v", got)
	}
}

func TestNothingIsFilledInForTheReader(t *testing.T) {
	doc := readGenerated(t)
	key, _ := doc.Components.Parameters.get("IdempotencyKey")
	if key.Example != nil {
		t.Errorf("every second write would be refused: %v", key.Example)
	}
	doc.operations(func(path, _ string, op *operation) {
		for _, p := range op.Parameters {
			if p.Example != nil {
				t.Errorf("%s: %s is filled in with %v", path, p.Name, p.Example)
			}
		}
	})
}

// A reader picks an error by its reason, so each reason in the text has its example.
func TestEveryReasonHasAnExample(t *testing.T) {
	doc := readGenerated(t)
	line := regexp.MustCompile("(?m)^- `([A-Z_]+)`:")
	doc.operations(func(_, _ string, op *operation) {
		for status, r := range op.Responses.values {
			var named []string
			for _, match := range line.FindAllStringSubmatch(r.Description, -1) {
				named = append(named, match[1])
			}
			if r.Content == nil || len(named) == 0 {
				continue
			}
			if shown := r.Content.values[jsonType].Examples; shown == nil || !slices.Equal(shown.keys, named) {
				t.Errorf("%s %s names %v", op.OperationID, status, named)
			}
		}
	})
}
