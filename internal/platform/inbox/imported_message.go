package inbox

import (
	"bytes"
	"context"
	"net/http"

	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/inbox/incoming"
)

// ImportInboundMessage imports a message that is in the request.
func (s *Service) ImportInboundMessage(
	ctx context.Context, req *pb.ImportInboundMessageRequest,
) (*pb.InboundMessage, error) {
	return s.importMessage(ctx, req.GetSubjectId(), req.GetContent())
}

// receiveImport imports the message that is the HTTP body.
func (s *Service) receiveImport(ctx context.Context, m proto.Message, r *http.Request) (proto.Message, error) {
	var raw bytes.Buffer
	if err := copyBody(&raw, r); err != nil {
		return nil, err
	}
	return s.importMessage(ctx, m.(*pb.ImportInboundMessageRequest).GetSubjectId(), raw.Bytes())
}

// importMessage stores a message that the caller owns and, if a record is given, files it there.
// The sender is not checked, because keys of old messages are often gone.
func (s *Service) importMessage(ctx context.Context, subjectID string, raw []byte) (*message, error) {
	if len(raw) == 0 {
		return nil, fault.InvalidFor(optionsv1.Reason_FILE_EMPTY, fault.At("body", "is empty"))
	}
	c := call.From(ctx)
	if subjectID != "" && !c.Allows(writeAttachments) {
		return nil, fault.PermissionMissing(writeAttachments)
	}
	r, err := s.store(ctx, incoming.Parse(raw), raw, "import "+callerKey(ctx)+" "+subjectID)
	if err != nil {
		return nil, err
	}
	files.BindToContent(c, r.digest)
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*message, error) {
		m := r.newMessage()
		if earlier, err := claimDigest(ctx, tx, r.digest, m.Id); earlier != nil || err != nil {
			return earlier, err
		}
		m.Source, m.OwnerId = pb.InboundMessage_IMPORT, callerKey(ctx)
		if m.SenderId, err = findPerson(ctx, tx, m.FromEmail); err != nil {
			return nil, err
		}
		if subjectID == "" {
			return m, s.insert(ctx, tx, m, r)
		}
		if err := s.insertFiles(ctx, tx, m, r); err != nil {
			return nil, err
		}
		if err := fileOn(ctx, tx, m, filing{subjectID: subjectID, attachMessage: true}); err != nil {
			return nil, err
		}
		m.State = pb.InboundMessage_FILED
		return m, s.insert(ctx, tx, m, r)
	})
}
