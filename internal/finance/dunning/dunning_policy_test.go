package dunning_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestCustomersHaveTheirPolicy compares the policy that a customer names, that of its group, and
// the default one.
func TestCustomersHaveTheirPolicy(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	named := l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Named",
		Steps: []*pb.DunningPolicy_Step{{Days: 1, DisplayName: "Named step"}}})
	l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Group", GroupKey: "wholesale",
		Steps: []*pb.DunningPolicy_Step{{Days: 1, DisplayName: "Group step"}}})
	l.newPolicy(t, standard())
	for _, c := range []*pb.Customer{{DisplayName: "A", DunningPolicyId: named.GetId(), GroupKey: "wholesale"},
		{DisplayName: "B", GroupKey: "wholesale"}, {DisplayName: "C", GroupKey: "retail"}} {
		l.invoice(t, l.newCustomer(t, c), "2027-01-01", "2027-01-05", "100")
	}
	got := map[string]string{}
	for _, n := range l.run(t, "").GetNotices() {
		got[n.GetCustomerName()] = n.GetLines()[0].GetStepName()
	}
	if len(got) != 3 || got["A"] != "Named step" || got["B"] != "Group step" || got["C"] != "Reminder" {
		t.Errorf("got %v", got)
	}
	for field, c := range map[string]struct {
		policy *pb.DunningPolicy
		reason optionsv1.Reason
	}{
		"defaultPolicy": {&pb.DunningPolicy{DisplayName: "Another", DefaultPolicy: true},
			optionsv1.Reason_DUNNING_POLICIES_DEFAULT_TAKEN},
		"groupKey": {&pb.DunningPolicy{DisplayName: "Another", GroupKey: "wholesale"},
			optionsv1.Reason_DUNNING_POLICIES_GROUP_TAKEN},
		"displayName": {&pb.DunningPolicy{DisplayName: "standard"}, optionsv1.Reason_DUNNING_POLICIES_NAME_TAKEN},
	} {
		_, err := l.CreateDunningPolicy(t.Context(), &pb.CreateDunningPolicyRequest{DunningPolicy: c.policy})
		apptest.WantRefused(t, err, c.reason, field)
	}
}

// TestPolicyIsChecked creates policies with each mistake.
func TestPolicyIsChecked(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	step := func(change func(*pb.DunningPolicy_Step)) *pb.DunningPolicy {
		s := &pb.DunningPolicy_Step{Days: 5, DisplayName: "Step"}
		change(s)
		return &pb.DunningPolicy{DisplayName: "Policy", Steps: []*pb.DunningPolicy_Step{s}}
	}
	text := func(language, subject, body string) *pb.DunningPolicy {
		return step(func(s *pb.DunningPolicy_Step) {
			s.Texts = []*pb.DunningPolicy_Text{{LanguageCode: language, Subject: subject, Body: body}}
		})
	}
	invalid, template := optionsv1.Reason_FIELDS_INVALID, optionsv1.Reason_EMAIL_TEMPLATE_INVALID
	for name, c := range map[string]struct {
		policy *pb.DunningPolicy
		reason optionsv1.Reason
		field  string
	}{
		"fee before due": {step(func(s *pb.DunningPolicy_Step) { s.Days, s.Fees = -1, []*typepb.Money{dollars("1")} }),
			invalid, "steps[0].days"},
		"negative fee": {step(func(s *pb.DunningPolicy_Step) { s.Fees = []*typepb.Money{dollars("-1")} }), invalid,
			"steps[0].fees[0].amount"},
		"two fees": {step(func(s *pb.DunningPolicy_Step) { s.Fees = []*typepb.Money{dollars("1"), dollars("2")} }), invalid,
			"steps[0].fees[1].currencyCode"},
		"no rate":     {step(func(s *pb.DunningPolicy_Step) { s.ChargeInterest = true }), invalid, "steps[0].chargeInterest"},
		"no sum":      {step(func(s *pb.DunningPolicy_Step) { s.ChargeFixedSum = true }), invalid, "steps[0].chargeFixedSum"},
		"no language": {text("xx", "a", "b"), invalid, "steps[0].texts[0].languageCode"},
		"variable":    {text("en", "a", "{{.nobody}}"), template, "steps[0].texts[0].body"},
		"subject":     {text("en", "{{range .invoices}}", "b"), template, "steps[0].texts[0].subject"},
		"empty body":  {text("en", "a", ""), invalid, "steps[0].texts[0].body"},
		"same days": {&pb.DunningPolicy{DisplayName: "Policy", Steps: []*pb.DunningPolicy_Step{
			{Days: 5, DisplayName: "A"}, {Days: 5, DisplayName: "B"}}}, invalid, "steps[1].days"},
		"percent": {&pb.DunningPolicy{DisplayName: "Policy",
			InterestRates: []*pb.DunningPolicy_InterestRate{{Percent: "101"}}}, invalid, "interestRates[0].percent"},
		"rate order": {&pb.DunningPolicy{DisplayName: "Policy", InterestRates: []*pb.DunningPolicy_InterestRate{
			{Percent: "1", StartDate: "2027-01-01"}, {Percent: "1"}}}, invalid, "interestRates[1].startDate"},
	} {
		_, err := l.CreateDunningPolicy(t.Context(), &pb.CreateDunningPolicyRequest{DunningPolicy: c.policy})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
}
