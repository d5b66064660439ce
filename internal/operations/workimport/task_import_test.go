package workimport_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// taskNamed returns the only task with a name.
func taskNamed(t testing.TB, tasks []*pb.Task, name string) *pb.Task {
	t.Helper()
	i := slices.IndexFunc(tasks, func(task *pb.Task) bool { return task.GetDisplayName() == name })
	if i < 0 {
		t.Fatalf("no task has the name %q", name)
	}
	return tasks[i]
}

// day returns the beginning of a day in Paris.
func day(year int, month time.Month, day int) *timestamppb.Timestamp {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return timestamppb.New(time.Date(year, month, day, 0, 0, 0, 0, zone))
}

// TestAsanaProjectKeepsItsParts checks people, dates, states, sections, parents, dependencies and
// labels of an imported project.
func TestAsanaProjectKeepsItsParts(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	maud, ilse := o.addPerson(t, "Maud", "maud@harbor.example"), o.addPerson(t, "Ilse", "Ilse@Harbor.example")
	w := o.read(t, sample(t, "asana-project.csv"), nil)
	var unknown []string
	for _, p := range w.GetPeople() {
		if p.GetPersonId() == "" {
			unknown = append(unknown, p.GetEmail())
		}
	}
	if !slices.Equal(unknown, []string{"sam@partner.example"}) {
		t.Errorf("unknown people: got %q, want Sam", unknown)
	}
	o.run(t, w)
	tasks := o.tasks(t)
	pricing := taskNamed(t, tasks, "Rework the pricing page")
	if pricing.GetOwnerId() != maud.GetId() || pricing.GetStartDate() != "2026-02-02" ||
		pricing.GetDueDate() != "2026-02-13" || pricing.GetState() != pb.Task_UNSTARTED ||
		pricing.GetPriority() != pb.Task_HIGH || pricing.GetExternalId() != "asana:1209000000000101" ||
		pricing.GetMetadata()["created"] != "2026-01-12" || pricing.GetMetadata()["Channels"] != "Web, Mail" ||
		!strings.HasPrefix(pricing.GetDescription(), "Three plans") {
		t.Errorf("task: got %v", pricing)
	}
	copied := taskNamed(t, tasks, "Write the copy")
	if copied.GetOwnerId() != ilse.GetId() || copied.GetState() != pb.Task_COMPLETED ||
		!copied.GetCompleteTime().AsTime().Equal(day(2026, 1, 30).AsTime()) ||
		copied.GetParentId() != pricing.GetId() || copied.GetProjectId() != pricing.GetProjectId() {
		t.Errorf("subtask: got %v", copied)
	}
	if legal := taskNamed(t, tasks, "Check the copy with legal ⚖️"); legal.GetOwnerId() != o.Owner.GetId() ||
		legal.GetParentId() != copied.GetId() {
		t.Errorf("task without an assignee: got %v", legal)
	}
	if announce := taskNamed(t, tasks, "🚀 Announce the new prices"); len(announce.GetDependencies()) != 1 ||
		announce.GetDependencies()[0].GetPredecessorId() != pricing.GetId() || !announce.GetBlocked() {
		t.Errorf("dependencies: got %v", announce)
	}
	project := must(o.GetProject(t.Context(), &pb.GetProjectRequest{ProjectId: pricing.GetProjectId()}))(t)
	section := must(o.GetProjectSection(t.Context(), &pb.GetProjectSectionRequest{
		ProjectSectionId: pricing.GetSectionId(),
	}))(t)
	if project.GetDisplayName() != "Website" || section.GetDisplayName() != "This week" {
		t.Errorf("got the project %v and the section %v", project, section)
	}
	labels := must(o.ListLabelAssignments(t.Context(), &platformv1.ListLabelAssignmentsRequest{
		SubjectIds: []string{pricing.GetId()},
	}))(t).GetLabelAssignments()
	if len(labels[0].GetLabelIds()) != 2 {
		t.Errorf("labels: got %v, want two", labels)
	}
}

// TestTrelloBoardKeepsItsParts checks checklists, comments, collaborators and sections of a board,
// and that archived cards are imported on request.
func TestTrelloBoardKeepsItsParts(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	maud, ilse := o.addPerson(t, "Maud", "maud@harbor.example"), o.addPerson(t, "Ilse", "ilse@harbor.example")
	w := o.read(t, sample(t, "trello-board.json"), map[string]any{"includeArchived": true})
	var people []*pb.WorkImport_Person
	for _, p := range w.GetPeople() {
		switch p.GetDisplayName() {
		case "Maud Perrin":
			people = append(people, &pb.WorkImport_Person{Key: p.Key, PersonId: maud.GetId()})
		case "Ilse de Vries":
			people = append(people, &pb.WorkImport_Person{Key: p.Key, PersonId: ilse.GetId()})
		}
	}
	must(o.UpdateWorkImport(t.Context(), &pb.UpdateWorkImportRequest{WorkImportId: w.GetId(),
		WorkImport: &pb.WorkImport{People: people}, UpdateMask: mask("people")}))(t)
	o.run(t, w)
	tasks := o.tasks(t)
	if len(tasks) != 5 {
		t.Errorf("got %d tasks, want all five cards", len(tasks))
	}
	i := slices.IndexFunc(tasks, func(task *pb.Task) bool { return task.GetDueDate() == "2026-04-01" })
	venue := tasks[i]
	if venue.GetOwnerId() != maud.GetId() || !slices.Equal(venue.GetCollaboratorIds(), []string{ilse.GetId()}) ||
		venue.GetStartDate() != "2026-03-01" || len(venue.GetChecklist()) != 2 || !venue.GetChecklist()[0].GetChecked() ||
		venue.GetChecklist()[1].GetChecked() || venue.GetMetadata()["Order"] != "PO-77" ||
		!strings.Contains(venue.GetDescription(), "plan.pdf") {
		t.Errorf("card: got %v", venue)
	}
	comments := must(o.ListComments(t.Context(), &platformv1.ListCommentsRequest{
		Filter: fmt.Sprintf("subject_id = %q", venue.GetId()),
	}))(t).GetComments()
	if len(comments) != 2 || comments[1].GetAuthorId() != maud.GetId() || comments[0].GetAuthorId() != "" ||
		!strings.HasPrefix(comments[1].GetBodyMarkdown(), "Maud Perrin, 2026-01-20 10:00 UTC:\n\nDeposit paid") {
		t.Errorf("comments: got %v", comments)
	}
	sections := must(o.ListProjectSections(t.Context(), &pb.ListProjectSectionsRequest{OrderBy: "rank"}))(t)
	var names []string
	for _, s := range sections.GetProjectSections() {
		names = append(names, s.GetDisplayName())
	}
	if !slices.Equal(names, []string{"To do", "Doing", "Old"}) {
		t.Errorf("sections: got %q", names)
	}
}

