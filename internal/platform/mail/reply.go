package mail

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/secret"
)

// ParseReplyAddress parses the part of a Reply-To address before the @. It returns the organization
// and the key of the mail that it belongs to. ok is false if the server did not issue the address.
func ParseReplyAddress(keys *secret.Master, local string) (organization uuid.UUID, key int64, ok bool) {
	token, isReply := strings.CutPrefix(strings.ToLower(local), replyPrefix)
	if !isReply {
		return organization, 0, false
	}
	return parseToken(keys, replyToken, token)
}

// FindByReplyKey returns the mail of the key in a Reply-To address, nil if there is none.
func FindByReplyKey(ctx context.Context, tx *db.Tx, key int64) (*pb.SentEmail, error) {
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select c.sent_email_id
from platform.email_contents c
where c.org_id = $1
and c.token_key = $2`, tx.Call().Organization.ID, key)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return sentEmails.Find(ctx, tx, id.Format("sem", found[0]))
}

// RecordReturn records that a mail of the organization was returned, or is late, as a message of
// the recipient's server says. It returns the mail, nil if the message is about no mail to the
// recipient. The address of a returned mail is suppressed.
func (s *Service) RecordReturn(
	ctx context.Context, tx *db.Tx, messageID, recipient string, event pb.EmailEvent_Type, detail string,
) (*pb.SentEmail, error) {
	organization, sentEmailID, ok := s.parseMessageID(messageID)
	if !ok || organization != tx.Call().Organization.ID {
		return nil, nil
	}
	found, err := sentEmails.Load(ctx, tx, []string{sentEmailID})
	if err != nil {
		return nil, err
	}
	r, exists := found[0].Record.(*pb.SentEmail)
	if !exists || !strings.EqualFold(r.RecipientEmail, recipient) {
		return nil, nil
	}
	if event == pb.EmailEvent_TYPE_UNSPECIFIED {
		return r, nil
	}
	return r, applyEvent(ctx, tx, sentEmailID, &pb.EmailEvent{Type: event, Detail: detail})
}
