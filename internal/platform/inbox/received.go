package inbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/inbox/incoming"
	"backoffice/internal/platform/inbox/replytext"
	"backoffice/internal/platform/inbox/senderauth"
)

// received is a message with its contents stored, before it has a record.
type received struct {
	*incoming.Message
	auth senderauth.Result
	// raw is the whole message, and files are its attachments.
	raw   *pb.File
	files []*pb.File
	// digest identifies the message at its target.
	digest []byte
	// text is the whole plain text, and reply what is new in it.
	text, reply string
	truncated   bool
}

// receive checks and stores a message that was delivered to a target. duplicate is true if it was
// received before; the message is then the earlier one.
func (s *Service) receive(
	ctx context.Context, to *target, envelopeSender string, raw []byte,
) (m *message, duplicate bool, err error) {
	parsed := incoming.Parse(raw)
	parsed.Automatic = parsed.Automatic || incoming.IsNullSender(envelopeSender)
	r, err := s.store(ctx, parsed, raw, to.recipient)
	if err != nil {
		return nil, false, err
	}
	if from, ok := onlySender(parsed); ok {
		r.auth = s.senders.Check(ctx, raw, from[strings.LastIndexByte(from, '@')+1:], parsed.AuthenticationResults)
	} else {
		r.auth.Detail = "from=ambiguous"
	}
	m, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*message, error) {
		var earlier *message
		m := r.newMessage()
		if earlier, err = claimDigest(ctx, tx, r.digest, m.Id); earlier != nil || err != nil {
			duplicate = earlier != nil
			return earlier, err
		}
		duplicate = false
		if err := s.recordReturn(ctx, tx, m, r, to); err != nil {
			return nil, err
		}
		if m.SenderId, err = findPerson(ctx, tx, m.FromEmail); err != nil {
			return nil, err
		}
		if to.address != nil {
			m.Source, m.InboundAddressId = pb.InboundMessage_ADDRESS, to.address.Id
			m.Purpose, m.OwnerId = to.address.Purpose, to.address.OwnerId
			return m, s.insert(ctx, tx, m, r)
		}
		m.Source, m.SentEmailId, m.SubjectId = pb.InboundMessage_REPLY, to.email.Id, to.email.SubjectId
		return m, s.receiveReply(ctx, tx, m, r, to)
	})
	return m, duplicate, err
}

// onlySender returns the address of the sender. ok is false if the header names no sender or
// several, or if others may read another one in it.
func onlySender(m *incoming.Message) (email string, ok bool) {
	if len(m.From) != 1 || m.HeaderBroken {
		return "", false
	}
	return m.From[0].Email, true
}

// store stores the contents of a message durably.
func (s *Service) store(ctx context.Context, m *incoming.Message, raw []byte, target string) (*received, error) {
	r := &received{Message: m, digest: digestOf(m, raw, target)}
	var err error
	if r.raw, err = s.files.Store(ctx, "message.eml", files.MessageType, raw); err != nil {
		return nil, err
	}
	for _, f := range m.Files {
		stored, err := s.files.Store(ctx, f.Name, f.MediaType, f.Content)
		if err != nil {
			return nil, err
		}
		r.files = append(r.files, stored)
	}
	r.text, r.reply = m.Text, replytext.FromText(m.Text)
	if strings.TrimSpace(m.Text) == "" {
		r.text, r.reply = replytext.ToText(m.HTML), replytext.FromHTML(m.HTML)
	}
	var cutText, cutReply bool
	r.text, cutText = incoming.Cut(strings.TrimSpace(r.text), incoming.MaxTextChars)
	r.reply, cutReply = incoming.Cut(r.reply, incoming.MaxTextChars)
	r.truncated = m.Truncated || cutText || cutReply
	return r, nil
}

// digestOf returns what identifies a message at a target. The header fields that servers add on the
// way are left out, so that a message that is delivered again has the same digest.
func digestOf(m *incoming.Message, raw []byte, target string) []byte {
	h := sha256.New()
	for _, part := range []string{target, m.MessageID, m.Subject, m.Date.UTC().String(), strings.Join(m.To, ",")} {
		h.Write([]byte(part + "\x00"))
	}
	for _, a := range m.From {
		h.Write([]byte(a.Email + "\x00"))
	}
	h.Write(bytes.ReplaceAll(incoming.Body(raw), []byte("\r\n"), []byte("\n")))
	return h.Sum(nil)
}

