package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/table"
	"backoffice/internal/scaffold/standard"
)

// unusualComments are standard fields and messages whose comments begin with another sentence, each
// with the reason.
var unusualComments = map[string]string{
	"AcknowledgmentRequest":          "is a resource, not the request of a method",
	"ApprovalRequest":                "is a resource, not the request of a method",
	"DepositRequest":                 "is a resource, not the request of a method",
	"DeleteJournalEntryRequest.etag": "a draft is only deleted with the etag of the last read",
}

// unusualOptions are standard methods with another path or permission, each with the reason.
var unusualOptions = map[string]string{
	"CreateStatementImport":  "an import is created within its bank account",
	"GetBankStatement":       "a statement is read with the import that stored it",
	"BatchGetBankStatements": "a statement is read with the import that stored it",
	"ListBankStatements":     "a statement is read with the import that stored it",
}

// resource returns the names that package standard uses in the kind's comments.
func (k kind) resource() standard.Resource {
	return standard.Resource{Message: string(k.message.Name()), Collection: k.option.GetCollection(),
		Prefix: k.option.GetPrefix()}
}

// TestStandardComments checks that the comments of standard methods, messages and fields begin with
// the sentences of package standard.
func TestStandardComments(t *testing.T) {
	t.Parallel()
	comments := protoComments(t)
	begins := func(name, want string) {
		t.Helper()
		if want == "" {
			return
		}
		got := comments[name]
		switch usual := strings.HasPrefix(got+" ", want+" "); {
		case !usual && unusualComments[name] == "":
			t.Errorf("%s: got %q, want it to begin with %q", name, got, want)
		case usual && unusualComments[name] != "":
			t.Errorf("%s: got the standard comment, want it removed from the unusual ones", name)
		}
	}
	for _, k := range kinds() {
		r := k.resource()
		for field := range fieldsOf(k.message) {
			begins(r.Message+"."+field, r.RecordComment(field))
		}
		for verb, m := range k.methods {
			referable := slices.Contains(reasonsOf(m), r.Reason("IN_USE"))
			begins(string(m.Parent().Name())+"."+string(m.Name()), r.MethodComment(verb, referable))
			for field := range fieldsOf(m.Input()) {
				begins(string(m.Input().Name())+"."+field, r.RequestComment(string(m.Name()), field))
			}
			for field := range fieldsOf(m.Output()) {
				if m.Output() != k.message {
					begins(string(m.Output().Name())+"."+field, r.ResponseComment(string(m.Name()), field))
				}
			}
		}
	}
	for _, m := range allMethods() {
		begins(string(m.Input().Name()), standard.MessageComment(string(m.Input().Name())))
		begins(string(m.Output().Name()), standard.MessageComment(string(m.Output().Name())))
	}
}

// TestListCommentsNameBoundFields checks that the comments of each list's filter and order name the
// fields that its binding opens, and no others.
func TestListCommentsNameBoundFields(t *testing.T) {
	t.Parallel()
	bindings := map[protoreflect.FullName]table.Binding{}
	searched := map[protoreflect.FullName][]string{}
	for _, k := range apptest.New(t).Kinds {
		b := k.Binding()
		bindings[b.Message().FullName()] = b
		searched[b.Message().FullName()] = k.SearchFields()
	}
	comments := protoComments(t)
	for _, k := range kinds() {
		list, b := k.methods["List"], bindings[k.message.FullName()]
		if list == nil || b == nil {
			continue
		}
		request := string(list.Input().Name())
		checkNames(t, request+".filter", comments[request+".filter"], b.Filterable(), standard.FilterComment)
		checkNames(t, request+".order_by", comments[request+".order_by"], b.Sortable(), standard.OrderComment)
		fields := searched[k.message.FullName()]
		if got := list.Input().Fields().ByName("q") != nil; got != (len(fields) > 0) {
			t.Errorf("%s: got a field q %v, want it if the kind is searchable", request, got)
		} else if got {
			checkNames(t, request+".q", comments[request+".q"], fields, standard.SearchComment)
		}
	}
}

