// Package directory owns the company's people and how they are organized:
// departments and employees. It promises that nobody is employed twice, that every
// employee is a Person by whom the rest of the product knows them, and that neither
// departments nor reporting lines run in a circle. Pay, time and papers of employees
// are left to the other capabilities of this domain.
package directory

import (
	pb "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// Service implements DirectoryService.
type Service struct {
	pb.UnimplementedDirectoryServiceServer
	db *db.DB
}

var _ pb.DirectoryServiceServer = (*Service)(nil)

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Bindings are the tables of the package's resources.
func Bindings() []table.Binding {
	return []table.Binding{departments.Table(), employees.Table()}
}
