package planning

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/holiday"
	"backoffice/internal/platform/money"
)

// maxDepth is how deep tasks may be parts of one another.
const maxDepth = 5

// checkTemplate is the rule that refuses a template that is not consistent as a whole. It reports
// all violations together.
func checkTemplate(_ context.Context, _ *db.Tx, _, t *pb.ProjectTemplate) error {
	c := templateCheck{template: t}
	c.checkMoney()
	if t.BusinessDays {
		for i, key := range t.HolidaySets {
			if _, known := holiday.Find(key); !known {
				c.refuse(fmt.Sprintf("holidaySets[%d]", i), "must be the key of a holiday set, such as %q", "DE-BY")
			}
		}
	} else if len(t.HolidaySets) > 0 {
		c.refuse("holidaySets", "must be empty unless businessDays is true")
	}
	c.checkTasks()
	return c.violations.Err()
}

// templateCheck collects the violations of a template.
type templateCheck struct {
	template   *pb.ProjectTemplate
	violations fault.List
}

func (c *templateCheck) refuse(path, format string, args ...any) {
	c.violations.Append(fault.At(path, format, args...))
}

// checkMoney sets the currency of the amounts, and refuses amounts that the projects could not
// have.
func (c *templateCheck) checkMoney() {
	t := c.template
	if t.CurrencyCode != "" {
		if _, known := money.Digits(t.CurrencyCode); !known {
			c.refuse("currencyCode", "must be an ISO 4217 code")
			return
		}
	}
	c.checkAmount("budgetAmount", t.BudgetAmount, 0)
	for i, m := range t.Milestones {
		path := fmt.Sprintf("milestones[%d].amount", i)
		if m.Amount != nil && t.Billing != pb.Project_FIXED_PRICE {
			c.refuse(path, "must be empty unless billing is FIXED_PRICE")
		}
		c.checkAmount(path, m.Amount, 1)
	}
}

// checkAmount refuses an amount in another currency than that of the template, or below a minimum
// in minor units.
func (c *templateCheck) checkAmount(path string, m *typepb.Money, least int64) {
	code := c.template.CurrencyCode
	if m == nil {
		return
	}
	if code == "" {
		c.refuse("currencyCode", "is required, because the template has amounts")
		return
	}
	m.CurrencyCode = cmp.Or(m.CurrencyCode, code)
	if m.CurrencyCode != code {
		c.refuse(path+".currencyCode", "must be %s, the currency of the template", code)
		return
	}
	if minor, err := money.Parse(m.Amount, code); err != nil {
		c.refuse(path+".amount", "%s", err)
	} else if minor < least {
		c.refuse(path+".amount", "must be at least %s", money.Format(least, code))
	}
}

// names returns the indexes of the names of a list, and refuses a name that occurs twice, ignoring
// case.
func names[T any](c *templateCheck, path, field string, list []T, name func(T) string) map[string]int {
	found, seen := map[string]int{}, map[string]bool{}
	for i, entry := range list {
		key := name(entry)
		if folded := strings.ToLower(key); key != "" && seen[folded] {
			c.refuse(fmt.Sprintf("%s[%d].%s", path, i, field), "is in the list twice: %q", key)
		} else {
			seen[folded], found[key] = true, i
		}
	}
	return found
}

// checkTasks refuses tasks that name what the template does not have, that are parts or successors
// of themselves, or that are due before they start.
func (c *templateCheck) checkTasks() {
	t := c.template
	roles := names(c, "roles", "displayName", t.Roles, (*pb.ProjectTemplate_Role).GetDisplayName)
	sections := names(c, "sections", "displayName", t.Sections, (*pb.ProjectTemplate_Section).GetDisplayName)
	milestones := names(c, "milestones", "displayName", t.Milestones, (*pb.ProjectTemplate_Milestone).GetDisplayName)
	tasks := names(c, "tasks", "key", t.Tasks, (*pb.ProjectTemplate_Task).GetKey)
	for i, task := range t.Tasks {
		path := fmt.Sprintf("tasks[%d].", i)
		c.checkName(path+"role", task.Role, "role", roles)
		c.checkName(path+"section", task.Section, "section", sections)
		c.checkName(path+"milestone", task.Milestone, "milestone", milestones)
		c.checkName(path+"parentKey", task.ParentKey, "task", tasks)
		if task.StartOffsetDays != nil && task.DueOffsetDays != nil && *task.DueOffsetDays < *task.StartOffsetDays {
			c.refuse(path+"dueOffsetDays", "must not be less than startOffsetDays, %d", *task.StartOffsetDays)
		}
		seen := map[string]bool{}
		for j, p := range task.Predecessors {
			at := fmt.Sprintf("%spredecessors[%d].key", path, j)
			c.checkName(at, p.Key, "task", tasks)
			if seen[p.Key] {
				c.refuse(at, "is in the list twice: %q", p.Key)
			}
			seen[p.Key] = true
		}
	}
	c.checkParents(tasks)
	c.checkCycles(tasks)
}

// checkName refuses a name that is not in a list of the template.
func (c *templateCheck) checkName(path, name, what string, known map[string]int) {
	if _, found := known[name]; name != "" && !found {
		c.refuse(path, "names a %s that the template does not have: %q", what, name)
	}
}

// checkParents refuses tasks that are parts of themselves, and parts that are too deep.
func (c *templateCheck) checkParents(tasks map[string]int) {
	for i, task := range c.template.Tasks {
		depth := 1
		for key := task.ParentKey; key != ""; depth++ {
			parent, found := tasks[key]
			if !found {
				break
			}
			if depth >= maxDepth {
				c.refuse(fmt.Sprintf("tasks[%d].parentKey", i),
					"makes the task a part of itself, or deeper than %d levels", maxDepth)
				break
			}
			key = c.template.Tasks[parent].ParentKey
		}
	}
}

// checkCycles refuses tasks that come before themselves.
func (c *templateCheck) checkCycles(tasks map[string]int) {
	const unseen, open, done = 0, 1, 2
	state := make([]int, len(c.template.Tasks))
	var visit func(i int)
	visit = func(i int) {
		state[i] = open
		for j, p := range c.template.Tasks[i].Predecessors {
			before, found := tasks[p.Key]
			switch {
			case !found:
			case state[before] == open:
				c.refuse(fmt.Sprintf("tasks[%d].predecessors[%d].key", i, j), "makes the task come before itself: %q",
					p.Key)
			case state[before] == unseen:
				visit(before)
			}
		}
		state[i] = done
	}
	for i := range c.template.Tasks {
		if state[i] == unseen {
			visit(i)
		}
	}
}
