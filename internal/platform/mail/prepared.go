package mail

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail/message"
)

// prepared is a mail that is ready to be composed. skip is true if it is not to be sent.
type prepared struct {
	id      string
	key     uuid.UUID
	message message.Message
	skip    bool
}

// parts are what belongs to a mail besides its record.
type parts struct {
	TokenKey         int64
	Text, HTML       string
	ReplyTo          string
	Digest, Security bool
	FileIDs          []uuid.UUID
}

func loadParts(ctx context.Context, tx *db.Tx, sentEmailID string) (p parts, err error) {
	key, err := id.Parse("sem", sentEmailID)
	if err != nil {
		return p, err
	}
	return p, tx.QueryRow(ctx, `
select c.token_key, c.text, c.html, c.reply_to, c.digest, c.security, c.file_ids
from platform.email_contents c
where c.org_id = $1
and c.sent_email_id = $2`, tx.Call().Organization.ID, key).
		Scan(&p.TokenKey, &p.Text, &p.HTML, &p.ReplyTo, &p.Digest, &p.Security, &p.FileIDs)
}

// prepare reads a claimed mail. It skips a mail that is no longer queued, and one to an address
// that was suppressed since.
func (s *Service) prepare(ctx context.Context, m claimed) (p prepared, err error) {
	var found parts
	p = prepared{id: id.Format("sem", m.SentEmailID), key: m.SentEmailID}
	err = s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if found, err = loadParts(ctx, tx, p.id); err != nil {
			return err
		}
		e, err := sentEmails.Find(ctx, tx, p.id)
		if err != nil {
			return err
		}
		if p.skip, err = s.checkStillDue(ctx, tx, e, found); err != nil || p.skip {
			tx.Pending().Queue(dequeue, tx.Call().Organization.ID, p.key)
			return err
		}
		if e.MessageId == "" {
			e.MessageId = s.messageID(tx.Call(), e.Id)
			tx.Pending().Queue(setMessageID, tx.Call().Organization.ID, p.key, e.MessageId)
		}
		p.message, err = s.messageOf(ctx, tx, e, found)
		return err
	})
	if err != nil || p.skip {
		return p, err
	}
	p.message.Attachments, err = s.readAttachments(ctx, found.FileIDs)
	return p, err
}

// setMessageID gives a mail its Message-ID before the first attempt. It keeps the version, because
// the attempt changes the mail anyway.
const setMessageID = `
update platform.sent_emails
set message_id = $3
where org_id = $1
and id = $2`

// checkStillDue reports whether a mail must not be sent. It marks a mail to a suppressed address.
func (s *Service) checkStillDue(ctx context.Context, tx *db.Tx, e *pb.SentEmail, p parts) (skip bool, err error) {
	if e.State != pb.SentEmail_QUEUED {
		return true, nil
	}
	suppressed, err := isSuppressed(ctx, tx, e.RecipientEmail, p.Security)
	if err != nil || !suppressed {
		return false, err
	}
	_, err = sentEmails.Modify(ctx, tx, e.Id, "suppressed", func(_ context.Context, _ *db.Tx, _, e *pb.SentEmail) error {
		e.State = pb.SentEmail_SUPPRESSED
		return nil
	})
	return true, err
}

// messageOf returns the mail without its attachments.
func (s *Service) messageOf(ctx context.Context, tx *db.Tx, e *pb.SentEmail, p parts) (message.Message, error) {
	from, err := s.senderOf(ctx, tx)
	if err != nil {
		return message.Message{}, err
	}
	c := tx.Call()
	m := message.Message{
		ID: e.MessageId, Date: e.CreateTime.AsTime(), From: from, Subject: e.Subject, Text: p.Text, HTML: p.HTML,
		To: message.Address{Name: e.RecipientName, Email: e.RecipientEmail}, ReplyTo: p.ReplyTo,
	}
	// A reply to an email about security, such as an automatic one, could quote a code.
	if s.options.InboundDomain != "" && e.SubjectId != "" && !p.Security {
		m.ReplyTo = replyPrefix + newToken(tx.Keys(), replyToken, c.Organization.ID,
			p.TokenKey) + "@" + s.options.InboundDomain
	}
	if s.options.PublicURL != "" && p.Digest {
		m.UnsubscribeURL = s.options.PublicURL + "/v1/emailSuppressions:unsubscribe?token=" +
			newToken(tx.Keys(), unsubscribeToken, c.Organization.ID, p.TokenKey)
	}
	return m, nil
}

// readAttachments reads the files of a mail, outside of a transaction.
func (s *Service) readAttachments(ctx context.Context, keys []uuid.UUID) (out []message.Attachment, err error) {
	found, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (found []*pb.File, err error) {
		for _, key := range keys {
			f, err := s.files.Resolve(ctx, tx, "fileIds", id.Format("fil", key))
			if err != nil {
				return nil, err
			}
			found = append(found, f)
		}
		return found, nil
	})
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		content, err := s.files.Read(ctx, call.From(ctx), f)
		if err != nil {
			return nil, err
		}
		out = append(out, message.Attachment{Name: f.FileName, MediaType: f.MediaType, Content: content})
	}
	return out, nil
}
