package mail

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// callbackTimeout limits the requests of mail providers and mail programs.
const callbackTimeout = 30 * time.Second

var suppressions = resource.New(table.New("platform.email_suppressions",
	table.Text("email", func(s *pb.EmailSuppression) *string { return &s.Email }).Filter(),
	table.Enum("reason", func(s *pb.EmailSuppression) *pb.EmailSuppression_Reason { return &s.Reason }).Filter(),
	table.Ref("sent_email_id", "sem", func(s *pb.EmailSuppression) *string { return &s.SentEmailId }).Filter(),
)).Open().DeclareEvents("updated")

// CreateEmailSuppression suppresses an address.
func (s *Service) CreateEmailSuppression(
	ctx context.Context, req *pb.CreateEmailSuppressionRequest,
) (*pb.EmailSuppression, error) {
	return suppressions.Create(ctx, s.db, req.GetEmailSuppression(),
		func(_ context.Context, _ *db.Tx, _, r *pb.EmailSuppression) (err error) {
			r.Reason = pb.EmailSuppression_MANUAL
			r.Email, err = checkEmail(r.Email)
			return err
		})
}

// checkEmail returns an address in canonical form, or the violation of the field `email`.
func checkEmail(email string) (string, error) {
	parsed, err := message.ParseEmail(email)
	if err != nil {
		return email, fault.Invalid(fault.At("email", "%s", err))
	}
	return parsed, nil
}

// GetEmailSuppression returns a suppression.
func (s *Service) GetEmailSuppression(
	ctx context.Context, req *pb.GetEmailSuppressionRequest,
) (*pb.EmailSuppression, error) {
	return suppressions.Get(ctx, s.db, req.GetEmailSuppressionId())
}

// BatchGetEmailSuppressions returns several suppressions.
func (s *Service) BatchGetEmailSuppressions(
	ctx context.Context, req *pb.BatchGetEmailSuppressionsRequest,
) (*pb.BatchGetEmailSuppressionsResponse, error) {
	list, err := suppressions.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetEmailSuppressionsResponse{EmailSuppressions: list}, err
}

// ListEmailSuppressions lists suppressions.
func (s *Service) ListEmailSuppressions(
	ctx context.Context, req *pb.ListEmailSuppressionsRequest,
) (*pb.ListEmailSuppressionsResponse, error) {
	page, err := suppressions.List(ctx, s.db, req)
	return &pb.ListEmailSuppressionsResponse{
		EmailSuppressions: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// DeleteEmailSuppression deletes a suppression.
func (s *Service) DeleteEmailSuppression(
	ctx context.Context, req *pb.DeleteEmailSuppressionRequest,
) (*emptypb.Empty, error) {
	return suppressions.Delete(ctx, s.db, req.GetEmailSuppressionId())
}

// isSuppressed reports whether an address gets no mail. Mails about security are also sent to an
// address that unsubscribed.
func isSuppressed(ctx context.Context, tx *db.Tx, email string, security bool) (suppressed bool, err error) {
	return suppressed, tx.QueryRow(ctx, `
select exists (
  select
  from platform.email_suppressions s
  where s.org_id = $1
  and s.email_key = lower($2)
  and not ($3 and s.reason = 'UNSUBSCRIBED')
)`, tx.Call().Organization.ID, email, security).Scan(&suppressed)
}

// suppress suppresses the recipient of a mail. It has no effect if the address is already
// suppressed, except that it replaces UNSUBSCRIBED with a graver reason.
func suppress(ctx context.Context, tx *db.Tx, e *pb.SentEmail, reason pb.EmailSuppression_Reason) error {
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select s.id
from platform.email_suppressions s
where s.org_id = $1
and s.email_key = lower($2)`, tx.Call().Organization.ID, e.RecipientEmail)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		err := suppressions.Insert(ctx, tx, &pb.EmailSuppression{
			Email: e.RecipientEmail, Reason: reason, SentEmailId: e.Id,
		})
		if fault.From(err).Reason == optionsv1.Reason_EMAIL_SUPPRESSIONS_EMAIL_TAKEN {
			return db.RowsChanged("another transaction has suppressed the address")
		}
		return err
	}
	_, err = suppressions.Modify(ctx, tx, id.Format("sup", found[0]), "updated",
		func(_ context.Context, _ *db.Tx, _, r *pb.EmailSuppression) error {
			if r.Reason == pb.EmailSuppression_UNSUBSCRIBED {
				r.Reason, r.SentEmailId = reason, e.Id
			}
			return nil
		})
	return err
}

// UnsubscribeEmail suppresses the recipient of a mail.
func (s *Service) UnsubscribeEmail(ctx context.Context, req *pb.UnsubscribeEmailRequest) (*emptypb.Empty, error) {
	organization, key, ok := parseToken(s.db.Keys(), unsubscribeToken, req.GetToken())
	if !ok {
		return nil, unknownToken()
	}
	c, err := s.callOf(ctx, organization)
	if errors.Is(err, errNoOrganization) {
		return nil, unknownToken()
	}
	if err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.write(call.With(ctx, c), func(ctx context.Context, tx *db.Tx) error {
		found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select c.sent_email_id
from platform.email_contents c
where c.org_id = $1
and c.token_key = $2`, organization, key)
		if err != nil || len(found) == 0 {
			return err
		}
		e, err := sentEmails.Find(ctx, tx, id.Format("sem", found[0]))
		if err != nil {
			return err
		}
		if stop := s.kinds[e.GetEmailKind()].Unsubscribe; stop != nil {
			return stop(ctx, tx, e)
		}
		return suppress(ctx, tx, e, pb.EmailSuppression_UNSUBSCRIBED)
	})
}

func unknownToken() error {
	return fault.InvalidFor(optionsv1.Reason_UNSUBSCRIBE_TOKEN_INVALID, fault.At("token", "was not issued by this server"))
}

// receiveUnsubscribe serves the request of a mail program, whose body is a form (RFC 8058).
func (s *Service) receiveUnsubscribe(ctx context.Context, m proto.Message, _ *http.Request) (proto.Message, error) {
	return s.UnsubscribeEmail(ctx, m.(*pb.UnsubscribeEmailRequest))
}
