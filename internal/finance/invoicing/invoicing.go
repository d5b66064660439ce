// Package invoicing bills what an organization sells. It owns invoices and credit notes. It
// guarantees that an issued document never changes, that its totals, its entry and its receivable
// agree, and that numbers have no gaps. What is open of an invoice, and how it is settled, is left
// to package receivables, and the calculation of taxes to package tax.
package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/series"
)

// Service implements InvoicingService.
type Service struct {
	pb.UnsafeInvoicingServiceServer
	db          *db.DB
	receivables *receivables.Service
}

// New returns the service.
func New(d *db.DB) *Service {
	return &Service{db: d, receivables: receivables.New(d, ReceivablesHooks())}
}

// ReceivablesHooks keep the payment status of invoices.
func ReceivablesHooks() receivables.Hooks {
	return receivables.Hooks{LockDocuments: lockInvoices, ReceivableChanged: setPaymentStatus}
}

// Module returns the invoicing capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "invoicing",
		Needs: []string{"ledger", "tax", "catalog", "customers", "receivables"},
		Services: []rpc.Service{rpc.NewService[pb.InvoicingServiceServer](New(p.DB),
			pb.RegisterInvoicingServiceServer, pb.NewInvoicingServiceClient, pb.RegisterInvoicingServiceHandlerClient)},
		Kinds:  []resource.AnyKind{invoices, creditNotes},
		Events: []string{lineRemoved},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.invoices.*", "finance.creditNotes.*"}},
		},
		OnSignUp: func(ctx context.Context, tx *db.Tx, _ *platformv1.SignUpRequest) error {
			if err := series.Create(ctx, tx, invoiceNumbers); err != nil {
				return err
			}
			return series.Create(ctx, tx, creditNoteNumbers)
		},
	}
}

// The number series of documents. A document takes its number as it is issued, because clients
// need it at once; so an organization issues one document after another.
var (
	invoiceNumbers = series.Definition{
		Kind: "finance.invoice", DisplayName: "Invoices", Format: "INV-{YYYY}-{NUMBER:4}",
	}
	creditNoteNumbers = series.Definition{
		Kind: "finance.creditNote", DisplayName: "Credit notes", Format: "CRN-{YYYY}-{NUMBER:4}",
	}
)
