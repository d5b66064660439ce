package collaboration_test

import (
	"context"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// watchersOf lists the persons who watch a record, with the cause.
func watchersOf(t *testing.T, o *apptest.Organization, subjectID string) map[string]pb.Watcher_Cause {
	t.Helper()
	page := must(client(o).ListWatchers(t.Context(),
		&pb.ListWatchersRequest{Filter: `subject_id = "` + subjectID + `"`}))(t)
	found := map[string]pb.Watcher_Cause{}
	for _, w := range page.GetWatchers() {
		found[w.GetPersonId()] = w.GetCause()
	}
	return found
}

func TestCommentingMakesWatchers(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	task := o.task(t, o.adaID)
	for range 2 {
		comment(t, o.ada, &pb.Comment{SubjectId: task,
			BodyMarkdown: "@[" + o.Owner.GetId() + "] and @[" + o.benID + "], who cannot read it"})
	}
	got := watchersOf(t, o.Organization, task)
	if len(got) != 2 || got[o.adaID] != pb.Watcher_COMMENTED || got[o.Owner.GetId()] != pb.Watcher_MENTIONED {
		t.Errorf("got %v, want the author and the owner of the organization", got)
	}
}

func TestWatchingIsIdempotent(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	req := &pb.WatchSubjectRequest{SubjectId: o.benID}
	first := must(client(o.ada).WatchSubject(t.Context(), req))(t)
	again := must(client(o.ada).WatchSubject(t.Context(), req))(t)
	if first.GetId() != again.GetId() || first.GetPersonId() != o.adaID || first.GetCause() != pb.Watcher_CHOSEN {
		t.Errorf("got %v and %v, want the same watcher of Ada's choice", first, again)
	}
	for range 2 {
		must(client(o.ada).UnwatchSubject(t.Context(), &pb.UnwatchSubjectRequest{SubjectId: o.benID}))(t)
		if got := watchersOf(t, o.ada, o.benID); len(got) != 0 {
			t.Errorf("got %v, want none", got)
		}
	}
}

func TestWatchingNeedsToReadTheSubject(t *testing.T) {
	t.Parallel()
	o, other := newTeam(t), newTeam(t)
	bens := o.task(t, o.benID)
	for _, subject := range []string{bens, other.task(t, other.adaID), other.adaID} {
		_, err := client(o.ada).WatchSubject(t.Context(), &pb.WatchSubjectRequest{SubjectId: subject})
		apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "subjectId")
		_, err = client(o.ada).UnwatchSubject(t.Context(), &pb.UnwatchSubjectRequest{SubjectId: subject})
		apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "subjectId")
	}
	_, err := client(o).WatchSubject(t.Context(), &pb.WatchSubjectRequest{SubjectId: bens, PersonId: o.adaID})
	apptest.WantRefused(t, err, optionsv1.Reason_PERSON_CANNOT_READ_SUBJECT, "personId")
	_, err = client(o).WatchSubject(t.Context(), &pb.WatchSubjectRequest{SubjectId: bens, PersonId: other.adaID})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "personId")
	_, err = client(o.ada).WatchSubject(t.Context(), &pb.WatchSubjectRequest{SubjectId: o.adaID, PersonId: o.benID})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	must(client(o).WatchSubject(t.Context(), &pb.WatchSubjectRequest{SubjectId: bens, PersonId: o.benID}))(t)
	if got := watchersOf(t, o.ada, bens); len(got) != 0 {
		t.Errorf("got %v, want no watchers of a task that Ada may not read", got)
	}
}

// audience returns who should hear about an event.
func (o team) audience(t *testing.T, e db.Event) (persons []string) {
	t.Helper()
	org := must(id.Parse("org", o.Organization.Organization.GetId()))(t)
	system := must(o.App.Identity.SystemCall(t.Context(), org))(t)
	server, _ := apptest.Databases(t)
	must(db.Write(call.With(t.Context(), system), server.WithKinds(o.App.Registry),
		func(ctx context.Context, tx *db.Tx) (_ *emptypb.Empty, err error) {
			persons, err = collaboration.Audience(ctx, tx, e)
			return &emptypb.Empty{}, err
		}))(t)
	return persons
}

