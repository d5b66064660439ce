package app_test

import (
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// actionCount counts the records of a kind that offered a verb and that refused it, with the
// reasons of the refusals.
type actionCount struct {
	allowed, refused int
	reasons          []string
}

// TestAllowedActionsAreAccurate calls each verb of a record's allowed_actions with validate_only.
// An allowed verb must succeed or fail only because of other fields of the request, and a refused
// verb must fail. The records belong to a business that has closed some of its months.
func TestAllowedActionsAreAccurate(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	account := createBooks(t, o)
	createOperation(t, o)
	for _, of := range []string{"Task", "BookkeepingSchedule", "ApiKey", "CurrencyRevaluation"} {
		makeFixture(t, o, of)
	}
	found := tryActions(t, o, account)
	for name, want := range wantActions() {
		got := found[name]
		if got == nil || want.allowed > got.allowed || want.refused > got.refused {
			t.Errorf("%s: got %v, want at least %v", name, got, want)
		}
	}
}

// tryActions calls each verb of each record of an organization. It returns the counts by kind and
// verb, such as "Task.start".
func tryActions(t *testing.T, o *apptest.Organization, account string) map[string]*actionCount {
	t.Helper()
	found := map[string]*actionCount{}
	for _, k := range kinds() {
		if k.message.Fields().ByName("allowed_actions") == nil {
			continue
		}
		for _, r := range listAll(t, o, k) {
			for _, a := range actionsOf(r) {
				m := verbMethod(k, a.GetVerb())
				if m == nil || a.GetVerb() == "archive" || a.GetVerb() == "unarchive" {
					continue
				}
				name := string(k.message.Name()) + "." + a.GetVerb()
				if found[name] == nil {
					found[name] = &actionCount{}
				}
				tryAction(t, o, k, m, r, a, account, found[name])
			}
		}
	}
	return found
}

// wantActions returns the minimum count of each kind and verb in the books of createBooks.
func wantActions() map[string]actionCount {
	return map[string]actionCount{
		"BankStatementLine.categorize": {2, 3, nil}, "BankStatementLine.undo": {2, 2, nil}, "BankStatementLine.hold": {1, 1,
			nil},
		"BankStatementLine.match": {1, 1, nil}, "Reconciliation.complete": {0, 1, nil}, "Reconciliation.reopen": {1, 0, nil},
		"AccountingPeriod.close": {1, 1, nil}, "AccountingPeriod.reopen": {1, 1, nil}, "FiscalYear.close": {0, 1,
			nil}, "FiscalYear.reopen": {1, 0, nil},
		"JournalEntry.post": {1, 2, nil}, "JournalEntry.reverse": {1, 8, nil}, "BankTransfer.pair": {1, 1,
			nil}, "BankTransfer.undo": {2, 0, nil},
		"BankMatch.undo": {1, 0, nil}, "PrivateExpense.undo": {1, 1, nil}, "StatementImport.undo": {1, 1,
			nil}, "ApiKey.revoke": {0, 1, nil},
		"Task.start": {1, 0, nil}, "CurrencyRevaluation.undo": {1, 0, nil}, "BookkeepingSchedule.complete": {1, 0, nil},
	}
}

// makeFixture creates a record of the kind from its fixture.
func makeFixture(t *testing.T, o *apptest.Organization, name string) {
	t.Helper()
	for _, k := range kinds() {
		if string(k.message.Name()) == name {
			suite{t: t, k: k, f: fixtures[string(k.message.FullName())], o: o, conn: o}.createAndRead()
		}
	}
}

// listAll returns the first 500 records of a kind.
func listAll(t *testing.T, o *apptest.Organization, k kind) (records []protoreflect.Message) {
	t.Helper()
	response, err := suite{t: t, k: k, o: o, conn: o}.call("List", map[string]any{"page_size": int32(500)})
	if err != nil {
		t.Fatal(err)
	}
	list := response.Get(response.Descriptor().Fields().ByName(protoreflect.Name(k.plural))).List()
	for i := range list.Len() {
		records = append(records, list.Get(i).Message())
	}
	return records
}

func actionsOf(r protoreflect.Message) (actions []*typev1.AllowedAction) {
	list := r.Get(r.Descriptor().Fields().ByName("allowed_actions")).List()
	for i := range list.Len() {
		actions = append(actions, list.Get(i).Message().Interface().(*typev1.AllowedAction))
	}
	return actions
}

// verbMethod returns the method of a verb in a kind's allowed_actions, or nil: the one whose path
// ends with the verb, or whose name is the verb and the kind.
func verbMethod(k kind, verb string) protoreflect.MethodDescriptor {
	name := strings.ToUpper(verb[:1]) + verb[1:] + string(k.message.Name())
	suffix := "/" + k.option.GetCollection() + "/{" + k.singular + "_id}:" + verb
	for _, m := range allMethods() {
		rule := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
		if (string(m.Name()) == name || strings.HasSuffix(templateOf(rule), suffix)) &&
			m.ParentFile().Package() == k.message.ParentFile().Package() {
			return m
		}
	}
	return nil
}

// tryAction calls a verb with validate_only and a value for each field that it requires.
func tryAction(
	t *testing.T, o *apptest.Organization, k kind, m protoreflect.MethodDescriptor, r protoreflect.Message,
	a *typev1.AllowedAction, account string, count *actionCount,
) {
	t.Helper()
	req, response := empty(m.Input()), empty(m.Output())
	fields := m.Input().Fields()
	if fields.ByName("validate_only") == nil && a.GetAllowed() {
		return // the call would change the record
	}
	arguments := map[string]any{
		"validate_only": true, "etag": text(r, "etag"), "reason": "Tried", "confirm_unusual_date": true,
		"posting_date":           "2030-06-30",
		"bank_statement_line_id": id.Format("bsl", id.New()), "journal_entry_id": id.Format("jrn", id.New()),
		k.singular + "_id": text(r, "id"),
	}
	for name, value := range arguments {
		if fields.ByName(protoreflect.Name(name)) != nil {
			set(req, name, value)
		}
	}
	if categorize, ok := req.Interface().(*financev1.CategorizeBankStatementLineRequest); ok {
		categorize.Splits = []*financev1.BankStatementLine_Split{{AccountId: account}}
	}
	err := o.Invoke(t.Context(), path(m), req.Interface(), response.Interface())
	reason := apptest.Reason(err)
	lacking := reason == optionsv1.Reason_FIELDS_INVALID || reason == optionsv1.Reason_REFERENCE_NOT_FOUND ||
		reason == optionsv1.Reason_SUGGESTION_UNCERTAIN
	switch {
	case a.GetAllowed() && (err == nil || lacking && a.GetVerb() != "post"):
		count.allowed++
	case !a.GetAllowed() && err != nil && status.Code(err) != codes.Internal:
		count.refused++
		count.reasons = append(count.reasons, a.GetReason())
	default:
		t.Errorf("%s of %v: got %v, but allowed_actions has %v %q", m.Name(), r.Interface(), err, a.GetAllowed(),
			a.GetReason())
	}
}
