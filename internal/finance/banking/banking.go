// Package banking owns what the bank says: accounts, statement files, statements and
// their lines, kept as evidence apart from the books; the decision about each line, be it
// by a rule, a match to entries or a transfer between own accounts; and what the owner or
// staff paid privately. It promises that the same movement is stored once however often
// it is imported, that evidence is never altered, and that what explains a line adds up
// to it and is booked once. The formats of files are left to package statement, their
// bytes to files, the booking to the ledger.
package banking

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/table"
)

// Service implements BankingService.
type Service struct {
	pb.UnimplementedBankingServiceServer
	db    *db.DB
	files *files.Service
	// vendor looks at a vendor that a rule or a line names.
	vendor VendorCheck
	// readings are the places of large files that are being read.
	readings *rpc.Places
}

var _ pb.BankingServiceServer = (*Service)(nil)

// VendorCheck refuses a vendor that is not there or archived, at the field that names it.
// Vendors are kept by a package beside this one.
type VendorCheck func(ctx context.Context, tx *db.Tx, field, key string) error

// New makes the service; the files of imports lie in the store.
func New(d *db.DB, store *files.Service, vendor VendorCheck) *Service {
	return &Service{db: d, files: store, vendor: vendor, readings: rpc.NewPlaces(maxReadings, maxReadingsEach, readingPatience)}
}

// Bindings are the tables of the package's resources.
func Bindings() []table.Binding {
	return []table.Binding{bankAccounts.Table(), csvProfiles.Table(), bankRules.Table(), bankMatches.Table(), bankTransfers.Table(), privateExpenses.Table(), reconciliations.Table(), statementImports.Table(), bankStatements.Table(), bankStatementLines.Table()}
}
