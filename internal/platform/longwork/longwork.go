// Package longwork owns long work: the Operation resource, and the doing of it part by
// part behind the requests. It promises that each part is done once, in a unit of work of
// its own that stores the progress too, whatever server is killed on the way; that work
// which cannot go on ends and says why; that a canceled one does nothing more; and that each
// part has the rights which the person who began the work has at that moment. What a part
// is, and what an end means for the result, is left to the Work of each kind.
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
).Rank(db.RankWork)).Lifecycle(life).DeclareEvents("created", "succeeded", "failed").Owner("person_id")

var running = []pb.Operation_State{pb.Operation_RUNNING}

// life is what a caller may do; operations end of themselves otherwise.
var life = state.New(func(r *pb.Operation) *pb.Operation_State { return &r.State }, []state.Step[pb.Operation_State]{
	{Verb: "cancel", Event: "canceled", From: running, To: pb.Operation_CANCELED},
})

// Work is how operations of one kind are done.
type Work struct {
	// Method is the RPC, without its leading slash, that begins them.
	Method string
	// Step does the next parts, in a unit of work of its own, and raises DoneCount by as
	// many. It is over when that is TotalCount. A refusal ends the operation as FAILED. The
	// call is one of the person who began the work, with what they may do now; of the server
	// itself if no person began it.
	Step func(ctx context.Context, tx *db.Tx, o *pb.Operation) error
	// End tells the result how the operation ended, in the same unit of work.
	End func(ctx context.Context, tx *db.Tx, o *pb.Operation) error
}

// Service implements OperationsService.
type Service struct {
	pb.UnsafeOperationsServiceServer
	db    *db.DB
	works map[string]Work
}

// New makes the service for all kinds of work that there are.
func New(d *db.DB, works ...Work) *Service {
	s := &Service{db: d, works: map[string]Work{}}
	for _, w := range works {
		s.works[w.Method] = w
	}
	return s
}

// Kinds are the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{operations} }

// Start begins work of the calling method on a record, in so many parts. It is done once
// the unit of work is committed.
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

// GetOperation answers one operation.
func (s *Service) GetOperation(ctx context.Context, req *pb.GetOperationRequest) (*pb.Operation, error) {
	return operations.Get(ctx, s.db, req.GetOperationId())
}

// BatchGetOperations answers several operations.
func (s *Service) BatchGetOperations(ctx context.Context, req *pb.BatchGetOperationsRequest) (*pb.BatchGetOperationsResponse, error) {
	list, err := operations.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetOperationsResponse{Operations: list}, err
}

// ListOperations answers a page of operations, newest first.
func (s *Service) ListOperations(ctx context.Context, req *pb.ListOperationsRequest) (*pb.ListOperationsResponse, error) {
	page, err := operations.List(ctx, s.db, req, resource.NewestFirst)
	return &pb.ListOperationsResponse{Operations: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// CancelOperation ends an operation before its end.
func (s *Service) CancelOperation(ctx context.Context, req *pb.CancelOperationRequest) (*pb.Operation, error) {
	return operations.Step(ctx, s.db, req.GetOperationId(), "cancel", func(ctx context.Context, tx *db.Tx, _, o *pb.Operation) error {
		return s.end(ctx, tx, o)
	})
}

// end completes an operation whose state says how, and tells its result.
func (s *Service) end(ctx context.Context, tx *db.Tx, o *pb.Operation) error {
	o.CompleteTime = timestamppb.New(tx.Call().Now())
	if w, known := s.works[o.Method]; known {
		return w.End(ctx, tx, o)
	}
	return nil
}
