package planning_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// shopFitting returns a template with two roles, a milestone and three tasks.
func shopFitting() *pb.ProjectTemplate {
	return &pb.ProjectTemplate{
		DisplayName: "Shop fitting", Description: "Opens a shop.", Billing: pb.Project_FIXED_PRICE, CurrencyCode: "USD",
		BudgetSeconds: 288000, BudgetAmount: &typepb.Money{Amount: "12000.00"}, BusinessDays: true,
		HolidaySets: []string{"US"}, DueOffsetDays: proto.Int32(20),
		Roles:    []*pb.ProjectTemplate_Role{{DisplayName: "Designer"}, {DisplayName: "Builder"}},
		Sections: []*pb.ProjectTemplate_Section{{DisplayName: "Design"}},
		Milestones: []*pb.ProjectTemplate_Milestone{
			{DisplayName: "Approved", DueOffsetDays: proto.Int32(10), Amount: &typepb.Money{Amount: "5000.00"}},
		},
		Tasks: []*pb.ProjectTemplate_Task{
			{Key: "draw", DisplayName: "Draw", Role: "Designer", Section: "Design", Milestone: "Approved",
				StartOffsetDays: proto.Int32(0), DueOffsetDays: proto.Int32(5), EstimateSeconds: 7200,
				Priority: pb.Task_HIGH, Checklist: []string{"Measure", "Sketch"}},
			{Key: "check", DisplayName: "Check", ParentKey: "draw", DueOffsetDays: proto.Int32(1)},
			{Key: "build", DisplayName: "Build", Role: "Builder", StartOffsetDays: proto.Int32(6),
				Predecessors: []*pb.ProjectTemplate_Predecessor{{Key: "draw", LagDays: 1}}},
		},
	}
}

// TestTemplateIsCheckedAsAWhole saves templates with one fault each.
func TestTemplateIsCheckedAsAWhole(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	for field, change := range map[string]func(p *pb.ProjectTemplate){
		"tasks[0].role":                func(p *pb.ProjectTemplate) { p.Tasks[0].Role = "Painter" },
		"tasks[0].section":             func(p *pb.ProjectTemplate) { p.Tasks[0].Section = "Build" },
		"tasks[0].milestone":           func(p *pb.ProjectTemplate) { p.Tasks[0].Milestone = "Opened" },
		"tasks[1].parentKey":           func(p *pb.ProjectTemplate) { p.Tasks[1].ParentKey = "paint" },
		"tasks[2].predecessors[0].key": func(p *pb.ProjectTemplate) { p.Tasks[2].Predecessors[0].Key = "paint" },
		"tasks[2].key":                 func(p *pb.ProjectTemplate) { p.Tasks[2].Key = "Draw" },
		"tasks[0].dueOffsetDays":       func(p *pb.ProjectTemplate) { p.Tasks[0].StartOffsetDays = proto.Int32(6) },
		"roles[1].displayName":         func(p *pb.ProjectTemplate) { p.Roles[1].DisplayName = "designer" },
		"milestones[0].amount":         func(p *pb.ProjectTemplate) { p.Billing = pb.Project_TIME_AND_MATERIALS },
		"milestones[0].amount.amount":  func(p *pb.ProjectTemplate) { p.Milestones[0].Amount.Amount = "0" },
		"budgetAmount.amount":          func(p *pb.ProjectTemplate) { p.BudgetAmount.Amount = "-1" },
		"budgetAmount.currencyCode":    func(p *pb.ProjectTemplate) { p.BudgetAmount.CurrencyCode = "EUR" },
		"currencyCode":                 func(p *pb.ProjectTemplate) { p.CurrencyCode = "" },
		"holidaySets[0]":               func(p *pb.ProjectTemplate) { p.HolidaySets = []string{"XX"} },
		"holidaySets":                  func(p *pb.ProjectTemplate) { p.BusinessDays = false },
		"tasks[0].predecessors[0].key": func(p *pb.ProjectTemplate) { follow(p, 0, "draw") },
		"tasks[2].predecessors[1].key": func(p *pb.ProjectTemplate) { follow(p, 2, "draw") },
		"tasks[0].parentKey":           func(p *pb.ProjectTemplate) { p.Tasks[0].ParentKey = "check" },
	} {
		template := shopFitting()
		change(template)
		_, err := s.CreateProjectTemplate(t.Context(), &pb.CreateProjectTemplateRequest{ProjectTemplate: template})
		if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s: got %v at %v", field, err, apptest.Fields(err))
		}
	}
}

