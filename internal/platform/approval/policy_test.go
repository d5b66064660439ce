package approval_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestConditionIsChecked saves policies whose conditions are wrong.
func TestConditionIsChecked(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	list := "['a','b','c','d','e','f','g','h','i','j']"
	for name, c := range map[string]struct{ condition, says string }{
		"syntax":             {"amount >", "line 1, column 9: Syntax error"},
		"second line":        {"amount > 1 &&\n  amout > 2", "line 2, column 3: undeclared reference to 'amout'"},
		"unknown fact":       {"salary > 10", "line 1, column 1: undeclared reference to 'salary'"},
		"type of an operand": {"amount > 'many'", "column 8: found no matching overload for '_>_'"},
		"type of the result": {"amount", "must have the type bool, but has the type double"},
		"cost bomb": {
			"account_codes.all(a, account_codes.all(b, account_codes.all(c, a + b == c)))", "its cost"},
		"cost of literals": {
			strings.Repeat(list+".all(a, ", 7) + "true" + strings.Repeat(")", 7), "its cost"},
		"macro map":    {"account_codes.map(a, a).size() > 1", "undeclared reference to"},
		"macro filter": {"account_codes.filter(a, true).size() > 1", "undeclared reference to"},
		"lists.range":  {"lists.range(1000000).size() > 1", "undeclared reference to"},
		"too deep": {
			strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300), "is wrong: expression recursion limit exceeded"},
		"too long": {
			"amount > 1 || " + strings.Repeat("amount > 1 || ", 200) + "true", "2000"},
		"unknown function":    {"amount.squared() > 1", "undeclared reference to 'squared'"},
		"unclosed text":       {"description == 'a", "Syntax error"},
		"regular expression":  {"description.matches('(')", "line 1, column 21: invalid matches argument"},
		"assignment":          {"amount = 1", "column 8: Syntax error"},
		"other message field": {"facts.amount > 1", "undeclared reference to 'facts'"},
	} {
		_, err := client(o.Organization).CreateApprovalPolicy(t.Context(), &pb.CreateApprovalPolicyRequest{
			ApprovalPolicy: &pb.ApprovalPolicy{ApprovalKind: kind, DisplayName: name, Condition: c.condition,
				Steps: []*pb.ApprovalPolicy_Step{byPersons(o.adaID)}}})
		got := apptest.Fields(err)
		if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || len(got) == 0 || got[0] != "condition" {
			t.Errorf("%s: got %v at %v, want a refusal of condition", name, err, got)
		}
		if message := status.Convert(err).Message(); !strings.Contains(message, c.says) {
			t.Errorf("%s: got %q, want it to say %q", name, message, c.says)
		}
	}
}

func TestStepsAreChecked(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	_, leaver := o.member(t, "Lou Leaver", pb.ApiKey_ACCOUNTANT)
	must(pb.NewIdentityServiceClient(o).ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: leaver}))(t)
	create := func(p *pb.ApprovalPolicy) error {
		p.DisplayName = "Entries"
		_, err := client(o.Organization).CreateApprovalPolicy(t.Context(),
			&pb.CreateApprovalPolicyRequest{ApprovalPolicy: p})
		return err
	}
	steps := func(steps ...*pb.ApprovalPolicy_Step) *pb.ApprovalPolicy {
		return &pb.ApprovalPolicy{ApprovalKind: kind, Steps: steps}
	}
	for name, c := range map[string]struct {
		policy *pb.ApprovalPolicy
		reason optionsv1.Reason
		field  string
	}{
		"unknown kind": {
			&pb.ApprovalPolicy{ApprovalKind: "finance.billPayment", Steps: steps(byPersons(o.adaID)).Steps},
			optionsv1.Reason_FIELDS_INVALID, "approvalKind"},
		"no step":    {steps(), optionsv1.Reason_FIELDS_INVALID, "steps"},
		"no persons": {steps(byPersons(o.adaID), byPersons()), optionsv1.Reason_FIELDS_INVALID, "steps[1].personIds"},
		"more approvers than persons": {steps(&pb.ApprovalPolicy_Step{PersonIds: []string{o.adaID}, MinimumApprovers: 2}),
			optionsv1.Reason_FIELDS_INVALID, "steps[0].minimumApprovers"},
		"escalation to no one": {steps(&pb.ApprovalPolicy_Step{PersonIds: []string{o.adaID}, EscalateAfterHours: 1}),
			optionsv1.Reason_FIELDS_INVALID, "steps[0].escalationPersonIds"},
		"archived approver": {steps(byPersons(o.adaID, leaver)), optionsv1.Reason_REFERENCE_ARCHIVED,
			"steps[0].personIds[1]"},
		"unknown approver": {steps(byPersons("prs_01k9zzzzzzzzzzzzzzzzzzzzzz")), optionsv1.Reason_REFERENCE_NOT_FOUND,
			"steps[0].personIds[0]"},
	} {
		t.Run(name, func(t *testing.T) { apptest.WantRefused(t, create(c.policy), c.reason, c.field) })
	}
}