func TestAudienceIsWhoMayReadTheSubject(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	cy := newPerson(t, o.Organization, "Cy")
	o.AsPerson(t, cy, pb.ApiKey_APPROVER)
	task := o.task(t, o.adaID)
	must(client(o).WatchSubject(t.Context(), &pb.WatchSubjectRequest{SubjectId: task}))(t)
	c := comment(t, o.ada, &pb.Comment{SubjectId: task, BodyMarkdown: "@[" + cy + "] @[" + o.benID + "]"})
	must(client(o).UnwatchSubject(t.Context(), &pb.UnwatchSubjectRequest{SubjectId: task, PersonId: cy}))(t)

	watching, mentioned := []string{o.adaID, o.Owner.GetId()}, []string{o.adaID, o.Owner.GetId(), cy}
	slices.Sort(watching)
	slices.Sort(mentioned)
	if got := o.audience(t, db.Event{SubjectID: task}); !slices.Equal(got, watching) {
		t.Errorf("got %v, want the owner of the task and its watchers %v", got, watching)
	}
	if got := o.audience(t, db.Event{SubjectID: task, RecordID: c.GetId()}); !slices.Equal(got, mentioned) {
		t.Errorf("got %v, want also whom the comment mentions %v", got, mentioned)
	}
}

func TestEditKeepsPersonsFromWatching(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	subject := newPerson(t, o.Organization, "Cy")
	c := comment(t, o.ada, &pb.Comment{SubjectId: subject, BodyMarkdown: "For @[" + o.benID + "]"})
	for _, by := range []*apptest.Organization{o.ada, o.ben} {
		must(client(by).UnwatchSubject(t.Context(), &pb.UnwatchSubjectRequest{SubjectId: subject}))(t)
	}
	owner := o.Owner.GetId()
	must(client(o.ada).UpdateComment(t.Context(), &pb.UpdateCommentRequest{
		CommentId:  c.GetId(),
		Comment:    &pb.Comment{BodyMarkdown: "For @[" + o.benID + "], @[" + o.adaID + "] and @[" + owner + "]"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"body_markdown"}}}))(t)
	if got := watchersOf(t, o.Organization, subject); len(got) != 1 || got[owner] != pb.Watcher_MENTIONED {
		t.Errorf("got the watchers %v, want only the person newly mentioned", got)
	}
}

// TestNothingIsPutOnDeletedRecords puts things on a task while it is deleted: either they are
// deleted with it, or they are refused.
func TestNothingIsPutOnDeletedRecords(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	label := newLabel(t, o.Organization, "Urgent")
	key := must(id.Parse("org", o.Organization.Organization.GetId()))(t)
	for range 5 {
		task := o.task(t, o.adaID)
		var group errgroup.Group
		for _, put := range []func() error{
			func() error {
				_, err := client(o.ada).CreateComment(t.Context(), &pb.CreateCommentRequest{
					Comment: &pb.Comment{SubjectId: task, BodyMarkdown: "Hi"}})
				return err
			},
			func() error {
				_, err := client(o.ada).ApplyLabels(t.Context(),
					&pb.ApplyLabelsRequest{LabelIds: []string{label}, SubjectIds: []string{task}})
				return err
			},
			func() error {
				_, err := client(o.ada).WatchSubject(t.Context(), &pb.WatchSubjectRequest{SubjectId: task})
				return err
			},
			func() error {
				_, err := acknowledgments(o).CreateAcknowledgmentRequest(t.Context(), &pb.CreateAcknowledgmentRequestRequest{
					AcknowledgmentRequest: &pb.AcknowledgmentRequest{SubjectId: task, Everyone: true, DueDate: "2199-12-31"}})
				return err
			},
		} {
			group.Go(func() error {
				if err := put(); err != nil && apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND {
					return err
				}
				return nil
			})
		}
		group.Go(func() error {
			_, err := operationsv1.NewWorkServiceClient(o).DeleteTask(t.Context(), &operationsv1.DeleteTaskRequest{TaskId: task})
			return err
		})
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"comments", "label_assignments", "watchers", "acknowledgment_requests"} {
		if n := count(t, "select count(*) from platform."+name+" where org_id = $1 and kind = 'tsk'", key); n != 0 {
			t.Errorf("got %d rows of %s on deleted tasks, want none", n, name)
		}
	}
}
