// Package longwork runs long-running operations: it owns the Operation resource and does the work
// part by part in the background. Each part is done once, in a separate unit of work that also
// stores the progress, even if a server is killed. An operation that cannot continue fails with a
// reason. A canceled operation does no further part. Each part runs with the current rights of the
// person who started the operation. What a part is, and what the end of an operation means for its
// result, is left to the Handler of each method.
package longwork

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var operations = resource.New(table.New("platform.operations",
	table.Text("method", func(o *pb.Operation) *string { return &o.Method }).Filter(),
	table.Ref("person_id", "prs", func(o *pb.Operation) *string { return &o.PersonId }).Filter(),
	table.Enum("state", func(o *pb.Operation) *pb.Operation_State { return &o.State }).Filter(),
	table.Int32("done_count", func(o *pb.Operation) *int32 { return &o.DoneCount }),
	table.Int32("total_count", func(o *pb.Operation) *int32 { return &o.TotalCount }),
	table.Text("result_id", func(o *pb.Operation) *string { return &o.ResultId }).Filter(),
	table.Message("error", func(o *pb.Operation) **pb.Operation_Error { return &o.Error }),
	table.Timestamp("complete_time", func(o *pb.Operation) **timestamppb.Timestamp { return &o.CompleteTime }),
).Rank(db.RankWork)).Lifecycle(lifecycle).DeclareEvents("created", "succeeded", "failed").Owner("person_id")

var running = []pb.Operation_State{pb.Operation_RUNNING}

// lifecycle lists what callers may do. The server itself moves operations to SUCCEEDED and FAILED.
var lifecycle = state.New(
	func(r *pb.Operation) *pb.Operation_State { return &r.State },
	[]state.Step[pb.Operation_State]{
		{Verb: "cancel", Event: "canceled", From: running, To: pb.Operation_CANCELED},
	},
)

// Handler runs the operations that a method starts.
type Handler struct {
	// Method is the full name of the RPC that starts the operations, without the leading slash.
	Method string
	// Step does the next parts in a separate unit of work and increases DoneCount by their
	// number. The operation succeeds when DoneCount reaches TotalCount. A refusal ends it as
	// FAILED. The call is one of the person who started the operation, with the person's current
	// rights, or of the server if no person started it.
	Step func(ctx context.Context, tx *db.Tx, o *pb.Operation) error
	// End is called once the operation has succeeded, failed or been canceled, in the same unit
	// of work. It updates the result of the operation.
	End func(ctx context.Context, tx *db.Tx, o *pb.Operation) error
}

// Service implements OperationsService.
type Service struct {
	pb.UnsafeOperationsServiceServer
	db       *db.DB
	handlers map[string]Handler
}

// New returns the service that runs operations by the given handlers.
func New(d *db.DB, handlers ...Handler) *Service {
	s := &Service{db: d, handlers: map[string]Handler{}}
	for _, h := range handlers {
		s.handlers[h.Method] = h
	}
	return s
}

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{operations} }

// Start creates an operation of the calling method for the record resultID. Its work starts after
// the unit of work is committed. parts is the number of parts of the work.
func Start(ctx context.Context, tx *db.Tx, resultID string, parts int) (*pb.Operation, error) {
	c := tx.Call()
	o := &pb.Operation{Method: c.Method, State: pb.Operation_RUNNING, ResultId: resultID, TotalCount: int32(parts)}
	if c.PersonID != uuid.Nil {
		o.PersonId = id.Format("prs", c.PersonID)
	}
	if err := operations.Insert(ctx, tx, o); err != nil || c.KeyID == uuid.Nil {
		return o, err
	}
	key, err := operations.Table().Key(o.Id)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `
update platform.operations
set api_key_id = $3
where org_id = $1
and id = $2`, c.Organization.ID, key, c.KeyID)
	return o, err
}

// GetOperation returns an operation.
func (s *Service) GetOperation(ctx context.Context, req *pb.GetOperationRequest) (*pb.Operation, error) {
	return operations.Get(ctx, s.db, req.GetOperationId())
}

// BatchGetOperations returns several operations.
func (s *Service) BatchGetOperations(
	ctx context.Context, req *pb.BatchGetOperationsRequest,
) (*pb.BatchGetOperationsResponse, error) {
	list, err := operations.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetOperationsResponse{Operations: list}, err
}

// ListOperations lists operations, newest first.
func (s *Service) ListOperations(
	ctx context.Context, req *pb.ListOperationsRequest,
) (*pb.ListOperationsResponse, error) {
	page, err := operations.List(ctx, s.db, req, resource.NewestFirst)
	return &pb.ListOperationsResponse{Operations: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// CancelOperation cancels a running operation. Parts that are done remain done.
func (s *Service) CancelOperation(ctx context.Context, req *pb.CancelOperationRequest) (*pb.Operation, error) {
	finish := func(ctx context.Context, tx *db.Tx, _, o *pb.Operation) error { return s.finish(ctx, tx, o) }
	return operations.Step(ctx, s.db, req.GetOperationId(), "cancel", finish)
}

// finish sets the complete time of an operation that is in its final state, and calls End.
func (s *Service) finish(ctx context.Context, tx *db.Tx, o *pb.Operation) error {
	o.CompleteTime = timestamppb.New(tx.Call().Now())
	if h, known := s.handlers[o.Method]; known {
		return h.End(ctx, tx, o)
	}
	return nil
}
