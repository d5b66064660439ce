package main

import (
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
)

func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{shortName("backoffice.finance.v1.BankStatementLine.Split"), "BankStatementLineSplit"},
		{shortName("Error"), "Error"},
		{
			camelPath("/v1/bankAccounts/{bank_account_id}/statementImports"),
			"/v1/bankAccounts/{bankAccountId}/statementImports",
		},
		{camelPath("/v1/vendors/{vendor_id}:archive"), "/v1/vendors/{vendorId}:archive"},
		{firstSentence("Deletes a vendor. Refuses one in use."), "Deletes a vendor"},
		{unwrap(" One\n line.\n\n Another. \n"), "One line.\n\nAnother."},
		{withArticle("api_key"), "an api key"},
		{withArticle("vendor"), "a vendor"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func stringRules(rules *validate.StringRules, ignore validate.Ignore) *validate.FieldRules {
	return &validate.FieldRules{Ignore: ignore.Enum(), Type: &validate.FieldRules_String_{String_: rules}}
}

func TestRulesBecomeBounds(t *testing.T) {
	s := &schema{Type: "string"}
	rules := &validate.StringRules{MinLen: proto.Uint64(2), MaxLen: proto.Uint64(9), Pattern: proto.String("^[a-z]+$")}
	if err := addRules(s, stringRules(rules, validate.Ignore_IGNORE_UNSPECIFIED)); err != nil {
		t.Fatal(err)
	}
	if *s.MinLength != 2 || *s.MaxLength != 9 || s.Pattern != "^[a-z]+$" {
		t.Errorf("got %+v", s)
	}
}

func TestRulesIgnoredForZeroValues(t *testing.T) {
	s := &schema{Type: "string"}
	rules := &validate.StringRules{
		MinLen: proto.Uint64(2), Pattern: proto.String("^[a-z]+$"),
		WellKnown: &validate.StringRules_Email{Email: true},
	}
	if err := addRules(s, stringRules(rules, validate.Ignore_IGNORE_IF_ZERO_VALUE)); err != nil {
		t.Fatal(err)
	}
	if s.MinLength != nil || s.Format != "" || s.Pattern != "^$|^[a-z]+$" {
		t.Errorf("got %+v", s)
	}
}

func TestBytesAreBoundedAsBase64(t *testing.T) {
	s := &schema{Type: "string"}
	err := addRules(s, &validate.FieldRules{
		Type: &validate.FieldRules_Bytes{Bytes: &validate.BytesRules{MaxLen: proto.Uint64(4)}},
	})
	if err != nil || *s.MaxLength != 8 {
		t.Errorf("got %v, %v", s.MaxLength, err)
	}
}

func TestUnknownRuleIsRejected(t *testing.T) {
	rules := &validate.StringRules{Contains: proto.String("x")}
	err := addRules(&schema{Type: "string"}, stringRules(rules, validate.Ignore_IGNORE_UNSPECIFIED))
	if err == nil || !strings.Contains(err.Error(), "contains") {
		t.Errorf("got %v", err)
	}
}

func TestKeyOrderIsPreserved(t *testing.T) {
	const text = `{"b":"1","a":"<2>"}`
	o := &ordered[string]{}
	if err := o.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if again, err := o.MarshalJSON(); err != nil || string(again) != text {
		t.Errorf("got %s, %v", again, err)
	}
	o.sortKeys([]string{"a"})
	o.remove("b")
	if again, _ := o.MarshalJSON(); string(again) != `{"a":"<2>"}` {
		t.Errorf("got %s", again)
	}
}

func TestMissingReferenceIsRejected(t *testing.T) {
	doc := readGenerated(t)
	doc.Components.Schemas.remove("Money")
	if err := checkRefs(doc); err == nil || !strings.Contains(err.Error(), "Money") {
		t.Errorf("got %v", err)
	}
}