// follow lets a task of a template come after another one.
func follow(p *pb.ProjectTemplate, task int, key string) {
	p.Tasks[task].Predecessors = append(p.Tasks[task].Predecessors, &pb.ProjectTemplate_Predecessor{Key: key})
}

// TestCycleThroughFiveTasksIsRefused saves a template whose tasks follow one another in a circle.
func TestCycleThroughFiveTasksIsRefused(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := &pb.ProjectTemplate{DisplayName: "Circle"}
	for n := range 5 {
		p.Tasks = append(p.Tasks, &pb.ProjectTemplate_Task{Key: fmt.Sprint(n), DisplayName: "Task"})
		follow(p, n, fmt.Sprint((n+1)%5))
	}
	_, err := s.CreateProjectTemplate(t.Context(), &pb.CreateProjectTemplateRequest{ProjectTemplate: p})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "tasks[4].predecessors[0].key")
	p.Tasks[4].Predecessors = nil
	s.newTemplate(t, p)
}

// TestProjectIsCreatedFromTemplate creates a project on a Saturday before a holiday. Offsets count
// business days from the Tuesday.
func TestProjectIsCreatedFromTemplate(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := s.newTemplate(t, shopFitting())
	dee, bob := s.newPerson(t, "Dee"), s.newPerson(t, "Bob")
	req := &pb.CreateProjectProjectTemplateRequest{
		ProjectTemplateId: template.GetId(), DisplayName: "Pier shop", Code: "PIER", StartDate: "2027-01-16",
		CustomerId: s.customer, Roles: map[string]string{"Designer": dee, "Builder": bob}, ValidateOnly: true,
	}
	must(s.CreateProjectProjectTemplate(t.Context(), req))(t)
	if s.countTasks(t) != 0 {
		t.Fatal("a preview created tasks")
	}
	req.ValidateOnly = false
	made := must(s.CreateProjectProjectTemplate(t.Context(), req))(t)
	p := s.getProject(t, made.GetProject().GetId())
	if p.GetDisplayName() != "Pier shop" || p.GetCode() != "PIER" || p.GetStartDate() != "2027-01-16" ||
		p.GetDueDate() != "2027-02-17" || p.GetBudgetAmount().GetAmount() != "12000.00" || len(p.GetMemberIds()) != 2 ||
		p.GetOwnerId() != s.Owner.GetId() || p.GetBilling() != pb.Project_FIXED_PRICE {
		t.Errorf("got the project %v", p)
	}
	if m := made.GetMilestones(); len(m) != 1 || m[0].GetDueDate() != "2027-02-02" ||
		m[0].GetAmount().GetAmount() != "5000.00" {
		t.Errorf("got the milestones %v", m)
	}
	draw, check, build := made.GetTasks()[0], made.GetTasks()[1], made.GetTasks()[2]
	if draw.GetStartDate() != "2027-01-19" || draw.GetDueDate() != "2027-01-26" || draw.GetOwnerId() != dee ||
		draw.GetEstimateSeconds() != 7200 || draw.GetPriority() != pb.Task_HIGH || draw.GetProjectId() != p.GetId() {
		t.Errorf("got the task %v", draw)
	}
	if len(draw.GetChecklist()) != 2 || draw.GetChecklist()[1].GetText() != "Sketch" || draw.GetSectionId() == "" ||
		draw.GetMilestoneId() != made.GetMilestones()[0].GetId() || check.GetParentId() != draw.GetId() ||
		build.GetDependencies()[0].GetPredecessorId() != draw.GetId() || !build.GetBlocked() ||
		draw.GetRank() >= check.GetRank() || check.GetRank() >= build.GetRank() {
		t.Errorf("got the tasks %v", made.GetTasks())
	}
	stored := must(s.work.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: build.GetId()}))(t)
	if stored.GetDependencies()[0].GetLagDays() != 1 || stored.GetTaskStateId() == "" {
		t.Errorf("got the task %v", stored)
	}
	if check.GetOwnerId() != s.Owner.GetId() || check.GetDueDate() != "2027-01-20" || build.GetOwnerId() != bob ||
		build.GetStartDate() != "2027-01-27" || build.GetDueDate() != "" {
		t.Errorf("got the tasks %v and %v", check, build)
	}
}