// claimDigest takes the digest for a new message. It returns the message that has it already, nil
// if none does. A message that is received concurrently is waited for.
func claimDigest(ctx context.Context, tx *db.Tx, digest []byte, messageID string) (*message, error) {
	key, err := id.Parse("inm", messageID)
	if err != nil {
		return nil, err
	}
	org := tx.Call().Organization.ID
	tag, err := tx.Exec(ctx, `
insert into platform.inbound_digests (org_id, digest, inbound_message_id)
values ($1, $2, $3)
on conflict do nothing`, org, digest, key)
	if err != nil || tag.RowsAffected() == 1 {
		return nil, err
	}
	if err := tx.QueryRow(ctx, `
select d.inbound_message_id
from platform.inbound_digests d
where d.org_id = $1
and d.digest = $2`, org, digest).Scan(&key); err != nil {
		return nil, err
	}
	return messages.Find(ctx, tx, id.Format("inm", key))
}

// newMessage returns the record of a message that waits in the inbox.
func (r *received) newMessage() *message {
	m := &message{
		Id: id.Format("inm", id.New()), State: pb.InboundMessage_NEW, ToEmails: r.To, CcEmails: r.Cc,
		Subject: r.Subject, MessageId: r.MessageID, Text: r.text, ReplyText: r.reply, Automatic: r.Automatic,
		Bounce: r.Report != nil, Malformed: r.Malformed, Truncated: r.truncated,
		SenderVerified: r.auth.Verified, Authentication: r.auth.Detail,
	}
	if len(r.From) > 0 {
		m.FromName, m.FromEmail = r.From[0].Name, r.From[0].Email
	}
	if !r.Date.IsZero() {
		m.SendTime = timestamppb.New(r.Date)
	}
	return m
}

// findPerson returns the active person with an address, "" if there is none.
func findPerson(ctx context.Context, tx *db.Tx, email string) (string, error) {
	if email == "" {
		return "", nil
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from platform.persons p
where p.org_id = $1
and p.email = $2
and p.email <> ''
and p.archive_time is null`, tx.Call().Organization.ID, email)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return id.Format("prs", found[0]), nil
}

// insertFiles inserts the files of a message for the caller of the transaction.
func (s *Service) insertFiles(ctx context.Context, tx *db.Tx, m *message, r *received) error {
	raw, err := s.files.InsertStored(ctx, tx, r.raw)
	if err != nil {
		return err
	}
	m.RawFileId = raw.Id
	for _, f := range r.files {
		stored, err := s.files.InsertStored(ctx, tx, f)
		if err != nil {
			return err
		}
		m.FileIds = append(m.FileIds, stored.Id)
	}
	return nil
}

// insert inserts a message with its files, unless they are inserted already. Whoever may read the
// message may read its files.
func (s *Service) insert(ctx context.Context, tx *db.Tx, m *message, r *received) error {
	if m.RawFileId == "" {
		if err := s.insertFiles(ctx, tx, m, r); err != nil {
			return err
		}
	}
	if err := messages.Insert(ctx, tx, m); err != nil {
		return err
	}
	for _, fileID := range append([]string{m.RawFileId}, m.FileIds...) {
		if err := files.Attach(ctx, tx, fileID, m.Id); err != nil {
			return err
		}
	}
	return nil
}

// recordReturn notes that an email of the server was returned, as the message reports. The report
// must be about an email to the recipient that it names; a reply address accepts only reports about
// its own email.
func (s *Service) recordReturn(ctx context.Context, tx *db.Tx, m *message, r *received, to *target) error {
	if r.Report == nil || to.email != nil && to.email.MessageId != r.Report.MessageID {
		return nil
	}
	event := pb.EmailEvent_TYPE_UNSPECIFIED
	switch {
	case r.Report.Failed:
		event = pb.EmailEvent_BOUNCED
	case r.Report.Delayed:
		event = pb.EmailEvent_DEFERRED
	}
	email, err := s.mails.RecordReturn(ctx, tx, r.Report.MessageID, r.Report.Recipient, event, r.Report.Detail)
	if err == nil && email != nil {
		m.SentEmailId = email.Id
	}
	return err
}

// callerKey returns the caller's person for what must differ from person to person.
func callerKey(ctx context.Context) string { return id.Format("prs", call.From(ctx).PersonID) }
