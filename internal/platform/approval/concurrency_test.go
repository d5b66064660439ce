package approval_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// race runs functions at once and returns their errors.
func race(functions ...func() error) []error {
	errs, start := make([]error, len(functions)), make(chan struct{})
	var group sync.WaitGroup
	for i, f := range functions {
		group.Go(func() {
			<-start
			errs[i] = f()
		})
	}
	close(start)
	group.Wait()
	return errs
}

// TestOneLastApprovalExecutesTheStep lets two approvers approve at the same time, many times.
func TestOneLastApprovalExecutesTheStep(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID, o.benID))
	for i := range 12 {
		r := o.requested(t, fmt.Sprintf("%d.00", i+1))
		errs := race(
			func() error { _, err := approve(t, o.ada, r); return err },
			func() error { _, err := approve(t, o.ben, r); return err },
			func() error { _, err := approve(t, o.ada, r); return err },
		)
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
				continue
			}
			apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
		}
		if got := o.get(t, r); done != 1 || got.State != pb.ApprovalRequest_APPROVED || len(got.Decisions) != 1 {
			t.Errorf("got %d approvals and %v, want one", done, got)
		}
		o.wantPosted(t, r, true)
	}
}

// TestTwoRequiredApprovalsAtOnce lets the two required approvers approve at the same time.
func TestTwoRequiredApprovalsAtOnce(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byRole(pb.ApiKey_ACCOUNTANT, 2))
	for i := range 8 {
		r := o.requested(t, fmt.Sprintf("%d.00", i+1))
		for _, err := range race(
			func() error { _, err := approve(t, o.ada, r); return err },
			func() error { _, err := approve(t, o.ben, r); return err },
		) {
			if err != nil {
				t.Errorf("approving at once: %v", err)
			}
		}
		wantState(t, o.get(t, r), pb.ApprovalRequest_APPROVED)
		o.wantPosted(t, r, true)
		if got := o.events(t, r.SubjectId); !slices.Equal(got, []string{"requested", "endorsed", "approved"}) {
			t.Errorf("got events %v, want one last approval", got)
		}
	}
}

// TestApprovalRacesWithChanges lets an approval race with withdrawing, changing and deleting.
func TestApprovalRacesWithChanges(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	for i := range 12 {
		r := o.requested(t, fmt.Sprintf("%d.00", i+1))
		e := o.entryOf(t, r)
		rival := map[int]func() error{
			0: func() error {
				_, err := client(o.maker).WithdrawApprovalRequest(t.Context(),
					&pb.WithdrawApprovalRequestRequest{ApprovalRequestId: r.Id})
				return err
			},
			1: func() error {
				change := o.entry("99.00")
				change.Etag = e.Etag
				_, err := books(o.maker).UpdateJournalEntry(t.Context(), &financev1.UpdateJournalEntryRequest{
					JournalEntryId: e.Id, JournalEntry: change, UpdateMask: linesMask})
				return err
			},
			2: func() error {
				_, err := books(o.maker).DeleteJournalEntry(t.Context(),
					&financev1.DeleteJournalEntryRequest{JournalEntryId: e.Id, Etag: e.Etag})
				return err
			},
		}[i%3]
		errs := race(func() error { _, err := approve(t, o.ada, r); return err }, rival)
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("round %d: got approval %v and its rival %v, want exactly one to succeed", i, errs[0], errs[1])
		}
		if errs[0] == nil {
			o.wantPosted(t, r, true)
		}
	}
}
