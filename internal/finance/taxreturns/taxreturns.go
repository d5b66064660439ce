// Package taxreturns reports the taxes of an organization by agency and period: a summary by tax
// and tax code, the register of all documents, on the accrual and on the cash basis, and tax
// returns. It reads the register that package tax keeps as documents are posted, and the movements
// of their open amounts. A locked return never changes: what is posted later in its period is an
// adjustment of the next one. Filing is left to people, and taxes on the books to the documents and
// package ledger; only payments of returns are posted here.
package taxreturns

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

// Service implements TaxReturnsService.
type Service struct {
	pb.UnsafeTaxReturnsServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the capability of tax returns.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "taxreturns",
		Needs: []string{"ledger", "tax", "receivables"},
		Services: []rpc.Service{rpc.NewService[pb.TaxReturnsServiceServer](New(p.DB),
			pb.RegisterTaxReturnsServiceServer, pb.NewTaxReturnsServiceClient,
			pb.RegisterTaxReturnsServiceHandlerClient)},
		Kinds: []resource.AnyKind{taxReturns},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.taxReturns.*"}},
		},
	}
}
