package salesdocuments

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

// linkPrefix is the prefix of the identifiers of links.
const linkPrefix = "dlk"

// newDocumentLinks returns the kind of links, whose URLs depend on the settings of the server.
func (s *Service) newDocumentLinks() *resource.Kind[*pb.DocumentLink] {
	return resource.New(table.New("finance.document_links",
		table.Text("document_id", func(l *pb.DocumentLink) *string { return &l.DocumentId }).Filter(),
		table.Date("expire_date", func(l *pb.DocumentLink) *string { return &l.ExpireDate }).Filter(),
		table.Enum("state", func(l *pb.DocumentLink) *pb.DocumentLink_State { return &l.State }).Filter(),
		table.Int64("view_count", func(l *pb.DocumentLink) *int64 { return &l.ViewCount }),
		table.Timestamp("last_view_time", func(l *pb.DocumentLink) **timestamppb.Timestamp { return &l.LastViewTime }),
		table.Timestamp("revoke_time", func(l *pb.DocumentLink) **timestamppb.Timestamp { return &l.RevokeTime }),
	)).Lifecycle(documentLinkLifecycle).Open().LoadComputed(s.setURLs)
}

var documentLinkLifecycle = state.New(func(l *pb.DocumentLink) *pb.DocumentLink_State { return &l.State },
	[]state.Step[pb.DocumentLink_State]{
		{Verb: "revoke", Event: "revoked", From: []pb.DocumentLink_State{pb.DocumentLink_ACTIVE},
			To: pb.DocumentLink_REVOKED},
	})

// CreateDocumentLink creates a link to a document that the caller may read.
func (s *Service) CreateDocumentLink(
	ctx context.Context, req *pb.CreateDocumentLinkRequest,
) (*pb.DocumentLink, error) {
	return s.links.Create(ctx, s.db, req.GetDocumentLink(), s.checkLinked, checkExpiry)
}

// GetDocumentLink returns a link.
func (s *Service) GetDocumentLink(ctx context.Context, req *pb.GetDocumentLinkRequest) (*pb.DocumentLink, error) {
	return s.links.Get(ctx, s.db, req.GetDocumentLinkId())
}

// BatchGetDocumentLinks returns several links.
func (s *Service) BatchGetDocumentLinks(
	ctx context.Context, req *pb.BatchGetDocumentLinksRequest,
) (*pb.BatchGetDocumentLinksResponse, error) {
	list, err := s.links.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetDocumentLinksResponse{DocumentLinks: list}, err
}

// ListDocumentLinks lists links.
func (s *Service) ListDocumentLinks(
	ctx context.Context, req *pb.ListDocumentLinksRequest,
) (*pb.ListDocumentLinksResponse, error) {
	page, err := s.links.List(ctx, s.db, req)
	return &pb.ListDocumentLinksResponse{DocumentLinks: page.Records, NextPageToken: page.Next, TotalSize: page.Total},
		err
}

// UpdateDocumentLink updates the last day of a link.
func (s *Service) UpdateDocumentLink(
	ctx context.Context, req *pb.UpdateDocumentLinkRequest,
) (*pb.DocumentLink, error) {
	return s.links.Update(ctx, s.db, req.GetDocumentLinkId(), req.GetDocumentLink(), req.GetUpdateMask(), checkExpiry)
}

// RevokeDocumentLink revokes a link.
func (s *Service) RevokeDocumentLink(
	ctx context.Context, req *pb.RevokeDocumentLinkRequest,
) (*pb.DocumentLink, error) {
	return s.links.Step(ctx, s.db, req.GetDocumentLinkId(), "revoke",
		func(_ context.Context, tx *db.Tx, _, l *pb.DocumentLink) error {
			l.RevokeTime = timestamppb.New(tx.Call().Now())
			return nil
		})
}

// checkLinked is the rule that refuses a link to what is no document for customers, or cannot be
// sent to them.
func (s *Service) checkLinked(ctx context.Context, tx *db.Tx, _, l *pb.DocumentLink) error {
	from, known := sourceOf(l.DocumentId)
	if !known {
		return fault.Invalid(fault.At("documentId",
			"must be an invoice, a credit note, a payment, a quote, a deposit request or a dunning notice"))
	}
	if !tx.Call().Allows(from.permission) {
		return referenceNotFound()
	}
	d, err := from.read(ctx, tx, l.DocumentId)
	if fault.From(err).Reason == optionsv1.Reason_RECORD_NOT_FOUND && err != nil {
		return referenceNotFound()
	}
	if err != nil {
		return err
	}
	l.State = pb.DocumentLink_ACTIVE
	return d.refusal
}

// referenceNotFound refuses a document that does not exist or that the caller may not read.
func referenceNotFound() error {
	return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
		fault.At("documentId", "names a record that does not exist"))
}

// sourceOf returns the source of a document by the prefix of its identifier.
func sourceOf(documentID string) (source, bool) {
	prefix, _, _ := strings.Cut(documentID, "_")
	from, known := sources[prefix]
	return from, known
}

// checkExpiry is the rule that refuses a last day that is not a date.
func checkExpiry(_ context.Context, _ *db.Tx, _, l *pb.DocumentLink) error {
	if l.ExpireDate == "" {
		return nil
	}
	if _, err := calendar.ParseBusinessDate(l.ExpireDate); err != nil {
		return fault.Invalid(fault.At("expireDate", "%s", err))
	}
	return nil
}

// setURLs sets the tokens and URLs of active links.
func (s *Service) setURLs(_ context.Context, tx *db.Tx, list []*pb.DocumentLink) error {
	for _, l := range list {
		l.Token, l.Url = "", ""
		if l.State != pb.DocumentLink_ACTIVE {
			continue
		}
		token, err := newLinkToken(tx.Keys(), tx.Call().Organization.ID, l.Id)
		if err != nil {
			return err
		}
		l.Token = token
		if s.publicURL != "" {
			l.Url = s.publicURL + "/v1/public/documents/" + token + ":download"
		}
	}
	return nil
}

// isOpen reports whether a link opens on a day.
func isOpen(l *pb.DocumentLink, today calendar.Date) bool {
	return l.State == pb.DocumentLink_ACTIVE && (l.ExpireDate == "" || l.ExpireDate >= today.String())
}

// linkFor returns the URL for a mail with a document: that of the newest active link without an
// end, or of a new one. It returns "" if the server has no public URL.
func (s *Service) linkFor(ctx context.Context, tx *db.Tx, documentID string) (string, error) {
	if s.publicURL == "" {
		return "", nil
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select l.id
from finance.document_links l
where l.org_id = $1
and l.document_id = $2
and l.state = 'ACTIVE'
and l.expire_date is null
order by l.id desc
limit 1`, tx.Call().Organization.ID, documentID)
	if err != nil {
		return "", err
	}
	l := &pb.DocumentLink{DocumentId: documentID, State: pb.DocumentLink_ACTIVE}
	if len(found) > 0 {
		l.Id = id.Format(linkPrefix, found[0])
	} else if err := s.links.Insert(ctx, tx, l); err != nil {
		return "", err
	}
	err = s.setURLs(ctx, tx, []*pb.DocumentLink{l})
	return l.Url, err
}