var quoted = regexp.MustCompile("`([a-z_.]+)( desc)?`")

// checkNames checks that the first sentence of a comment names the fields in any order.
func checkNames(t *testing.T, name, comment string, want []string, sentence func([]string) string) {
	t.Helper()
	var got []string
	for _, match := range quoted.FindAllStringSubmatch(strings.SplitAfter(comment, ". ")[0], -1) {
		got = append(got, match[1])
	}
	if len(got) == 0 || !strings.HasPrefix(comment+" ", sentence(got)+" ") {
		t.Errorf("%s: got %q, want it to begin like %q", name, comment, sentence(want))
		return
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, slices.Compact(want)) {
		t.Errorf("%s: got %v, want %v as the binding opens them", name, got, want)
	}
}

// TestStandardOptions checks that standard methods have the path, permission and reasons that their
// resource gives them.
func TestStandardOptions(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		r := k.resource()
		domain := strings.Split(string(k.message.FullName()), ".")[1]
		for verb, m := range k.methods {
			reads := verb == "Get" || verb == "BatchGet" || verb == "List"
			options := m.Options().(*descriptorpb.MethodOptions)
			if got := options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS; got != reads {
				t.Errorf("%s: got no side effects %v, want %v", m.Name(), got, reads)
			}
			problems := accessProblems(m, r, domain, verb)
			switch unusual := unusualOptions[string(m.Name())] != ""; {
			case !unusual && len(problems) > 0:
				t.Errorf("%s: %s", m.Name(), strings.Join(problems, "; "))
			case unusual && len(problems) == 0:
				t.Errorf("%s: got standard options, want it removed from the unusual ones", m.Name())
			}
		}
		checkReasons(t, k)
	}
}

// accessProblems reports how the path and the permission of a standard method differ from those of
// its resource.
func accessProblems(m protoreflect.MethodDescriptor, r standard.Resource, domain, verb string) (problems []string) {
	one := "/v1/" + r.Collection + "/{" + r.Singular() + "_id}"
	want := map[string]string{
		"Create": "POST /v1/" + r.Collection + " " + r.Singular(), "Get": "GET " + one + " ",
		"BatchGet": "GET /v1/" + r.Collection + ":batchGet ",
		"List":     "GET /v1/" + r.Collection + " ", "Update": "PATCH " + one + " " + r.Singular(),
		"Archive":   "POST " + one + ":archive *",
		"Unarchive": "POST " + one + ":unarchive *", "Delete": "DELETE " + one + " ",
	}[verb]
	rule := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	paths := map[string]string{"GET": rule.GetGet(), "POST": rule.GetPost(), "PATCH": rule.GetPatch(),
		"DELETE": rule.GetDelete()}
	got := ""
	for method, path := range paths {
		if path != "" {
			got = method + " " + path + " " + rule.GetBody()
		}
	}
	if got != want {
		problems = append(problems, fmt.Sprintf("got %q, want %q", got, want))
	}
	permission := domain + "." + r.Collection + ".write"
	if verb == "Get" || verb == "BatchGet" || verb == "List" {
		permission = domain + "." + r.Collection + ".read"
	}
	if got := proto.GetExtension(m.Options(), optionsv1.E_Access).(*optionsv1.Access).GetPermission(); got != permission {
		problems = append(problems, fmt.Sprintf("got permission %q, want %q", got, permission))
	}
	return problems
}

// checkReasons checks that Create declares the reasons of unique values, and Delete that of records
// in use, where the resource has such reasons.
func checkReasons(t *testing.T, k kind) {
	t.Helper()
	declares := func(verb, reason string) {
		if m := k.methods[verb]; m != nil && !slices.Contains(reasonsOf(m), reason) {
			t.Errorf("%s: got no reason %s", m.Name(), reason)
		}
	}
	for name := range optionsv1.Reason_value {
		switch {
		case !strings.HasPrefix(name, k.resource().Reason("")):
		case strings.HasSuffix(name, "_TAKEN"):
			declares("Create", name)
		case name == k.resource().Reason("IN_USE"):
			declares("Delete", name)
		}
	}
}

