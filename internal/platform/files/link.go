package files

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/rpc"
)

// SignLink returns a link to a file that a browser can open without a credential.
func (s *Service) SignLink(ctx context.Context, req *pb.SignLinkRequest) (*pb.SignLinkResponse, error) {
	link, expireTime, err := rpc.SignLink(call.From(ctx), s.db.Keys(), req.GetPath())
	if err != nil {
		return nil, err
	}
	return &pb.SignLinkResponse{Link: link, ExpireTime: timestamppb.New(expireTime)}, nil
}
