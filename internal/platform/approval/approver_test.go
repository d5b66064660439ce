package approval_test

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
)

// away makes a person absent from today for some days.
func (o *company) away(t *testing.T, person, deputy string) *pb.Absence {
	t.Helper()
	clock := must(pb.NewIdentityServiceClient(o).GetClock(t.Context(), &pb.GetClockRequest{}))(t)
	end := must(calendar.ParseDate(clock.TodayDate))(t).AddDays(3).String()
	return must(pb.NewResponsibilitiesServiceClient(o).CreateAbsence(t.Context(), &pb.CreateAbsenceRequest{
		Absence: &pb.Absence{PersonId: person, DeputyId: deputy, StartDate: clock.TodayDate, EndDate: end}}))(t)
}

// advance moves the clock forward and runs the jobs.
func (o *company) advance(t *testing.T, by time.Duration) {
	t.Helper()
	must(pb.NewIdentityServiceClient(o).AdvanceClock(t.Context(),
		&pb.AdvanceClockRequest{ByDuration: durationpb.New(by)}))(t)
	o.RunJobs(t)
}

func TestDeputyDecidesWhileTheApproverIsAway(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", &pb.ApprovalPolicy_Step{PersonIds: []string{o.adaID, o.Owner.Id}, MinimumApprovers: 2})
	r := o.requested(t, "5.00")
	_, err := approve(t, o.ben, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)
	absence := o.away(t, o.adaID, o.benID)
	if got := inbox(t, o.ben); !slices.Equal(got, []string{r.Id}) {
		t.Errorf("inbox of the deputy: got %v, want %s", got, r.Id)
	}
	done := must(approve(t, o.ben, r))(t)
	if d := done.Decisions[0]; d.PersonId != o.benID || d.OnBehalfOfId != o.adaID {
		t.Errorf("got decision %v, want one on behalf of the approver", d)
	}
	// Ada's approval was given on her behalf, and Ben has approved too.
	for _, other := range []*apptest.Organization{o.ada, o.ben} {
		_, err = approve(t, other, r)
		apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_ALREADY_GIVEN)
	}
	o.wantPosted(t, r, false)
	must(approve(t, o.Organization, r))(t)
	o.wantPosted(t, r, true)

	must(pb.NewResponsibilitiesServiceClient(o).DeleteAbsence(t.Context(),
		&pb.DeleteAbsenceRequest{AbsenceId: absence.Id}))(t)
	_, err = approve(t, o.ben, o.requested(t, "6.00"))
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)
}

func TestDeputyMustNotBeTheRequester(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	o.away(t, o.adaID, o.makerID)
	r := o.requested(t, "5.00")
	if got := inbox(t, o.maker); len(got) > 0 {
		t.Errorf("inbox of the requester: got %v, want none", got)
	}
	_, err := approve(t, o.maker, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_OWN_REQUEST)
}

func TestDeputyOfTheRequesterHasNoSay(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.makerID, o.adaID))
	r := o.requested(t, "5.00")
	o.away(t, o.makerID, o.benID)
	if got := inbox(t, o.ben); len(got) > 0 {
		t.Errorf("inbox of the requester's deputy: got %v, want none", got)
	}
	_, err := approve(t, o.ben, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)
}

func TestRequestEscalatesOnTheClock(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", &pb.ApprovalPolicy_Step{
		PersonIds: []string{o.adaID}, EscalateAfterHours: 48, EscalationPersonIds: []string{o.benID}})
	r := o.requested(t, "5.00")
	if r.EscalateTime == nil || r.ApproverId != o.adaID {
		t.Fatalf("got request %v, want it to escalate", r)
	}
	o.advance(t, 47*time.Hour)
	_, err := approve(t, o.ben, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)
	o.advance(t, 2*time.Hour)
	if got := o.get(t, r); got.EscalateTime != nil || !slices.Equal(got.ApproverIds, []string{o.benID}) {
		t.Errorf("after the escalation: got %v", got)
	}
	o.RunJobs(t)
	if got := o.events(t, r.SubjectId); !slices.Equal(got, []string{"requested", "escalated"}) {
		t.Errorf("got events %v, want one escalation", got)
	}
	must(approve(t, o.ben, r))(t)
	o.wantPosted(t, r, true)
}

func TestDecidedRequestDoesNotEscalate(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", &pb.ApprovalPolicy_Step{
		PersonIds: []string{o.adaID}, EscalateAfterHours: 1, EscalationPersonIds: []string{o.benID}})
	r := o.requested(t, "5.00")
	must(reject(t, o.ada, r))(t)
	o.advance(t, 2*time.Hour)
	if got := o.events(t, r.SubjectId); !slices.Equal(got, []string{"requested", "rejected"}) {
		t.Errorf("got events %v, want no escalation", got)
	}
}

