package inbox

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
)

// Permissions that a sender needs for a comment with attachments.
const (
	writeComments    = "platform.comments.write"
	writeAttachments = "platform.attachments.write"
)

// receiveReply makes a reply a comment of its sender on the record that the email was about. A
// reply that cannot be one waits in the inbox with the reason.
func (s *Service) receiveReply(ctx context.Context, tx *db.Tx, m *message, r *received, to *target) error {
	system := tx.Call()
	sender, err := commenter(ctx, tx, m, r, to)
	if err != nil {
		return err
	}
	if sender != nil {
		tx.ActAs(sender)
		err = s.comment(ctx, tx, m, r)
		tx.ActAs(system)
		if err != nil {
			return err
		}
	}
	return s.insert(ctx, tx, m, r)
}

// commenter returns the call in which the reply is added as a comment. It returns nil, and sets the
// reason in the message, if the reply must not become one.
func commenter(ctx context.Context, tx *db.Tx, m *message, r *received, to *target) (*call.Call, error) {
	switch {
	case m.Automatic:
		m.HoldReason = pb.InboundMessage_AUTOMATIC_MESSAGE
	case m.SenderId == "":
		m.HoldReason = pb.InboundMessage_SENDER_UNKNOWN
	case !m.SenderVerified:
		m.HoldReason = pb.InboundMessage_SENDER_UNVERIFIED
	case !isAddressed(r, to.recipient):
		m.HoldReason = pb.InboundMessage_NOT_ADDRESSED
	case m.ReplyText == "" && len(r.files) == 0:
		m.HoldReason = pb.InboundMessage_EMPTY
	}
	if m.HoldReason != 0 {
		return nil, nil
	}
	key, err := id.Parse("prs", m.SenderId)
	if err != nil {
		return nil, err
	}
	calls, err := identity.CallsOf(ctx, tx, []uuid.UUID{key})
	if err != nil {
		return nil, err
	}
	mayWrite := len(calls) == 1 && calls[0].Allows(writeComments)
	if !mayWrite || len(r.files) > 0 && !calls[0].Allows(writeAttachments) {
		m.HoldReason = pb.InboundMessage_SENDER_CANNOT_COMMENT
		return nil, nil
	}
	if err := checkReadable(ctx, tx, m, calls[0]); err != nil || m.HoldReason != 0 {
		return nil, err
	}
	return calls[0], nil
}

// isAddressed reports whether the sender addressed the message to the recipient. Otherwise a
// message of a person could be passed on to a reply address by whoever received it. A signature
// must cover the field that names the recipient.
func isAddressed(r *received, recipient string) bool {
	covered := func(field string) bool {
		return r.auth.SignedFields == nil || slices.Contains(r.auth.SignedFields, field)
	}
	return slices.Contains(r.To, recipient) && covered("to") || slices.Contains(r.Cc, recipient) && covered("cc")
}

// checkReadable sets the reason why the sender cannot comment if the record does not exist or the
// sender may not read it.
func checkReadable(ctx context.Context, tx *db.Tx, m *message, sender *call.Call) error {
	system := tx.Call()
	tx.ActAs(sender)
	defer tx.ActAs(system)
	found, err := resource.LoadSubjects(ctx, tx, []string{m.SubjectId})
	switch {
	case err != nil:
		return err
	case found[0].Record == nil:
		m.HoldReason = pb.InboundMessage_SUBJECT_DELETED
	case !found[0].Readable:
		m.HoldReason = pb.InboundMessage_SENDER_CANNOT_COMMENT
	}
	return nil
}

// comment adds the comment and the attachments of a reply as its sender. If the comment is refused,
// the message keeps the reason, and nothing is added.
func (s *Service) comment(ctx context.Context, tx *db.Tx, m *message, r *received) error {
	c := &pb.Comment{SubjectId: m.SubjectId, BodyMarkdown: cutComment(toMarkdown(m.ReplyText))}
	if c.BodyMarkdown != "" {
		switch err := collaboration.AddComment(ctx, tx, c); {
		case isRefusal(err):
			m.HoldReason = pb.InboundMessage_COMMENT_REFUSED
			return nil
		case err != nil:
			return err
		}
		m.CommentId = c.Id
	}
	if err := s.insertFiles(ctx, tx, m, r); err != nil {
		return err
	}
	m.State, m.FileTime = pb.InboundMessage_FILED, timestamppb.New(tx.Call().Now())
	return attachAll(ctx, tx, m.FileIds, m.SubjectId)
}

// isRefusal reports whether an error refuses a request, rather than being a fault of the server.
func isRefusal(err error) bool {
	var e *fault.Error
	refusals := []codes.Code{codes.InvalidArgument, codes.FailedPrecondition, codes.NotFound, codes.PermissionDenied}
	return errors.As(err, &e) && slices.Contains(refusals, e.Code)
}
