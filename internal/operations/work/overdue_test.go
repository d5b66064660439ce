package work

import (
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/calendar"
)

func TestIsOverdue(t *testing.T) {
	t.Parallel()
	today, err := calendar.NewDate(2026, time.November, 21)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		due   string
		state pb.Task_State
		want  bool
	}{
		{"2026-11-20", pb.Task_UNSTARTED, true},
		{"2026-11-20", pb.Task_BACKLOG, true},
		{"2026-11-20", pb.Task_STARTED, true},
		{"2026-11-20", pb.Task_COMPLETED, false},
		{"2026-11-20", pb.Task_CANCELED, false},
		{"2026-11-21", pb.Task_STARTED, false},
		{"2026-11-22", pb.Task_STARTED, false},
		{"0999-12-31", pb.Task_STARTED, true},
		{"2200-12-31", pb.Task_STARTED, false},
		{"", pb.Task_STARTED, false},
	} {
		if got := isOverdue(&pb.Task{DueDate: c.due, State: c.state}, today); got != c.want {
			t.Errorf("isOverdue of a %s task due %q = %v, want %v", c.state, c.due, got, c.want)
		}
	}
}
