package approval_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
)

// newFollowedCompany creates a company whose events are followed, as a server does from its start.
func newFollowedCompany(t *testing.T) *company {
	t.Helper()
	o := newCompany(t)
	o.tell(t)
	return o
}

// tell passes the events of the organization on, and writes the notifications about them.
func (o *company) tell(t *testing.T) {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	at := slices.IndexFunc(o.App.Followers, func(f history.Follower) bool { return f.Name == "notifications" })
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), o.App.Followers[at])
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
	key := must(id.Parse("org", o.Organization.Organization.GetId()))(t)
	for left, end := true, time.Now().Add(time.Minute); left; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the events were not passed on within a minute")
		}
		must(relay.Step(t.Context()))(t)
		if err := conn.QueryRow(t.Context(), `
select not exists (select from platform.relay_cursors where name = 'notifications') or exists (
  select
  from platform.events e
  join platform.relay_cursors c on c.name = 'notifications'
  where e.org_id = $1
  and (e.position, e.seq) > (c.position, c.seq)
)`, key).Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
	o.RunJobs(t)
}

// told returns the notifications of a member about approvals, oldest first.
func told(t *testing.T, o *apptest.Organization) []*pb.Notification {
	t.Helper()
	list := must(pb.NewNotificationsServiceClient(o).ListNotifications(t.Context(), &pb.ListNotificationsRequest{
		Filter: `category = "APPROVAL"`, PageSize: 500}))(t).Notifications
	slices.Reverse(list)
	return list
}

// wantTold checks the titles of the notifications of a member about approvals, oldest first.
func wantTold(t *testing.T, name string, o *apptest.Organization, want ...string) {
	t.Helper()
	var got []string
	for _, n := range told(t, o) {
		got = append(got, n.Title)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s was told %q, want %q", name, got, want)
	}
}

const asksYou = "Mia Maker asks you to approve Sale of a press"

func TestApproversAndRequesterAreTold(t *testing.T) {
	t.Parallel()
	o := newFollowedCompany(t)
	o.policy(t, "", byRole(pb.ApiKey_ACCOUNTANT, 2), byPersons(o.Owner.Id))
	r := o.requested(t, "5.00")
	o.tell(t)
	for name, approver := range map[string]*apptest.Organization{"Ada": o.ada, "Ben": o.ben} {
		wantTold(t, name, approver, asksYou)
	}
	wantTold(t, "the owner", o.Organization)
	n := told(t, o.ada)[0]
	if n.NotificationKind != "approval.requested" || n.SubjectId != r.SubjectId || n.ActorId != o.makerID {
		t.Errorf("got notification %v, want one about the entry", n)
	}
	must(approve(t, o.ada, r))(t)
	o.tell(t)
	must(approve(t, o.ben, r))(t)
	o.tell(t)
	must(approve(t, o.Organization, r))(t)
	o.tell(t)
	// The second approver of the step is not asked again, and no one is told what they did themselves.
	wantTold(t, "Ada", o.ada, asksYou)
	wantTold(t, "Ben", o.ben, asksYou)
	wantTold(t, "the owner", o.Organization, asksYou)
	wantTold(t, "the requester", o.maker, "Ada Lopez approved Sale of a press. Further approvals are needed",
		"Ben Okafor approved Sale of a press. Further approvals are needed", "Olive Owner approved Sale of a press")
	if body := told(t, o.maker)[2].Body; body != "Fine" {
		t.Errorf("got the text %q, want the approver's note", body)
	}
}

