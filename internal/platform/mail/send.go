package mail

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/paper"
)

// maxRecipients is the largest number of recipients of a Message.
const maxRecipients = 50

// Message is what Send sends: one mail to each recipient.
type Message struct {
	Kind Kind
	// Cause identifies why the mail is sent, such as the id of an event, with up to 200 characters. A
	// recipient gets one mail for a cause.
	Cause string
	To    []message.Address
	// SubjectID is the record that the mail is about, such as an invoice; "" if there is none. Whoever
	// may read it may read the mail. The Reply-To address carries a token of it.
	SubjectID string
	// Language is a two-letter code, optionally with a region, such as de-AT. If it is empty or there
	// are no texts in it, the mail is in English.
	Language string
	Values   template.Values
	// ReplyTo is where replies go if the Reply-To address carries no token; "" means to the sender.
	ReplyTo string
	FileIDs []string
}

// Send stores mails in the transaction of the caller. They are delivered after the commit. It has
// no effect for recipients who already got a mail for the cause.
func Send(ctx context.Context, tx *db.Tx, m Message) error {
	to, err := m.check()
	if err != nil {
		return err
	}
	if err := checkAttachments(ctx, tx, m.FileIDs); err != nil {
		return err
	}
	content, language, err := render(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, recipient := range to {
		if err := sendTo(ctx, tx, m, recipient, content, language); err != nil {
			return err
		}
	}
	return nil
}

// SentFor returns the emails that a cause led to.
func SentFor(ctx context.Context, tx *db.Tx, cause string) ([]string, error) {
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select c.sent_email_id
from platform.email_causes c
where c.org_id = $1
and c.cause = $2
order by c.sent_email_id`, tx.Call().Organization.ID, cause)
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(sentEmails.Prefix(), key)
	}
	return ids, err
}

// check returns the recipients with their addresses in canonical form.
func (m Message) check() ([]message.Address, error) {
	switch {
	case m.Cause == "" || len(m.Cause) > 200:
		return nil, fmt.Errorf("mail: the cause %q must have 1 to 200 characters", m.Cause)
	case len(m.To) > maxRecipients:
		return nil, fault.Invalid(fault.At("to", "must have at most %d recipients", maxRecipients))
	}
	to := make([]message.Address, len(m.To))
	var violations fault.List
	for i, recipient := range m.To {
		email, err := message.ParseEmail(recipient.Email)
		if err != nil {
			violations.Append(fault.At(fmt.Sprintf("to[%d]", i), "%s", err))
		}
		to[i] = message.Address{Name: headerText(recipient.Name), Email: email}
	}
	if m.ReplyTo != "" {
		if _, err := message.ParseEmail(m.ReplyTo); err != nil {
			violations.Append(fault.At("replyTo", "%s", err))
		}
	}
	return to, violations.Err()
}

// checkAttachments refuses files that are too large together.
func checkAttachments(ctx context.Context, tx *db.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	keys, err := fileKeys(ids)
	if err != nil {
		return err
	}
	var size int64
	err = tx.QueryRow(ctx, `
select coalesce(sum(f.size_bytes), 0)::bigint
from platform.files f
where f.org_id = $1
and f.id = any($2)`, tx.Call().Organization.ID, keys).Scan(&size)
	if err == nil && size > message.MaxAttachmentBytes {
		err = fault.Invalid(fault.At("fileIds", "must not exceed %d MiB together", message.MaxAttachmentBytes>>20))
	}
	return err
}

func fileKeys(ids []string) ([]uuid.UUID, error) {
	return id.ParseEach("fil", ids, func(s string) string { return s })
}

// sendTo stores the mail to one recipient, unless the cause already led to one.
func sendTo(
	ctx context.Context, tx *db.Tx, m Message, to message.Address, content *template.Content, language string,
) error {
	key, c := id.New(), tx.Call()
	tag, err := tx.Exec(ctx, `
insert into platform.email_causes (org_id, cause, email_key, sent_email_id)
values ($1, $2, lower($3), $4)
on conflict do nothing`, c.Organization.ID, m.Cause, to.Email, key)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	suppressed, err := isSuppressed(ctx, tx, to.Email, m.Kind.Security)
	if err != nil {
		return err
	}
	r := &pb.SentEmail{
		Id: id.Format("sem", key), EmailKind: m.Kind.Name, SubjectId: m.SubjectID, State: pb.SentEmail_QUEUED,
		RecipientEmail: to.Email, RecipientName: to.Name, Subject: content.Subject, LanguageCode: language,
	}
	if c.PersonID != uuid.Nil {
		r.PersonId = id.Format("prs", c.PersonID)
	}
	if suppressed {
		r.State = pb.SentEmail_SUPPRESSED
	}
	if err := sentEmails.Insert(ctx, tx, r); err != nil {
		return err
	}
	return storeParts(ctx, tx, m, r, content)
}

// storeParts stores what belongs to a mail: its texts, its subject, its files and its place in the
// queue.
func storeParts(ctx context.Context, tx *db.Tx, m Message, r *pb.SentEmail, content *template.Content) error {
	org := tx.Call().Organization.ID
	key, err := id.Parse("sem", r.Id)
	if err != nil {
		return err
	}
	fileIDs, err := fileKeys(m.FileIDs)
	if err != nil {
		return err
	}
	b := tx.Pending()
	b.Queue(`
insert into platform.email_contents (
  org_id, sent_email_id, token_key, text, html, reply_to, digest, security, file_ids
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		org, key, newTokenKey(), content.Text, content.HTML, m.ReplyTo, m.Kind.Digest, m.Kind.Security, fileIDs)
	if m.SubjectID != "" {
		kind, _, _ := strings.Cut(m.SubjectID, "_")
		subject, err := id.Parse(kind, m.SubjectID)
		if err != nil {
			return err
		}
		b.Queue(`
insert into platform.sent_email_subjects (org_id, sent_email_id, kind, subject_key)
values ($1, $2, $3, $4)`, org, key, kind, subject)
	}
	if r.State == pb.SentEmail_QUEUED {
		b.Queue(enqueue, org, key)
	}
	for _, fileID := range m.FileIDs {
		if err := files.Attach(ctx, tx, fileID, r.Id); err != nil {
			return err
		}
	}
	return nil
}

// newTokenKey returns a random number that identifies a mail in its tokens.
func newTokenKey() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // documented never to fail
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

// render renders the texts of a mail. If a template of the organization fails with the values, the
// built-in texts are used, because a mail must not depend on it. Mails about security always have
// the built-in texts.
func render(ctx context.Context, tx *db.Tx, m Message) (*template.Content, string, error) {
	var own map[string]template.Source
	if !m.Kind.Security {
		var err error
		if own, err = organizationTexts(ctx, tx, m.Kind.Name); err != nil {
			return nil, "", err
		}
	}
	c := tx.Call()
	var failures error
	for _, code := range []string{m.Language, paper.BaseOf(m.Language), defaultLanguage} {
		for _, texts := range []map[string]template.Source{own, m.Kind.Texts} {
			source, found := texts[code]
			if !found {
				continue
			}
			l := paper.NewLanguage(code, c.Organization.RegionCode, c.Organization.Zone)
			content, err := template.Render(source, m.Kind.Variables, m.Values, l, c.Organization.DisplayName)
			if err == nil && content.Subject != "" {
				return content, code, nil
			}
			failures = errors.Join(failures, err)
		}
	}
	return nil, "", fmt.Errorf("mail: %s cannot be rendered: %w", m.Kind.Name, failures)
}