// TestLinearStatesAreFoundByNameAndCategory checks that issues get states here, or new ones as the
// caller says.
func TestLinearStatesAreFoundByNameAndCategory(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	w := o.read(t, sample(t, "linear-issues.csv"), map[string]any{"includeArchived": true})
	var parked *pb.WorkImport_TaskState
	for _, s := range w.GetTaskStates() {
		if s.GetDisplayName() == "Parked" {
			parked = s
		}
		if (s.GetTaskStateId() != "") != (s.GetDisplayName() == "Done") {
			t.Errorf("state: got %v, want only Done to be found", s)
		}
	}
	if !parked.GetIsUnknown() {
		t.Errorf("got %v, want an unknown category", parked)
	}
	must(o.UpdateWorkImport(t.Context(), &pb.UpdateWorkImportRequest{
		WorkImportId: w.GetId(), UpdateMask: mask("task_states"),
		WorkImport: &pb.WorkImport{TaskStates: []*pb.WorkImport_TaskState{{Key: parked.Key, Category: pb.Task_BACKLOG}}},
	}))(t)
	o.run(t, w)
	tasks := o.tasks(t)
	dark := taskNamed(t, tasks, "Dark mode 🌙")
	state := must(o.GetTaskState(t.Context(), &pb.GetTaskStateRequest{TaskStateId: dark.GetTaskStateId()}))(t)
	if dark.GetState() != pb.Task_BACKLOG || state.GetDisplayName() != "Parked" || state.GetCategory() != pb.Task_BACKLOG {
		t.Errorf("got %v in %v, want Parked in the backlog", dark, state)
	}
	balance := taskNamed(t, tasks, "-1 is shown as the balance")
	begun := time.Date(2026, 1, 3, 10, 0, 0, 0, time.UTC)
	if balance.GetState() != pb.Task_COMPLETED || !balance.GetBeginTime().AsTime().Equal(begun) ||
		balance.GetDescription() != "=balance - 1" || balance.GetExternalId() != "linear:APP-40" ||
		!balance.GetCompleteTime().AsTime().After(begun) {
		t.Errorf("completed issue: got %v", balance)
	}
	for _, task := range tasks {
		if task.GetExternalId() == "linear:APP-43" && task.GetState() != pb.Task_CANCELED {
			t.Errorf("canceled issue: got %v", task)
		}
	}
}

// TestOlderExportHasSameIssues checks that an issue is imported once, although only newer exports
// have its other ID.
func TestOlderExportHasSameIssues(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	const columns = "ID,Team,Title,Status,Priority,Creator"
	o.run(t, o.read(t, []byte(columns+"\nAPP-1,App,Plan,Todo,Low,\n"), nil))
	w := o.run(t, o.read(t, []byte(columns+",UUID\nAPP-1,App,Plan,Todo,Low,,9b7d2f10-0000-4000-8000-000000000042\n"), nil))
	if w.GetDuplicateCount() != 1 || len(o.tasks(t)) != 1 {
		t.Errorf("got %v, want a duplicate", w)
	}
}

// TestExistingProjectIsUsed checks that tasks can go to a project and a section that are here.
func TestExistingProjectIsUsed(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	project := must(o.CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Site"},
	}))(t)
	section := must(o.CreateProjectSection(t.Context(), &pb.CreateProjectSectionRequest{
		ProjectSection: &pb.ProjectSection{ProjectId: project.GetId(), DisplayName: "THIS WEEK"},
	}))(t)
	w := o.read(t, sample(t, "asana-project.csv"), nil)
	must(o.UpdateWorkImport(t.Context(), &pb.UpdateWorkImportRequest{
		WorkImportId: w.GetId(), UpdateMask: mask("projects"),
		WorkImport: &pb.WorkImport{Projects: []*pb.WorkImport_SourceProject{{Key: "website", ProjectId: project.GetId()}}},
	}))(t)
	o.run(t, w)
	pricing := taskNamed(t, o.tasks(t), "Rework the pricing page")
	if pricing.GetProjectId() != project.GetId() || pricing.GetSectionId() != section.GetId() {
		t.Errorf("got %v, want the project and the section that are here", pricing)
	}
	o.undo(t, w)
	must(o.GetProjectSection(t.Context(), &pb.GetProjectSectionRequest{ProjectSectionId: section.GetId()}))(t)
}
