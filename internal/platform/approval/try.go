package approval

import (
	"cmp"
	"context"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

const (
	// defaultTried is the number of records on which a condition is tried by default, maxNamed the
	// number of records that the result names.
	defaultTried, maxNamed = 100, 20
)

// TryApprovalCondition tries a condition on the latest records whose step was executed.
func (s *Service) TryApprovalCondition(
	ctx context.Context, req *pb.TryApprovalConditionRequest,
) (*pb.TryApprovalConditionResponse, error) {
	kind, known := s.kinds[req.GetApprovalKind()]
	if !known {
		return nil, s.unknownKind()
	}
	if kind.records().ReadReach(call.From(ctx)) != call.All {
		return nil, fault.PermissionMissing(kind.records().ReadPermission())
	}
	c, err := kind.compile(req.GetCondition())
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TryApprovalConditionResponse, error) {
		ids, facts, err := kind.recent(ctx, tx, int(cmp.Or(req.GetRecordCount(), defaultTried)))
		if err != nil {
			return nil, err
		}
		res := &pb.TryApprovalConditionResponse{TriedCount: int32(len(ids))}
		for i, key := range ids {
			met, failed := c.evaluate(facts[i])
			if failed {
				res.FailedCount++
			}
			if met {
				res.MetCount++
				if len(res.SubjectIds) < maxNamed {
					res.SubjectIds = append(res.SubjectIds, key)
				}
			}
		}
		return res, nil
	})
}
