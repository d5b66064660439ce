// Package history reads the event log. It serves the Event resource and runs the relay, which
// reads new events and passes them to followers. A follower receives every event at least once,
// ordered by position and sequence. Writing the log belongs to the unit of work in package db.
// What to do about an event is left to followers and subscriptions.
package history

import (
	"context"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var events = resource.New(table.New("platform.events",
	table.Text("type", func(e *pb.Event) *string { return &e.Type }).Filter(),
	table.Text("subject_id", func(e *pb.Event) *string { return &e.SubjectId }).Filter(),
	table.Text("record_id", func(e *pb.Event) *string { return &e.RecordId }),
	table.Ref("actor_id", "prs", func(e *pb.Event) *string { return &e.ActorId }).Filter(),
	table.Ref("api_key_id", "key", func(e *pb.Event) *string { return &e.ApiKeyId }),
	table.Text("method", func(e *pb.Event) *string { return &e.Method }).Filter(),
	table.Text("request_id", func(e *pb.Event) *string { return &e.RequestId }).Filter(),
	table.Messages("changes", func(e *pb.Event) *[]*pb.Event_Change { return &e.Changes }),
	table.Ref("correlation_id", "evt", func(e *pb.Event) *string { return &e.CorrelationId }).FilterEqual(inChain),
	table.Ref("causation_id", "evt", func(e *pb.Event) *string { return &e.CausationId }),
	table.Int32("depth", func(e *pb.Event) *int32 { return &e.Depth }),
).Partitioned("record_time")).Open().NotSubject()

// inChain is the condition for the events of a causal chain. The first event's own id is the
// chain's correlation id; the index on correlation_id holds only the later events.
const inChain = "t.id = :value and t.correlation_id = t.id or t.correlation_id = :value and t.correlation_id <> t.id"

// Service implements HistoryService.
type Service struct {
	pb.UnsafeHistoryServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// GetEvent returns an event that the caller may see.
func (s *Service) GetEvent(ctx context.Context, req *pb.GetEventRequest) (*pb.Event, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Event, error) {
		conditions, all, err := visibleEvents(ctx, tx)
		switch {
		case err != nil:
			return nil, err
		case all:
			return events.Find(ctx, tx, req.GetEventId())
		}
		return findVisible(ctx, tx, req.GetEventId(), conditions)
	})
}

// ListEvents returns a page of the events that the caller may see, newest first.
func (s *Service) ListEvents(ctx context.Context, req *pb.ListEventsRequest) (*pb.ListEventsResponse, error) {
	page, err := events.List(ctx, s.db, req, resource.NewestFirst, limitToVisible)
	return &pb.ListEventsResponse{Events: page.Records, NextPageToken: page.Next}, err
}

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{events} }
