package app_test

import (
	"slices"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestEveryRecordIsASubject checks that a record of every kind can be commented on, labeled,
// watched, acknowledged and given a file, and that its list can be filtered by label. It checks
// that what is on a record, and an event, cannot be a subject.
func TestEveryRecordIsASubject(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o := apptest.SignUpTo(t, a)
	label, err := platformv1.NewCollaborationServiceClient(o).CreateLabel(t.Context(),
		&platformv1.CreateLabelRequest{Label: &platformv1.Label{DisplayName: "Checked"}})
	if err != nil {
		t.Fatal(err)
	}
	file, records := upload(t, o, "a.txt", "bytes"), recordsOf(t, o)
	for _, k := range kinds() {
		subject := records[k.singular]
		kind, known := a.Registry.ByPrefix(k.option.GetPrefix())
		if !known {
			t.Errorf("%s is not in the registry of kinds", k.singular)
			continue
		}
		t.Run(k.singular, func(t *testing.T) {
			if !kind.CanBeSubject() {
				checkNotSubject(t, o, k, subject)
				return
			}
			checkSubjectOfAll(t, o, subject, file, label.GetId())
			s := suite{t: t, k: k, o: o, conn: o}
			if k.methods["List"] != nil {
				s.checkListed(map[string]any{"filter": `label_ids:"` + label.GetId() + `"`, "page_size": int32(500)}, 1)
			}
			for _, suffix := range []string{"comment.created", "attachment.created", "watcher.created", "label.applied"} {
				checkHistory(t, o, subject, "platform."+suffix)
			}
		})
	}
}

// checkSubjectOfAll puts everything on a record that can be on it.
func checkSubjectOfAll(t *testing.T, o *apptest.Organization, subject, file, label string) {
	t.Helper()
	talk := platformv1.NewCollaborationServiceClient(o)
	var errs [5]error
	_, errs[0] = talk.CreateComment(t.Context(), &platformv1.CreateCommentRequest{
		Comment: &platformv1.Comment{SubjectId: subject, BodyMarkdown: "Seen"}})
	_, errs[1] = talk.ApplyLabels(t.Context(),
		&platformv1.ApplyLabelsRequest{LabelIds: []string{label}, SubjectIds: []string{subject}})
	_, errs[2] = talk.WatchSubject(t.Context(), &platformv1.WatchSubjectRequest{SubjectId: subject})
	_, errs[3] = platformv1.NewFilesServiceClient(o).CreateAttachment(t.Context(),
		&platformv1.CreateAttachmentRequest{Attachment: &platformv1.Attachment{SubjectId: subject, FileId: file}})
	request := &platformv1.AcknowledgmentRequest{SubjectId: subject, DueDate: "2026-12-31", Everyone: true}
	_, errs[4] = platformv1.NewAcknowledgmentsServiceClient(o).CreateAcknowledgmentRequest(t.Context(),
		&platformv1.CreateAcknowledgmentRequestRequest{AcknowledgmentRequest: request})
	for i, err := range errs {
		if err != nil {
			t.Errorf("step %d: got %v", i+1, err)
		}
	}
}

// checkNotSubject checks that a record cannot be commented on.
func checkNotSubject(t *testing.T, o *apptest.Organization, k kind, record string) {
	t.Helper()
	if onSubject := k.message.Fields().ByName("subject_id") != nil; !onSubject {
		t.Errorf("got a %s that cannot be a subject, want one that can", k.singular)
	}
	_, err := platformv1.NewCollaborationServiceClient(o).CreateComment(t.Context(), &platformv1.CreateCommentRequest{
		Comment: &platformv1.Comment{SubjectId: record, BodyMarkdown: "Seen"}})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "subjectId")
}

// checkHistory checks that the history of a record contains an event of a type.
func checkHistory(t *testing.T, o *apptest.Organization, subject, event string) {
	t.Helper()
	list, err := platformv1.NewHistoryServiceClient(o).ListEvents(t.Context(),
		&platformv1.ListEventsRequest{Filter: `subject_id = "` + subject + `" AND type = "` + event + `"`})
	hasRecord := func(e *platformv1.Event) bool { return e.GetRecordId() != "" }
	if err != nil || !slices.ContainsFunc(list.GetEvents(), hasRecord) {
		t.Errorf("%s: got %v, %v, want an event of type %s", subject, list, err, event)
	}
}
