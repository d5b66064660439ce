package longwork_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/module"
)

// errLost is what a step says that lost its server.
var errLost = errors.New("the server is gone")

// counting is work in five parts that leaves an event for each, and for its end. trouble
// is asked after a part, in its own unit of work.
func counting(trouble func(part int32) error) longwork.Work {
	return longwork.Work{
		Method: "chore/counting",
		Step: func(_ context.Context, tx *db.Tx, o *pb.Operation) error {
			o.DoneCount++
			tx.Record(db.Event{Type: "test.part.done", SubjectID: fmt.Sprintf("%s_%d", o.ResultId, o.DoneCount)})
			return trouble(o.DoneCount)
		},
		End: func(_ context.Context, tx *db.Tx, o *pb.Operation) error {
			tx.Record(db.Event{Type: "test.counting.ended", SubjectID: o.ResultId + "_" + o.State.String()})
			return nil
		},
	}
}

// counter is an organization with an operation of five parts.
type counter struct {
	*apptest.Organization
	pb.OperationsServiceClient
	key       uuid.UUID
	operation *pb.Operation
}

func begin(t *testing.T, trouble func(part int32) error) counter {
	t.Helper()
	o := apptest.SignUpTo(t, apptest.New(t, with(trouble)))
	c := counter{Organization: o, OperationsServiceClient: pb.NewOperationsServiceClient(o)}
	var err error
	if c.key, err = id.Parse("org", o.Organization.GetId()); err != nil {
		t.Fatal(err)
	}
	server, _ := apptest.Databases(t)
	c.operation, err = db.Write(c.call(t), server, func(ctx context.Context, tx *db.Tx) (*pb.Operation, error) {
		return longwork.Start(ctx, tx, "tst_1", 5)
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func with(trouble func(part int32) error) func(*module.Options) {
	return func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module {
			return module.Module{Name: "counting", Works: []longwork.Work{counting(trouble)}, Events: []string{"test.part.done", "test.counting.ended"}}
		})
	}
}

func fine(int32) error { return nil }

// call is the organization's own, for its owner.
func (c counter) call(t *testing.T) context.Context {
	t.Helper()
	entered, err := c.App.Identity.SystemCall(t.Context(), c.key)
	if err != nil {
		t.Fatal(err)
	}
	entered.Method = "chore/counting"
	if entered.PersonID, err = id.Parse("prs", c.Owner.GetId()); err != nil {
		t.Fatal(err)
	}
	return call.With(t.Context(), entered)
}

func (c counter) read(t *testing.T) *pb.Operation {
	t.Helper()
	o, err := c.GetOperation(t.Context(), &pb.GetOperationRequest{OperationId: c.operation.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// left are the subjects of the events that the work left behind, in their order.
func (c counter) left(t *testing.T) (subjects []string) {
	t.Helper()
	list, err := pb.NewHistoryServiceClient(c).ListEvents(t.Context(), &pb.ListEventsRequest{OrderBy: "create_time", Filter: `method = "chore/counting" AND subject_id != "` + c.operation.GetId() + `"`})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list.GetEvents() {
		if e.GetActorId() != c.Owner.GetId() {
			t.Errorf("%s is said to be done by %q", e.GetType(), e.GetActorId())
		}
		subjects = append(subjects, e.GetSubjectId())
	}
	return subjects
}

var whole = []string{"tst_1_1", "tst_1_2", "tst_1_3", "tst_1_4", "tst_1_5", "tst_1_SUCCEEDED"}

// TestOperation does work to its end, for the person who began it.
func TestOperation(t *testing.T) {
	t.Parallel()
	c := begin(t, fine)
	if o := c.read(t); o.GetState() != pb.Operation_RUNNING || o.GetTotalCount() != 5 || o.GetPersonId() != c.Owner.GetId() || !o.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("begun it is %v", o)
	}
	for n := range int32(3) {
		if more, err := c.App.LongWork.Step(c.call(t)); err != nil || !more || c.read(t).GetDoneCount() != n+1 {
			t.Fatalf("after step %d: %v, %v, %v", n+1, more, err, c.read(t))
		}
	}
	c.Drain(t)
	if o := c.read(t); o.GetState() != pb.Operation_SUCCEEDED || o.GetDoneCount() != 5 || o.GetCompleteTime() == nil || o.GetEtag() != "2" {
		t.Errorf("done it is %v", o)
	}
	if got := c.left(t); !slices.Equal(got, whole) {
		t.Errorf("it left %v", got)
	}
	if more, err := c.App.LongWork.Step(c.call(t)); more || err != nil {
		t.Errorf("there is more: %v, %v", more, err)
	}
}

// TestKilledServer loses the server in the middle of a part, and goes on with another.
func TestKilledServer(t *testing.T) {
	t.Parallel()
	c := begin(t, func(part int32) error {
		if part == 3 {
			return errLost
		}
		return nil
	})
	for range 2 {
		if _, err := c.App.LongWork.Step(c.call(t)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.App.LongWork.Step(c.call(t)); !errors.Is(err, errLost) || c.read(t).GetDoneCount() != 2 {
		t.Errorf("got %v, at %v", err, c.read(t))
	}
	c.App = apptest.New(t, with(fine))
	c.Drain(t)
	if got := c.left(t); !slices.Equal(got, whole) {
		t.Errorf("it left %v", got)
	}
}

// TestCancel ends work between two parts.
func TestCancel(t *testing.T) {
	t.Parallel()
	c := begin(t, fine)
	if _, err := c.App.LongWork.Step(c.call(t)); err != nil {
		t.Fatal(err)
	}
	cancel := &pb.CancelOperationRequest{OperationId: c.operation.GetId()}
	if o, err := c.CancelOperation(t.Context(), cancel); err != nil || o.GetState() != pb.Operation_CANCELED || o.GetDoneCount() != 1 || o.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("got %v, %v", o, err)
	}
	c.Drain(t)
	if o := c.read(t); o.GetDoneCount() != 1 || o.GetState() != pb.Operation_CANCELED {
		t.Errorf("it went on: %v", o)
	}
	if _, err := c.CancelOperation(t.Context(), cancel); apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("got %v", err)
	}
}

// TestFailure ends work that is refused at once, and work that fails for no reason of its
// own after some tries.
func TestFailure(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]struct {
		err    error
		tries  int
		reason string
	}{
		"refused": {fault.Refuse(optionsv1.Reason_PERIOD_CLOSED, "The period is closed."), 1, "PERIOD_CLOSED"},
		"broken":  {errLost, 10, "INTERNAL_FAULT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := begin(t, func(int32) error { return trouble.err })
			for try := range trouble.tries {
				_, err := c.App.LongWork.Step(c.call(t))
				if ended := try == trouble.tries-1; ended != (err == nil) {
					t.Fatalf("try %d gives %v", try+1, err)
				}
			}
			if o := c.read(t); o.GetState() != pb.Operation_FAILED || o.GetError().GetReason() != trouble.reason || o.GetDoneCount() != 0 {
				t.Errorf("it is %v", o)
			}
			if got := c.left(t); !slices.Equal(got, []string{"tst_1_FAILED"}) {
				t.Errorf("it left %v", got)
			}
		})
	}
}

// TestChoreWaitsForSteps keeps the chore due while somebody else is at a step, who may be
// gone before the next.
func TestChoreWaitsForSteps(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	c := begin(t, func(int32) error {
		once.Do(func() {
			close(entered)
			<-leave
		})
		return nil
	})
	stepped := make(chan error)
	go func() {
		_, err := c.App.LongWork.Step(c.call(t))
		stepped <- err
	}()
	<-entered
	if err := c.App.LongWork.Chore().Work(c.call(t)); !errors.Is(err, jobs.ErrAgain) {
		t.Errorf("while somebody is at a step the chore ends with %v", err)
	}
	close(leave)
	if err := <-stepped; err != nil {
		t.Error(err)
	}
	if err := c.App.LongWork.Chore().Work(c.call(t)); err != nil || c.read(t).GetState() != pb.Operation_SUCCEEDED {
		t.Errorf("then it ends with %v, and leaves %v", err, c.read(t))
	}
}
