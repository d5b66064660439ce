package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

// queryStrings returns the rows of a query with one text column.
func queryStrings(t *testing.T, conn *pgx.Conn, sql string, args ...any) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSubscriptionThatTriggersItselfStops has a subscription record the event that it handles.
// It does so five times, and then its job is canceled. The test is not parallel, because the
// apps of other tests share the queue and do not have its subscription.
func TestSubscriptionThatTriggersItselfStops(t *testing.T) {
	server, relayDB := apptest.Databases(t)
	name, subject := unique("echo"), unique("subject")
	record := func(ctx context.Context) error {
		_, err := db.Write(ctx, server, func(_ context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			tx.Record(db.Event{Type: string(archived), SubjectID: subject})
			return &emptypb.Empty{}, nil
		})
		return err
	}
	a := apptest.New(t, withModule(module.Module{Subscriptions: []history.Subscription{{
		Name: name, On: []history.Type{archived}, Handle: func(ctx context.Context, o history.Occurrence) error {
			if o.SubjectID != subject {
				return nil // of another test
			}
			return record(ctx)
		},
	}}}))
	o := signUp(t, a)
	follower := history.Follower{Name: unique("jobs"), Take: a.Jobs.Deliver}
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), follower)
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	systemCall, err := a.Identity.SystemCall(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := record(call.With(t.Context(), systemCall)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go relay.Run(ctx)
	start(t, a)
	wantEchoes(t, o, name, subject)
}

// wantEchoes waits until the jobs of a subscriber have completed up to the depth limit, and checks
// that each recorded one event about the subject.
func wantEchoes(t *testing.T, o uuid.UUID, name, subject string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	states := func() []string {
		return queryStrings(t, conn, `
select args #>> '{event,depth}' || ' ' || state
from river.river_job
where args ->> 'subscriber' = $1
and args #>> '{event,subject_id}' = $2
order by 1`, name, subject)
	}
	want := []string{"0 completed", "1 completed", "2 completed", "3 completed", "4 completed", "5 cancelled"}
	eventually(t, fmt.Sprintf("the jobs are %v", want), func() bool { return slices.Equal(states(), want) })
	depths := queryStrings(t, conn, `
select depth::text
from platform.events
where org_id = $1
and subject_id = $2
order by depth`, o, subject)
	if !slices.Equal(depths, []string{"0", "1", "2", "3", "4", "5"}) {
		t.Errorf("got events of depths %v in %s, want 0 to 5", depths, id.Format("org", o))
	}
}
