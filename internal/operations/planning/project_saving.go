package planning

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
)

// maxTasks is the number of tasks that a template may have.
const maxTasks = 500

// SaveAsTemplateProject creates a template from a project.
func (s *Service) SaveAsTemplateProject(
	ctx context.Context, req *pb.SaveAsTemplateProjectRequest,
) (*pb.ProjectTemplate, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ProjectTemplate, error) {
		p, err := projects.LockByCaller(ctx, tx, req.GetProjectId())
		if err != nil {
			return nil, err
		}
		c, err := readProject(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		if err := c.setRoles(req.GetRoles()); err != nil {
			return nil, err
		}
		t, err := c.template(ctx, tx, strings.TrimSpace(req.GetDisplayName()))
		if err != nil {
			return nil, err
		}
		return t, projectTemplates.Insert(ctx, tx, t, checkTemplate)
	})
}

// projectCopy is a project from which a template is made.
type projectCopy struct {
	project    *pb.Project
	milestones []*pb.Milestone
	tasks      []*pb.Task
	sections   []*pb.ProjectSection
	start      calendar.Date
	// roles are the names of roles by their persons.
	roles map[string]string
	keys  map[string]string
}

// readProject reads a project with its milestones, its sections and the tasks that are not
// canceled.
func readProject(ctx context.Context, tx *db.Tx, p *pb.Project) (*projectCopy, error) {
	c := &projectCopy{project: p, keys: map[string]string{}}
	var err error
	if c.milestones, err = projects.MilestonesOf(ctx, tx, p.Id); err != nil {
		return nil, err
	}
	if c.sections, err = projects.SectionsOf(ctx, tx, p.Id); err != nil {
		return nil, err
	}
	if c.tasks, err = work.OfProject(ctx, tx, p.Id, maxTasks+1); err != nil {
		return nil, err
	}
	for i, t := range c.tasks {
		c.keys[t.Id] = "t" + strconv.Itoa(i+1)
	}
	if len(c.tasks) > maxTasks {
		return nil, fault.Invalid(fault.At("projectId", "has more than %d tasks, the most that a template may have",
			maxTasks))
	}
	c.start = c.firstDay()
	return c, c.refuseHidden(ctx, tx)
}

// refuseHidden refuses a project with tasks that the caller may not read.
func (c *projectCopy) refuseHidden(ctx context.Context, tx *db.Tx) error {
	ids := make([]string, len(c.tasks))
	for i, t := range c.tasks {
		ids[i] = t.Id
	}
	subjects, err := resource.LoadSubjects(ctx, tx, ids)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(subjects, func(s db.Subject) bool { return !s.Readable }) {
		return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
			"The project has tasks that the caller may not read.").WithSubject(c.project.Id)
	}
	return nil
}

// setRoles sets the names of roles that a request gives to persons. Each person owns a task of the
// project, and has one role.
func (c *projectCopy) setRoles(given map[string]string) error {
	c.roles = map[string]string{}
	var violations fault.List
	for _, role := range slices.Sorted(maps.Keys(given)) {
		person := given[role]
		owns := slices.ContainsFunc(c.tasks, func(t *pb.Task) bool { return t.OwnerId == person })
		switch {
		case !owns:
			violations.Append(fault.At("roles."+role, "must name a person who owns a task of the project"))
		case person == c.project.OwnerId:
			violations.Append(fault.At("roles."+role, "must not name the owner of the project, who needs no role"))
		case c.roles[person] != "":
			violations.Append(fault.At("roles."+role, "names a person who has the role %q", c.roles[person]))
		}
		c.roles[person] = role
	}
	return violations.Err()
}

// firstDay returns the start date of the project, or else the first of its other dates. Without
// any, it returns the zero date.
func (c *projectCopy) firstDay() (first calendar.Date) {
	if d, err := calendar.ParseDate(c.project.StartDate); err == nil {
		return d
	}
	dates := []string{c.project.DueDate}
	for _, m := range c.milestones {
		dates = append(dates, m.DueDate)
	}
	for _, t := range c.tasks {
		dates = append(dates, t.StartDate, t.DueDate)
	}
	for _, text := range dates {
		if d, err := calendar.ParseDate(text); err == nil && (first.IsZero() || d.Before(first)) {
			first = d
		}
	}
	return first
}

// offset returns the days from the start of the project to a date, nil without a date.
func (c *projectCopy) offset(date string) *int32 {
	d, err := calendar.ParseDate(date)
	if err != nil || c.start.IsZero() {
		return nil
	}
	return proto.Int32(int32(c.start.DaysUntil(d)))
}