func TestManagerOfTheRequesterApproves(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	employ := func(person, manager string) string {
		e := &peoplev1.Employee{PersonId: person, ManagerId: manager, DisplayName: "Employee", HireDate: "2026-01-01"}
		return must(peoplev1.NewDirectoryServiceClient(o).CreateEmployee(t.Context(),
			&peoplev1.CreateEmployeeRequest{Employee: e}))(t).Id
	}
	top := employ(o.benID, "")
	middle := employ(o.adaID, top)
	employ(o.makerID, middle)
	o.policy(t, "", &pb.ApprovalPolicy_Step{RequesterManager: true})
	r := o.requested(t, "5.00")
	if r.ApproverId != o.adaID {
		t.Errorf("got approver %s, want the direct manager %s", r.ApproverId, o.adaID)
	}
	_, err := approve(t, o.ben, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)
	must(approve(t, o.ada, r))(t)
	o.wantPosted(t, r, true)
}

// TestOwnerReleasesAlone is a business of one person, where the only approver is the requester.
func TestOwnerReleasesAlone(t *testing.T) {
	t.Parallel()
	alone := &company{Organization: apptest.SignUp(t)}
	alone.maker, alone.makerID = alone.Organization, alone.Organization.Owner.Id
	alone.cash, alone.sales = newAccounts(t, alone.Organization)
	alone.policy(t, "", byRole(pb.ApiKey_OWNER, 1))
	r := alone.requested(t, "5.00")
	_, err := approve(t, alone.Organization, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_OWN_REQUEST)
	_, err = client(alone.Organization).ReleaseApprovalRequest(t.Context(),
		&pb.ReleaseApprovalRequestRequest{ApprovalRequestId: r.Id})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "reason")
	done := must(release(t, alone.Organization, r))(t)
	wantState(t, done, pb.ApprovalRequest_RELEASED)
	if d := done.Decisions[0]; d.Type != pb.ApprovalRequest_Decision_RELEASE || d.Note == "" {
		t.Errorf("got decision %v", d)
	}
	alone.wantPosted(t, r, true)
	if got := alone.events(t, r.SubjectId); !slices.Equal(got, []string{"requested", "released"}) {
		t.Errorf("got events %v", got)
	}
}

func TestReleaseNeedsThatNobodyIsLeft(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID, o.benID))
	r := o.requested(t, "5.00")
	_, err := release(t, o.Organization, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVERS_AVAILABLE)
	_, err = release(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	for _, person := range []string{o.adaID, o.benID} {
		must(pb.NewIdentityServiceClient(o).ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: person}))(t)
	}
	if _, err := approve(t, o.ada, r); err == nil {
		t.Error("an archived person approved")
	}
	must(release(t, o.Organization, r))(t)
	o.wantPosted(t, r, true)
}

// TestApproverWhoCannotReadTheRecordDoesNotCount names an employee, who reads no entries.
func TestApproverWhoCannotReadTheRecordDoesNotCount(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	emma, emmaID := o.member(t, "Emma Employee", pb.ApiKey_EMPLOYEE)
	o.policy(t, "", byPersons(emmaID))
	r := o.requested(t, "5.00")
	if got := inbox(t, emma); len(got) > 0 {
		t.Errorf("inbox of someone who cannot read the entry: got %v", got)
	}
	_, err := approve(t, emma, r)
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	_, err = client(emma).GetApprovalRequest(t.Context(), &pb.GetApprovalRequestRequest{ApprovalRequestId: r.Id})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	must(release(t, o.Organization, r))(t)
}

// TestOpenRequestCanBeHandedOver checks that a request with a single approver is the approver's
// responsibility.
func TestOpenRequestCanBeHandedOver(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	service := pb.NewResponsibilitiesServiceClient(o)
	open := must(service.ListResponsibilities(t.Context(), &pb.ListResponsibilitiesRequest{PersonId: o.adaID}))(t)
	if len(open.Responsibilities) != 1 || open.Responsibilities[0].SubjectId != r.Id {
		t.Fatalf("got responsibilities %v, want the request", open.Responsibilities)
	}
	_, err := pb.NewIdentityServiceClient(o).ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: o.adaID})
	apptest.WantRefused(t, err, optionsv1.Reason_PERSON_HAS_RESPONSIBILITIES)
	must(service.HandOverResponsibilities(t.Context(), &pb.HandOverResponsibilitiesRequest{
		PersonId: o.adaID, ToPersonIds: []string{o.benID}}))(t)
	_, err = approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)
	must(approve(t, o.ben, r))(t)
	o.wantPosted(t, r, true)
}
