package collaboration_test

import (
	"fmt"
	"slices"
	"testing"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

func newLabel(t *testing.T, o *apptest.Organization, name string) string {
	t.Helper()
	return must(client(o).CreateLabel(t.Context(), &pb.CreateLabelRequest{Label: &pb.Label{DisplayName: name}}))(t).GetId()
}

func apply(t *testing.T, o *apptest.Organization, labels, subjects []string) []*pb.LabelAssignment {
	t.Helper()
	return must(client(o).ApplyLabels(t.Context(),
		&pb.ApplyLabelsRequest{LabelIds: labels, SubjectIds: subjects}))(t).GetLabelAssignments()
}

// taskIDs lists the tasks that a filter finds.
func taskIDs(t *testing.T, o *apptest.Organization, filter string) (ids []string) {
	t.Helper()
	page := must(operationsv1.NewWorkServiceClient(o).ListTasks(t.Context(),
		&operationsv1.ListTasksRequest{Filter: filter, IncludeTotal: true}))(t)
	for _, task := range page.GetTasks() {
		ids = append(ids, task.GetId())
	}
	if int(page.GetTotalSize()) != len(ids) {
		t.Errorf("%s: got the total %d, want %d", filter, page.GetTotalSize(), len(ids))
	}
	return ids
}

func TestLabelNameIsUnique(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	newLabel(t, o, "Urgent")
	_, err := client(o).CreateLabel(t.Context(), &pb.CreateLabelRequest{Label: &pb.Label{DisplayName: "URGENT"}})
	apptest.WantRefused(t, err, optionsv1.Reason_LABELS_NAME_TAKEN, "displayName")
}

func TestListsAreFilteredByLabel(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	urgent, late := newLabel(t, o.Organization, "Urgent"), newLabel(t, o.Organization, "Late")
	a, b, c := o.task(t, o.adaID), o.task(t, o.adaID), o.task(t, o.benID)
	apply(t, o.Organization, []string{urgent}, []string{a, c, o.adaID})
	got := apply(t, o.Organization, []string{late, urgent}, []string{a})
	if len(got) != 1 || len(got[0].GetLabelIds()) != 2 {
		t.Errorf("got %v, want both labels of the task", got)
	}
	for filter, want := range map[string][]string{
		fmt.Sprintf("label_ids:%q", urgent):                            {a, c},
		fmt.Sprintf("labelIds:%q", late):                               {a},
		fmt.Sprintf("label_ids:%q AND label_ids:%q", urgent, late):     {a},
		fmt.Sprintf("label_ids:%q OR owner_id = %q", late, o.benID):    {a, c},
		fmt.Sprintf("NOT label_ids:%q", urgent):                        {b},
		"label_ids:*":                                                  {a, c},
		"NOT label_ids:*":                                              {b},
		fmt.Sprintf("label_ids:%q AND owner_id = %q", urgent, o.benID): {c},
	} {
		if got := taskIDs(t, o.Organization, filter); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", filter, got, want)
		}
	}
	if got := taskIDs(t, o.ada, fmt.Sprintf("label_ids:%q", urgent)); !slices.Equal(got, []string{a}) {
		t.Errorf("got %v for Ada, want her own task", got)
	}
	_, err := operationsv1.NewWorkServiceClient(o).ListTasks(t.Context(),
		&operationsv1.ListTasksRequest{Filter: fmt.Sprintf("label_ids = %q", urgent)})
	apptest.WantRefused(t, err, optionsv1.Reason_FILTER_INVALID, "filter")
}

func TestLabelsAreRemoved(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	urgent, task := newLabel(t, o.Organization, "Urgent"), o.task(t, o.adaID)
	for range 2 {
		apply(t, o.ada, []string{urgent}, []string{task})
	}
	_, err := client(o).DeleteLabel(t.Context(), &pb.DeleteLabelRequest{LabelId: urgent})
	apptest.WantRefused(t, err, optionsv1.Reason_LABELS_IN_USE)
	for range 2 {
		got := must(client(o.ada).RemoveLabels(t.Context(),
			&pb.RemoveLabelsRequest{LabelIds: []string{urgent}, SubjectIds: []string{task}}))(t)
		if len(got.GetLabelAssignments()[0].GetLabelIds()) != 0 {
			t.Errorf("got %v, want no labels", got)
		}
	}
	events := must(pb.NewHistoryServiceClient(o.ada).ListEvents(t.Context(), &pb.ListEventsRequest{
		Filter: `subject_id = "` + task + `"`}))(t).GetEvents()
	events = slices.DeleteFunc(events, func(e *pb.Event) bool { return e.GetRecordId() != urgent })
	if len(events) != 2 {
		t.Errorf("got %v, want an event each time the labels changed", events)
	}
	must(client(o).DeleteLabel(t.Context(), &pb.DeleteLabelRequest{LabelId: urgent}))(t)
}