// template makes the template.
func (c *projectCopy) template(ctx context.Context, tx *db.Tx, name string) (*pb.ProjectTemplate, error) {
	p := c.project
	t := &pb.ProjectTemplate{
		DisplayName: name, Description: p.Description, Billing: p.Billing, CurrencyCode: p.CurrencyCode,
		BudgetSeconds: p.BudgetSeconds, BudgetAmount: p.BudgetAmount, ItemId: p.ItemId, DueOffsetDays: c.offset(p.DueDate),
	}
	if t.DisplayName == "" {
		t.DisplayName = p.DisplayName
	}
	milestones := map[string]string{}
	for _, m := range c.milestones {
		milestones[m.Id] = uniqueName(m.DisplayName, t.Milestones, (*pb.ProjectTemplate_Milestone).GetDisplayName)
		t.Milestones = append(t.Milestones, &pb.ProjectTemplate_Milestone{DisplayName: milestones[m.Id],
			Description: m.Description, DueOffsetDays: c.offset(m.DueDate), Amount: m.Amount})
	}
	sections := map[string]string{}
	for _, s := range c.sections {
		sections[s.Id] = uniqueName(s.DisplayName, t.Sections, (*pb.ProjectTemplate_Section).GetDisplayName)
		t.Sections = append(t.Sections, &pb.ProjectTemplate_Section{DisplayName: sections[s.Id]})
	}
	if err := c.addRoles(ctx, tx, t); err != nil {
		return nil, err
	}
	for _, task := range c.tasks {
		t.Tasks = append(t.Tasks, c.task(task, milestones, sections))
	}
	return t, nil
}

// task makes a task of the template. Predecessors and parents that are not in it are left out.
func (c *projectCopy) task(t *pb.Task, milestones, sections map[string]string) *pb.ProjectTemplate_Task {
	out := &pb.ProjectTemplate_Task{
		Key: c.keys[t.Id], DisplayName: t.DisplayName, Description: t.Description, Role: c.roles[t.OwnerId],
		Section: sections[t.SectionId], Milestone: milestones[t.MilestoneId],
		StartOffsetDays: c.offset(t.StartDate), DueOffsetDays: c.offset(t.DueDate),
		EstimateSeconds: t.EstimateSeconds, Priority: t.Priority, ParentKey: c.keys[t.ParentId],
	}
	for _, item := range t.Checklist {
		out.Checklist = append(out.Checklist, item.Text)
	}
	for _, d := range t.Dependencies {
		if key := c.keys[d.PredecessorId]; key != "" {
			out.Predecessors = append(out.Predecessors,
				&pb.ProjectTemplate_Predecessor{Key: key, Type: d.Type, LagDays: d.LagDays})
		}
	}
	return out
}

// addRoles adds a role for each person who owns a task but not the project. A person to whom the
// request gives no role gets one with the person's name, with a number if it is taken.
func (c *projectCopy) addRoles(ctx context.Context, tx *db.Tx, t *pb.ProjectTemplate) error {
	for _, role := range slices.Sorted(maps.Values(c.roles)) {
		t.Roles = append(t.Roles, &pb.ProjectTemplate_Role{DisplayName: role})
	}
	var unnamed []string
	for _, task := range c.tasks {
		named := task.OwnerId == c.project.OwnerId || c.roles[task.OwnerId] != ""
		if !named && !slices.Contains(unnamed, task.OwnerId) {
			unnamed = append(unnamed, task.OwnerId)
		}
	}
	for _, owner := range unnamed {
		p, err := identity.FindPerson(ctx, tx, owner)
		if err != nil {
			return err
		}
		c.roles[owner] = uniqueName(personRole(p), t.Roles, (*pb.ProjectTemplate_Role).GetDisplayName)
		t.Roles = append(t.Roles, &pb.ProjectTemplate_Role{DisplayName: c.roles[owner]})
	}
	return nil
}

// personRole returns the name of the role of a person without one.
func personRole(p *platformv1.Person) string {
	name := []rune(p.DisplayName)
	return string(name[:min(len(name), 100)])
}

// uniqueName returns a name that no entry of a list has yet, with a number if it is taken.
func uniqueName[T any](name string, list []T, of func(T) string) string {
	taken := func(candidate string) bool {
		return slices.ContainsFunc(list, func(entry T) bool { return strings.EqualFold(of(entry), candidate) })
	}
	candidate := name
	for n := 2; taken(candidate); n++ {
		candidate = name + " " + strconv.Itoa(n)
	}
	return candidate
}
