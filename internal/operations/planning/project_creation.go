package planning

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// The permissions that creating a project from a template needs.
const (
	writeProjects   = "operations.projects.write"
	writeMilestones = "operations.milestones.write"
	writeTasks      = "operations.tasks.write"
	readTemplates   = "operations.projectTemplates.read"
)

// CreateProjectProjectTemplate creates a project from a template.
func (s *Service) CreateProjectProjectTemplate(
	ctx context.Context, req *pb.CreateProjectProjectTemplateRequest,
) (*pb.CreateProjectProjectTemplateResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.CreateProjectProjectTemplateResponse, error) {
		return CreateProject(ctx, tx, req, nil)
	})
}

// CreateProject creates a project from a template in the transaction of another package. adapt,
// which may be nil, changes the project before it is stored. Violations are at the fields of the
// request.
func CreateProject(
	ctx context.Context, tx *db.Tx, req *pb.CreateProjectProjectTemplateRequest,
	adapt func(t *pb.ProjectTemplate, p *pb.Project) error,
) (*pb.CreateProjectProjectTemplateResponse, error) {
	for _, permission := range []string{readTemplates, writeProjects, writeMilestones, writeTasks} {
		if !tx.Call().Allows(permission) {
			return nil, fault.PermissionMissing(permission)
		}
	}
	t, err := projectTemplates.GetByCaller(ctx, tx, req.GetProjectTemplateId())
	if err != nil {
		return nil, err
	}
	if t.ArchiveTime != nil {
		return nil, fault.InvalidFor(optionsv1.Reason_REFERENCE_ARCHIVED,
			fault.At("projectTemplateId", "names a project template that is archived"))
	}
	c := &creation{template: t, request: req}
	if err := c.plan(ctx, tx); err != nil {
		return nil, err
	}
	if adapt != nil {
		if err := adapt(t, c.project); err != nil {
			return nil, err
		}
	}
	return c.store(ctx, tx)
}

// creation is the creation of a project from a template.
type creation struct {
	template   *pb.ProjectTemplate
	request    *pb.CreateProjectProjectTemplateRequest
	days       dayCounter
	start      calendar.Date
	project    *pb.Project
	milestones []*pb.Milestone
	tasks      []*pb.Task
}

// plan checks the request, and makes the project from the template without storing it.
func (c *creation) plan(ctx context.Context, tx *db.Tx) (err error) {
	t, req := c.template, c.request
	var violations fault.List
	c.start = tx.Call().Today()
	if req.GetStartDate() != "" {
		if c.start, err = calendar.ParseBusinessDate(req.GetStartDate()); err != nil {
			violations.Append(fault.At("startDate", "%s", err))
		}
	}
	violations.MergeViolations("", checkRoles(t, req.GetRoles()))
	if err := violations.Err(); err != nil {
		return err
	}
	if c.days, err = newDayCounter(ctx, tx, t.BusinessDays, t.HolidaySets); err != nil {
		return err
	}
	c.project = &pb.Project{
		DisplayName: cmp.Or(strings.TrimSpace(req.GetDisplayName()), t.DisplayName), Code: req.GetCode(),
		Description: t.Description, OwnerId: cmp.Or(req.GetOwnerId(), id.Format("prs", tx.Call().PersonID)),
		StartDate: c.start.String(), DueDate: c.date(t.DueOffsetDays), CustomerId: req.GetCustomerId(),
		Billing: t.Billing, CurrencyCode: t.CurrencyCode, BudgetSeconds: t.BudgetSeconds,
		BudgetAmount: proto.CloneOf(t.BudgetAmount), ItemId: t.ItemId, MemberIds: members(req.GetRoles()),
	}
	if c.project.OwnerId == "" {
		return fault.Invalid(fault.At("ownerId", "is required, because the caller is not a person"))
	}
	return nil
}

// checkRoles refuses roles of the template without a person, and names of other roles.
func checkRoles(t *pb.ProjectTemplate, persons map[string]string) error {
	var violations fault.List
	known := map[string]bool{}
	for _, r := range t.Roles {
		known[r.DisplayName] = true
		if persons[r.DisplayName] == "" {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_PROJECT_ROLE_UNFILLED,
				fault.At("roles."+r.DisplayName, "must name a person for the role %q", r.DisplayName)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(persons)) {
		if !known[name] {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_PROJECT_ROLE_UNFILLED,
				fault.At("roles."+name, "names a role that the template does not have: %q", name)))
		}
	}
	return violations.Err()
}

