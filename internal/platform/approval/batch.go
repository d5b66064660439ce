package approval

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// BatchApproveApprovalRequests approves several approval requests, each by itself.
func (s *Service) BatchApproveApprovalRequests(
	ctx context.Context, req *pb.BatchApproveApprovalRequestsRequest,
) (*pb.BatchApproveApprovalRequestsResponse, error) {
	stored, found, err := db.StoredResponse[*pb.BatchApproveApprovalRequestsResponse](ctx, s.db)
	if found || err != nil {
		return stored, err
	}
	results, err := decideEach(ctx, req.GetIds(), func(ctx context.Context, key string) (*request, error) {
		return s.approve(ctx, key, req.GetNote())
	})
	if err != nil {
		return nil, err
	}
	return storeResponse(ctx, s.db, &pb.BatchApproveApprovalRequestsResponse{Results: results})
}

// BatchRejectApprovalRequests rejects several approval requests, each by itself.
func (s *Service) BatchRejectApprovalRequests(
	ctx context.Context, req *pb.BatchRejectApprovalRequestsRequest,
) (*pb.BatchRejectApprovalRequestsResponse, error) {
	stored, found, err := db.StoredResponse[*pb.BatchRejectApprovalRequestsResponse](ctx, s.db)
	if found || err != nil {
		return stored, err
	}
	results, err := decideEach(ctx, req.GetIds(), func(ctx context.Context, key string) (*request, error) {
		return s.reject(ctx, key, req.GetReason())
	})
	if err != nil {
		return nil, err
	}
	return storeResponse(ctx, s.db, &pb.BatchRejectApprovalRequestsResponse{Results: results})
}

// decideEach decides requests one after another, each in its own transaction. A refusal is the
// result of its request; any other error ends the batch.
func decideEach(
	ctx context.Context, ids []string, decide func(ctx context.Context, key string) (*request, error),
) ([]*pb.ApprovalResult, error) {
	results := make([]*pb.ApprovalResult, len(ids))
	for i, key := range ids {
		own := *call.From(ctx)
		own.IdempotencyKey, own.Etags = "", nil
		results[i] = &pb.ApprovalResult{ApprovalRequestId: key}
		decided, err := decide(call.With(ctx, &own), key)
		var refusal *fault.Error
		switch {
		case err == nil:
			results[i].ApprovalRequest = decided
		case errors.As(err, &refusal):
			results[i].Error = &pb.ApprovalResult_Error{Reason: refusal.Reason.String(), Message: refusal.Message}
		default:
			return nil, err
		}
	}
	return results, nil
}

// storeResponse stores the response of a batch under the idempotency key of the call, if it has
// one. If the server dies before, a retry decides the remaining requests; those that were decided
// are then refused.
func storeResponse[R proto.Message](ctx context.Context, d *db.DB, response R) (R, error) {
	if c := call.From(ctx); c.IdempotencyKey == "" || c.ValidateOnly {
		return response, nil
	}
	return db.Write(ctx, d, func(context.Context, *db.Tx) (R, error) { return response, nil })
}
