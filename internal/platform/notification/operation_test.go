package notification_test

import (
	"context"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/module"
)

// withStarCount adds an operation of one step to an app. The step has the result of step.
func withStarCount(step func() error) func(*module.Options) {
	return func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module {
			return module.Module{Name: "stars", OperationHandlers: []longwork.Handler{{
				Method: "stars/CountBrightStars",
				Step: func(_ context.Context, _ *db.Tx, o *pb.Operation) error {
					o.DoneCount++
					return step()
				},
				End: func(context.Context, *db.Tx, *pb.Operation) error { return nil },
			}}}
		})
	}
}

// startStarCount starts the operation in the name of a person.
func (o team) startStarCount(t *testing.T, as person) *pb.Operation {
	t.Helper()
	c := must(o.App.Identity.SystemCall(t.Context(), o.key))(t)
	c.Method, c.PersonID = "stars/CountBrightStars", must(id.Parse("prs", as.id))(t)
	server, _ := apptest.Databases(t)
	return must(db.Write(call.With(t.Context(), c), server, func(ctx context.Context, tx *db.Tx) (*pb.Operation, error) {
		return longwork.Start(ctx, tx, "tst_1", 1)
	}))(t)
}

// TestCompleteOperationTellsItsStarter checks that only the person who started an operation is
// told, in the inbox and not by email.
func TestCompleteOperationTellsItsStarter(t *testing.T) {
	t.Parallel()
	o := newTeam(t, withStarCount(func() error { return nil }))
	operation := o.startStarCount(t, o.ada)
	o.tell(t)
	o.tell(t)
	o.ada.wantUnread(t, "Count bright stars is complete")
	o.ben.wantUnread(t)
	n := o.ada.list(t, "")[0]
	if n.GetNotificationKind() != "operation.succeeded" || n.GetSubjectId() != operation.GetId() ||
		n.GetCategory() != pb.Notification_SYSTEM || n.GetBody() != "" {
		t.Errorf("got %v", n)
	}
	if got := o.emails(t, "platform.notification", o.ada.email); len(got) != 0 {
		t.Errorf("got the emails %q, want none", got)
	}
}

// TestFailedOperationTellsItsStarter checks that the notification of a failure has its message, and
// that it is also sent by email.
func TestFailedOperationTellsItsStarter(t *testing.T) {
	t.Parallel()
	o := newTeam(t, withStarCount(func() error {
		return fault.Refuse(optionsv1.Reason_PERIOD_CLOSED, "The period is closed.")
	}))
	operation := o.startStarCount(t, o.ada)
	o.tell(t)
	o.tell(t)
	o.ada.wantUnread(t, "Count bright stars has failed")
	o.ben.wantUnread(t)
	n := o.ada.list(t, "")[0]
	if n.GetNotificationKind() != "operation.failed" || n.GetSubjectId() != operation.GetId() ||
		n.GetBody() != "The period is closed." {
		t.Errorf("got %v", n)
	}
	if got := o.emails(t, "platform.notification", o.ada.email); len(got) != 1 {
		t.Errorf("got the emails %q, want one", got)
	}
}
