package collaboration_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// acknowledgments is a client of AcknowledgmentsService.
func acknowledgments(o grpc.ClientConnInterface) pb.AcknowledgmentsServiceClient {
	return pb.NewAcknowledgmentsServiceClient(o)
}

func ask(t *testing.T, o *apptest.Organization, r *pb.AcknowledgmentRequest) *pb.AcknowledgmentRequest {
	t.Helper()
	if r.DueDate == "" {
		r.DueDate = "2199-12-31"
	}
	return must(acknowledgments(o).CreateAcknowledgmentRequest(t.Context(),
		&pb.CreateAcknowledgmentRequestRequest{AcknowledgmentRequest: r}))(t)
}

func acknowledge(t *testing.T, o *apptest.Organization, r *pb.AcknowledgmentRequest) (*pb.Acknowledgment, error) {
	t.Helper()
	return acknowledgments(o).AcknowledgeAcknowledgmentRequest(t.Context(),
		&pb.AcknowledgeAcknowledgmentRequestRequest{AcknowledgmentRequestId: r.GetId()})
}

// answers lists the states of the persons whom a request asks, in pages of one.
func answers(
	t *testing.T, o *apptest.Organization, r *pb.AcknowledgmentRequest, only pb.Acknowledgment_State,
) map[string]pb.Acknowledgment_State {
	t.Helper()
	found := map[string]pb.Acknowledgment_State{}
	req := &pb.ListAcknowledgmentsRequest{AcknowledgmentRequestId: r.GetId(), State: only, PageSize: 1}
	for {
		page := must(acknowledgments(o).ListAcknowledgments(t.Context(), req))(t)
		for _, a := range page.GetAcknowledgments() {
			found[a.GetPersonId()] = a.GetState()
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return found
		}
	}
}

func TestEveryoneAcknowledges(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	policy := newPerson(t, o.Organization, "Policy")
	r := ask(t, o.Organization, &pb.AcknowledgmentRequest{SubjectId: policy, Everyone: true})
	if r.GetAskedCount() != 4 || r.GetAcknowledgedCount() != 0 || !r.GetPending() || r.GetSubjectEtag() != "1" {
		t.Errorf("got %v, want four persons to be asked", r)
	}
	first := must(acknowledge(t, o.ada, r))(t)
	again := must(acknowledge(t, o.ada, r))(t)
	if first.GetState() != pb.Acknowledgment_ACKNOWLEDGED || !first.GetAcknowledgeTime().AsTime().
		Equal(again.GetAcknowledgeTime().AsTime()) {
		t.Errorf("got %v and %v, want the same acknowledgment", first, again)
	}
	late := newPerson(t, o.Organization, "Late")
	got := answers(t, o.Organization, r, 0)
	if len(got) != 5 || got[o.adaID] != pb.Acknowledgment_ACKNOWLEDGED || got[late] != pb.Acknowledgment_PENDING {
		t.Errorf("got %v, want Ada's answer, and four pending ones with that of a new person", got)
	}
	if got := answers(t, o.Organization, r, pb.Acknowledgment_ACKNOWLEDGED); len(got) != 1 {
		t.Errorf("got the acknowledged %v, want one", got)
	}
	if got := answers(t, o.Organization, r, pb.Acknowledgment_OVERDUE); len(got) != 0 {
		t.Errorf("got the overdue %v, want none", got)
	}
	for who, want := range map[*apptest.Organization]int{o.ada: 0, o.ben: 1} {
		page := must(acknowledgments(who).ListAcknowledgmentRequests(t.Context(),
			&pb.ListAcknowledgmentRequestsRequest{Filter: "pending = true"}))(t)
		if len(page.GetAcknowledgmentRequests()) != want {
			t.Errorf("got the pending requests %v, want %d", page, want)
		}
	}
}

func TestRolesAreAskedAsTheyAre(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	r := ask(t, o.Organization, &pb.AcknowledgmentRequest{SubjectId: o.adaID, DueDate: "2020-01-01",
		PersonIds: []string{o.benID}, Roles: []pb.ApiKey_Role{pb.ApiKey_APPROVER}})
	_, err := acknowledge(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_ACKNOWLEDGMENT_NOT_ASKED)
	o.AsPerson(t, o.adaID, pb.ApiKey_APPROVER)
	// A person who is overdue also counts as pending.
	for _, only := range []pb.Acknowledgment_State{pb.Acknowledgment_OVERDUE, pb.Acknowledgment_PENDING} {
		got := answers(t, o.Organization, r, only)
		if len(got) != 2 || got[o.adaID] != pb.Acknowledgment_OVERDUE {
			t.Errorf("%s: got %v, want Ada and Ben, who are late", only, got)
		}
	}
	must(acknowledge(t, o.ada, r))(t)
}

