package main

import (
	"bytes"
	"os"
	"regexp"
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

func TestVendorSaysItsRules(t *testing.T) {
	vendor, ok := readGenerated(t).Components.Schemas.get("Vendor")
	if !ok {
		t.Fatal("there is no Vendor")
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
	if !vendor.Properties.values["createTime"].ReadOnly {
		t.Error("createTime can be written")
	}
	if len(vendor.Examples) == 0 {
		t.Error("has no example")
	}
}

// What only a caller sends, here in one of two ways, is a part of the body and required of
// neither body nor answer.
func TestContentIsOfTheBodyAlone(t *testing.T) {
	doc := readGenerated(t)
	body := doc.find("/v1/bankAccounts/{bankAccountId}/statementImports", "POST").RequestBody.Content.values[jsonType].Schema
	if len(body.Required) != 0 {
		t.Errorf("the body requires %v", body.Required)
	}
	if answer := doc.Components.Schemas.values["StatementImport"]; len(answer.Required) != 0 {
		t.Errorf("the answer requires %v", answer.Required)
	}
}
