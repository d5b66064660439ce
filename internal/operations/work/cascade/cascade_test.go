package cascade_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/work/cascade"
)

const (
	finishToStart  = pb.Task_Dependency_FINISH_TO_START
	startToStart   = pb.Task_Dependency_START_TO_START
	finishToFinish = pb.Task_Dependency_FINISH_TO_FINISH
	startToFinish  = pb.Task_Dependency_START_TO_FINISH
)

func task(id string, start, due int) cascade.Task {
	return cascade.Task{ID: id, Start: start, Due: due, HasStart: true, HasDue: true}
}

func TestMoveOfOneSuccessor(t *testing.T) {
	t.Parallel()
	dueOnly := cascade.Task{ID: "b", Due: 5, HasDue: true}
	for name, c := range map[string]struct {
		dependency pb.Task_Dependency_Type
		lag        int
		moved      cascade.Task
		successor  cascade.Task
		want       string
	}{
		"starts the day after":               {finishToStart, 0, task("a", 1, 7), task("b", 5, 9), "b 8-12"},
		"stays if it starts later":           {finishToStart, 0, task("a", 1, 4), task("b", 5, 9), ""},
		"never moves to an earlier day":      {finishToStart, 0, task("a", 1, 2), task("b", 5, 9), ""},
		"starts a lag later":                 {finishToStart, 3, task("a", 1, 7), task("b", 5, 9), "b 11-15"},
		"may overlap by a negative lag":      {finishToStart, -3, task("a", 1, 7), task("b", 5, 9), ""},
		"starts with the predecessor":        {startToStart, 0, task("a", 6, 7), task("b", 5, 9), "b 6-10"},
		"is due with the predecessor":        {finishToFinish, 0, task("a", 1, 11), task("b", 5, 9), "b 7-11"},
		"is due when the predecessor starts": {startToFinish, 1, task("a", 10, 12), task("b", 5, 9), "b 7-11"},
		"has only a due date":                {finishToStart, 0, task("a", 1, 7), dueOnly, "b 0-8"},
		"has no dates":                       {finishToStart, 0, task("a", 1, 7), cascade.Task{ID: "b"}, ""},
		"is completed": {finishToStart, 0, task("a", 1, 7),
			cascade.Task{ID: "b", Start: 5, Due: 9, HasStart: true, HasDue: true, Fixed: true}, ""},
		"follows a task without dates": {finishToStart, 0, cascade.Task{ID: "a"}, task("b", -9, 9), ""},
	} {
		moved := cascade.Move([]cascade.Task{c.moved, c.successor},
			[]cascade.Dependency{{Predecessor: "a", Successor: "b", Type: c.dependency, Lag: c.lag}}, "a")
		got := ""
		for _, m := range moved {
			if !m.HasStart {
				m.Start = 0
			}
			got += fmt.Sprintf("%s %d-%d", m.ID, m.Start, m.Due)
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestMoveOfChain(t *testing.T) {
	t.Parallel()
	tasks := []cascade.Task{task("a", 1, 10), task("b", 3, 4), task("c", 5, 6), task("d", 30, 31), task("e", 5, 6)}
	dependencies := []cascade.Dependency{
		{Predecessor: "a", Successor: "b"}, {Predecessor: "b", Successor: "c"},
		{Predecessor: "a", Successor: "c", Lag: 5}, {Predecessor: "c", Successor: "d"},
		{Predecessor: "d", Successor: "e"}, // broken before, and not because of this move
	}
	got := fmt.Sprint(cascade.Move(tasks, dependencies, "a"))
	want := fmt.Sprint([]cascade.Task{task("b", 11, 12), task("c", 16, 17)})
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// network draws tasks and dependencies without a cycle: a task follows only tasks before it.
func network(t *rapid.T) (tasks []cascade.Task, dependencies []cascade.Dependency) {
	n := rapid.IntRange(2, 12).Draw(t, "tasks")
	for i := range n {
		start := rapid.IntRange(0, 30).Draw(t, "start")
		made := task(fmt.Sprintf("t%02d", i), start, start+rapid.IntRange(0, 9).Draw(t, "days"))
		made.HasStart, made.HasDue = rapid.Bool().Draw(t, "has start"), rapid.IntRange(0, 4).Draw(t, "has due") > 0
		made.Fixed = rapid.IntRange(0, 5).Draw(t, "fixed") == 0
		tasks = append(tasks, made)
		for j := range i {
			if rapid.IntRange(0, 3).Draw(t, "depends") == 0 {
				dependencies = append(dependencies, cascade.Dependency{
					Predecessor: tasks[j].ID, Successor: made.ID,
					Type: rapid.SampledFrom([]pb.Task_Dependency_Type{
						finishToStart, startToStart, finishToFinish, startToFinish,
					}).Draw(t, "type"),
					Lag: rapid.IntRange(-5, 5).Draw(t, "lag"),
				})
			}
		}
	}
	return tasks, dependencies
}

func TestMoveRespectsDependenciesAndMovesNoMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tasks, dependencies := network(t)
		tasks[0].Fixed = false
		moved := cascade.Move(tasks, dependencies, tasks[0].ID)
		was, now, hasMoved := map[string]cascade.Task{}, map[string]cascade.Task{}, map[string]bool{tasks[0].ID: true}
		for _, task := range tasks {
			was[task.ID], now[task.ID] = task, task
		}
		for _, m := range moved {
			if m.Fixed || !m.HasStart && !m.HasDue || m.Due-m.Start != was[m.ID].Due-was[m.ID].Start {
				t.Fatalf("%v moved to %v", was[m.ID], m)
			}
			now[m.ID], hasMoved[m.ID] = m, true
		}
		isTight := map[string]bool{}
		for _, d := range dependencies {
			predecessor, successor := now[d.Predecessor], now[d.Successor]
			undated := !predecessor.HasStart && !predecessor.HasDue || !successor.HasStart && !successor.HasDue
			if !hasMoved[d.Predecessor] || successor.Fixed || undated {
				continue
			}
			if cascade.Delay(d, predecessor, successor) > 0 {
				t.Fatalf("%v is broken by %v and %v", d, predecessor, successor)
			}
			earlier := successor
			earlier.Start, earlier.Due = earlier.Start-1, earlier.Due-1
			isTight[d.Successor] = isTight[d.Successor] || cascade.Delay(d, predecessor, earlier) > 0
		}
		for _, m := range moved {
			if !isTight[m.ID] {
				t.Fatalf("%v moved to %v without need", was[m.ID], m)
			}
		}
	})
}

func TestMoveDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tasks, dependencies := network(t)
		days := func(moved []cascade.Task) string {
			slices.SortFunc(moved, func(a, b cascade.Task) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) })
			return fmt.Sprint(moved)
		}
		want := days(cascade.Move(tasks, dependencies, "t00"))
		got := days(cascade.Move(rapid.Permutation(tasks).Draw(t, "tasks in another order"),
			rapid.Permutation(dependencies).Draw(t, "dependencies in another order"), "t00"))
		if got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}
