package profitability_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

// minor returns an amount in minor units.
func minor(t testing.TB, m *typepb.Money) int64 {
	t.Helper()
	return must(money.Parse(m.GetAmount(), m.GetCurrencyCode()))(t)
}

// TestCostsAreMasked reads a year as a manager and as a bookkeeper, who may not read what persons
// are paid: neither in the report nor in explanations, files and events.
func TestCostsAreMasked(t *testing.T) {
	t.Parallel()
	y := openYear(t)
	manager := as(y.AsPerson(t, y.lee, platformv1.ApiKey_MANAGER))
	must(y.UpdateProject(t.Context(), &pb.UpdateProjectRequest{ProjectId: y.website.GetId(),
		Project: &pb.Project{OwnerId: y.lee}, UpdateMask: mask("owner_id")}))(t)
	other := y.project(t, "Secret")
	y.log(t, y.pat, other, "2025-03-20", 3600)
	for name, s := range map[string]*studio{
		"manager": manager, "bookkeeper": as(y.WithRole(t, platformv1.ApiKey_BOOKKEEPER)),
		"key without pay": as(y.WithRole(t, platformv1.ApiKey_OWNER, "operations.projects.*", "operations.costRates.read")),
	} {
		r := s.report(t)
		if !r.GetMasked() || r.GetStandardCost() {
			t.Errorf("%s: got %v", name, r)
		}
		want := "income 1380.00, written off 400.00, revenue 980.00, hours 70200/70200/70200, labor , uncosted 0, other , " +
			"payroll , margin  "
		for _, f := range []*pb.ProjectProfitability_Figures{r.GetRows()[0].GetFigures(),
			s.report(t, only(y.website)).GetTotal()} {
			if got := text(f); got != want || f.LaborCost != nil || f.UncostedSeconds != nil || f.OtherCosts != nil ||
				f.ExcludedPayroll != nil || f.Margin != nil {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
		}
		for _, figure := range []pb.ExplainProjectProfitabilityRequest_Figure{
			pb.ExplainProjectProfitabilityRequest_OTHER_COSTS, pb.ExplainProjectProfitabilityRequest_EXCLUDED_PAYROLL} {
			if e := s.explain(t, y.website, figure); !e.GetMasked() || len(e.GetJournalLines()) > 0 {
				t.Errorf("%s: got %v", name, e)
			}
		}
		for _, l := range s.explain(t, y.website, pb.ExplainProjectProfitabilityRequest_LABOR_COST).GetLaborLines() {
			if l.GetHourlyCost() != nil || l.GetCost() != nil || l.GetStartDate() != "2025-01-01" ||
				l.GetEndDate() != "2025-12-31" {
				t.Errorf("%s: got %v", name, l)
			}
		}
		for _, format := range []string{"CSV", "XLSX", "PDF"} {
			file := s.REST(t, "GET", downloadYear+format, "")
			if file.Code != 200 || strings.Contains(string(file.Raw), "Margin %") || strings.Contains(string(file.Raw), "638") {
				t.Errorf("%s: got %d, %.300q", name, file.Code, file.Raw)
			}
		}
		_, err := s.FindHourlyCost(t.Context(), &pb.FindHourlyCostRequest{PersonId: y.lee, Date: "2025-03-16"})
		apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	}
	if got := len(manager.report(t).GetRows()); got != 1 {
		t.Errorf("the manager got %d projects", got)
	}
	_, err := manager.ExplainProjectProfitability(t.Context(), &pb.ExplainProjectProfitabilityRequest{
		ProjectId: other.GetId(), Figure: pb.ExplainProjectProfitabilityRequest_INCOME})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	_, err = manager.GetProjectProfitability(t.Context(), &pb.GetProjectProfitabilityRequest{IncludeNoProject: true})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "includeNoProject")
	// The manager reads their own time, and that of others only added up.
	var lines []string
	for _, l := range manager.explain(t, y.website, pb.ExplainProjectProfitabilityRequest_LABOR_COST).GetLaborLines() {
		lines = append(lines, l.GetPersonName())
	}
	if !slices.Equal(lines, []string{"", "Lee"}) {
		t.Errorf("got %q", lines)
	}
}

// downloadYear is the path of the file of 2025, without its format.
const downloadYear = "/v1/reports/projectProfitability:download?startDate=2025-01-01&endDate=2025-12-31&format="

// only selects a project.
func only(p *pb.Project) func(*pb.GetProjectProfitabilityRequest) {
	return func(r *pb.GetProjectProfitabilityRequest) { r.ProjectIds = []string{p.GetId()} }
}

