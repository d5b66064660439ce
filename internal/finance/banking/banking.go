// Package banking owns what the bank says: accounts, statement files, statements and
// their lines, kept as evidence apart from the books; the decision about each line, be it
// by a rule, a match to entries or a transfer between own accounts; and what the owner or
// staff paid privately. It promises that the same movement is stored once however often
// it is imported, that evidence is never altered, and that what explains a line adds up
// to it and is booked once. The formats of files are left to package statement, their
// bytes to files, the booking to the ledger.
package banking

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements BankingService.
type Service struct {
	pb.UnsafeBankingServiceServer
	db    *db.DB
	files *files.Service
	// readings are the places of large files that are being read.
	readings *rpc.Slots
}

// New makes the service; the files of imports lie in the store.
func New(d *db.DB, store *files.Service) *Service {
	return &Service{db: d, files: store, readings: rpc.NewSlots(maxReadings, maxReadingsEach, readingPatience)}
}

// Module is the capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "banking",
		Needs: []string{"ledger", "payables"},
		Services: []rpc.Service{rpc.NewService[pb.BankingServiceServer](New(p.DB, p.Files),
			pb.RegisterBankingServiceServer, pb.NewBankingServiceClient, pb.RegisterBankingServiceHandlerClient)},
		Kinds: []resource.AnyKind{
			bankAccounts, csvProfiles, bankRules, bankMatches, bankTransfers, privateExpenses, reconciliations,
			statementImports, bankStatements, bankStatementLines,
		},
		Works: []longwork.Work{importWork()},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {
				"finance.bankAccounts.*", "finance.statementImports.*", "finance.csvProfiles.*", "finance.bankRules.*",
				"finance.reconciliations.*", "finance.bankStatementLines.*", "finance.bankMatches.*", "finance.bankTransfers.*",
				"finance.privateExpenses.*",
			}},
		},
	}
}

// LedgerHooks returns the hooks by which banking serves the ledger.
func LedgerHooks() ledger.Hooks {
	return ledger.Hooks{
		CloseChecks:    []ledger.CloseCheck{undecidedLines, unreconciled, openTransfers},
		SubLedgers:     []ledger.SubLedger{explained()},
		ReversalGuards: []resource.Guard[*pb.JournalEntry]{matchedReversal},
		BankStatus:     bankStatus,
	}
}
