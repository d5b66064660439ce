package collaboration_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// listComments lists the texts of comments that a filter finds.
func listComments(t *testing.T, o *apptest.Organization, filter string) (texts []string) {
	t.Helper()
	req := &pb.ListCommentsRequest{Filter: filter, PageSize: 2, IncludeTotal: true}
	for {
		page := must(client(o).ListComments(t.Context(), req))(t)
		for _, c := range page.GetComments() {
			texts = append(texts, c.GetBodyMarkdown())
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			if int(page.GetTotalSize()) != len(texts) {
				t.Errorf("got the total_size %d, want %d", page.GetTotalSize(), len(texts))
			}
			return texts
		}
	}
}

func TestCommentIsReadByReadersOfItsSubject(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	adas, bens := o.task(t, o.adaID), o.task(t, o.benID)
	var ids []string
	for _, text := range []string{"one", "two", "three"} {
		ids = append(ids, comment(t, o.ada, &pb.Comment{SubjectId: adas, BodyMarkdown: text}).GetId())
	}
	comment(t, o.ben, &pb.Comment{SubjectId: bens, BodyMarkdown: "mine"})
	comment(t, o.Organization, &pb.Comment{SubjectId: o.adaID, BodyMarkdown: "on a person"})

	onTask := `subject_id = "` + adas + `"`
	for who, want := range map[*apptest.Organization][2][]string{
		o.ada:          {{"one", "two", "three", "on a person"}, {"one", "two", "three"}},
		o.ben:          {{"mine", "on a person"}, nil},
		o.Organization: {{"one", "two", "three", "mine", "on a person"}, {"one", "two", "three"}},
		o.WithRole(t, pb.ApiKey_AUDITOR): {
			{"one", "two", "three", "mine", "on a person"}, {"one", "two", "three"}},
	} {
		if got := listComments(t, who, ""); !slices.Equal(got, want[0]) {
			t.Errorf("got all comments %q, want %q", got, want[0])
		}
		if got := listComments(t, who, onTask); !slices.Equal(got, want[1]) {
			t.Errorf("got the comments of the task %q, want %q", got, want[1])
		}
	}
	_, err := client(o.ben).GetComment(t.Context(), &pb.GetCommentRequest{CommentId: ids[0]})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	_, err = client(o.ben).BatchGetComments(t.Context(), &pb.BatchGetCommentsRequest{Ids: ids})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	_, err = client(o.ben).DeleteComment(t.Context(), &pb.DeleteCommentRequest{CommentId: ids[0]})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)

	// A handed-over task takes its comments along.
	must(operationsv1.NewWorkServiceClient(o).UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: adas, Task: &operationsv1.Task{OwnerId: o.benID},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owner_id"}},
	}))(t)
	if got := listComments(t, o.ada, onTask); got != nil {
		t.Errorf("got %q after the hand-over, want none", got)
	}
	if got := listComments(t, o.ben, onTask); len(got) != 3 {
		t.Errorf("got %q after the hand-over, want all", got)
	}
}

func TestCommentNeedsAReadableSubject(t *testing.T) {
	t.Parallel()
	o, other := newTeam(t), newTeam(t)
	event := must(pb.NewHistoryServiceClient(o).ListEvents(t.Context(), &pb.ListEventsRequest{}))(t).GetEvents()[0]
	first := comment(t, o.Organization, &pb.Comment{SubjectId: o.adaID})
	for name, c := range map[string]struct {
		subject string
		reason  optionsv1.Reason
	}{
		"a task of another person":            {o.task(t, o.benID), optionsv1.Reason_REFERENCE_NOT_FOUND},
		"a task of another organization":      {other.task(t, other.adaID), optionsv1.Reason_REFERENCE_NOT_FOUND},
		"a task that does not exist":          {id.Format("tsk", id.New()), optionsv1.Reason_REFERENCE_NOT_FOUND},
		"an unknown kind":                     {id.Format("xyz", id.New()), optionsv1.Reason_REFERENCE_NOT_FOUND},
		"an event, which cannot be commented": {event.GetId(), optionsv1.Reason_REFERENCE_NOT_FOUND},
		"a comment":                           {first.GetId(), optionsv1.Reason_REFERENCE_NOT_FOUND},
		"no identifier":                       {"Ben's task", optionsv1.Reason_FIELDS_INVALID},
	} {
		_, err := client(o.ada).CreateComment(t.Context(), &pb.CreateCommentRequest{
			Comment: &pb.Comment{SubjectId: c.subject, BodyMarkdown: "Hi"}})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), "subjectId") {
			t.Errorf("%s: got %v %v, want %s", name, err, apptest.Fields(err), c.reason)
		}
	}
}

func TestArchivedRecordTakesComments(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	person := newPerson(t, o.Organization, "Cy")
	must(pb.NewIdentityServiceClient(o).ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: person}))(t)
	comment(t, o.ada, &pb.Comment{SubjectId: person})
}