func TestFirstMatchingPolicyApplies(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	create := func(priority int32, condition, approver string) {
		must(client(o.Organization).CreateApprovalPolicy(t.Context(), &pb.CreateApprovalPolicyRequest{
			ApprovalPolicy: &pb.ApprovalPolicy{ApprovalKind: kind, DisplayName: "Entries", Condition: condition,
				Priority: priority, Steps: []*pb.ApprovalPolicy_Step{byPersons(approver)}}}))(t)
	}
	create(20, "amount > 100", o.adaID)
	create(10, "amount > 1000", o.benID)
	for amount, approver := range map[string]string{"500.00": o.adaID, "5000.00": o.benID} {
		if r := o.requested(t, amount); r.ApproverId != approver {
			t.Errorf("%s: got approver %s, want %s", amount, r.ApproverId, approver)
		}
	}
	if e := o.post(t, o.draft(t, "50.00")); e.State != financev1.JournalEntry_POSTED {
		t.Errorf("an entry that no policy matches: got state %s", e.State)
	}
}

func TestConditionsUseAllFacts(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	for name, c := range map[string]struct {
		condition string
		met       bool
	}{
		"currency":         {"currency_code == 'USD'", true},
		"source":           {"source == 'MANUAL'", true},
		"date":             {"date >= '2026-11-21' && date < '2026-12-01'", true},
		"description":      {"description.contains('press')", true},
		"lines":            {"line_count == 2", true},
		"accounts":         {"account_codes.exists(c, c.startsWith('T4'))", true},
		"other accounts":   {"'9999' in account_codes", false},
		"types":            {"account_types.all(t, t == 'ASSET')", false},
		"maker":            {"maker_id == '" + o.makerID + "'", true},
		"integers":         {"amount > 10 && amount < 13", true},
		"failing division": {"10 / (line_count - 2) > 1", true},
	} {
		policy := o.policy(t, c.condition, byPersons(o.adaID))
		if e := o.post(t, o.draft(t, "12.00")); e.AwaitingApproval != c.met {
			t.Errorf("%s: got awaiting approval %v, want %v", name, e.AwaitingApproval, c.met)
		}
		must(client(o.Organization).ArchiveApprovalPolicy(t.Context(),
			&pb.ArchiveApprovalPolicyRequest{ApprovalPolicyId: policy.Id}))(t)
	}
	kinds := must(client(o.Organization).ListApprovalKinds(t.Context(), &pb.ListApprovalKindsRequest{}))(t).ApprovalKinds
	if len(kinds) != 1 || kinds[0].Name != kind || kinds[0].Resource != "journalEntries" || kinds[0].Verb != "post" {
		t.Fatalf("got kinds %v", kinds)
	}
	types := map[string]string{}
	for _, f := range kinds[0].Facts {
		types[f.Name] = f.Type
	}
	if types["amount"] != "double" || types["account_codes"] != "list(string)" || types["line_count"] != "int" {
		t.Errorf("got facts %v", kinds[0].Facts)
	}
}

func TestConditionIsTriedOnPastRecords(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	var posted []string
	for _, amount := range []string{"5.00", "50.00", "500.00"} {
		posted = append(posted, o.post(t, o.draft(t, amount)).Id)
	}
	try := func(condition string, count int32) *pb.TryApprovalConditionResponse {
		return must(client(o.Organization).TryApprovalCondition(t.Context(), &pb.TryApprovalConditionRequest{
			ApprovalKind: kind, Condition: condition, RecordCount: count}))(t)
	}
	got := try("amount >= 50", 0)
	if got.TriedCount != 3 || got.MetCount != 2 || !slices.Equal(got.SubjectIds, []string{posted[2], posted[1]}) {
		t.Errorf("got %v", got)
	}
	got = try("amount >= 50 && account_codes[5] == ''", 2)
	if got.TriedCount != 2 || got.MetCount != 2 || got.FailedCount != 2 {
		t.Errorf("a condition that fails: got %v", got)
	}
	_, err := client(o.Organization).TryApprovalCondition(t.Context(),
		&pb.TryApprovalConditionRequest{ApprovalKind: kind, Condition: "amout > 1"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "condition")
	narrow := o.WithRole(t, pb.ApiKey_OWNER, "platform.approvalPolicies.*")
	_, err = client(narrow).TryApprovalCondition(t.Context(), &pb.TryApprovalConditionRequest{ApprovalKind: kind})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}

// TestRequestKeepsTheStepsOfItsPolicy changes and archives a policy while a request is open.
func TestRequestKeepsTheStepsOfItsPolicy(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	policy := o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	must(client(o.Organization).UpdateApprovalPolicy(t.Context(), &pb.UpdateApprovalPolicyRequest{
		ApprovalPolicyId: policy.Id, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"steps", "condition"}},
		ApprovalPolicy: &pb.ApprovalPolicy{Condition: "amount > 1000000",
			Steps: []*pb.ApprovalPolicy_Step{byPersons(o.benID)}}}))(t)
	_, err := approve(t, o.ben, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)
	must(client(o.Organization).ArchiveApprovalPolicy(t.Context(),
		&pb.ArchiveApprovalPolicyRequest{ApprovalPolicyId: policy.Id}))(t)
	if e := o.post(t, o.entryOf(t, r)); !e.AwaitingApproval {
		t.Errorf("posting again while the request is open: got %v, want it to wait", e)
	}
	must(approve(t, o.ada, r))(t)
	o.wantPosted(t, r, true)
	if e := o.post(t, o.draft(t, "5.00")); e.State != financev1.JournalEntry_POSTED {
		t.Errorf("after the policy was archived: got state %s, want POSTED", e.State)
	}
}