func TestExpiredKeyGivesNoRole(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.AsPerson(t, o.adaID, pb.ApiKey_APPROVER)
	r := ask(t, o.Organization, &pb.AcknowledgmentRequest{
		SubjectId: o.adaID, Roles: []pb.ApiKey_Role{pb.ApiKey_APPROVER}})
	execute(t, "update platform.api_keys set expire_time = '2020-01-01' where role = 'APPROVER' and person_id = $1",
		must(id.Parse("prs", o.adaID))(t))
	if got := answers(t, o.Organization, r, 0); len(got) != 0 {
		t.Errorf("got %v, want no one asked by an expired key", got)
	}
	page := must(acknowledgments(o.ada).ListAcknowledgmentRequests(t.Context(),
		&pb.ListAcknowledgmentRequestsRequest{Filter: "pending = true"}))(t)
	if len(page.GetAcknowledgmentRequests()) != 0 {
		t.Errorf("got the pending requests %v, want none", page)
	}
	_, err := acknowledge(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_ACKNOWLEDGMENT_NOT_ASKED)
}

func TestVersionReadIsAcknowledged(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	policy := newPerson(t, o.Organization, "Policy")
	r := ask(t, o.Organization, &pb.AcknowledgmentRequest{SubjectId: policy, Everyone: true})
	read := func(by *apptest.Organization, etag string) error {
		_, err := acknowledgments(by).AcknowledgeAcknowledgmentRequest(t.Context(),
			&pb.AcknowledgeAcknowledgmentRequestRequest{AcknowledgmentRequestId: r.GetId(), SubjectEtag: etag})
		return err
	}
	apptest.WantRefused(t, read(o.ada, "0"), optionsv1.Reason_ETAG_MISMATCH)
	if err := read(o.ada, "1"); err != nil {
		t.Fatal(err)
	}
	auditor := o.AsPerson(t, newPerson(t, o.Organization, "Cy"), pb.ApiKey_AUDITOR)
	if err := read(auditor, "1"); err != nil {
		t.Errorf("got %v, want the answer of an auditor", err)
	}
	must(acknowledgments(o).CancelAcknowledgmentRequest(t.Context(),
		&pb.CancelAcknowledgmentRequestRequest{AcknowledgmentRequestId: r.GetId()}))(t)
	if err := read(o.ada, "1"); err != nil {
		t.Errorf("got %v for a retry after the request was canceled, want the answer", err)
	}
	apptest.WantRefused(t, read(o.ben, "1"), optionsv1.Reason_STATE_REFUSES_ACTION)
}

func TestRepeatedRequestAsksRemainingReaders(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	task := o.task(t, o.adaID)
	managerID := newPerson(t, o.Organization, "Cy")
	o.AsPerson(t, managerID, pb.ApiKey_OWNER)
	r := ask(t, o.Organization, &pb.AcknowledgmentRequest{SubjectId: task, PersonIds: []string{o.adaID, managerID}})
	repeat := func() (*pb.AcknowledgmentRequest, error) {
		next, err := acknowledgments(o).RepeatAcknowledgmentRequest(t.Context(), &pb.RepeatAcknowledgmentRequestRequest{
			AcknowledgmentRequestId: r.GetId(), DueDate: "2199-12-31"})
		if err == nil {
			r = next
		}
		return next, err
	}
	execute(t, "update platform.persons set archive_time = now() where id = $1", must(id.Parse("prs", managerID))(t))
	next := must(repeat())(t)
	if !slices.Equal(next.GetPersonIds(), []string{o.adaID}) {
		t.Errorf("got the persons %v, want Ada only", next.GetPersonIds())
	}
	must(operationsv1.NewWorkServiceClient(o).UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: task, Task: &operationsv1.Task{OwnerId: o.benID},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owner_id"}},
	}))(t)
	_, err := repeat()
	apptest.WantRefused(t, err, optionsv1.Reason_ACKNOWLEDGMENT_ASKS_NO_ONE)
}

func TestRequestIsChangedByItsRequester(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	manager := o.AsPerson(t, o.adaID, pb.ApiKey_MANAGER)
	other := o.AsPerson(t, o.benID, pb.ApiKey_MANAGER)
	hr := o.WithRole(t, pb.ApiKey_HR)
	for by, want := range map[*apptest.Organization]optionsv1.Reason{
		manager: 0, hr: 0, o.Organization: 0, other: optionsv1.Reason_OUT_OF_REACH,
	} {
		r := ask(t, manager, &pb.AcknowledgmentRequest{SubjectId: o.benID, Everyone: true})
		seen := must(acknowledgments(by).GetAcknowledgmentRequest(t.Context(),
			&pb.GetAcknowledgmentRequestRequest{AcknowledgmentRequestId: r.GetId()}))(t)
		for _, action := range seen.GetAllowedActions() {
			if allowed := want == 0; action.GetAllowed() != allowed {
				t.Errorf("got the action %v, want allowed to be %v", action, allowed)
			}
		}
		next, err := acknowledgments(by).RepeatAcknowledgmentRequest(t.Context(), &pb.RepeatAcknowledgmentRequestRequest{
			AcknowledgmentRequestId: r.GetId(), DueDate: "2199-12-31"})
		if err == nil {
			r = next
		}
		_, canceled := acknowledgments(by).CancelAcknowledgmentRequest(t.Context(),
			&pb.CancelAcknowledgmentRequestRequest{AcknowledgmentRequestId: r.GetId()})
		if apptest.Reason(err) != want || apptest.Reason(canceled) != want {
			t.Errorf("got %v and %v, want %s", err, canceled, want)
		}
	}
}

