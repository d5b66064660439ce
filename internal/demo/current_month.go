package demo

import (
	"context"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
)

const (
	currentCheckText  = "CHECK 108"
	currentCheckCents = 260_00
)

// scheduleBookkeeping creates the schedule by which the books are kept.
func (s *studio) scheduleBookkeeping(ctx context.Context) error {
	b := &financev1.BookkeepingSchedule{
		DisplayName: "Close the month", OwnerId: s.persons[bookkeeper],
		Recurrence: &typev1.Recurrence{
			Frequency: typev1.Recurrence_MONTHLY,
			StartDate: s.today.FirstOfMonth().AddMonths(1).AddDays(2).String(),
		},
	}
	return s.api.post(ctx, "/v1/bookkeepingSchedules", b, b)
}

// simulateCurrentMonth imports what the bank has reported of the current month. A rule decides one
// line, and the other is held.
func (s *studio) simulateCurrentMonth(ctx context.Context) error {
	first := s.today.FirstOfMonth()
	lines := []movement{
		{1, landlord, "RENT", -rents[2]},
		{1, noParty, currentCheckText, -currentCheckCents},
	}
	st := statement{
		account: s.chequing.record.GetAccountNumber(), number: months + 1, first: first, last: first,
		opening: s.chequing.balance, movements: lines,
	}
	if _, err := s.importNewLines(ctx, &s.chequing, newStatementImport(st, "xml", st.camt()), lines); err != nil {
		return err
	}
	undecided, err := s.undecidedLines(ctx)
	if err != nil {
		return err
	}
	for _, l := range undecided {
		if err := s.decide(ctx, l, "hold", &financev1.HoldBankStatementLineRequest{
			Reason: "Waiting for Amina to find the stub.",
		}); err != nil {
			return err
		}
		s.addLine("%.7s  2 lines so far, 1 decided by a rule; %s is %s: %s", first, l.GetDescription(), l.GetState(),
			l.GetHoldReason())
	}
	return nil
}
