// Package payables owns the vendors from which an organization buys. The name of a vendor is
// unique in its organization, regardless of case. Bills and payments are left to the documents
// that reference a vendor, and amounts on the books to package ledger.
package payables

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

// Service implements PayablesService.
type Service struct {
	pb.UnsafePayablesServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the payables capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "payables",
		Needs: []string{"ledger"},
		Services: []rpc.Service{rpc.NewService[pb.PayablesServiceServer](New(p.DB),
			pb.RegisterPayablesServiceServer, pb.NewPayablesServiceClient, pb.RegisterPayablesServiceHandlerClient)},
		Kinds: []resource.AnyKind{vendors},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.vendors.*"}},
		},
	}
}
