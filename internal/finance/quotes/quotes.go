// Package quotes offers what an organization sells. It owns quotes, from the draft to the answer of
// the customer, and makes invoices from those that are accepted. It guarantees that a sent quote
// does not change, that conversions never bill more than is left of a line, and that all of them
// together bill the line to the cent. Lines and taxes are calculated by package invoicing, which
// owns the invoices too. Paper, mail and public links are left to the packages above.
package quotes

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/series"
)

// Hooks create what a conversion asks for besides the invoice, in the same transaction. A hook that
// is nil refuses its field.
type Hooks struct {
	// CreateProject creates a project from a template for the customer of an accepted quote. It
	// reports violations at the fields of the request.
	CreateProject func(ctx context.Context, tx *db.Tx, q *pb.Quote, req *pb.ConvertQuoteRequest) (string, error)
	// The others get the accepted quote and the identifier in the request, and return that of the
	// record they created. They report violations at the path "", for their field.

	// StartProcedure starts a procedure.
	StartProcedure func(ctx context.Context, tx *db.Tx, q *pb.Quote, procedureID string) (string, error)
	// CreateFolder creates a folder from a template.
	CreateFolder func(ctx context.Context, tx *db.Tx, q *pb.Quote, templateID string) (string, error)
}

// Service implements QuotesService.
type Service struct {
	pb.UnsafeQuotesServiceServer
	db    *db.DB
	hooks Hooks
}

// New returns the service with the hooks of the packages above it.
func New(d *db.DB, hooks Hooks) *Service { return &Service{db: d, hooks: hooks} }

// Module is the quotes capability without hooks.
func Module(p module.Platform) module.Module { return NewModule(Hooks{})(p) }

// NewModule returns the quotes module with the hooks of the packages above it.
func NewModule(hooks Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		return module.Module{
			Name:  "quotes",
			Needs: []string{"invoicing", "deposits"},
			Services: []rpc.Service{rpc.NewService[pb.QuotesServiceServer](New(p.DB, hooks),
				pb.RegisterQuotesServiceServer, pb.NewQuotesServiceClient, pb.RegisterQuotesServiceHandlerClient)},
			Kinds: []resource.AnyKind{quotes},
			Grants: access.Grants{
				platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.quotes.*"}},
			},
			OnSignUp: func(ctx context.Context, tx *db.Tx, _ *platformv1.SignUpRequest) error {
				return series.Create(ctx, tx, quoteNumbers)
			},
		}
	}
}

// quoteNumbers is the number series of quotes. A quote takes its number when it is first sent.
var quoteNumbers = series.Definition{
	Kind: "finance.quote", DisplayName: "Quotes", Format: "QUO-{YYYY}-{NUMBER:4}",
}

// CustomerHooks move the quotes of a customer that is merged into another one.
func CustomerHooks() customers.Hooks {
	return customers.Hooks{
		LockDocuments: func(ctx context.Context, tx *db.Tx, c *pb.Customer) error {
			return receivables.LockRecordsOf(ctx, tx, c, "finance.quotes")
		},
		Merge: func(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
			return receivables.MoveRecords(ctx, tx, from, into, "finance.quotes")
		},
	}
}
