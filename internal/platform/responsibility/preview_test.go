package responsibility_test

import (
	"slices"
	"testing"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// preview returns what would stall, read in pages of two.
func preview(t *testing.T, o *apptest.Organization, req *pb.PreviewAbsenceRequest) (out []*pb.StalledRecord) {
	t.Helper()
	for req.PageSize = 2; ; {
		page := must(client(o).PreviewAbsence(t.Context(), req))(t)
		out = append(out, page.StalledRecords...)
		if req.PageToken = page.NextPageToken; req.PageToken == "" {
			if int(page.TotalSize) != len(out) {
				t.Errorf("got %d records, want %d", len(out), page.TotalSize)
			}
			return out
		}
	}
}

func stalledNames(list []*pb.StalledRecord) (names []string) {
	for _, r := range list {
		names = append(names, r.DisplayName)
	}
	return names
}

// basesOf returns the persons who may take a record, with their basis.
func basesOf(r *pb.StalledRecord) map[string]string {
	out := map[string]string{}
	for _, c := range r.Candidates {
		out[c.PersonId] = c.Basis.String()
		if c.Away {
			out[c.PersonId] += " away"
		}
	}
	return out
}

// absence asks what stalls from the tenth to the twentieth day.
func (o team) absence(t *testing.T, deputy string) *pb.PreviewAbsenceRequest {
	t.Helper()
	return &pb.PreviewAbsenceRequest{
		PersonId: o.adaID, StartDate: o.today(t, 10), EndDate: o.today(t, 20), DeputyId: deputy}
}

func TestPreviewFindsWhatIsDue(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	cleo := newPerson(t, o.Organization, "Cleo")
	for name, days := range map[string]int{"Late": -1, "Before": 9, "First day": 10, "Last day": 20, "After": 21} {
		o.task(t, o.adaID, name, o.today(t, days))
	}
	o.task(t, o.adaID, "Someday", "")
	o.task(t, o.benID, "Ben's", o.today(t, 12))
	project := o.project(t, &operationsv1.Project{DisplayName: "Shop", OwnerId: o.adaID, DeputyId: o.benID,
		MemberIds: []string{cleo}, DueDate: o.today(t, 15)})
	must(o.work.CreateTask(t.Context(), &operationsv1.CreateTaskRequest{Task: &operationsv1.Task{
		DisplayName: "Of the shop", OwnerId: o.adaID, ProjectId: project.Id, DueDate: o.today(t, 16)}}))(t)
	must(client(o.Organization).CreateAbsence(t.Context(), &pb.CreateAbsenceRequest{Absence: &pb.Absence{
		PersonId: cleo, StartDate: o.today(t, 20), EndDate: o.today(t, 30)}}))(t)

	found := preview(t, o.Organization, o.absence(t, o.benID))
	want := []string{"Late", "Before", "First day", "Shop", "Of the shop", "Last day"}
	if got := stalledNames(found); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	if got := basesOf(found[3]); got[o.benID] != "RECORD_DEPUTY" || got[cleo] != "MEMBER away" {
		t.Errorf("the project: got %v", found[3].Candidates)
	}
	if got := basesOf(found[4]); got[o.benID] != "ABSENCE_DEPUTY" || got[cleo] != "MEMBER away" {
		t.Errorf("the task of the project: got %v", found[4].Candidates)
	}
	if got := basesOf(found[0]); got[o.benID] != "ABSENCE_DEPUTY" || got[cleo] != "" || got[o.adaID] != "" {
		t.Errorf("the task without a project: got %v", found[0].Candidates)
	}
	if c := found[0].Candidates[0]; c.DisplayName != "Ben Okafor" || c.DueCount != 1 {
		t.Errorf("got %v, want Ben with one record due", c)
	}
	if got := basesOf(preview(t, o.Organization, o.absence(t, ""))[0]); got[o.benID] != "SAME_ROLE" {
		t.Errorf("without a deputy: got %v", got)
	}
}

func TestPreviewFindsWhatThePersonActsFor(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	cleo := newPerson(t, o.Organization, "Cleo")
	o.task(t, o.benID, "Ben's", o.today(t, 12))
	o.project(t, &operationsv1.Project{DisplayName: "Cleo's", OwnerId: cleo, DeputyId: o.adaID, DueDate: o.today(t, 13)})
	o.project(t, &operationsv1.Project{DisplayName: "Ben's shop", OwnerId: o.benID, DeputyId: cleo,
		DueDate: o.today(t, 14)})
	if got := preview(t, o.Organization, o.absence(t, "")); len(got) > 0 {
		t.Errorf("while the others are there: got %v", got)
	}
	for person, deputy := range map[string]string{o.benID: o.adaID, cleo: ""} {
		must(client(o.Organization).CreateAbsence(t.Context(), &pb.CreateAbsenceRequest{Absence: &pb.Absence{
			PersonId: person, DeputyId: deputy, StartDate: o.today(t, 18), EndDate: o.today(t, 30)}}))(t)
	}
	found := preview(t, o.Organization, o.absence(t, ""))
	if got, want := stalledNames(found), []string{"Ben's", "Cleo's"}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i, person := range []string{o.benID, cleo} {
		if r := found[i]; r.Reason != pb.StalledRecord_DEPUTY || r.OnBehalfOfId != person || basesOf(r)[person] != "" {
			t.Errorf("got %v", r)
		}
	}
}

func TestPreviewFindsAcknowledgments(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.task(t, o.benID, "Rules", "")
	rules := must(o.work.ListTasks(t.Context(), &operationsv1.ListTasksRequest{}))(t).Tasks[0]
	for _, days := range []int{12, 30} {
		must(pb.NewAcknowledgmentsServiceClient(o).CreateAcknowledgmentRequest(t.Context(),
			&pb.CreateAcknowledgmentRequestRequest{AcknowledgmentRequest: &pb.AcknowledgmentRequest{
				SubjectId: rules.Id, Everyone: true, DueDate: o.today(t, days)}}))(t)
	}
	found := preview(t, o.Organization, o.absence(t, o.benID))
	if len(found) != 1 || found[0].Action != "acknowledge" || found[0].DisplayName != "Rules" ||
		found[0].Reason != pb.StalledRecord_ASKED || len(found[0].Candidates) > 0 {
		t.Errorf("got %v", found)
	}
}

func TestPreviewIsLimitedToReach(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.task(t, o.adaID, "Ada's", o.today(t, 12))
	o.project(t, &operationsv1.Project{DisplayName: "Open to all", OwnerId: o.adaID, DueDate: o.today(t, 13)})
	own := o.absence(t, "")
	own.PersonId = ""
	if got := stalledNames(preview(t, o.ada, own)); !slices.Equal(got, []string{"Ada's", "Open to all"}) {
		t.Errorf("Ada: got %q", got)
	}
	if got := stalledNames(preview(t, o.ben, o.absence(t, ""))); !slices.Equal(got, []string{"Open to all"}) {
		t.Errorf("Ben: got %q", got)
	}
	for name, c := range map[string]struct {
		change func(*pb.PreviewAbsenceRequest)
		reason optionsv1.Reason
		field  string
	}{
		"an unknown person": {func(r *pb.PreviewAbsenceRequest) { r.PersonId = "prs_01k9zq8w3xe5b8m2r7c4v6t0ya" },
			optionsv1.Reason_REFERENCE_NOT_FOUND, "personId"},
		"an unknown deputy": {func(r *pb.PreviewAbsenceRequest) { r.DeputyId = "prs_01k9zq8w3xe5b8m2r7c4v6t0ya" },
			optionsv1.Reason_REFERENCE_NOT_FOUND, "deputyId"},
		"the person as deputy": {func(r *pb.PreviewAbsenceRequest) { r.DeputyId = o.adaID },
			optionsv1.Reason_FIELDS_INVALID, "deputyId"},
		"an end before the start": {func(r *pb.PreviewAbsenceRequest) { r.EndDate = o.today(t, 9) },
			optionsv1.Reason_FIELDS_INVALID, "endDate"},
		"more than a year": {func(r *pb.PreviewAbsenceRequest) { r.EndDate = o.today(t, 400) },
			optionsv1.Reason_FIELDS_INVALID, "endDate"},
		"no date": {func(r *pb.PreviewAbsenceRequest) { r.StartDate = "soon" },
			optionsv1.Reason_FIELDS_INVALID, "startDate"},
	} {
		req := o.absence(t, "")
		c.change(req)
		_, err := client(o.Organization).PreviewAbsence(t.Context(), req)
		t.Log(name)
		apptest.WantRefused(t, err, c.reason, c.field)
	}
}