func TestRequesterIsToldTheOutcome(t *testing.T) {
	t.Parallel()
	o := newFollowedCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	for name, c := range map[string]struct {
		decide func(t *testing.T, r *pb.ApprovalRequest) error
		want   []string
		body   string
	}{
		"rejected": {func(t *testing.T, r *pb.ApprovalRequest) error { _, err := reject(t, o.ada, r); return err },
			[]string{"Ada Lopez rejected Sale of a press"}, "No invoice"},
		"withdrawn by another": {func(t *testing.T, r *pb.ApprovalRequest) error {
			_, err := client(o.Organization).WithdrawApprovalRequest(t.Context(),
				&pb.WithdrawApprovalRequestRequest{ApprovalRequestId: r.Id, Note: "Too early"})
			return err
		}, []string{"Olive Owner withdrew the request to approve Sale of a press"}, "Too early"},
		"withdrawn by the requester": {func(t *testing.T, r *pb.ApprovalRequest) error {
			_, err := client(o.maker).WithdrawApprovalRequest(t.Context(),
				&pb.WithdrawApprovalRequestRequest{ApprovalRequestId: r.Id})
			return err
		}, nil, ""},
		"asked back": {func(t *testing.T, r *pb.ApprovalRequest) error {
			_, err := client(o.ada).AskBackApprovalRequest(t.Context(),
				&pb.AskBackApprovalRequestRequest{ApprovalRequestId: r.Id, Question: "Which project?"})
			return err
		}, []string{"Ada Lopez has a question about Sale of a press"}, "Which project?"},
	} {
		t.Run(name, func(t *testing.T) {
			r := o.requested(t, "5.00")
			if err := c.decide(t, r); err != nil {
				t.Fatal(err)
			}
			o.tell(t)
			var got []string
			for _, n := range told(t, o.maker) {
				if n.SubjectId == r.SubjectId {
					got = append(got, n.Title)
					if n.Body != c.body {
						t.Errorf("got the text %q, want %q", n.Body, c.body)
					}
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the requester was told %q, want %q", got, c.want)
			}
		})
	}
}

func TestAskerIsToldTheAnswer(t *testing.T) {
	t.Parallel()
	o := newFollowedCompany(t)
	o.policy(t, "", byPersons(o.adaID, o.benID))
	r := o.requested(t, "5.00")
	o.tell(t)
	must(client(o.ada).AskBackApprovalRequest(t.Context(), &pb.AskBackApprovalRequestRequest{
		ApprovalRequestId: r.Id, Question: "Which project?"}))(t)
	must(client(o.maker).AnswerApprovalRequest(t.Context(), &pb.AnswerApprovalRequestRequest{
		ApprovalRequestId: r.Id, Answer: "The new shop"}))(t)
	o.tell(t)
	wantTold(t, "Ada", o.ada, asksYou, "Mia Maker answered your question about Sale of a press")
	wantTold(t, "Ben", o.ben, asksYou)
	if body := told(t, o.ada)[1].Body; body != "The new shop" {
		t.Errorf("got the text %q, want the answer", body)
	}
}

func TestReleaseIsTold(t *testing.T) {
	t.Parallel()
	o := newFollowedCompany(t)
	emma, emmaID := o.member(t, "Emma Employee", pb.ApiKey_EMPLOYEE)
	o.policy(t, "", byPersons(emmaID))
	r := o.requested(t, "5.00")
	o.tell(t)
	wantTold(t, "an approver who may not read the entry", emma)
	must(release(t, o.Organization, r))(t)
	o.tell(t)
	wantTold(t, "the requester", o.maker, "Olive Owner released Sale of a press without approval")
}

func TestDeputyOfAbsentApproverIsAsked(t *testing.T) {
	t.Parallel()
	o := newFollowedCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	absence := o.away(t, o.adaID, o.benID)
	o.requested(t, "5.00")
	o.tell(t)
	wantTold(t, "Ada", o.ada, asksYou)
	wantTold(t, "the deputy", o.ben, asksYou)
	must(pb.NewResponsibilitiesServiceClient(o).DeleteAbsence(t.Context(),
		&pb.DeleteAbsenceRequest{AbsenceId: absence.Id}))(t)
	o.requested(t, "6.00")
	o.tell(t)
	wantTold(t, "the former deputy", o.ben, asksYou)
}

func TestNewApproverIsTold(t *testing.T) {
	t.Parallel()
	o := newFollowedCompany(t)
	cleo, cleoID := o.member(t, "Cleo", pb.ApiKey_ACCOUNTANT)
	o.policy(t, "", &pb.ApprovalPolicy_Step{
		PersonIds: []string{o.adaID}, EscalateAfterHours: 48, EscalationPersonIds: []string{cleoID}})
	o.requested(t, "5.00")
	o.tell(t)
	must(pb.NewResponsibilitiesServiceClient(o).HandOverResponsibilities(t.Context(),
		&pb.HandOverResponsibilitiesRequest{PersonId: o.adaID, ToPersonIds: []string{o.benID}}))(t)
	o.tell(t)
	wantTold(t, "Ada", o.ada, asksYou)
	wantTold(t, "the one to whom it was handed over", o.ben, asksYou)
	wantTold(t, "Cleo before the escalation", cleo)
	o.advance(t, 49*time.Hour)
	o.tell(t)
	wantTold(t, "Ben", o.ben, asksYou)
	wantTold(t, "Cleo", cleo, "Sale of a press still waits for approval. Please decide")
}

func TestBatchTellsEachOnce(t *testing.T) {
	t.Parallel()
	o := newFollowedCompany(t)
	o.policy(t, "", byPersons(o.adaID, o.benID))
	first, second := o.requested(t, "1.00"), o.requested(t, "2.00")
	o.tell(t)
	must(client(o.ada).BatchRejectApprovalRequests(t.Context(),
		&pb.BatchRejectApprovalRequestsRequest{Ids: []string{first.Id, second.Id}, Reason: "No budget"}))(t)
	o.tell(t)
	o.tell(t)
	var subjects []string
	for _, n := range told(t, o.maker) {
		subjects = append(subjects, n.SubjectId)
	}
	want := []string{first.SubjectId, second.SubjectId}
	if !slices.Equal(slices.Sorted(slices.Values(subjects)), slices.Sorted(slices.Values(want))) {
		t.Errorf("the requester was told about %v, want each of %v once", subjects, want)
	}
	for name, approver := range map[string]*apptest.Organization{"Ada": o.ada, "Ben": o.ben} {
		if got := len(told(t, approver)); got != 2 {
			t.Errorf("%s has %d notifications, want one for each entry", name, got)
		}
	}
}

// TestDeletedEntryTellsNoOne deletes the entry before the notifications are written.
func TestDeletedEntryTellsNoOne(t *testing.T) {
	t.Parallel()
	o := newFollowedCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	must(books(o.maker).DeleteJournalEntry(t.Context(),
		&financev1.DeleteJournalEntryRequest{JournalEntryId: r.SubjectId, Etag: o.entryOf(t, r).Etag}))(t)
	o.tell(t)
	wantTold(t, "the approver", o.ada)
	wantTold(t, "the requester", o.maker)
}
