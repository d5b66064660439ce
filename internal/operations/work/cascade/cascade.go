// Package cascade computes how tasks move when the tasks that they follow move. It is pure
// calculation on days. A task moves only as far as the dates that its dependencies bind require,
// only to later days, and keeps its number of days.
package cascade

import (
	"slices"

	pb "backoffice/gen/go/backoffice/operations/v1"
)

// Task is a task with the days on which it starts and is due, counted from any day. HasStart and
// HasDue are false if it has no such day; the other day then counts for both.
type Task struct {
	ID               string
	Start, Due       int
	HasStart, HasDue bool
	// Fixed is true for a task that does not move and moves no others: it is completed or canceled.
	Fixed bool
}

// Dependency says that a task follows its predecessor.
type Dependency struct {
	Predecessor, Successor string
	Type                   pb.Task_Dependency_Type
	Lag                    int
}

// start and due return the days that dependencies bind.
func (t Task) start() int {
	if t.HasStart {
		return t.Start
	}
	return t.Due
}

func (t Task) due() int {
	if t.HasDue {
		return t.Due
	}
	return t.Start
}

// moves reports whether a task can move and move others.
func (t Task) moves() bool { return !t.Fixed && (t.HasStart || t.HasDue) }

// later returns the task moved by days.
func (t Task) later(days int) Task {
	t.Start, t.Due = t.Start+days, t.Due+days
	return t
}

// Delay returns by how many days the successor must move to respect a dependency, 0 if it does.
func Delay(d Dependency, predecessor, successor Task) int {
	bound, day := 0, 0
	switch d.Type {
	case pb.Task_Dependency_START_TO_START:
		bound, day = predecessor.start(), successor.start()
	case pb.Task_Dependency_FINISH_TO_FINISH:
		bound, day = predecessor.due(), successor.due()
	case pb.Task_Dependency_START_TO_FINISH:
		bound, day = predecessor.start(), successor.due()
	default: // FINISH_TO_START: the day after the predecessor is due
		bound, day = predecessor.due()+1, successor.start()
	}
	return max(0, bound+d.Lag-day)
}

// Move returns the tasks that move because the task moved has its new days in tasks, with their new
// days, each after those that it follows. Only dependencies on tasks that moved count: a task whose
// days already break another dependency stays. The dependencies contain no cycle.
func Move(tasks []Task, dependencies []Dependency, moved string) []Task {
	byID := map[string]Task{}
	for _, t := range tasks {
		byID[t.ID] = t
	}
	bySuccessor := map[string][]Dependency{}
	for _, d := range dependencies {
		bySuccessor[d.Successor] = append(bySuccessor[d.Successor], d)
	}
	var out []Task
	hasMoved := map[string]bool{moved: !byID[moved].Fixed}
	for _, id := range sorted(dependencies, moved) {
		if id == moved {
			continue
		}
		t, days := byID[id], 0
		for _, d := range bySuccessor[id] {
			if hasMoved[d.Predecessor] && byID[d.Predecessor].moves() && t.moves() {
				days = max(days, Delay(d, byID[d.Predecessor], t))
			}
		}
		if days > 0 {
			byID[id], hasMoved[id] = t.later(days), true
			out = append(out, byID[id])
		}
	}
	return out
}

// sorted returns a task and those that follow it, directly or not, each after its predecessors.
func sorted(dependencies []Dependency, first string) (order []string) {
	successors := map[string][]string{}
	for _, d := range dependencies {
		successors[d.Predecessor] = append(successors[d.Predecessor], d.Successor)
	}
	seen := map[string]bool{}
	var visit func(string)
	visit = func(id string) {
		if seen[id] {
			return
		}
		seen[id] = true
		next := slices.Clone(successors[id])
		slices.Sort(next)
		for _, successor := range next {
			visit(successor)
		}
		order = append(order, id)
	}
	visit(first)
	slices.Reverse(order)
	return order
}