func TestArchivedLabelIsKeptAndNotApplied(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	urgent := newLabel(t, o.Organization, "Urgent")
	apply(t, o.Organization, []string{urgent}, []string{o.adaID})
	must(client(o).ArchiveLabel(t.Context(), &pb.ArchiveLabelRequest{LabelId: urgent}))(t)
	_, err := client(o).ApplyLabels(t.Context(),
		&pb.ApplyLabelsRequest{LabelIds: []string{urgent}, SubjectIds: []string{o.benID}})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "labelIds[0]")
	must(client(o).RemoveLabels(t.Context(),
		&pb.RemoveLabelsRequest{LabelIds: []string{urgent}, SubjectIds: []string{o.adaID}}))(t)
}

func TestLabelsStayOnReadableRecords(t *testing.T) {
	t.Parallel()
	o, other := newTeam(t), newTeam(t)
	urgent, theirs := newLabel(t, o.Organization, "Urgent"), newLabel(t, other.Organization, "Urgent")
	adas, bens := o.task(t, o.adaID), o.task(t, o.benID)
	apply(t, o.Organization, []string{urgent}, []string{bens})
	_, err := client(o.ada).ApplyLabels(t.Context(), &pb.ApplyLabelsRequest{
		LabelIds: []string{theirs, urgent}, SubjectIds: []string{adas, bens, other.adaID, "nonsense"}})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND,
		"labelIds[0]", "subjectIds[1]", "subjectIds[2]", "subjectIds[3]")
	_, err = client(o.ada).RemoveLabels(t.Context(),
		&pb.RemoveLabelsRequest{LabelIds: []string{urgent}, SubjectIds: []string{bens}})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "subjectIds[0]")
	list := must(client(o.ada).ListLabelAssignments(t.Context(),
		&pb.ListLabelAssignmentsRequest{SubjectIds: []string{bens, adas, other.adaID}}))(t).GetLabelAssignments()
	if len(list) != 1 || list[0].GetSubjectId() != adas || len(list[0].GetLabelIds()) != 0 {
		t.Errorf("got %v, want Ada's task without labels", list)
	}
}

// TestBroadLabelIsFiltered filters by a label of more records than are looked up from the label.
func TestBroadLabelIsFiltered(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	broad, rare := newLabel(t, o.Organization, "Broad"), newLabel(t, o.Organization, "Rare")
	labeled, bare := o.task(t, o.adaID), o.task(t, o.adaID)
	apply(t, o.Organization, []string{broad, rare}, []string{labeled})
	execute(t, `
insert into platform.label_assignments (org_id, label_id, kind, subject_key, create_time)
select a.org_id, a.label_id, a.kind, gen_random_uuid(), a.create_time
from platform.label_assignments a
cross join generate_series(1, 1000)
where a.label_id = $1`, must(id.Parse("lab", broad))(t))
	for filter, want := range map[string][]string{
		`label_ids:"` + broad + `"`:                                 {labeled},
		`NOT label_ids:"` + broad + `"`:                             {bare},
		`NOT label_ids:"` + rare + `"`:                              {bare},
		`label_ids:"` + broad + `" OR label_ids:"` + rare + `"`:     {labeled},
		`NOT label_ids:"` + broad + `" OR label_ids:"` + rare + `"`: {labeled, bare},
	} {
		if got := taskIDs(t, o.Organization, filter); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", filter, got, want)
		}
	}
}

func TestEachUnknownLabelIsReported(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	known := newLabel(t, o.Organization, "Urgent")
	_, err := client(o).ApplyLabels(t.Context(), &pb.ApplyLabelsRequest{
		LabelIds: []string{"Urgent", known, id.Format("lab", id.New())}, SubjectIds: []string{o.adaID}})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "labelIds[0]", "labelIds[2]")
}
