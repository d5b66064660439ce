// Package salesdocuments prints the documents that an organization sends to customers, and mails
// them. It guarantees that paper shows the amounts of the stored record, which it never calculates
// anew, that nothing is printed within a unit of work, that a draft or void document is marked, not
// mailed and not shown by a link, and that a link shows one document and nothing internal. It also
// owns the links, by which customers read documents and answer quotes. What a document contains is
// left to the packages that own it; a source adapts each kind of them.
package salesdocuments

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Hooks ask the packages above salesdocuments about a document.
type Hooks struct {
	// PaysOnline reports whether the customer can pay a document online.
	PaysOnline func(ctx context.Context, tx *db.Tx, documentID string) (bool, error)
}

// Service implements SalesDocumentsService.
type Service struct {
	pb.UnsafeSalesDocumentsServiceServer
	db    *db.DB
	files *files.Service
	logos logoCache
	links *resource.Kind[*pb.DocumentLink]
	hooks []Hooks
	// views limits how often each link is opened.
	views rpc.NamedLimit
	// publicURL is the URL of this server for customers, "" if it has none.
	publicURL string
	// systemCall returns the call in which an organization's documents are read for a visitor.
	systemCall func(ctx context.Context, organization uuid.UUID) (*call.Call, error)
}

// viewsPerSecond is how often a link may be opened.
const viewsPerSecond = 2

// New returns the service with the hooks of the packages above it.
func New(p module.Platform, hooks ...Hooks) *Service {
	s := &Service{db: p.DB, files: p.Files, hooks: hooks, views: rpc.NewNamedLimit(viewsPerSecond),
		publicURL: strings.TrimSuffix(p.PublicURL, "/"), systemCall: p.SystemCall}
	s.links = s.newDocumentLinks()
	return s
}

// Module is the capability of printing and mailing sales documents, without hooks.
func Module(p module.Platform) module.Module { return NewModule()(p) }

// NewModule returns the capability with the hooks of the packages above it.
func NewModule(hooks ...Hooks) module.Constructor {
	return func(p module.Platform) module.Module { return newModule(New(p, hooks...)) }
}

func newModule(s *Service) module.Module {
	return module.Module{
		Name:  "salesdocuments",
		Needs: []string{"customers", "receivables", "invoicing", "deposits", "quotes", "recurring", "dunning", "banking"},
		Services: []rpc.Service{rpc.NewService[pb.SalesDocumentsServiceServer](s,
			pb.RegisterSalesDocumentsServiceServer, pb.NewSalesDocumentsServiceClient,
			pb.RegisterSalesDocumentsServiceHandlerClient)},
		Kinds:      []resource.AnyKind{s.links},
		EmailKinds: []mail.Kind{invoiceMail, creditNoteMail, receiptMail, statementMail, quoteMail, depositRequestMail},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.documentLinks.*"}},
		},
	}
}

// sources are the kinds of documents that links can open, by the prefix of their identifiers.
var sources = map[string]source{
	"inv": invoiceSource, "crn": creditNoteSource, "pay": receiptSource, "quo": quoteSource, "dpr": depositRequestSource,
	"dun": dunningNoticeSource,
}
