package notification

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
)

// remindsOf reports whether digests remind a person of a record, after a notification of a kind.
func remindsOf(ctx context.Context, tx *db.Tx, k Kind, person uuid.UUID, subjectID string) (bool, error) {
	if k.Reminds == nil {
		return false, nil
	}
	found, err := k.Reminds(ctx, tx, person, []string{subjectID})
	return len(found) > 0, err
}

// wantsReminders reports whether a person gets reminders of a kind in digests.
func (p preferences) wantsReminders(k Kind) bool {
	return !p.GetDigestOff() && p.mode(k, pb.NotificationPreferences_EMAIL) != pb.NotificationPreferences_OFF
}

// holdingReminders returns those of the reminders in a digest that still hold. It asks each kind
// once.
func (s *Service) holdingReminders(
	ctx context.Context, tx *db.Tx, person uuid.UUID, entries []digestEntry, reminders map[uuid.UUID]bool,
) (map[uuid.UUID]bool, error) {
	subjects := map[string][]string{}
	for _, e := range entries {
		if reminders[e.ID] {
			subjects[e.NotificationKind] = append(subjects[e.NotificationKind], e.SubjectID)
		}
	}
	holding := map[uuid.UUID]bool{}
	for name, ids := range subjects {
		k := s.kinds[name]
		if k.Reminds == nil { // an older version of the server had it
			continue
		}
		found, err := k.Reminds(ctx, tx, person, ids)
		if err != nil {
			return nil, err
		}
		still := map[string]bool{}
		for _, subject := range found {
			still[subject] = true
		}
		for _, e := range entries {
			if e.NotificationKind == name && reminders[e.ID] && still[e.SubjectID] {
				holding[e.ID] = true
			}
		}
	}
	return holding, nil
}
