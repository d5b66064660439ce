package demo

import (
	"context"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

const (
	presentCheck      = "CHECK 108"
	presentCheckCents = 260_00
)

// schedule is the day on which the books are brought up to date.
func (s *studio) schedule(ctx context.Context) error {
	b := &financev1.BookkeepingSchedule{
		DisplayName: "Close the month", OwnerId: s.persons[bookkeeper], Frequency: financev1.BookkeepingSchedule_MONTHLY,
		StartDate: s.today.FirstOfMonth().AddMonths(1).AddDays(2).String(),
	}
	return s.api.post(ctx, "/v1/bookkeepingSchedules", b, b)
}

// present brings in what the bank has reported of the month that is not over: a rule
// decides one line, the other is held.
func (s *studio) present(ctx context.Context) error {
	first := s.today.FirstOfMonth()
	lines := []movement{
		{1, landlord, "RENT", -rents[2]},
		{1, nobody, presentCheck, -presentCheckCents},
	}
	st := statement{account: s.chequing.record.GetAccountNumber(), number: months + 1, first: first, last: first, opening: s.chequing.balance, lines: lines}
	if _, err := s.importWhole(ctx, &s.chequing, file(st, "xml", st.camt()), lines); err != nil {
		return err
	}
	waiting, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	for _, l := range waiting {
		if err := s.decide(ctx, l, "hold", &financev1.HoldBankStatementLineRequest{Reason: "Amina looks for the stub."}); err != nil {
			return err
		}
		s.tell("%.7s  2 lines so far, 1 decided by a rule; %s is %s: %s", first, l.GetDescription(), l.GetState(), l.GetHoldReason())
	}
	return nil
}
