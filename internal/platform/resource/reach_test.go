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
)).Owner("owner_id")

// tasks belong to whoever owns their project, whoever does them.
var tasks = resource.New(table.New("operations.tasks",
	table.Text("display_name", func(t *pb.Task) *string { return &t.DisplayName }),
	table.Text("description", func(t *pb.Task) *string { return &t.Description }),
	table.Ref("project_id", "prj", func(t *pb.Task) *string { return &t.ProjectId }),
	table.Ref("owner_id", "prs", func(t *pb.Task) *string { return &t.OwnerId }),
	table.Enum("priority", func(t *pb.Task) *pb.Task_Priority { return &t.Priority }),
	table.Enum("state", func(t *pb.Task) *pb.Task_State { return &t.State }),
	table.DateOrInfinity("due_date", func(t *pb.Task) *string { return &t.DueDate }),
)).OwnedThrough("project_id", projects.Table())

// reaching is the call of ctx by a person who has every permission for records in a reach.
func reaching(ctx context.Context, person string, reach call.Reach) context.Context {
	own := *call.From(ctx)
	own.PersonID, _ = id.Parse("prs", person)
	own.Reach = func(string) call.Reach { return reach }
	return call.With(ctx, &own)
}

// TestRecordsAreOwnedThroughOthers checks that a record which has its owner through another
// one is found, changed and made within that owner's reach.
func TestRecordsAreOwnedThroughOthers(t *testing.T) {
	t.Parallel()
	ctx, d, persons := enter(t, "Ann", "Bob")
	made := map[string]string{}
	var bobs string
	for i, name := range []string{"Ann", "Bob"} {
		p, err := projects.Create(ctx, d, &pb.Project{DisplayName: name, OwnerId: persons[i]})
		if err != nil {
			t.Fatal(err)
		}
		// Ann does all of the work.
		task, err := tasks.Create(ctx, d, newTask(p.Id, persons[0]), begun)
		if err != nil {
			t.Fatal(err)
		}
		made[name], bobs = task.Id, p.Id
	}
	for name, finds := range map[string]bool{"Ann": true, "Bob": false} {
		_, err := tasks.Get(reaching(ctx, persons[0], call.Own), d, made[name])
		if (err == nil) != finds || err != nil && fault.From(err).Code != codes.NotFound {
			t.Errorf("Ann's look at the task of %s's project gives %v", name, err)
		}
		if _, err := tasks.Get(reaching(ctx, persons[0], call.All), d, made[name]); err != nil {
			t.Errorf("a look at all tasks misses that of %s's project: %v", name, err)
		}
		_, err = tasks.Change(reaching(ctx, persons[0], call.Own), d, made[name], "updated", func(_ context.Context, _ *db.Tx, _, task *pb.Task) error {
			task.Description = "Changed"
			return nil
		})
		if (err == nil) != finds {
			t.Errorf("Ann's change of the task of %s's project gives %v", name, err)
		}
	}
	if _, err := tasks.Create(reaching(ctx, persons[0], call.Own), d, newTask(bobs, persons[0]), begun); fault.From(err).Reason != optionsv1.Reason_OUT_OF_REACH {
		t.Errorf("a task in Bob's project gives %v", err)
	}
	if _, err := tasks.Get(reaching(ctx, id.Format("prs", uuid.Nil), call.None), d, made["Ann"]); fault.From(err).Code != codes.NotFound {
		t.Errorf("a look without permission gives %v", err)
	}
}

func newTask(project, owner string) *pb.Task {
	return &pb.Task{DisplayName: "Work", ProjectId: project, OwnerId: owner}
}

// begun is the rule of a new task.
func begun(_ context.Context, _ *db.Tx, _, t *pb.Task) error {
	t.State = pb.Task_UNSTARTED
	return nil
}