// members returns the persons who take roles, sorted, each once.
func members(roles map[string]string) []string {
	return slices.Compact(slices.Sorted(maps.Values(roles)))
}

// date returns the day at an offset from the start of the project, "" without an offset.
func (c *creation) date(offset *int32) string {
	if offset == nil {
		return ""
	}
	return c.days.add(c.start, int(*offset)).String()
}

// store stores the project, its sections, milestones and tasks.
func (c *creation) store(
	ctx context.Context, tx *db.Tx,
) (*pb.CreateProjectProjectTemplateResponse, error) {
	if err := projects.Create(ctx, tx, c.project); err != nil {
		return nil, c.mapFields(err)
	}
	c.addMilestones()
	err := projects.CreateMilestones(ctx, tx, c.milestones, func(i int) string { return at("milestones", i) })
	if err != nil {
		return nil, templateFields(err)
	}
	var names []string
	for _, section := range c.template.Sections {
		names = append(names, section.DisplayName)
	}
	sections, err := projects.CreateSections(ctx, tx, c.project.Id, names,
		func(i int) string { return at("sections", i) })
	if err != nil {
		return nil, templateFields(err)
	}
	c.addTasks(sections)
	if err := work.CreateMany(ctx, tx, c.tasks, func(i int) string { return at("tasks", i) }); err != nil {
		return nil, templateFields(err)
	}
	return &pb.CreateProjectProjectTemplateResponse{Project: c.project, Milestones: c.milestones, Tasks: c.tasks}, nil
}

// at returns the path of an entry of a list of the template.
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// mapFields attributes the violations of the project to fields of the request: those of a member to
// the role of that person.
func (c *creation) mapFields(err error) error {
	requested := []string{"displayName", "code", "startDate", "customerId", "ownerId"}
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		for n, person := range c.project.MemberIds {
			if f.Path != at("memberIds", n) {
				continue
			}
			for _, role := range slices.Sorted(maps.Keys(c.request.GetRoles())) {
				if c.request.GetRoles()[role] == person {
					return fault.Field{Path: "roles." + role, Message: f.Message}
				}
			}
		}
		if slices.Contains(requested, f.Path) {
			return f
		}
		return templateField(f)
	})
}

// templateFields attributes violations to the template in a request.
func templateFields(err error) error { return fault.MapFields(err, templateField) }

func templateField(f fault.Field) fault.Field {
	return fault.Field{Path: "projectTemplateId", Message: fmt.Sprintf("cannot be used: %s %s", f.Path, f.Message)}
}

// addMilestones makes the milestones of the project.
func (c *creation) addMilestones() {
	for _, m := range c.template.Milestones {
		c.milestones = append(c.milestones, &pb.Milestone{
			Id: id.Format("mst", id.New()), ProjectId: c.project.Id, DisplayName: m.DisplayName,
			Description: m.Description, DueDate: c.date(m.DueOffsetDays), Amount: proto.CloneOf(m.Amount),
		})
	}
}

// addTasks makes the tasks of the project, given its sections by their names.
func (c *creation) addTasks(sections map[string]string) {
	milestones, keys := map[string]string{}, map[string]string{}
	for i, m := range c.template.Milestones {
		milestones[m.DisplayName] = c.milestones[i].Id
	}
	for _, t := range c.template.Tasks {
		keys[t.Key] = id.Format("tsk", id.New())
	}
	for _, t := range c.template.Tasks {
		task := &pb.Task{
			Id: keys[t.Key], ProjectId: c.project.Id, DisplayName: t.DisplayName, Description: t.Description,
			OwnerId:  cmp.Or(c.request.GetRoles()[t.Role], c.project.OwnerId),
			Priority: t.Priority, StartDate: c.date(t.StartOffsetDays), DueDate: c.date(t.DueOffsetDays),
			EstimateSeconds: t.EstimateSeconds, SectionId: sections[t.Section], MilestoneId: milestones[t.Milestone],
			ParentId: keys[t.ParentKey],
		}
		for _, text := range t.Checklist {
			task.Checklist = append(task.Checklist, &pb.Task_ChecklistItem{Text: text})
		}
		for _, p := range t.Predecessors {
			task.Dependencies = append(task.Dependencies,
				&pb.Task_Dependency{PredecessorId: keys[p.Key], Type: p.Type, LagDays: p.LagDays})
		}
		c.tasks = append(c.tasks, task)
	}
}