// TestUnfilledRoleIsRefusedByName leaves out a role, names an unknown one, and an archived person.
// Nothing is created.
func TestUnfilledRoleIsRefusedByName(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := s.newTemplate(t, shopFitting())
	create := func(roles map[string]string) error {
		_, err := s.CreateProjectProjectTemplate(t.Context(), &pb.CreateProjectProjectTemplateRequest{
			ProjectTemplateId: template.GetId(), CustomerId: s.customer, Roles: roles})
		return err
	}
	dee := s.newPerson(t, "Dee")
	wantRefused(t, create(map[string]string{"Designer": dee}), optionsv1.Reason_PROJECT_ROLE_UNFILLED, "roles.Builder")
	wantRefused(t, create(map[string]string{"Designer": dee, "Builder": dee, "Painter": dee}),
		optionsv1.Reason_PROJECT_ROLE_UNFILLED, "roles.Painter")
	wantRefused(t, create(map[string]string{"Designer": dee, "Builder": "prs_01k9zzzzzzzzzzzzzzzzzzzzzz"}),
		optionsv1.Reason_REFERENCE_NOT_FOUND, "roles.Builder")
	if list := must(s.projects.ListProjects(t.Context(), &pb.ListProjectsRequest{}))(t); len(list.GetProjects()) != 0 {
		t.Errorf("got the projects %v, want none", list)
	}
	must(s.ArchiveProjectTemplate(t.Context(),
		&pb.ArchiveProjectTemplateRequest{ProjectTemplateId: template.GetId()}))(t)
	wantRefused(t, create(map[string]string{"Designer": dee, "Builder": dee}),
		optionsv1.Reason_REFERENCE_ARCHIVED, "projectTemplateId")
}

// TestProjectIsSavedAsTemplate saves a project that was created from a template. The new template
// creates the same project, with offsets that count all days.
func TestProjectIsSavedAsTemplate(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := shopFitting()
	template.BusinessDays, template.HolidaySets = false, nil
	template = s.newTemplate(t, template)
	dee, bob := s.newPerson(t, "Dee"), s.newPerson(t, "Bob")
	made := must(s.CreateProjectProjectTemplate(t.Context(), &pb.CreateProjectProjectTemplateRequest{
		ProjectTemplateId: template.GetId(), StartDate: "2027-02-01", CustomerId: s.customer,
		Roles: map[string]string{"Designer": dee, "Builder": bob}}))(t)
	canceled := s.newTask(t, &pb.Task{ProjectId: made.GetProject().GetId(), DisplayName: "Paint"})
	must(s.work.CancelTask(t.Context(), &pb.CancelTaskRequest{TaskId: canceled.GetId()}))(t)
	_, err := s.SaveAsTemplateProject(t.Context(),
		&pb.SaveAsTemplateProjectRequest{ProjectId: made.GetProject().GetId()})
	wantRefused(t, err, optionsv1.Reason_PROJECT_TEMPLATES_NAME_TAKEN, "displayName")
	saved := must(s.SaveAsTemplateProject(t.Context(), &pb.SaveAsTemplateProjectRequest{
		ProjectId: made.GetProject().GetId(), DisplayName: "Copy", Roles: map[string]string{"Designer": dee}}))(t)
	var roles []string
	for _, r := range saved.GetRoles() {
		roles = append(roles, r.GetDisplayName())
	}
	if !slices.Equal(roles, []string{"Designer", "Bob"}) || len(saved.GetTasks()) != 3 ||
		saved.GetDueOffsetDays() != 20 {
		t.Fatalf("got %v", saved)
	}
	for i, task := range saved.GetTasks() {
		from := template.GetTasks()[i]
		if task.GetDisplayName() != from.GetDisplayName() || !equal(task.StartOffsetDays, from.StartOffsetDays) ||
			!equal(task.DueOffsetDays, from.DueOffsetDays) || task.GetEstimateSeconds() != from.GetEstimateSeconds() {
			t.Errorf("got the task %v, want %v", task, from)
		}
		if task.GetSection() != from.GetSection() || task.GetMilestone() != from.GetMilestone() ||
			!slices.Equal(task.GetChecklist(), from.GetChecklist()) ||
			len(task.GetPredecessors()) != len(from.GetPredecessors()) ||
			(task.GetParentKey() == "") != (from.GetParentKey() == "") {
			t.Errorf("got the task %v, want %v", task, from)
		}
	}
	if m := saved.GetMilestones()[0]; m.GetDueOffsetDays() != 10 || m.GetAmount().GetAmount() != "5000.00" {
		t.Errorf("got the milestone %v", m)
	}
}