func TestMentionsAreRead(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	task := o.task(t, o.adaID)
	c := comment(t, o.ada, &pb.Comment{SubjectId: task,
		BodyMarkdown: "Ask @[" + o.benID + "] or @[" + o.Owner.GetId() +
			"], not ada@[example].com, and `@[" + o.adaID + "]` is code"})
	want := []string{o.Owner.GetId(), o.benID}
	slices.Sort(want)
	if !slices.Equal(c.GetMentionedPersonIds(), want) || !slices.Equal(c.GetUnreachedPersonIds(), []string{o.benID}) {
		t.Errorf("got the mentions %v and %v, want %v, of whom Ben cannot read the task",
			c.GetMentionedPersonIds(), c.GetUnreachedPersonIds(), want)
	}
	if span := `<span data-person-id="` + o.benID + `">@Ben Okafor</span>`; !strings.Contains(c.GetBodyHtml(), span) {
		t.Errorf("got the HTML %q, want the name of Ben", c.GetBodyHtml())
	}
	mentionsOwner := `mentioned_person_ids:"` + o.Owner.GetId() + `"`
	if got := listComments(t, o.Organization, mentionsOwner); len(got) != 1 {
		t.Errorf("got the mentions %q, want one", got)
	}
	if got := listComments(t, o.ben, `mentioned_person_ids:"`+o.benID+`"`); got != nil {
		t.Errorf("got the mentions %q of Ben, want none that he may not read", got)
	}
	must(client(o.ada).UpdateComment(t.Context(), &pb.UpdateCommentRequest{
		CommentId: c.GetId(), Comment: &pb.Comment{BodyMarkdown: "Solved"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"body_markdown"}}}))(t)
	if got := listComments(t, o.Organization, mentionsOwner); got != nil {
		t.Errorf("got the mentions %q after the edit, want none", got)
	}
	_, err := client(o.ada).CreateComment(t.Context(), &pb.CreateCommentRequest{
		Comment: &pb.Comment{SubjectId: task, BodyMarkdown: "Ask @[" + id.Format("prs", id.New()) + "]"}})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "bodyMarkdown")
}

func TestOnlyTheAuthorEditsAComment(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	c := comment(t, o.ada, &pb.Comment{SubjectId: o.benID, BodyMarkdown: "alpha"})
	edit := func(by *apptest.Organization, text string) error {
		_, err := client(by).UpdateComment(t.Context(), &pb.UpdateCommentRequest{
			CommentId: c.GetId(), Comment: &pb.Comment{BodyMarkdown: text},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"body_markdown"}}})
		return err
	}
	for _, by := range []*apptest.Organization{o.ben, o.Organization} {
		apptest.WantRefused(t, edit(by, "forged"), optionsv1.Reason_OUT_OF_REACH)
	}
	for _, text := range []string{"beta", "gamma", "gamma"} {
		if err := edit(o.ada, text); err != nil {
			t.Fatal(err)
		}
	}
	list := must(client(o.ben).ListCommentVersions(t.Context(), &pb.ListCommentVersionsRequest{CommentId: c.GetId()}))(t)
	var texts []string
	for _, v := range list.GetCommentVersions() {
		texts = append(texts, v.GetBodyMarkdown()+" "+v.GetBodyHtml())
	}
	if want := []string{"beta <p>beta</p>\n", "alpha <p>alpha</p>\n"}; !slices.Equal(texts, want) {
		t.Errorf("got the history %q, want %q", texts, want)
	}
	events := must(pb.NewHistoryServiceClient(o).ListEvents(t.Context(), &pb.ListEventsRequest{
		Filter: `subject_id = "` + o.benID + `" AND type = "platform.comment.updated"`}))(t).GetEvents()
	if len(events) != 2 || strings.Contains(fmt.Sprint(events), "beta") {
		t.Errorf("got the events %v, want two without the texts", events)
	}
}

func TestDeletedCommentKeepsTheThread(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	remove := func(by *apptest.Organization, c *pb.Comment) error {
		_, err := client(by).DeleteComment(t.Context(), &pb.DeleteCommentRequest{CommentId: c.GetId()})
		return err
	}
	onBen := `subject_id = "` + o.benID + `"`
	first := comment(t, o.ada, &pb.Comment{SubjectId: o.benID, BodyMarkdown: "secret"})
	reply := comment(t, o.ben, &pb.Comment{SubjectId: o.benID, BodyMarkdown: "reply", ParentId: first.GetId()})
	apptest.WantRefused(t, remove(o.ben, first), optionsv1.Reason_OUT_OF_REACH)
	if err := remove(o.Organization, first); err != nil { // an owner may delete comments of others
		t.Fatal(err)
	}
	got := must(client(o.ben).GetComment(t.Context(), &pb.GetCommentRequest{CommentId: first.GetId()}))(t)
	if got.GetDeleteTime() == nil || got.GetBodyMarkdown()+got.GetBodyHtml() != "" || got.GetAuthorId() != o.adaID {
		t.Errorf("got %v, want an empty comment of Ada", got)
	}
	_, err := client(o.ada).UpdateComment(t.Context(), &pb.UpdateCommentRequest{
		CommentId: first.GetId(), Comment: &pb.Comment{BodyMarkdown: "again"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"body_markdown"}}})
	apptest.WantRefused(t, err, optionsv1.Reason_COMMENT_DELETED)
	if texts := listComments(t, o.ada, onBen); !slices.Equal(texts, []string{"", "reply"}) {
		t.Errorf("got the thread %q, want an empty comment and the reply", texts)
	}
	_, err = client(o.ada).CreateComment(t.Context(), &pb.CreateCommentRequest{
		Comment: &pb.Comment{SubjectId: o.benID, BodyMarkdown: "late", ParentId: first.GetId()}})
	apptest.WantRefused(t, err, optionsv1.Reason_COMMENT_DELETED)
	if err := remove(o.ben, reply); err != nil {
		t.Fatal(err)
	}
	if texts := listComments(t, o.ada, onBen); texts != nil {
		t.Errorf("got the thread %q after the last reply was deleted, want none", texts)
	}
}

