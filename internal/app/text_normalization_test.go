package app_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestTextIsNormalized checks that each kind of method trims text, composes its characters (NFC)
// and removes invisible ones. Patterns of rules must stay unchanged.
func TestTextIsNormalized(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t, func(r *platformv1.SignUpRequest) {
		r.DisplayName, r.OwnerDisplayName = "  Cafe\u0301 ", "Olive\u202e\n"
	})
	if o.Organization.GetDisplayName() != "Caf\u00e9" || o.Owner.GetDisplayName() != "Olive" {
		t.Errorf("sign-up: got %q and %q", o.Organization.GetDisplayName(), o.Owner.GetDisplayName())
	}
	created := o.REST(t, "POST", "/v1/persons", `{"displayName": "  Zoe\u0308 ", "givenName": " \u200b "}`)
	if created.Body["displayName"] != "Zo\u00eb" || created.Body["givenName"] != "" {
		t.Errorf("create: got %s", created.Raw)
	}
	found := o.REST(t, "GET", "/v1/persons?filter=displayName%3D%22Zoe%CC%88%22", "")
	if list, _ := found.Body["persons"].([]any); len(list) != 1 {
		t.Errorf("a filter in decomposed form: got %s", found.Raw)
	}
	patched := o.REST(t, "PATCH", "/v1/persons/"+created.Body["id"].(string), `{"familyName": "\t\u00c5\u00a0"}`)
	if patched.Body["familyName"] != "\u00c5" {
		t.Errorf("update: got %s", patched.Raw)
	}
	// The length limit applies after trimming.
	if a := o.REST(t, "POST", "/v1/persons", `{"displayName": "`+strings.Repeat(" ", 500)+`Ann"}`); a.Code != 200 {
		t.Errorf("a short name with many spaces: got %s", a.Raw)
	}
	rule, err := financev1.NewBankingServiceClient(o).CreateBankRule(t.Context(),
		&financev1.CreateBankRuleRequest{BankRule: &financev1.BankRule{
			DisplayName: " Rule ", Texts: []string{" e\u0301"}, Pattern: " x ", ExcludeReason: "Not\nours ",
		}})
	if err != nil || rule.GetDisplayName() != "Rule" || rule.GetTexts()[0] != " e\u0301" || rule.GetPattern() != " x " ||
		rule.GetExcludeReason() != "Not\nours" {
		t.Errorf("a rule: got %v, %v", rule, err)
	}
}

// TestInvisibleNamesAreRejected creates records of every resource with names without visible
// characters.
func TestInvisibleNamesAreRejected(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for _, k := range kinds() {
		name := k.message.Fields().ByName("display_name")
		f := fixtures[string(k.message.FullName())]
		if name == nil || k.methods["Create"] == nil || f.record == nil {
			continue
		}
		s := suite{t: t, k: k, f: f, o: o, conn: o}
		for _, text := range []string{" \t\u00a0", "\u200b\u200d", "\x1b\x07", "\u3164", "\u202e"} {
			record := f.record(t, o)
			set(record.ProtoReflect(), "display_name", text)
			_, err := s.call("Create", map[string]any{k.singular: record})
			if isRequired(name) && (apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID ||
				!slices.Contains(apptest.Fields(err), "displayName")) {
				t.Errorf("%s with the name %q: got %v, want a violation of displayName", k.singular, text, err)
			}
		}
	}
}

// isRequired reports whether a field is annotated as required.
func isRequired(fd protoreflect.FieldDescriptor) bool {
	behaviors, _ := proto.GetExtension(fd.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(behaviors, annotations.FieldBehavior_REQUIRED)
}
