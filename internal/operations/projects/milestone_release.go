package projects

import (
	"context"
	"slices"
	"strings"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// InvoicingHooks free the milestones whose lines go away, and bill them again when the credit note
// that released their lines is voided.
func InvoicingHooks() invoicing.Hooks {
	return invoicing.Hooks{LockSources: lockMilestones, SourcesReleased: releaseMilestones,
		SourcesRestored: restoreMilestones}
}

// lockMilestones locks the milestones among the sources of lines, and returns what is billed of
// each: the amount of a completed milestone of a project.
func lockMilestones(ctx context.Context, tx *db.Tx, sources []string) (map[string]string, error) {
	locked, err := milestones.Table().LockExisting(ctx, tx, milestonesAmong(sources))
	billed := make(map[string]string, len(locked))
	for _, m := range locked {
		billed[m.Id] = strings.Join([]string{m.ProjectId, m.State.String(), m.Amount.GetAmount(),
			m.Amount.GetCurrencyCode()}, " ")
	}
	return billed, err
}

// releaseMilestones clears the invoice of the milestones among the sources of lines that went away,
// unless another invoice bills them by now.
func releaseMilestones(ctx context.Context, tx *db.Tx, i *financev1.Invoice, sources []string) error {
	for _, key := range milestonesAmong(sources) {
		_, err := milestones.Modify(ctx, tx, key, "released", func(_ context.Context, _ *db.Tx, _,
			m *pb.Milestone) error {
			if m.InvoiceId == i.Id {
				m.InvoiceId = ""
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// restoreMilestones bills the milestones again that a voided credit note had released. It refuses
// those that another invoice bills, and those that were reopened.
func restoreMilestones(ctx context.Context, tx *db.Tx, i *financev1.Invoice, sources []string) error {
	for _, key := range milestonesAmong(sources) {
		_, err := milestones.Modify(ctx, tx, key, "billed", func(_ context.Context, _ *db.Tx, _,
			m *pb.Milestone) error {
			if m.State != pb.Milestone_COMPLETED || m.InvoiceId != "" && m.InvoiceId != i.Id {
				return fault.Refuse(optionsv1.Reason_RELEASED_SOURCES_BILLED,
					"The credit note released a milestone that is billed again or no longer completed: %s.",
					m.DisplayName).
					WithSubject(m.Id)
			}
			m.InvoiceId = i.Id
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// milestonesAmong returns the milestones among the sources of lines, sorted.
func milestonesAmong(sources []string) (ids []string) {
	for _, s := range sources {
		if strings.HasPrefix(s, milestones.Prefix()+"_") {
			ids = append(ids, s)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
