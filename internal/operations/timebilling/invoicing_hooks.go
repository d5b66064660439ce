package timebilling

import (
	"context"
	"strings"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// InvoicingHooks keep the billing state of time: it is billed when its invoice is issued, and free
// when its line goes away.
func InvoicingHooks() invoicing.Hooks {
	return invoicing.Hooks{
		LockSources: timekeeping.LockSources,
		SourcesIssued: func(ctx context.Context, tx *db.Tx, i *financev1.Invoice, sources []string) error {
			return timekeeping.MarkBilled(ctx, tx, sources, i.Id)
		},
		SourcesReleased: func(ctx context.Context, tx *db.Tx, i *financev1.Invoice, sources []string) error {
			return timekeeping.Release(ctx, tx, sources, i.Id)
		},
		SourcesRestored: restoreTime,
	}
}

// restoreTime bills the time again that a voided credit note had released. It refuses time that is
// on another invoice or no longer billable.
func restoreTime(ctx context.Context, tx *db.Tx, i *financev1.Invoice, sources []string) error {
	left, err := timekeeping.Restore(ctx, tx, sources, i.Id)
	if err != nil || len(left) == 0 {
		return err
	}
	return fault.Refuse(optionsv1.Reason_RELEASED_SOURCES_BILLED,
		"The credit note released time that is billed again or no longer billable: %s.",
		strings.Join(left[:min(len(left), maxMissing)], ", ")).WithSubject(left[0])
}
