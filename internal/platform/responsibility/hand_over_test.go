package responsibility_test

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

func handOver(
	t *testing.T, o *apptest.Organization, req *pb.HandOverResponsibilitiesRequest,
) *pb.HandOverResponsibilitiesResponse {
	t.Helper()
	return must(client(o).HandOverResponsibilities(t.Context(), req))(t)
}

// TestHandOverMovesAllOpenRecords hands the records of a person over to two others, first as a
// preview.
func TestHandOverMovesAllOpenRecords(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	cleo := newPerson(t, o.Organization, "Cleo")
	first, second := o.task(t, o.adaID, "First", o.today(t, 1)), o.task(t, o.adaID, "Second", o.today(t, 2))
	done := o.task(t, o.adaID, "Done", "")
	must(o.work.CompleteTask(t.Context(), &operationsv1.CompleteTaskRequest{TaskId: done.Id}))(t)
	v := o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd", ResponsibleId: o.benID, DeputyId: o.adaID})
	req := &pb.HandOverResponsibilitiesRequest{PersonId: o.adaID, ToPersonIds: []string{o.benID, cleo}, ValidateOnly: true}
	preview := handOver(t, o.Organization, req)
	if got := len(responsibilities(t, o.Organization, &pb.ListResponsibilitiesRequest{PersonId: o.adaID})); got != 2 {
		t.Errorf("after the preview: got %d records of Ada, want 2", got)
	}
	req.ValidateOnly = false
	moved := handOver(t, o.Organization, req)
	if len(moved.Responsibilities) != 3 || len(preview.Responsibilities) != 3 || moved.RemainingSize != 0 {
		t.Fatalf("got %v, preview %v, want 3 records", moved, preview)
	}
	owner := func(task *operationsv1.Task) *operationsv1.Task {
		return must(o.work.GetTask(t.Context(), &operationsv1.GetTaskRequest{TaskId: task.Id}))(t)
	}
	if got := owner(first); got.OwnerId != o.benID || got.Etag == first.Etag {
		t.Errorf("the first task: got %v, want Ben as owner and another etag", got)
	}
	if got := owner(second).OwnerId; got != cleo {
		t.Errorf("the second task: got the owner %s, want %s", got, cleo)
	}
	if got := owner(done).OwnerId; got != o.adaID {
		t.Errorf("the completed task: got the owner %s, want Ada", got)
	}
	got := must(o.vendors.GetVendor(t.Context(), &financev1.GetVendorRequest{VendorId: v.Id}))(t)
	if got.ResponsibleId != o.benID || got.DeputyId != "" {
		t.Errorf("the vendor of Ben: got %v, want no deputy", got)
	}
	events := must(pb.NewHistoryServiceClient(o).ListEvents(t.Context(),
		&pb.ListEventsRequest{Filter: `type = "operations.task.updated"`}))(t).Events
	if len(events) != 2 {
		t.Errorf("got %d events, want one for each task", len(events))
	}
	if err := o.archive(t, o.adaID); err != nil {
		t.Errorf("archiving Ada: %v", err)
	}
}

// TestHandOverIsSorted checks that the records of a person as responsible and as deputy are in one
// order: by resource, due date and identifier.
func TestHandOverIsSorted(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	for _, v := range []*financev1.Vendor{
		{DisplayName: "First", ResponsibleId: o.benID, DeputyId: o.adaID},
		{DisplayName: "Second", ResponsibleId: o.adaID},
		{DisplayName: "Third", ResponsibleId: o.benID, DeputyId: o.adaID},
	} {
		o.vendor(t, v)
	}
	for _, p := range []*operationsv1.Project{
		{DisplayName: "Later", OwnerId: o.adaID, DueDate: o.today(t, 9)},
		{DisplayName: "Sooner", OwnerId: o.benID, DeputyId: o.adaID, DueDate: o.today(t, 2)},
	} {
		o.project(t, p)
	}
	moved := handOver(t, o.Organization, &pb.HandOverResponsibilitiesRequest{
		PersonId: o.adaID, ToPersonIds: []string{newPerson(t, o.Organization, "Cleo")}})
	var got []string
	for _, r := range moved.Responsibilities {
		got = append(got, r.DisplayName)
	}
	if want := []string{"Sooner", "Later", "First", "Second", "Third"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLargeHandOverIsOneCall hands 10,000 records over with one call, which describes the first
// 1,000. Only more records take another call. The preview has the same numbers.
func TestLargeHandOverIsOneCall(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.insertTasks(t, 10_200, o.today(t, 1))
	req := &pb.HandOverResponsibilitiesRequest{PersonId: o.adaID, ToPersonIds: []string{o.benID}}
	want := func(moved *pb.HandOverResponsibilitiesResponse, described int, size, remaining int32) {
		t.Helper()
		if len(moved.Responsibilities) != described || moved.HandedOverSize != size || moved.RemainingSize != remaining {
			t.Errorf("got %d records of %d and %d left, want %d of %d and %d left", len(moved.Responsibilities),
				moved.HandedOverSize, moved.RemainingSize, described, size, remaining)
		}
	}
	req.ValidateOnly = true
	want(handOver(t, o.Organization, req), 1000, 10_000, 200)
	req.ValidateOnly = false
	began := time.Now()
	want(handOver(t, o.Organization, req), 1000, 10_000, 200)
	t.Logf("handed over 10,000 records in %v", time.Since(began).Round(time.Millisecond))
	want(handOver(t, o.Organization, req), 200, 200, 0)
}

func TestHandOverRefusals(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	gone := newPerson(t, o.Organization, "Gone")
	if err := o.archive(t, gone); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		req    *pb.HandOverResponsibilitiesRequest
		reason optionsv1.Reason
		fields []string
	}{
		"an archived receiver": {&pb.HandOverResponsibilitiesRequest{PersonId: o.adaID,
			ToPersonIds: []string{o.benID, gone}},
			optionsv1.Reason_REFERENCE_ARCHIVED, []string{"toPersonIds[1]"}},
		"an unknown receiver": {&pb.HandOverResponsibilitiesRequest{PersonId: o.adaID,
			ToPersonIds: []string{id.Format("prs", id.New())}},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"toPersonIds[0]"}},
		"an unknown giver": {&pb.HandOverResponsibilitiesRequest{PersonId: id.Format("prs", id.New()),
			ToPersonIds: []string{o.benID}}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"personId"}},
		"the giver as receiver": {&pb.HandOverResponsibilitiesRequest{PersonId: o.adaID, ToPersonIds: []string{o.adaID}},
			optionsv1.Reason_FIELDS_INVALID, []string{"toPersonIds[0]"}},
		"a receiver twice": {&pb.HandOverResponsibilitiesRequest{PersonId: o.adaID,
			ToPersonIds: []string{o.benID, o.benID}}, optionsv1.Reason_FIELDS_INVALID, []string{"toPersonIds[1]"}},
		"an unknown resource": {&pb.HandOverResponsibilitiesRequest{PersonId: o.adaID, ToPersonIds: []string{o.benID},
			Resources: []string{"tasks", "labels"}}, optionsv1.Reason_FIELDS_INVALID, []string{"resources[1]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client(o.Organization).HandOverResponsibilities(t.Context(), c.req)
			apptest.WantRefused(t, err, c.reason, c.fields...)
		})
	}
}

