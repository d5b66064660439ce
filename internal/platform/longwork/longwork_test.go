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

// errLost is the error of a step whose server is lost.
var errLost = errors.New("the server is gone")

// countingHandler returns work that records an event for each part and for its end. afterPart is
// called after each part, in its unit of work.
func countingHandler(afterPart func(part int32) error) longwork.Handler {
	return longwork.Handler{
		Method: "chore/counting",
		Step: func(_ context.Context, tx *db.Tx, o *pb.Operation) error {
			o.DoneCount++
			tx.Record(db.Event{Type: "test.part.done", SubjectID: fmt.Sprintf("%s_%d", o.ResultId, o.DoneCount)})
			return afterPart(o.DoneCount)
		},
		End: func(_ context.Context, tx *db.Tx, o *pb.Operation) error {
			tx.Record(db.Event{Type: "test.counting.ended", SubjectID: o.ResultId + "_" + o.State.String()})
			return nil
		},
	}
}

// countingOperation is an organization with an operation of five parts.
type countingOperation struct {
	*apptest.Organization
	pb.OperationsServiceClient
	key       uuid.UUID
	operation *pb.Operation
}

func newCountingOperation(t *testing.T, afterPart func(part int32) error) countingOperation {
	t.Helper()
	o := apptest.SignUpTo(t, apptest.New(t, withCounting(afterPart)))
	c := countingOperation{Organization: o, OperationsServiceClient: pb.NewOperationsServiceClient(o)}
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

// withCounting adds a module with counting work to an app.
func withCounting(afterPart func(part int32) error) func(*module.Options) {
	return func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module {
			return module.Module{
				Name: "counting", OperationHandlers: []longwork.Handler{countingHandler(afterPart)},
				Events: []string{"test.part.done", "test.counting.ended"},
			}
		})
	}
}

func noError(int32) error { return nil }

// call returns a context with a system call in the name of the organization's owner.
func (c countingOperation) call(t *testing.T) context.Context {
	t.Helper()
	systemCall, err := c.App.Identity.SystemCall(t.Context(), c.key)
	if err != nil {
		t.Fatal(err)
	}
	systemCall.Method = "chore/counting"
	if systemCall.PersonID, err = id.Parse("prs", c.Owner.GetId()); err != nil {
		t.Fatal(err)
	}
	return call.With(t.Context(), systemCall)
}

