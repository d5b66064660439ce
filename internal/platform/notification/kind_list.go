package notification

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
)

// ListNotificationKinds lists the kinds of notification, with the modes that the caller's
// preferences lead to.
func (s *Service) ListNotificationKinds(
	ctx context.Context, _ *pb.ListNotificationKindsRequest,
) (*pb.ListNotificationKindsResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListNotificationKindsResponse, error) {
		person := tx.Call().PersonID
		preferred, err := preferencesOf(ctx, tx, []uuid.UUID{person})
		if err != nil {
			return nil, err
		}
		res := &pb.ListNotificationKindsResponse{}
		for _, k := range s.sortedKinds() {
			res.NotificationKinds = append(res.NotificationKinds, kindToProto(k, preferred[person]))
		}
		return res, nil
	})
}

// kindToProto returns a kind as the API describes it to a person.
func kindToProto(k Kind, p preferences) *pb.NotificationKind {
	out := &pb.NotificationKind{Name: k.Name, Category: k.Category, Description: k.Description, Mutable: k.IsMutable()}
	for _, c := range channels {
		out.Channels = append(out.Channels, &pb.NotificationKind_ChannelMode{
			Channel: c, Mode: p.mode(k, c), DefaultMode: k.DefaultMode(c),
		})
	}
	return out
}