// TestHandOverIsLimitedToReach checks that a caller hands over only records that the caller reads,
// and all or none of them.
func TestHandOverIsLimitedToReach(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.task(t, o.adaID, "Call", "")
	o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd", ResponsibleId: o.adaID})
	toBen := &pb.HandOverResponsibilitiesRequest{PersonId: o.adaID, ToPersonIds: []string{o.benID}}
	if moved := handOver(t, o.ben, toBen); len(moved.Responsibilities) != 0 {
		t.Errorf("Ben hands over Ada's: got %v, want none", moved)
	}
	project := o.project(t, &operationsv1.Project{DisplayName: "Shop", OwnerId: o.adaID})
	_, err := client(o.ada).HandOverResponsibilities(t.Context(), toBen)
	apptest.WantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	if got := responsibilities(t, o.Organization, &pb.ListResponsibilitiesRequest{PersonId: o.benID}); len(got) > 0 {
		t.Errorf("after the refusal: Ben has %v", got)
	}
	must(o.projects.ArchiveProject(t.Context(), &operationsv1.ArchiveProjectRequest{ProjectId: project.Id}))(t)
	moved := handOver(t, o.ada, toBen).Responsibilities
	if len(moved) != 1 || moved[0].Resource != "tasks" {
		t.Errorf("Ada hands over her own: got %v, want the task", moved)
	}
}

// TestPersonWithOpenRecordsCannotBeRemoved checks that the refusal names the records and counts
// them.
func TestPersonWithOpenRecordsCannotBeRemoved(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	cleo := newPerson(t, o.Organization, "Cleo")
	task := o.task(t, cleo, "Call", "")
	v := o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd", DeputyId: cleo})
	identity := pb.NewIdentityServiceClient(o)
	_, deletion := identity.DeletePerson(t.Context(), &pb.DeletePersonRequest{PersonId: cleo})
	for name, err := range map[string]error{"archive": o.archive(t, cleo), "delete": deletion} {
		apptest.WantRefused(t, err, optionsv1.Reason_PERSON_HAS_RESPONSIBILITIES)
		var named []string
		for _, d := range status.Convert(err).Details() {
			switch d := d.(type) {
			case *errdetails.PreconditionFailure:
				for _, v := range d.Violations {
					named = append(named, v.Subject)
				}
			case *errdetails.ErrorInfo:
				if d.Metadata["total"] != "2" {
					t.Errorf("%s: got the metadata %v, want a total of 2", name, d.Metadata)
				}
			}
		}
		if want := []string{task.Id, v.Id}; !slices.Equal(named, want) {
			t.Errorf("%s: got the records %v, want %v", name, named, want)
		}
	}
	hr := pb.NewIdentityServiceClient(o.WithRole(t, pb.ApiKey_HR))
	_, err := hr.ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: cleo})
	apptest.WantRefused(t, err, optionsv1.Reason_PERSON_HAS_RESPONSIBILITIES)
	for _, d := range status.Convert(err).Details() {
		if f, ok := d.(*errdetails.PreconditionFailure); ok && len(f.Violations) > 1 {
			t.Errorf("HR, who may not read the records: got %v", f)
		}
	}
	person := must(identity.GetPerson(t.Context(), &pb.GetPersonRequest{PersonId: cleo}))(t)
	if a := person.AllowedActions[0]; a.Verb != "archive" || a.Allowed {
		t.Errorf("got %v, want archive not allowed", a)
	}
	list := must(identity.ListPersons(t.Context(), &pb.ListPersonsRequest{}))(t).Persons
	for _, p := range list {
		if want := p.Id == o.adaID || p.Id == o.benID; p.AllowedActions[0].Allowed != want {
			t.Errorf("%s in a list: got %v, want allowed %v", p.DisplayName, p.AllowedActions[0], want)
		}
	}
}
