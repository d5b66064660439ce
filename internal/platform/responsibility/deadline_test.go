package responsibility_test

import (
	"slices"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

func TestDeadlinesAreOpenRecordsByDate(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.task(t, o.adaID, "Late", o.today(t, -1))
	o.task(t, o.benID, "Next week", o.today(t, 7))
	o.task(t, o.adaID, "Today", o.today(t, 0))
	o.task(t, o.adaID, "Someday", "")
	o.project(t, &operationsv1.Project{DisplayName: "Shop", OwnerId: o.benID, DeputyId: o.adaID, DueDate: o.today(t, 0)})
	o.project(t, &operationsv1.Project{DisplayName: "Endless"})
	done := o.task(t, o.adaID, "Done", o.today(t, 0))
	must(o.work.CompleteTask(t.Context(), &operationsv1.CompleteTaskRequest{TaskId: done.Id}))(t)
	for name, c := range map[string]struct {
		req  *pb.ListDeadlinesRequest
		want []string
	}{
		"all":           {&pb.ListDeadlinesRequest{}, []string{"Late", "Shop", "Today", "Next week"}},
		"of a person":   {&pb.ListDeadlinesRequest{PersonId: o.adaID}, []string{"Late", "Today"}},
		"of a deputy":   {&pb.ListDeadlinesRequest{DeputyId: o.adaID}, []string{"Shop"}},
		"of a resource": {&pb.ListDeadlinesRequest{Resource: "tasks"}, []string{"Late", "Today", "Next week"}},
		"from a date":   {&pb.ListDeadlinesRequest{StartDate: o.today(t, 1)}, []string{"Next week"}},
		"until a date":  {&pb.ListDeadlinesRequest{EndDate: o.today(t, 0)}, []string{"Late", "Shop", "Today"}},
	} {
		if got := deadlines(t, o.Organization, c.req); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	first := must(client(o.Organization).ListDeadlines(t.Context(), &pb.ListDeadlinesRequest{PageSize: 2}))(t).Deadlines
	if !first[0].Overdue || first[1].Overdue {
		t.Errorf("got overdue %v and %v, want only the first", first[0].Overdue, first[1].Overdue)
	}
}

func TestDeadlinesAreLimitedToReach(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.task(t, o.adaID, "Ada's", o.today(t, 1))
	o.task(t, o.benID, "Ben's", o.today(t, 2))
	o.project(t, &operationsv1.Project{DisplayName: "Open to all", DueDate: o.today(t, 3)})
	if got := deadlines(t, o.ada, &pb.ListDeadlinesRequest{}); !slices.Equal(got, []string{"Ada's", "Open to all"}) {
		t.Errorf("Ada: got %v", got)
	}
	if got := deadlines(t, o.ada, &pb.ListDeadlinesRequest{PersonId: o.benID}); len(got) > 0 {
		t.Errorf("Ada, of Ben: got %v", got)
	}
	o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd"})
	if got := responsibilities(t, o.ada, &pb.ListResponsibilitiesRequest{Resource: "vendors"}); len(got) > 0 {
		t.Errorf("Ada, of vendors, which she may not read: got %v", got)
	}
	manager := o.AsPerson(t, o.benID, pb.ApiKey_MANAGER)
	if got := deadlines(t, manager, &pb.ListDeadlinesRequest{Resource: "tasks"}); !slices.Equal(got, []string{"Ben's"}) {
		t.Errorf("a manager without a team: got %v", got)
	}
}

func TestResponsibilitiesFindWhatIsMissing(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.vendor(t, &financev1.Vendor{DisplayName: "Both", ResponsibleId: o.adaID, DeputyId: o.benID})
	o.vendor(t, &financev1.Vendor{DisplayName: "Neither"})
	o.vendor(t, &financev1.Vendor{DisplayName: "No deputy", ResponsibleId: o.adaID})
	o.vendor(t, &financev1.Vendor{DisplayName: "No responsible", DeputyId: o.benID})
	archived := o.vendor(t, &financev1.Vendor{DisplayName: "Archived"})
	must(o.vendors.ArchiveVendor(t.Context(), &financev1.ArchiveVendorRequest{VendorId: archived.Id}))(t)
	o.task(t, o.adaID, "Call", "")
	for name, c := range map[string]struct {
		req  *pb.ListResponsibilitiesRequest
		want []string
	}{
		"vendors": {&pb.ListResponsibilitiesRequest{Resource: "vendors"},
			[]string{"Both", "Neither", "No deputy", "No responsible"}},
		"without responsible": {&pb.ListResponsibilitiesRequest{Resource: "vendors",
			Missing: pb.ListResponsibilitiesRequest_RESPONSIBLE}, []string{"Neither", "No responsible"}},
		"without deputy": {&pb.ListResponsibilitiesRequest{Resource: "vendors",
			Missing: pb.ListResponsibilitiesRequest_DEPUTY}, []string{"Neither", "No deputy"}},
		"tasks have no deputies": {&pb.ListResponsibilitiesRequest{Resource: "tasks",
			Missing: pb.ListResponsibilitiesRequest_DEPUTY}, nil},
		"of a person": {&pb.ListResponsibilitiesRequest{PersonId: o.adaID}, []string{"Call", "Both", "No deputy"}},
		"of a deputy": {&pb.ListResponsibilitiesRequest{DeputyId: o.benID}, []string{"Both", "No responsible"}},
	} {
		if got := responsibilities(t, o.Organization, c.req); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestDeputyIsAnotherPerson(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	_, err := o.vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{Vendor: &financev1.Vendor{
		DisplayName: "Paper Ltd", ResponsibleId: o.adaID, DeputyId: o.adaID}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "deputyId")
}

func TestInvalidListRequestsAreRefused(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	_, err := client(o.Organization).ListDeadlines(t.Context(), &pb.ListDeadlinesRequest{
		StartDate: "soon", EndDate: "later"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "startDate", "endDate")
	_, err = client(o.Organization).ListResponsibilities(t.Context(), &pb.ListResponsibilitiesRequest{
		PersonId: "ada", DeputyId: "ben"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "personId", "deputyId")
	_, err = client(o.Organization).ListDeadlines(t.Context(), &pb.ListDeadlinesRequest{Resource: "labels"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "resource")
}

// TestDeputyActsForAbsentPerson checks who acts while the responsible person and the deputies are
// away.
func TestDeputyActsForAbsentPerson(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	cleo := newPerson(t, o.Organization, "Cleo")
	o.project(t, &operationsv1.Project{DisplayName: "Shop", OwnerId: o.adaID, DeputyId: o.benID, DueDate: o.today(t, 1)})
	acting := func() string {
		return must(client(o.Organization).ListDeadlines(t.Context(), &pb.ListDeadlinesRequest{}))(t).Deadlines[0].ActingId
	}
	away := func(person, deputy string, from, until int) {
		must(client(o.Organization).CreateAbsence(t.Context(), &pb.CreateAbsenceRequest{Absence: &pb.Absence{
			PersonId: person, DeputyId: deputy, StartDate: o.today(t, from), EndDate: o.today(t, until)}}))(t)
	}
	want := func(when, person string) {
		t.Helper()
		if got := acting(); got != person {
			t.Errorf("%s: got %s, want %s", when, got, person)
		}
	}
	away(o.adaID, "", 1, 5)
	away(o.adaID, "", -5, -1)
	want("before and after absences", o.adaID)
	away(o.adaID, cleo, 0, 0)
	want("the responsible person is away", o.benID)
	away(o.benID, "", -1, 1)
	want("the deputy is away too", cleo)
	away(cleo, "", 0, 0)
	want("all are away", "")
}

func TestAbsenceRules(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	_, err := client(o.Organization).CreateAbsence(t.Context(), &pb.CreateAbsenceRequest{Absence: &pb.Absence{
		PersonId: o.adaID, DeputyId: o.adaID, StartDate: "2026-12-31", EndDate: "2026-12-21"}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "endDate", "deputyId")
	own := must(client(o.ada).CreateAbsence(t.Context(), &pb.CreateAbsenceRequest{Absence: &pb.Absence{
		StartDate: "2026-12-21", EndDate: "2026-12-31"}}))(t)
	if own.PersonId != o.adaID {
		t.Errorf("got the person %s, want the caller", own.PersonId)
	}
	_, err = client(o.ada).CreateAbsence(t.Context(), &pb.CreateAbsenceRequest{Absence: &pb.Absence{
		PersonId: o.benID, StartDate: "2026-12-21", EndDate: "2026-12-31"}})
	apptest.WantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	must(client(o.ben).GetAbsence(t.Context(), &pb.GetAbsenceRequest{AbsenceId: own.Id}))(t)
}
