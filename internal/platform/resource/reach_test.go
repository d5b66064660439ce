package resource_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var projects = resource.New(table.New("operations.projects",
	table.Text("display_name", func(p *pb.Project) *string { return &p.DisplayName }),
	table.Text("code", func(p *pb.Project) *string { return &p.Code }),
	table.Text("description", func(p *pb.Project) *string { return &p.Description }),
	table.Ref("owner_id", "prs", func(p *pb.Project) *string { return &p.OwnerId }),
	table.DateOrInfinity("due_date", func(p *pb.Project) *string { return &p.DueDate }),
	table.Enum("state", func(p *pb.Project) *pb.Project_State { return &p.State }),
	table.Enum("billing", func(p *pb.Project) *pb.Project_Billing { return &p.Billing }),
	table.Text("currency_code", func(p *pb.Project) *string { return &p.CurrencyCode }),
	table.Int32("budget_seconds", func(p *pb.Project) *int32 { return &p.BudgetSeconds }),
)).Owner("owner_id")

var taskStates = resource.New(table.New("operations.task_states",
	table.Text("display_name", func(s *pb.TaskState) *string { return &s.DisplayName }),
	table.Enum("category", func(s *pb.TaskState) *pb.Task_State { return &s.Category }),
	table.Text("rank", func(s *pb.TaskState) *string { return &s.Rank }),
)).Open()

// tasks belong to the owner of their project, not to the person who does them.
var tasks = resource.New(table.New("operations.tasks",
	table.Text("display_name", func(t *pb.Task) *string { return &t.DisplayName }),
	table.Text("description", func(t *pb.Task) *string { return &t.Description }),
	table.Ref("project_id", "prj", func(t *pb.Task) *string { return &t.ProjectId }),
	table.Ref("owner_id", "prs", func(t *pb.Task) *string { return &t.OwnerId }),
	table.Enum("priority", func(t *pb.Task) *pb.Task_Priority { return &t.Priority }),
	table.Enum("state", func(t *pb.Task) *pb.Task_State { return &t.State }),
	table.DateOrInfinity("due_date", func(t *pb.Task) *string { return &t.DueDate }),
	table.Int32("estimate_seconds", func(t *pb.Task) *int32 { return &t.EstimateSeconds }),
	table.Ref("task_state_id", "tks", func(t *pb.Task) *string { return &t.TaskStateId }),
	table.Text("rank", func(t *pb.Task) *string { return &t.Rank }),
)).OwnedThrough("project_id", projects.Table())

// withReach returns ctx with a call by a person who has every permission with a reach.
func withReach(ctx context.Context, person string, reach call.Reach) context.Context {
	own := *call.From(ctx)
	own.PersonID, _ = id.Parse("prs", person)
	own.Reach = func(string) call.Reach { return reach }
	return call.With(ctx, &own)
}

// TestRecordIsOwnedThroughItsParent checks that a record owned through its parent is found, changed
// and created within the reach of the parent's owner.
func TestRecordIsOwnedThroughItsParent(t *testing.T) {
	t.Parallel()
	ctx, d, persons := enter(t, "Ann", "Bob")
	toDo, err := taskStates.Create(ctx, d, &pb.TaskState{DisplayName: "To do", Category: pb.Task_UNSTARTED})
	if err != nil {
		t.Fatal(err)
	}
	setUnstarted := func(_ context.Context, _ *db.Tx, _, task *pb.Task) error {
		task.State, task.TaskStateId = pb.Task_UNSTARTED, toDo.Id
		return nil
	}
	start := func(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
		p.State, p.Billing = pb.Project_STARTED, pb.Project_NON_BILLABLE
		return nil
	}
	made := map[string]string{}
	var bobsProject string
	for i, name := range []string{"Ann", "Bob"} {
		p, err := projects.Create(ctx, d, &pb.Project{DisplayName: name, OwnerId: persons[i]}, start)
		if err != nil {
			t.Fatal(err)
		}
		// Ann is the assignee of all tasks.
		task, err := tasks.Create(ctx, d, newTask(p.Id, persons[0]), setUnstarted)
		if err != nil {
			t.Fatal(err)
		}
		made[name], bobsProject = task.Id, p.Id
	}
	for name, found := range map[string]bool{"Ann": true, "Bob": false} {
		_, err := tasks.Get(withReach(ctx, persons[0], call.Own), d, made[name])
		if (err == nil) != found || err != nil && fault.From(err).Code != codes.NotFound {
			t.Errorf("Ann gets the task of %s's project: got %v", name, err)
		}
		if _, err := tasks.Get(withReach(ctx, persons[0], call.All), d, made[name]); err != nil {
			t.Errorf("with reach All, the task of %s's project: got %v", name, err)
		}
		_, err = tasks.Change(withReach(ctx, persons[0], call.Own), d, made[name], "updated", describe)
		if (err == nil) != found {
			t.Errorf("Ann changes the task of %s's project: got %v", name, err)
		}
	}
	_, err = tasks.Create(withReach(ctx, persons[0], call.Own), d, newTask(bobsProject, persons[0]), setUnstarted)
	if fault.From(err).Reason != optionsv1.Reason_OUT_OF_REACH {
		t.Errorf("Ann creates a task in Bob's project: got %v, want OUT_OF_REACH", err)
	}
	_, err = tasks.Get(withReach(ctx, id.Format("prs", uuid.Nil), call.None), d, made["Ann"])
	if fault.From(err).Code != codes.NotFound {
		t.Errorf("without permission: got %v, want NOT_FOUND", err)
	}
}

func newTask(project, owner string) *pb.Task {
	return &pb.Task{DisplayName: "Work", ProjectId: project, OwnerId: owner}
}

// describe is the rule that changes the description of a task.
func describe(_ context.Context, _ *db.Tx, _, t *pb.Task) error {
	t.Description = "Changed"
	return nil
}