// TestStandardCostIsForEveryone sets one standard cost for callers who may not read what persons
// are paid. Their costs do not depend on pay, also not by person.
func TestStandardCostIsForEveryone(t *testing.T) {
	t.Parallel()
	y := openYear(t)
	must(y.UpdateProfitabilitySettings(t.Context(), &pb.UpdateProfitabilitySettingsRequest{
		ProfitabilitySettings: &pb.ProfitabilitySettings{StandardCostForAll: true},
		UpdateMask:            mask("standard_cost_for_all")}))(t)
	y.costRate(t, "", "2025-03-15", "40.00")
	books := as(y.WithRole(t, platformv1.ApiKey_BOOKKEEPER))
	r := books.report(t)
	// 14.5 hours from 15 March on cost 40.00, and 5 before that are unknown.
	want := "income 1380.00, written off 400.00, revenue 980.00, hours 70200/70200/70200, labor 580.00, uncosted 18000, " +
		"other 150.00, payroll , margin 250.00 25.51"
	if got := text(r.GetTotal()); got != want || r.GetMasked() || !r.GetStandardCost() ||
		r.GetTotal().ExcludedPayroll != nil {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, l := range books.explain(t, y.website, pb.ExplainProjectProfitabilityRequest_LABOR_COST).GetLaborLines() {
		if s := l.GetHourlyCost().GetSource(); s != pb.HourlyCost_STANDARD && s != pb.HourlyCost_UNKNOWN {
			t.Errorf("got %v", l)
		}
	}
	if e := books.explain(t, y.website, pb.ExplainProjectProfitabilityRequest_EXCLUDED_PAYROLL); !e.GetMasked() {
		t.Errorf("got %v", e)
	}
	csv := books.REST(t, "GET", downloadYear+"CSV", "")
	if !strings.Contains(string(csv.Raw), "Website,Acme,19.50,19.50,0.00,980.00,580.00,150.00,250.00,25.51\n") ||
		!strings.Contains(string(csv.Raw), "All hours cost the standard cost rate.") {
		t.Errorf("got %q", csv.Raw)
	}
	// Whoever may read pay sees what the hours cost.
	if got := y.report(t).GetTotal().GetLaborCost().GetAmount(); got != "758.46" {
		t.Errorf("got %s", got)
	}
	_, err := books.UpdateProfitabilitySettings(t.Context(), &pb.UpdateProfitabilitySettingsRequest{
		ProfitabilitySettings: &pb.ProfitabilitySettings{}, UpdateMask: mask("standard_cost_for_all")})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}

// TestCostRatesAreReadWithPermission reads cost rates and their events as each role.
func TestCostRatesAreReadWithPermission(t *testing.T) {
	t.Parallel()
	y := openYear(t)
	rate := y.costRate(t, y.pat, "2025-01-01", "70.00")
	reads := map[platformv1.ApiKey_Role]bool{platformv1.ApiKey_OWNER: true, platformv1.ApiKey_ADMIN: true,
		platformv1.ApiKey_HR: true, platformv1.ApiKey_PAYROLL: true, platformv1.ApiKey_AUDITOR: true}
	for number := range platformv1.ApiKey_Role_name {
		role := platformv1.ApiKey_Role(number)
		if role == platformv1.ApiKey_ROLE_UNSPECIFIED {
			continue
		}
		s := as(y.AsPerson(t, y.pat, role))
		_, err := s.GetCostRate(t.Context(), &pb.GetCostRateRequest{CostRateId: rate.GetId()})
		if (err == nil) != reads[role] {
			t.Errorf("%s: got %v", role, err)
		}
		events, err := platformv1.NewHistoryServiceClient(s).ListEvents(t.Context(), &platformv1.ListEventsRequest{
			Filter: `subject_id = "` + rate.GetId() + `"`})
		if seen := err == nil && len(events.GetEvents()) > 0; seen != reads[role] {
			t.Errorf("%s: got events %v, %v", role, events, err)
		}
	}
}

// TestCostRateIsChecked refuses other currencies, negative costs and overlapping days.
func TestCostRateIsChecked(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.costRate(t, "", "2025-01-01", "40.00")
	for want, c := range map[string]*pb.CostRate{
		"hourlyCost": {StartDate: "2025-01-01", HourlyCost: usd("-1.00")},
		"hourlyCost.currencyCode": {StartDate: "2025-01-01",
			HourlyCost: &typepb.Money{Amount: "1.00", CurrencyCode: "EUR"}},
	} {
		_, err := s.CreateCostRate(t.Context(), &pb.CreateCostRateRequest{CostRate: c})
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, want)
	}
	_, err := s.CreateCostRate(t.Context(), &pb.CreateCostRateRequest{CostRate: &pb.CostRate{StartDate: "2025-01-01",
		HourlyCost: usd("50.00")}})
	if apptest.Reason(err) != optionsv1.Reason_COST_RATES_DATES_OVERLAP {
		t.Errorf("got %v", err)
	}
}

// TestProfitabilityHidesOtherTenants names records of another organization.
func TestProfitabilityHidesOtherTenants(t *testing.T) {
	t.Parallel()
	y, other := openYear(t), openStudio(t)
	if r := other.report(t); len(r.GetRows()) != 0 {
		t.Errorf("got %v", r)
	}
	for _, change := range []func(*pb.GetProjectProfitabilityRequest){
		func(r *pb.GetProjectProfitabilityRequest) { r.IncludeNoProject = true },
		func(r *pb.GetProjectProfitabilityRequest) { r.CustomerId = y.customer },
	} {
		if r := other.report(t, change); len(r.GetRows()) != 0 {
			t.Errorf("got %v", r)
		}
	}
	_, err := other.GetProjectProfitability(t.Context(), &pb.GetProjectProfitabilityRequest{
		ProjectIds: []string{y.website.GetId()}})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	_, err = other.ExplainProjectProfitability(t.Context(), &pb.ExplainProjectProfitabilityRequest{
		ProjectId: y.website.GetId(), Figure: pb.ExplainProjectProfitabilityRequest_INCOME})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	_, err = other.FindHourlyCost(t.Context(), &pb.FindHourlyCostRequest{PersonId: y.pat})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "personId")
}
