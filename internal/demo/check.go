package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// check asks how far the books are, and whether they are sound.
func (s *studio) check(ctx context.Context) error {
	if err := s.status(ctx); err != nil {
		return err
	}
	sound := &financev1.CheckIntegrityResponse{}
	if err := s.api.get(ctx, "/v1/books:checkIntegrity", sound); err != nil {
		return err
	}
	for _, c := range sound.GetChecks() {
		if !c.GetPassed() {
			return fmt.Errorf("%d records break the rule: %s", c.GetBrokenCount(), c.GetRule())
		}
	}
	seals := &financev1.VerifyBooksResponse{}
	if err := s.api.get(ctx, "/v1/books:verify", seals); err != nil {
		return err
	}
	if !seals.GetVerified() {
		return fmt.Errorf("the seal of %s is broken", seals.GetBrokenJournalEntryId())
	}
	s.tell("\nThe books were checked against themselves: %d checks, all passed. %d entries are sealed so far, and no seal is broken.",
		len(sound.GetChecks()), seals.GetSealCount())
	return nil
}

func (s *studio) status(ctx context.Context) error {
	st := &financev1.BooksStatus{}
	if err := s.api.get(ctx, "/v1/books:status", st); err != nil {
		return err
	}
	s.tell("\nThe books on %s: closed up to %s.", st.GetDate(), st.GetClosedDate())
	for _, a := range st.GetBankAccounts() {
		s.tell("  %-18s reconciled up to %s, last line of %s, waiting: %d", a.GetDisplayName(), a.GetReconciledDate(), a.GetLastLineDate(), a.GetUncategorizedCount())
	}
	for _, d := range st.GetSchedules() {
		s.tell("  %-18s next on %s, missed: %d", d.GetDisplayName(), d.GetNextDate(), d.GetMissedCount())
	}
	for _, f := range st.GetFindings() {
		s.tell("  %s", f.GetMessage())
	}
	return nil
}