func TestRequestAsksReaders(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	for name, c := range map[string]struct {
		request *pb.AcknowledgmentRequest
		reason  optionsv1.Reason
		field   string
	}{
		"no one": {&pb.AcknowledgmentRequest{SubjectId: o.adaID}, optionsv1.Reason_FIELDS_INVALID, "personIds"},
		"a person who cannot read it": {
			&pb.AcknowledgmentRequest{SubjectId: o.task(t, o.adaID), PersonIds: []string{o.benID}},
			optionsv1.Reason_PERSON_CANNOT_READ_SUBJECT, "personIds[0]"},
		"an unspecified role": {&pb.AcknowledgmentRequest{SubjectId: o.adaID, Roles: []pb.ApiKey_Role{0}},
			optionsv1.Reason_FIELDS_INVALID, "roles"},
	} {
		c.request.DueDate = "2026-12-31"
		_, err := acknowledgments(o).CreateAcknowledgmentRequest(t.Context(),
			&pb.CreateAcknowledgmentRequestRequest{AcknowledgmentRequest: c.request})
		if apptest.Reason(err) != c.reason || len(apptest.Fields(err)) != 1 || apptest.Fields(err)[0] != c.field {
			t.Errorf("%s: got %v at %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
}

// TestRefusedPersonsAreNamedInOrder checks that paths count persons as the request lists them,
// which are stored sorted by identifier.
func TestRefusedPersonsAreNamedInOrder(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	unknown := id.Format("prs", uuid.Max)
	for reason, persons := range map[optionsv1.Reason][]string{
		optionsv1.Reason_REFERENCE_NOT_FOUND:        {unknown, o.adaID},
		optionsv1.Reason_PERSON_CANNOT_READ_SUBJECT: {o.benID, o.adaID},
	} {
		_, err := acknowledgments(o).CreateAcknowledgmentRequest(t.Context(), &pb.CreateAcknowledgmentRequestRequest{
			AcknowledgmentRequest: &pb.AcknowledgmentRequest{
				SubjectId: o.task(t, o.adaID), PersonIds: persons, DueDate: "2199-12-31"}})
		apptest.WantRefused(t, err, reason, "personIds[0]")
	}
}

func TestRequestIsRepeatedForANewVersion(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	policy := newPerson(t, o.Organization, "Policy")
	old := ask(t, o.Organization, &pb.AcknowledgmentRequest{SubjectId: policy, PersonIds: []string{o.adaID, o.benID}})
	must(acknowledge(t, o.ada, old))(t)
	must(pb.NewIdentityServiceClient(o).UpdatePerson(t.Context(), &pb.UpdatePersonRequest{
		PersonId: policy, Person: &pb.Person{GivenName: "New"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"given_name"}},
	}))(t)
	read := func() *pb.AcknowledgmentRequest {
		return must(acknowledgments(o).GetAcknowledgmentRequest(t.Context(),
			&pb.GetAcknowledgmentRequestRequest{AcknowledgmentRequestId: old.GetId()}))(t)
	}
	if !read().GetOutdated() {
		t.Error("got a current request, want an outdated one")
	}
	next := must(acknowledgments(o).RepeatAcknowledgmentRequest(t.Context(), &pb.RepeatAcknowledgmentRequestRequest{
		AcknowledgmentRequestId: old.GetId(), DueDate: "2199-12-31"}))(t)
	if next.GetOutdated() || next.GetAskedCount() != 2 || next.GetAcknowledgedCount() != 0 ||
		next.GetSubjectEtag() != "2" {
		t.Errorf("got %v, want a request of both persons about the new version", next)
	}
	if got := read(); got.GetState() != pb.AcknowledgmentRequest_SUPERSEDED || got.GetSupersededById() != next.GetId() {
		t.Errorf("got %v, want it superseded", got)
	}
	_, err := acknowledge(t, o.ben, old)
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	must(acknowledgments(o).CancelAcknowledgmentRequest(t.Context(),
		&pb.CancelAcknowledgmentRequestRequest{AcknowledgmentRequestId: next.GetId()}))(t)
	_, err = acknowledge(t, o.ben, next)
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

func TestEmployeeDoesNotAskOthers(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	_, err := acknowledgments(o.ada).CreateAcknowledgmentRequest(t.Context(), &pb.CreateAcknowledgmentRequestRequest{
		AcknowledgmentRequest: &pb.AcknowledgmentRequest{SubjectId: o.adaID, Everyone: true, DueDate: "2026-12-31"}})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}