func TestRepliesHaveOneLevel(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	first := comment(t, o.ada, &pb.Comment{SubjectId: o.benID})
	reply := comment(t, o.ada, &pb.Comment{SubjectId: o.benID, ParentId: first.GetId()})
	for name, c := range map[string]*pb.Comment{
		"a reply to a reply":        {SubjectId: o.benID, ParentId: reply.GetId()},
		"a reply on another record": {SubjectId: o.adaID, ParentId: first.GetId()},
	} {
		c.BodyMarkdown = "Hi"
		_, err := client(o.ada).CreateComment(t.Context(), &pb.CreateCommentRequest{Comment: c})
		if apptest.Reason(err) != optionsv1.Reason_COMMENT_NESTED {
			t.Errorf("%s: got %v, want COMMENT_NESTED", name, err)
		}
	}
}

func TestCommentsAreDeletedWithTheirSubject(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	task := o.task(t, o.adaID)
	c := comment(t, o.ada, &pb.Comment{SubjectId: task, BodyMarkdown: "For @[" + o.Owner.GetId() + "]"})
	must(operationsv1.NewWorkServiceClient(o).DeleteTask(t.Context(), &operationsv1.DeleteTaskRequest{TaskId: task}))(t)
	_, err := client(o).GetComment(t.Context(), &pb.GetCommentRequest{CommentId: c.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

// TestLastRepliesAreDeletedConcurrently deletes the last two replies to a deleted comment at once.
// The later deletion removes the comment too.
func TestLastRepliesAreDeletedConcurrently(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	for range 5 {
		first := comment(t, o.ada, &pb.Comment{SubjectId: o.benID})
		var group errgroup.Group
		ids := []string{first.GetId()}
		for range 2 {
			ids = append(ids, comment(t, o.ada, &pb.Comment{SubjectId: o.benID, ParentId: first.GetId()}).GetId())
		}
		remove := func(commentID string) error {
			_, err := client(o.ada).DeleteComment(t.Context(), &pb.DeleteCommentRequest{CommentId: commentID})
			return err
		}
		if err := remove(ids[0]); err != nil {
			t.Fatal(err)
		}
		for _, reply := range ids[1:] {
			group.Go(func() error { return remove(reply) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if texts := listComments(t, o.ada, `subject_id = "`+o.benID+`"`); texts != nil {
			t.Fatalf("got the thread %q after the last replies were deleted, want none", texts)
		}
	}
}

func TestPersonWithOwnCommentsIsDeleted(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	person := newPerson(t, o.Organization, "Cy")
	c := comment(t, o.ada, &pb.Comment{SubjectId: person, BodyMarkdown: "For @[" + person + "]"})
	must(pb.NewIdentityServiceClient(o).DeletePerson(t.Context(), &pb.DeletePersonRequest{PersonId: person}))(t)
	_, err := client(o).GetComment(t.Context(), &pb.GetCommentRequest{CommentId: c.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

// TestManyCommentsArePaged reads the last page of 10,000 comments on one record.
func TestManyCommentsArePaged(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	task := o.task(t, o.adaID)
	c := comment(t, o.ada, &pb.Comment{SubjectId: task})
	execute(t, `
insert into platform.comments (org_id, id, version, create_time, update_time, kind, subject_key, author_id,
  body_markdown, mentioned_person_ids, unreached_person_ids)
select c.org_id, gen_random_uuid(), 1, c.create_time, c.update_time, c.kind, c.subject_key, c.author_id, 'Text', '{}', '{}'
from platform.comments c
cross join generate_series(2, 10000)
where c.id = $1`, must(id.Parse("cmt", c.GetId()))(t))
	req := &pb.ListCommentsRequest{Filter: `subject_id = "` + task + `"`, PageSize: 500, IncludeTotal: true}
	found := 0
	for {
		page := must(client(o.ada).ListComments(t.Context(), req))(t)
		found += len(page.GetComments())
		if page.GetTotalSize() != 10_000 {
			t.Errorf("got the total %d, want 10,000", page.GetTotalSize())
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			break
		}
	}
	if found != 10_000 {
		t.Errorf("got %d comments, want 10,000", found)
	}
}
