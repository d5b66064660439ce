// Package payables owns whom the organization buys from: its vendors. It promises
// that a vendor is known by one name. What is bought and owed is left to the
// documents that name a vendor, and amounts on the books to ledger.
package payables

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// Service implements PayablesService.
type Service struct {
	pb.UnimplementedPayablesServiceServer
	db *db.DB
}

var _ pb.PayablesServiceServer = (*Service)(nil)

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Bindings are the tables of the package's resources.
func Bindings() []table.Binding {
	return []table.Binding{vendors.Table()}
}
