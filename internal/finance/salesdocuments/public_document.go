package salesdocuments

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc/codes"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// GetPublicDocument returns the document of a link.
func (s *Service) GetPublicDocument(
	ctx context.Context, req *pb.GetPublicDocumentRequest,
) (*pb.PublicDocument, error) {
	_, visit, err := s.open(ctx, req.GetToken())
	if err != nil {
		return nil, err
	}
	return visit.document.public, nil
}

// DownloadPublicDocument returns the document of a link as a PDF file.
func (s *Service) DownloadPublicDocument(
	ctx context.Context, req *pb.DownloadPublicDocumentRequest,
) (*httpbody.HttpBody, error) {
	ctx, visit, err := s.open(ctx, req.GetToken())
	if err != nil {
		return nil, err
	}
	return s.file(ctx, visit.document)
}

// visit is a link with the document that it shows.
type visit struct {
	linkID   string
	document *document
}

// open returns the document of a link, and the context in which the server reads it for whoever has
// the link. It counts the view.
func (s *Service) open(ctx context.Context, token string) (context.Context, visit, error) {
	var none visit
	ctx, linkID, err := s.enter(ctx, token)
	if err != nil {
		return ctx, none, err
	}
	d, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*document, error) {
		_, d, err := s.readLinked(ctx, tx, linkID)
		return d, err
	})
	if err != nil {
		return ctx, none, err
	}
	return ctx, visit{linkID, d}, s.countView(ctx, call.From(ctx).Organization.ID, linkID)
}

// OpenLink returns the link with a token, and the context in which the server acts for whoever has
// it. It fails like GetPublicDocument.
func (s *Service) OpenLink(ctx context.Context, token string) (context.Context, *pb.DocumentLink, error) {
	ctx, linkID, err := s.enter(ctx, token)
	if err != nil {
		return ctx, nil, err
	}
	l, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.DocumentLink, error) {
		l, _, err := s.readLinked(ctx, tx, linkID)
		return l, err
	})
	return ctx, l, err
}

// enter returns the link with a token, and the context in which the server acts for the
// organization of the link.
func (s *Service) enter(ctx context.Context, token string) (context.Context, string, error) {
	organization, linkID, ok := parseLinkToken(s.db.Keys(), token)
	if !ok {
		return ctx, "", unknownLink()
	}
	if err := s.views.Allow(linkID); err != nil {
		return ctx, "", err
	}
	c, err := s.systemCall(ctx, organization)
	if errors.Is(err, pgx.ErrNoRows) {
		return ctx, "", unknownLink()
	}
	if err != nil {
		return ctx, "", err
	}
	c.RequestID, c.Method = call.From(ctx).RequestID, call.From(ctx).Method
	return call.With(ctx, c), linkID, nil
}

// unknownLink refuses a token for whatever reason, so that it tells nothing.
func unknownLink() error {
	return fault.New(codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND, "There is no such document.")
}

// readLinked returns a link and its document. It fails with NOT_FOUND if the link does not open, or
// if the document is not one that its customer may read, such as a void one.
func (s *Service) readLinked(ctx context.Context, tx *db.Tx, linkID string) (*pb.DocumentLink, *document, error) {
	l, err := s.links.Find(ctx, tx, linkID)
	if isNotFound(err) || err == nil && !isOpen(l, tx.Call().Today()) {
		return nil, nil, unknownLink()
	}
	if err != nil {
		return nil, nil, err
	}
	from, _ := sourceOf(l.DocumentId)
	d, err := from.read(ctx, tx, l.DocumentId)
	if isNotFound(err) || err == nil && d.public == nil {
		return nil, nil, unknownLink()
	}
	if err != nil || d.public.Payment == nil {
		return l, d, err
	}
	for _, h := range s.hooks {
		if h.PaysOnline == nil {
			continue
		}
		if d.public.Payment.PayOnline, err = h.PaysOnline(ctx, tx, l.DocumentId); err != nil {
			return nil, nil, err
		}
	}
	return l, d, nil
}

func isNotFound(err error) bool {
	return err != nil && fault.From(err).Reason == optionsv1.Reason_RECORD_NOT_FOUND
}

// countView counts that a link was opened. It keeps the version, because nothing was edited.
func (s *Service) countView(ctx context.Context, organization uuid.UUID, linkID string) error {
	key, err := id.Parse(linkPrefix, linkID)
	if err != nil {
		return err
	}
	_, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.DocumentLink, error) {
		_, err := tx.Exec(ctx, `
update finance.document_links
set view_count = view_count + 1, last_view_time = $3
where org_id = $1
and id = $2`, organization, key, tx.Call().Now())
		return &pb.DocumentLink{}, err
	})
	return err
}
