package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// checkBooks shows how far the books are kept, and checks their integrity and seals.
func (s *studio) checkBooks(ctx context.Context) error {
	if err := s.showStatus(ctx); err != nil {
		return err
	}
	sound := &financev1.CheckIntegrityResponse{}
	if err := s.api.get(ctx, "/v1/books:checkIntegrity", sound); err != nil {
		return err
	}
	for _, c := range sound.GetChecks() {
		if !c.GetPassed() {
			return fmt.Errorf("%d records violate the rule: %s", c.GetBrokenCount(), c.GetRule())
		}
	}
	seals := &financev1.VerifyBooksResponse{}
	if err := s.api.get(ctx, "/v1/books:verify", seals); err != nil {
		return err
	}
	if !seals.GetVerified() {
		return fmt.Errorf("the seal of %s is broken", seals.GetBrokenJournalEntryId())
	}
	s.addLine("\nThe integrity of the books was checked: %d checks, all passed. "+
		"%d entries are sealed so far, and no seal is broken.",
		len(sound.GetChecks()), seals.GetSealCount())
	return nil
}

func (s *studio) showStatus(ctx context.Context) error {
	st := &financev1.BooksStatus{}
	if err := s.api.get(ctx, "/v1/books:status", st); err != nil {
		return err
	}
	s.addLine("\nThe books on %s: closed through %s.", st.GetDate(), st.GetClosedDate())
	for _, a := range st.GetBankAccounts() {
		s.addLine("  %-18s reconciled through %s, last line of %s, undecided: %d", a.GetDisplayName(),
			a.GetReconciledDate(), a.GetLastLineDate(), a.GetUncategorizedCount())
	}
	for _, d := range st.GetSchedules() {
		s.addLine("  %-18s next on %s, missed: %d", d.GetDisplayName(), d.GetNextDate(), d.GetMissedCount())
	}
	for _, f := range st.GetFindings() {
		s.addLine("  %s", f.GetMessage())
	}
	return nil
}
