package demo

import (
	"context"
	"fmt"
	"slices"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// reviewPersonal goes through what looks like the owner's own spending.
func (s *studio) reviewPersonal(ctx context.Context, m month) error {
	found := &financev1.SuspectPersonalSpendingResponse{}
	if err := s.api.get(ctx, "/v1/bankStatementLines:suspectedPersonal", found); err != nil {
		return err
	}
	for _, f := range found.GetSuspicions() {
		l, how := f.GetBankStatementLine(), &financev1.MarkPersonalBankStatementLineRequest{}
		if m.number == groceriesMonth && l.GetCounterpartyName() == groceries.name {
			how.BusinessSplits = s.splits([]posting{{account: materials, cents: -groceriesShoot, kind: project}})
		}
		s.aside("%s, %s, looked personal with %d points of 100: %s", l.GetCounterpartyName(), l.GetAmount().GetAmount(), f.GetScore(), f.GetReasons()[0])
		if err := s.decide(ctx, l, "markPersonal", how); err != nil {
			return err
		}
		if len(how.GetBusinessSplits()) > 0 {
			s.aside("  It was, but for %s of food for a shoot.", decimal(groceriesShoot))
		}
	}
	if m.number != groceriesMonth {
		return nil
	}
	rule := &financev1.BankRule{DisplayName: "Films are Nora's", CounterpartyNames: []string{streaming.name}, Personal: true}
	s.aside("  A rule says so from now on: %q.", rule.GetDisplayName())
	return s.api.post(ctx, "/v1/bankRules", rule, rule)
}

// payPrivately is a business expense that the owner paid herself.
func (s *studio) payPrivately(ctx context.Context, m month) error {
	e := &financev1.PrivateExpense{
		Date: m.date(19).String(), Description: "Train to the Tidewater shoot", Payer: financev1.PrivateExpense_OWNER,
		Splits: s.splits([]posting{{account: travel, cents: trainCents, kind: project}}),
	}
	if err := s.api.post(ctx, "/v1/privateExpenses", e, e); err != nil {
		return err
	}
	s.aside("Nora paid a train ticket of %s herself: it is an expense, and she has put that much into the studio.", decimal(trainCents))
	return nil
}

// unknownCheck is what the bank writes of a check that nobody recognizes.
const unknownCheck = "CHECK 107"

// holdCheck holds a line until somebody says what it was, and meanwhile the month stays
// open.
func (s *studio) holdCheck(ctx context.Context, m month, lines []*financev1.BankStatementLine) error {
	at := slices.IndexFunc(lines, func(l *financev1.BankStatementLine) bool { return l.GetDescription() == unknownCheck })
	if at < 0 {
		return fmt.Errorf("no line is %s", unknownCheck)
	}
	l := lines[at]
	if err := s.decide(ctx, l, "hold", &financev1.HoldBankStatementLineRequest{Reason: "Nora is asked to whom she gave it."}); err != nil {
		return err
	}
	s.aside("%s over %s is %s: %s", unknownCheck, unsigned(unknownCheckCents), l.GetState(), l.GetHoldReason())
	if err := s.showBlockers(ctx, m); err != nil {
		return err
	}
	s.aside("It was for the stylist of a shoot, Nora says; that is booked.")
	return s.categorize(ctx, l, []posting{{account: subcontractors, kind: project}})
}
