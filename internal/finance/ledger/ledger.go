// Package ledger owns the chart of accounts and the journal: the one place where
// amounts are booked. It promises that what is posted adds up to zero in the
// organization's currency, is on accounts that take it, and is never altered
// afterwards; a mistake is put right by the opposite entry. What an entry is about is
// left to the records that post it, and what it adds up to over time to reports.
package ledger

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// Service implements LedgerService.
type Service struct {
	pb.UnimplementedLedgerServiceServer
	db    *db.DB
	above Above
	// posts commits the entries of concurrent calls together.
	posts *resource.Together[pb.JournalEntry]
}

var _ pb.LedgerServiceServer = (*Service)(nil)

// New makes the service, with what the packages above it answer.
func New(d *db.DB, above Above) *Service {
	return &Service{db: d, above: above, posts: journalEntries.Together(d, posting)}
}

// Bindings are the tables of the package's resources.
func Bindings() []table.Binding {
	return []table.Binding{
		accounts.Table(), dimensions.Table(), dimensionValues.Table(), journalEntries.Table(), journalLines.Table(),
		fiscalYears.Table(), accountingPeriods.Table(), exchangeRates.Table(), currencyRevaluations.Table(), journalSeals.Table(), bookkeepingSchedules.Table(),
	}
}
