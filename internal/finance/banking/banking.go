// Package banking owns bank accounts, imported statement files, statements and their lines, which
// it keeps as the bank's records, separate from the books. It owns the decision about each line: by
// a rule, a match to journal entries or a transfer between own accounts. It also owns expenses that
// the owner or staff paid privately. It guarantees that a bank transaction is stored once however
// often it is imported, that imported data is never altered, and that the decision about a line
// adds up to the line's amount and is booked once. It leaves file formats to package statement,
// file contents to package files, and posting to package ledger.
package banking

import (
	"sync"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements BankingService.
type Service struct {
	pb.UnsafeBankingServiceServer
	db          *db.DB
	files       *files.Service
	receivables *receivables.Service
	// readings limits how many large files are read at a time.
	readings *rpc.Slots
	// payeePositions are the last lines of the turns of DerivePayees, by organization.
	payeePositions sync.Map
}

// New returns the service. It reads the files of imports from the store, and passes the hooks of
// the packages above receivables on to the payments that it records.
func New(d *db.DB, store *files.Service, hooks ...receivables.Hooks) *Service {
	return &Service{db: d, files: store, receivables: receivables.New(d, hooks...),
		readings: rpc.NewSlots(maxFileReads, maxFileReadsPerOrg, fileReadTimeout)}
}

// NewModule returns the banking capability with the hooks of the packages above receivables.
func NewModule(hooks ...receivables.Hooks) module.Constructor {
	return func(p module.Platform) module.Module { return newModule(New(p.DB, p.Files, hooks...)) }
}

func newModule(service *Service) module.Module {
	return module.Module{
		Name:  "banking",
		Needs: []string{"ledger", "payables", "receivables"},
		Services: []rpc.Service{rpc.NewService[pb.BankingServiceServer](service,
			pb.RegisterBankingServiceServer, pb.NewBankingServiceClient, pb.RegisterBankingServiceHandlerClient)},
		Kinds: []resource.AnyKind{
			bankAccounts, csvProfiles, bankRules, bankMatches, bankTransfers, privateExpenses, reconciliations,
			statementImports, bankStatements, bankStatementLines,
		},
		OperationHandlers: []longwork.Handler{importHandler()},
		Chores:            []jobs.Chore{{Name: "payees", Work: service.DerivePayees}},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {
				"finance.bankAccounts.*", "finance.statementImports.*", "finance.csvProfiles.*", "finance.bankRules.*",
				"finance.reconciliations.*", "finance.bankStatementLines.*", "finance.bankMatches.*", "finance.bankTransfers.*",
				"finance.privateExpenses.*",
			}},
		},
	}
}

// LedgerHooks returns the close checks, guards and figures that banking contributes to the ledger.
func LedgerHooks() ledger.Hooks {
	return ledger.Hooks{
		CloseChecks:    []ledger.CloseCheck{undecidedLines, unreconciledAccounts, openTransfers},
		SubLedgers:     []ledger.SubLedger{lineSubLedger()},
		ReversalGuards: []resource.Guard[*pb.JournalEntry]{refuseMatchedReversal},
		BankStatus:     bankStatus,
	}
}
