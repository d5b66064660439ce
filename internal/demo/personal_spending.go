package demo

import (
	"context"
	"fmt"
	"slices"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// reviewPersonal marks suspected personal spending as personal.
func (s *studio) reviewPersonal(ctx context.Context, m month) error {
	found := &financev1.SuspectPersonalSpendingResponse{}
	if err := s.api.get(ctx, "/v1/bankStatementLines:suspectedPersonal", found); err != nil {
		return err
	}
	for _, f := range found.GetSuspicions() {
		l := f.GetBankStatementLine()
		s.addNote("%s, %s, looked personal with a score of %d out of 100: %s", l.GetCounterpartyName(),
			l.GetAmount().GetAmount(), f.GetScore(), f.GetReasons()[0])
		if err := s.decide(ctx, l, "markPersonal", &financev1.MarkPersonalBankStatementLineRequest{}); err != nil {
			return err
		}
	}
	if m.number != groceriesMonth {
		return nil
	}
	rule := &financev1.BankRule{
		DisplayName: "Films are Nora's", CounterpartyNames: []string{streaming.name}, Personal: true,
	}
	s.addNote("  From now on a rule decides it: %q.", rule.GetDisplayName())
	return s.api.post(ctx, "/v1/bankRules", rule, rule)
}

// markGroceries marks groceries as personal, except for food for a shoot. A grocer is not suspected
// on a weekday.
func (s *studio) markGroceries(ctx context.Context, m month, l *financev1.BankStatementLine) error {
	how := &financev1.MarkPersonalBankStatementLineRequest{}
	if m.number == groceriesMonth {
		how.BusinessSplits = s.splits([]posting{{account: materials, cents: -groceriesShoot, kind: projectWork}})
		s.addNote("%s, %s, was personal, except for %s of food for a shoot.", l.GetCounterpartyName(),
			l.GetAmount().GetAmount(), decimal(groceriesShoot))
	}
	return s.decide(ctx, l, "markPersonal", how)
}

// addPrivateExpense records a business expense that the owner paid herself.
func (s *studio) addPrivateExpense(ctx context.Context, m month) error {
	e := &financev1.PrivateExpense{
		Date: m.date(19).String(), Description: "Train to the Tidewater shoot", Payer: financev1.PrivateExpense_OWNER,
		Splits: s.splits([]posting{{account: travel, cents: trainCents, kind: projectWork}}),
	}
	if err := s.api.post(ctx, "/v1/privateExpenses", e, e); err != nil {
		return err
	}
	s.addNote("Nora paid a train ticket of %s herself: it is an expense and a contribution by her.",
		decimal(trainCents))
	return nil
}

// unknownCheckText is the bank's text for a check of unknown purpose.
const unknownCheckText = "CHECK 107"

// holdUnknownCheck holds a line until its purpose is known. Until then the month cannot be closed.
func (s *studio) holdUnknownCheck(ctx context.Context, m month, lines []*financev1.BankStatementLine) error {
	at := slices.IndexFunc(
		lines, func(l *financev1.BankStatementLine) bool { return l.GetDescription() == unknownCheckText },
	)
	if at < 0 {
		return fmt.Errorf("no line has the description %s", unknownCheckText)
	}
	l := lines[at]
	if err := s.decide(ctx, l, "hold", &financev1.HoldBankStatementLineRequest{
		Reason: "Waiting for Nora to say who received it.",
	}); err != nil {
		return err
	}
	s.addNote("%s for %s is %s: %s", unknownCheckText, unsigned(unknownCheckCents), l.GetState(), l.GetHoldReason())
	if err := s.showBlockers(ctx, m); err != nil {
		return err
	}
	s.addNote("Nora says it was for the stylist of a shoot, and it was categorized.")
	return s.categorize(ctx, l, []posting{{account: subcontractors, kind: projectWork}})
}
