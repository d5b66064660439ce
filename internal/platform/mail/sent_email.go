package mail

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

var sentEmails = resource.New(table.New("platform.sent_emails",
	table.Text("email_kind", func(e *pb.SentEmail) *string { return &e.EmailKind }).Filter(),
	table.Text("subject_id", func(e *pb.SentEmail) *string { return &e.SubjectId }).Filter(),
	table.Ref("person_id", "prs", func(e *pb.SentEmail) *string { return &e.PersonId }).Filter(),
	table.Text("recipient_email", func(e *pb.SentEmail) *string { return &e.RecipientEmail }).Filter(),
	table.Text("recipient_name", func(e *pb.SentEmail) *string { return &e.RecipientName }),
	table.Text("subject", func(e *pb.SentEmail) *string { return &e.Subject }),
	table.Text("language_code", func(e *pb.SentEmail) *string { return &e.LanguageCode }),
	table.Enum("state", func(e *pb.SentEmail) *pb.SentEmail_State { return &e.State }).Filter(),
	table.Int32("attempt_count", func(e *pb.SentEmail) *int32 { return &e.AttemptCount }),
	table.Text("last_error", func(e *pb.SentEmail) *string { return &e.LastError }),
	table.Text("message_id", func(e *pb.SentEmail) *string { return &e.MessageId }),
	table.Timestamp("send_time", func(e *pb.SentEmail) **timestamp { return &e.SendTime }).Filter(),
)).Owner("person_id").Lifecycle(sentEmailLifecycle).Guard("retry", guardRetry).
	DeclareEvents("created", "sent", "deferred", "failed", "suppressed", "delivered", "bounced", "complained")

var sentEmailLifecycle = state.New(func(e *pb.SentEmail) *pb.SentEmail_State { return &e.State },
	[]state.Step[pb.SentEmail_State]{{
		Verb: "retry", Event: "retried",
		From: []pb.SentEmail_State{pb.SentEmail_FAILED, pb.SentEmail_BOUNCED, pb.SentEmail_SUPPRESSED},
		To:   pb.SentEmail_QUEUED,
	}})

// guardRetry refuses emails to suppressed addresses.
func guardRetry(ctx context.Context, tx *db.Tx, list []*pb.SentEmail) ([]error, error) {
	keys, emails := make([]uuid.UUID, len(list)), make([]string, len(list))
	for i, e := range list {
		key, err := id.Parse("sem", e.Id)
		if err != nil {
			return nil, err
		}
		keys[i], emails[i] = key, e.RecipientEmail
	}
	// Only a comparison of plain values can use the index under row-level security.
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
with r as materialized (
  select u.id, lower(u.email) as email_key
  from unnest($2::uuid[], $3::text[]) as u (id, email)
)
select r.id
from r
join platform.email_suppressions s on s.org_id = $1 and s.email_key = r.email_key
left join platform.email_contents c on c.org_id = $1 and c.sent_email_id = r.id
where not (coalesce(c.security, false) and s.reason = 'UNSUBSCRIBED')`, tx.Call().Organization.ID, keys, emails)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(list))
	for i, e := range list {
		if slices.Contains(found, keys[i]) {
			refusals[i] = fault.Refuse(optionsv1.Reason_EMAIL_RECIPIENT_SUPPRESSED,
				"%s gets no email. Delete its suppression first.", e.RecipientEmail).WithSubject(e.Id)
		}
	}
	return refusals, nil
}

// GetSentEmail returns an email.
func (s *Service) GetSentEmail(ctx context.Context, req *pb.GetSentEmailRequest) (*pb.SentEmail, error) {
	return s.readOne(ctx, req.GetSentEmailId())
}

// BatchGetSentEmails returns several emails.
func (s *Service) BatchGetSentEmails(
	ctx context.Context, req *pb.BatchGetSentEmailsRequest,
) (*pb.BatchGetSentEmailsResponse, error) {
	list, err := s.read(ctx, req.GetIds()...)
	return &pb.BatchGetSentEmailsResponse{SentEmails: list}, err
}

// ListSentEmails lists the emails that the caller may read.
func (s *Service) ListSentEmails(
	ctx context.Context, req *pb.ListSentEmailsRequest,
) (*pb.ListSentEmailsResponse, error) {
	page, err := sentEmails.List(ctx, s.db, req, addReadableSubjects)
	return &pb.ListSentEmailsResponse{SentEmails: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// GetSentEmailContent returns the text of an email. That of an email about security is for its
// recipient only: it may contain a code that proves who can read the mailbox.
func (s *Service) GetSentEmailContent(
	ctx context.Context, req *pb.GetSentEmailContentRequest,
) (*pb.EmailContent, error) {
	e, err := s.readOne(ctx, req.GetSentEmailId())
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.EmailContent, error) {
		parts, err := loadParts(ctx, tx, e.Id)
		if parts.Security {
			return &pb.EmailContent{Subject: e.Subject}, err
		}
		return &pb.EmailContent{Subject: e.Subject, Text: parts.Text, Html: parts.HTML}, err
	})
}

// RetrySentEmail puts an email into the queue again.
func (s *Service) RetrySentEmail(ctx context.Context, req *pb.RetrySentEmailRequest) (*pb.SentEmail, error) {
	return sentEmails.Step(ctx, s.db, req.GetSentEmailId(), "retry",
		func(_ context.Context, tx *db.Tx, _, e *pb.SentEmail) error {
			key, err := id.Parse("sem", e.Id)
			tx.Pending().Queue(enqueue, tx.Call().Organization.ID, key)
			return err
		})
}

// addReadableSubjects extends a list of the emails that the caller caused by those whose subject
// the caller may read.
func addReadableSubjects(ctx context.Context, tx *db.Tx, q *table.Query) (err error) {
	if sentEmails.ReadReach(tx.Call()) != call.All {
		q.Linked, err = resource.ReadableLinks(ctx, tx, "platform.sent_email_subjects", "sent_email_id")
	}
	return err
}

// read returns emails in the order requested. It fails with NOT_FOUND for an email that the caller
// neither caused nor may read through its subject.
func (s *Service) read(ctx context.Context, ids ...string) ([]*pb.SentEmail, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]*pb.SentEmail, error) {
		found, err := sentEmails.Load(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		subjects := make([]string, len(ids))
		for i, f := range found {
			if f.Record == nil {
				return nil, sentEmails.Table().NotFound(ids[i])
			}
			subjects[i] = f.Record.(*pb.SentEmail).SubjectId
		}
		about, err := resource.LoadSubjects(ctx, tx, subjects)
		if err != nil {
			return nil, err
		}
		for i, f := range found {
			if !f.Readable && !about[i].Readable {
				return nil, sentEmails.Table().NotFound(ids[i])
			}
		}
		return sentEmails.FindMany(ctx, tx, ids)
	})
}

// readOne is read for one email.
func (s *Service) readOne(ctx context.Context, sentEmailID string) (*pb.SentEmail, error) {
	found, err := s.read(ctx, sentEmailID)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}
