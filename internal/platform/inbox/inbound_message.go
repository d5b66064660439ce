package inbox

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

// transferTimeout is how long a sender may take to send a message.
const transferTimeout = 2 * time.Minute

type message = pb.InboundMessage

// The texts of messages are not recorded in events, because they may have to be erased.
var messages = resource.New(table.New("platform.inbound_messages",
	table.Enum("source", func(m *message) *pb.InboundMessage_Source { return &m.Source }).Filter(),
	table.Enum("state", func(m *message) *pb.InboundMessage_State { return &m.State }).Filter(),
	table.Ref("inbound_address_id", "iad", func(m *message) *string { return &m.InboundAddressId }).Filter(),
	table.Text("purpose", func(m *message) *string { return &m.Purpose }).Filter(),
	table.Ref("owner_id", "prs", func(m *message) *string { return &m.OwnerId }).Filter(),
	table.Text("from_name", func(m *message) *string { return &m.FromName }),
	table.Text("from_email", func(m *message) *string { return &m.FromEmail }).Filter(),
	table.Ref("sender_id", "prs", func(m *message) *string { return &m.SenderId }).Filter(),
	table.Strings("to_emails", func(m *message) *[]string { return &m.ToEmails }),
	table.Strings("cc_emails", func(m *message) *[]string { return &m.CcEmails }),
	table.Text("subject", func(m *message) *string { return &m.Subject }).Raw().Unrecorded(),
	table.Text("message_id", func(m *message) *string { return &m.MessageId }).Filter().Raw(),
	table.Timestamp("send_time", func(m *message) **timestamp { return &m.SendTime }).Filter(),
	table.Text("text", func(m *message) *string { return &m.Text }).Raw().Unrecorded(),
	table.Text("reply_text", func(m *message) *string { return &m.ReplyText }).Raw().Unrecorded(),
	table.Bool("automatic", func(m *message) *bool { return &m.Automatic }).Filter(),
	table.Bool("bounce", func(m *message) *bool { return &m.Bounce }).Filter(),
	table.Bool("malformed", func(m *message) *bool { return &m.Malformed }).Filter(),
	table.Bool("truncated", func(m *message) *bool { return &m.Truncated }).Filter(),
	table.Bool("sender_verified", func(m *message) *bool { return &m.SenderVerified }).Filter(),
	table.Text("authentication", func(m *message) *string { return &m.Authentication }),
	table.Enum("hold_reason", func(m *message) *pb.InboundMessage_HoldReason { return &m.HoldReason }).Filter(),
	table.Ref("raw_file_id", "fil", func(m *message) *string { return &m.RawFileId }),
	table.Refs("file_ids", "fil", func(m *message) *[]string { return &m.FileIds }),
	table.Text("subject_id", func(m *message) *string { return &m.SubjectId }).Filter(),
	table.Text("comment_id", func(m *message) *string { return &m.CommentId }).Filter(),
	table.Ref("sent_email_id", "sem", func(m *message) *string { return &m.SentEmailId }).Filter(),
	table.Ref("filer_id", "prs", func(m *message) *string { return &m.FilerId }).Filter(),
	table.Timestamp("file_time", func(m *message) **timestamp { return &m.FileTime }).Filter(),
).Rank(db.RankWork)).Owner("owner_id").Responsible("owner_id").
	ClosedIn(pb.InboundMessage_FILED, pb.InboundMessage_DISCARDED).Lifecycle(messageLifecycle).
	DeclareEvents("created", "updated")

var messageLifecycle = state.New(func(m *message) *pb.InboundMessage_State { return &m.State },
	[]state.Step[pb.InboundMessage_State]{
		{Verb: "file", Event: "filed", From: []pb.InboundMessage_State{pb.InboundMessage_NEW}, To: pb.InboundMessage_FILED},
		{Verb: "discard", Event: "discarded", From: []pb.InboundMessage_State{pb.InboundMessage_NEW},
			To: pb.InboundMessage_DISCARDED},
		{Verb: "restore", Event: "restored", From: []pb.InboundMessage_State{pb.InboundMessage_DISCARDED},
			To: pb.InboundMessage_NEW},
	})

// GetInboundMessage returns an inbound message.
func (s *Service) GetInboundMessage(
	ctx context.Context, req *pb.GetInboundMessageRequest,
) (*pb.InboundMessage, error) {
	return messages.Get(ctx, s.db, req.GetInboundMessageId())
}

// BatchGetInboundMessages returns several inbound messages.
func (s *Service) BatchGetInboundMessages(
	ctx context.Context, req *pb.BatchGetInboundMessagesRequest,
) (*pb.BatchGetInboundMessagesResponse, error) {
	list, err := messages.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetInboundMessagesResponse{InboundMessages: list}, err
}

// ListInboundMessages lists inbound messages.
func (s *Service) ListInboundMessages(
	ctx context.Context, req *pb.ListInboundMessagesRequest,
) (*pb.ListInboundMessagesResponse, error) {
	page, err := messages.List(ctx, s.db, req)
	return &pb.ListInboundMessagesResponse{
		InboundMessages: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// FileInboundMessage files an inbound message on a record.
func (s *Service) FileInboundMessage(
	ctx context.Context, req *pb.FileInboundMessageRequest,
) (*pb.InboundMessage, error) {
	return messages.Step(ctx, s.db, req.GetInboundMessageId(), "file",
		func(ctx context.Context, tx *db.Tx, _, m *message) error {
			return fileOn(ctx, tx, m, filing{
				subjectID: req.GetSubjectId(), addComment: req.GetAddComment(), body: req.GetBodyMarkdown(),
				fileIDs: req.GetFileIds(), omitFiles: req.GetOmitFiles(), attachMessage: req.GetAttachMessage(),
			})
		})
}

// DiscardInboundMessage discards an inbound message.
func (s *Service) DiscardInboundMessage(
	ctx context.Context, req *pb.DiscardInboundMessageRequest,
) (*pb.InboundMessage, error) {
	return messages.Step(ctx, s.db, req.GetInboundMessageId(), "discard", noteFiler)
}

// noteFiler is the rule that notes who takes a message out of the inbox, and when.
func noteFiler(_ context.Context, tx *db.Tx, _, m *message) error {
	m.FilerId, m.FileTime = id.Format("prs", tx.Call().PersonID), timestamppb.New(tx.Call().Now())
	return nil
}

// RestoreInboundMessage returns a discarded inbound message to the inbox.
func (s *Service) RestoreInboundMessage(
	ctx context.Context, req *pb.RestoreInboundMessageRequest,
) (*pb.InboundMessage, error) {
	return messages.Step(ctx, s.db, req.GetInboundMessageId(), "restore",
		func(_ context.Context, _ *db.Tx, _, m *message) error {
			m.FilerId, m.FileTime = "", nil
			return nil
		})
}
