// Package history owns the reading of the one event log: the Event resource for
// callers, and the relay that follows the log and hands each event to those who
// subscribed. It promises that a follower misses no event and meets each at least
// once, in the order of position and sequence. Writing the log belongs to the unit
// of work in db; what is done about an event is left to the subscribers.
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
	table.Ref("actor_id", "prs", func(e *pb.Event) *string { return &e.ActorId }).Filter(),
	table.Ref("api_key_id", "key", func(e *pb.Event) *string { return &e.ApiKeyId }),
	table.Text("method", func(e *pb.Event) *string { return &e.Method }).Filter(),
	table.Text("request_id", func(e *pb.Event) *string { return &e.RequestId }).Filter(),
	table.Messages("changes", func(e *pb.Event) *[]*pb.Event_Change { return &e.Changes }),
	table.Ref("correlation_id", "evt", func(e *pb.Event) *string { return &e.CorrelationId }).Filter(),
	table.Ref("causation_id", "evt", func(e *pb.Event) *string { return &e.CausationId }),
	table.Int32("depth", func(e *pb.Event) *int32 { return &e.Depth }),
))

// Service implements HistoryService.
type Service struct {
	pb.UnimplementedHistoryServiceServer
	db *db.DB
}

var _ pb.HistoryServiceServer = (*Service)(nil)

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// GetEvent answers one event.
func (s *Service) GetEvent(ctx context.Context, req *pb.GetEventRequest) (*pb.Event, error) {
	return events.Get(ctx, s.db, req.GetEventId())
}

// ListEvents answers a page of events, newest first.
func (s *Service) ListEvents(ctx context.Context, req *pb.ListEventsRequest) (*pb.ListEventsResponse, error) {
	page, err := events.List(ctx, s.db, req, resource.NewestFirst)
	return &pb.ListEventsResponse{Events: page.Records, NextPageToken: page.Next}, err
}

// Kinds are the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{events} }
