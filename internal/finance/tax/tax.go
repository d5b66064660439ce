// Package tax owns the taxes of an organization: the agencies to which it reports, the rates with
// their percentages over time, and the codes by which lines of documents choose a rate. It computes
// previews with package calculation and creates rates from templates of countries.
//
// A document resolves its codes on its date with ResolveCodes, and keeps the amounts that it
// calculated. A later change of a rate or code never changes a document. Posting of taxes is left
// to the documents.
package tax

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements TaxService.
type Service struct {
	pb.UnsafeTaxServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the tax capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "tax",
		Needs: []string{"ledger"},
		Services: []rpc.Service{rpc.NewService[pb.TaxServiceServer](New(p.DB),
			pb.RegisterTaxServiceServer, pb.NewTaxServiceClient, pb.RegisterTaxServiceHandlerClient)},
		Kinds: []resource.AnyKind{taxAgencies, taxRates, taxCodes},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {
				"finance.taxAgencies.read", "finance.taxRates.read", "finance.taxCodes.read",
			}},
		},
	}
}