// unusualVerbs are the parts that methods of verbs in allowed_actions lack.
var unusualVerbs = map[string]string{
	// Every role changes all API keys or none. A trial could not return the secret.
	"RotateApiKey": "validate_only, OUT_OF_REACH",
	"RevokeApiKey": "validate_only, OUT_OF_REACH",
	// It asks the job to stop, and returns before the job does.
	"CancelOperation": "validate_only",
}

// TestStandardVerbs checks that the request of each verb in allowed_actions has the record's
// identifier, etag and validate_only, and that its method declares STATE_REFUSES_ACTION if a state
// can refuse the verb, and OUT_OF_REACH if the records have owners. Archive and Unarchive need
// neither validate_only nor a state.
func TestStandardVerbs(t *testing.T) {
	t.Parallel()
	byName := map[protoreflect.FullName]kind{}
	for _, k := range kinds() {
		byName[k.message.FullName()] = k
	}
	checked := 0
	for _, of := range apptest.New(t).Kinds {
		k := byName[of.Binding().Message().FullName()]
		for _, verb := range of.Actions() {
			m := verbMethod(k, verb)
			if m == nil {
				t.Errorf("%s: got no method for the verb %s", k.message.Name(), verb)
				continue
			}
			checked++
			fields, reasons := []string{k.singular + "_id", "etag"}, []string{}
			switch verb {
			case "archive", "unarchive", "shred":
			case "reveal":
				fields = fields[:1]
			default:
				fields = append(fields, "validate_only")
				if !of.AcceptsEveryState(verb) {
					reasons = append(reasons, "STATE_REFUSES_ACTION")
				} else if slices.Contains(reasonsOf(m), "STATE_REFUSES_ACTION") {
					t.Errorf("%s declares STATE_REFUSES_ACTION, but no state refuses %s", m.Name(), verb)
				}
			}
			if of.OwnerField() != "" {
				reasons = append(reasons, "OUT_OF_REACH")
			}
			wantParts(t, m, fields, reasons)
		}
	}
	if checked < 20 {
		t.Errorf("checked only %d verbs", checked)
	}
}

// wantParts checks that a method's request has the fields and that the method declares the reasons.
func wantParts(t *testing.T, m protoreflect.MethodDescriptor, fields, reasons []string) {
	t.Helper()
	var missing []string
	for _, field := range fields {
		if !fieldsOf(m.Input())[field] {
			missing = append(missing, field)
		}
	}
	for _, reason := range reasons {
		if !slices.Contains(reasonsOf(m), reason) {
			missing = append(missing, reason)
		}
	}
	if got, want := strings.Join(missing, ", "), unusualVerbs[string(m.Name())]; got != want {
		t.Errorf("%s lacks %q, want it to lack %q", m.Name(), got, want)
	}
}

// reasonsOf lists the reasons that a method declares.
func reasonsOf(m protoreflect.MethodDescriptor) []string {
	var out []string
	for _, reason := range proto.GetExtension(m.Options(), optionsv1.E_Reasons).([]optionsv1.Reason) {
		out = append(out, reason.String())
	}
	return out
}

// fieldsOf returns the names of a message's fields.
func fieldsOf(m protoreflect.MessageDescriptor) map[string]bool {
	out := map[string]bool{}
	for i := range m.Fields().Len() {
		out[string(m.Fields().Get(i).Name())] = true
	}
	return out
}

// protoComments reads the comments of all declarations, which descriptors leave out, by names such
// as "GetVendorRequest.vendor_id".
func protoComments(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../proto/backoffice/*/v1/*.proto")
	if err != nil || len(paths) == 0 {
		t.Fatalf("got no protos: %v", err)
	}
	out := map[string]string{}
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range standard.Declarations(string(source)) {
			out[d.Name] = d.Comment
		}
	}
	return out
}