func (c countingOperation) read(t *testing.T) *pb.Operation {
	t.Helper()
	o, err := c.GetOperation(t.Context(), &pb.GetOperationRequest{OperationId: c.operation.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// subjects returns the subjects of the events that the work recorded, oldest first.
func (c countingOperation) subjects(t *testing.T) (subjects []string) {
	t.Helper()
	list, err := pb.NewHistoryServiceClient(c).ListEvents(t.Context(), &pb.ListEventsRequest{
		OrderBy: "create_time",
		Filter:  `method = "chore/counting" AND subject_id != "` + c.operation.GetId() + `"`,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list.GetEvents() {
		if e.GetActorId() != c.Owner.GetId() {
			t.Errorf("%s has the actor %q, want the owner", e.GetType(), e.GetActorId())
		}
		subjects = append(subjects, e.GetSubjectId())
	}
	return subjects
}

// allSubjects are the subjects of the events of a complete operation.
var allSubjects = []string{"tst_1_1", "tst_1_2", "tst_1_3", "tst_1_4", "tst_1_5", "tst_1_SUCCEEDED"}

// TestOperationSucceeds runs an operation to its end. Its events name the person who started it.
func TestOperationSucceeds(t *testing.T) {
	t.Parallel()
	c := newCountingOperation(t, noError)
	if o := c.read(t); o.GetState() != pb.Operation_RUNNING || o.GetTotalCount() != 5 ||
		o.GetPersonId() != c.Owner.GetId() || !o.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("after the start: got %v", o)
	}
	for n := range int32(3) {
		if more, err := c.App.LongWork.Step(c.call(t)); err != nil || !more || c.read(t).GetDoneCount() != n+1 {
			t.Fatalf("after step %d: %v, %v, %v", n+1, more, err, c.read(t))
		}
	}
	c.RunJobs(t)
	if o := c.read(t); o.GetState() != pb.Operation_SUCCEEDED || o.GetDoneCount() != 5 ||
		o.GetCompleteTime() == nil || o.GetEtag() != "2" {
		t.Errorf("after the end: got %v", o)
	}
	if got := c.subjects(t); !slices.Equal(got, allSubjects) {
		t.Errorf("got events of %v, want %v", got, allSubjects)
	}
	if more, err := c.App.LongWork.Step(c.call(t)); more || err != nil {
		t.Errorf("Step after the end: got %v, %v, want false", more, err)
	}
}

// TestOperationSurvivesKilledServer loses the server in the middle of a part and continues with
// another one.
func TestOperationSurvivesKilledServer(t *testing.T) {
	t.Parallel()
	c := newCountingOperation(t, func(part int32) error {
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
		t.Errorf("got %v and %v, want %v after 2 parts", err, c.read(t), errLost)
	}
	c.App = apptest.New(t, withCounting(noError))
	c.RunJobs(t)
	if got := c.subjects(t); !slices.Equal(got, allSubjects) {
		t.Errorf("got events of %v, want %v", got, allSubjects)
	}
}

// TestCanceledOperationStops cancels an operation between two parts.
func TestCanceledOperationStops(t *testing.T) {
	t.Parallel()
	c := newCountingOperation(t, noError)
	if _, err := c.App.LongWork.Step(c.call(t)); err != nil {
		t.Fatal(err)
	}
	cancel := &pb.CancelOperationRequest{OperationId: c.operation.GetId()}
	if o, err := c.CancelOperation(t.Context(), cancel); err != nil || o.GetState() != pb.Operation_CANCELED ||
		o.GetDoneCount() != 1 || o.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("got %v, %v, want it canceled after 1 part", o, err)
	}
	c.RunJobs(t)
	if o := c.read(t); o.GetDoneCount() != 1 || o.GetState() != pb.Operation_CANCELED {
		t.Errorf("got %v, want it unchanged", o)
	}
	_, err := c.CancelOperation(t.Context(), cancel)
	if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("canceling again: got %v, want STATE_REFUSES_ACTION", err)
	}
}

// TestOperationFails checks that a refused step ends the operation immediately, and that a step
// with another error is retried before the operation fails.
func TestOperationFails(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]struct {
		err    error
		tries  int
		reason string
	}{
		"refused": {fault.Refuse(optionsv1.Reason_PERIOD_CLOSED, "The period is closed."), 1, "PERIOD_CLOSED"},
		"broken":  {errLost, 10, "INTERNAL_FAULT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCountingOperation(t, func(int32) error { return failure.err })
			for try := range failure.tries {
				_, err := c.App.LongWork.Step(c.call(t))
				if ended := try == failure.tries-1; ended != (err == nil) {
					t.Fatalf("try %d: got %v", try+1, err)
				}
			}
			o := c.read(t)
			if o.GetState() != pb.Operation_FAILED || o.GetError().GetReason() != failure.reason || o.GetDoneCount() != 0 {
				t.Errorf("got %v, want it failed with %s", o, failure.reason)
			}
			if got := c.subjects(t); !slices.Equal(got, []string{"tst_1_FAILED"}) {
				t.Errorf("got events of %v, want only tst_1_FAILED", got)
			}
		})
	}
}

// TestChoreStaysDueDuringStep checks that the chore stays due while another server runs a step,
// because that server may be lost before the next step.
func TestChoreStaysDueDuringStep(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	c := newCountingOperation(t, func(int32) error {
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
		t.Errorf("the chore during a step: got %v, want ErrAgain", err)
	}
	close(leave)
	if err := <-stepped; err != nil {
		t.Error(err)
	}
	err := c.App.LongWork.Chore().Work(c.call(t))
	if o := c.read(t); err != nil || o.GetState() != pb.Operation_SUCCEEDED {
		t.Errorf("the chore after the step: got %v and %v, want success", err, o)
	}
}
