// Package catalog owns what documents of sale and purchase are made of: items with their prices and
// accounts, and payment terms. It guarantees that the installments of a term add up to the whole
// amount, and that archived items and terms are refused on new documents, except for the lines that
// bill what was agreed before. Documents copy what they
// need, so that a later change does not reach them. When amounts are due is calculated by package
// duedate, and taxes are left to the documents.
package catalog

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

// Service implements CatalogService.
type Service struct {
	pb.UnsafeCatalogServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the catalog capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "catalog",
		Needs: []string{"ledger", "tax"},
		Services: []rpc.Service{rpc.NewService[pb.CatalogServiceServer](New(p.DB),
			pb.RegisterCatalogServiceServer, pb.NewCatalogServiceClient, pb.RegisterCatalogServiceHandlerClient)},
		Kinds: []resource.AnyKind{items, paymentTerms},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.items.*", "finance.paymentTerms.*"}},
			platformv1.ApiKey_MANAGER:    {call.All: {"finance.items.read", "finance.paymentTerms.read"}},
		},
		OnSignUp: addFirstTerms,
	}
}