// TestRolesOfSavedTemplate saves a project with the tasks of two persons of the same name, and
// gives roles to persons who cannot have them.
func TestRolesOfSavedTemplate(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	ann, other, bob := s.newPerson(t, "Ann"), s.newPerson(t, "Ann"), s.newPerson(t, "Bob")
	p := s.newProject(t, &pb.Project{DisplayName: "Website"})
	for _, owner := range []string{ann, other} {
		s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Write", OwnerId: owner})
	}
	save := func(roles map[string]string) (*pb.ProjectTemplate, error) {
		return s.SaveAsTemplateProject(t.Context(), &pb.SaveAsTemplateProjectRequest{ProjectId: p.GetId(), Roles: roles})
	}
	for _, roles := range []map[string]string{
		{"Writer": bob}, {"Writer": s.Owner.GetId()}, {"Editor": ann, "Writer": ann},
	} {
		_, err := save(roles)
		wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "roles.Writer")
	}
	saved := must(save(nil))(t)
	if got := saved.GetTasks(); got[0].GetRole() != "Ann" || got[1].GetRole() != "Ann 2" {
		t.Errorf("got %v, want two roles", saved)
	}
}

// TestTemplateOfHiddenTasksIsRefused saves a project with a key that may not read tasks.
func TestTemplateOfHiddenTasksIsRefused(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.newProject(t, &pb.Project{DisplayName: "Website"})
	client := pb.NewPlanningServiceClient(s.WithRole(t, platformv1.ApiKey_ADMIN, "operations.projects.*",
		"operations.projectTemplates.*"))
	save := func(name string) error {
		_, err := client.SaveAsTemplateProject(t.Context(),
			&pb.SaveAsTemplateProjectRequest{ProjectId: p.GetId(), DisplayName: name})
		return err
	}
	if err := save("First"); err != nil {
		t.Fatal(err)
	}
	s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Secret"})
	wantRefused(t, save("Second"), optionsv1.Reason_OUT_OF_REACH)
}

// equal reports whether two offsets are the same, or both absent.
func equal(a, b *int32) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// TestTemplateNeedsItsFieldsAfterUpdates updates one field of a template to contradict another.
func TestTemplateNeedsItsFieldsAfterUpdates(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := s.newTemplate(t, shopFitting())
	_, err := s.UpdateProjectTemplate(t.Context(), &pb.UpdateProjectTemplateRequest{
		ProjectTemplateId: template.GetId(), ProjectTemplate: &pb.ProjectTemplate{},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"roles"}}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "tasks[0].role", "tasks[2].role")
}
