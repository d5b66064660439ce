package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// firstMonthPostings returns how a bookkeeper categorizes the lines of the first month, by the
// bank's text. A fifth of the telephone bill is personal, and a loan payment is part interest.
func firstMonthPostings() map[string][]posting {
	postings := map[string][]posting{
		"RENT":                {{account: rent}},
		"SUBSCRIPTION":        {{account: software}},
		"INTERNET AND MOBILE": {{account: telephone, cents: -111_92}, {account: ownersDraw, cents: -27_98}},
		"LIABILITY PREMIUM":   {{account: insurance}},
		"TERM LOAN 7731":      {{account: loans, cents: -loanPart}, {account: interestPaid, cents: -loanInterest(0)}},
		"ELECTRICITY":         {{account: utilities}},
		"MONTHLY SERVICE FEE": {{account: bankFees}},
		"SOURCE DEDUCTIONS":   {{account: payrollDue}},
		"GST REMITTANCE":      {{account: salesTax}},
		"PAYROLL":             {{account: wages}},
		"INTEREST PAID":       {{account: interestEarned}},
	}
	postings["ILLUSTRATION "+projectNumber(0)] = []posting{{account: subcontractors, kind: projectWork}}
	return postings
}

// decideFirstMonth decides the lines of the first month, for which there are no rules yet.
func (s *studio) decideFirstMonth(ctx context.Context, m month, lines []*financev1.BankStatementLine) error {
	if err := s.showBlockers(ctx, m); err != nil {
		return err
	}
	if err := s.findTransfer(ctx); err != nil {
		return err
	}
	postings, decided := firstMonthPostings(), 0
	for _, l := range lines {
		var err error
		switch parts, ok := postings[l.GetDescription()]; {
		case ok:
			err = s.categorize(ctx, l, parts)
		case l.GetCounterpartyName() == owner:
			err = s.decide(ctx, l, "markPersonal", &financev1.MarkPersonalBankStatementLineRequest{})
		default:
			continue
		}
		if err != nil {
			return err
		}
		decided++
	}
	s.addNote("%d lines were decided by hand: categorized to one or more accounts, or marked personal.", decided)
	return s.decideExceptions(ctx, m, lines)
}

// findTransfer finds the lines that are two sides of one transfer, and records the transfer.
func (s *studio) findTransfer(ctx context.Context) error {
	found := &financev1.FindBankTransfersResponse{}
	if err := s.api.get(ctx, "/v1/bankTransfers:find", found); err != nil {
		return err
	}
	if len(found.GetPairs()) != 1 {
		return fmt.Errorf("%d transfers were found between the two accounts", len(found.GetPairs()))
	}
	pair := found.GetPairs()[0]
	t := &financev1.BankTransfer{
		OutgoingLineId: pair.GetOutgoingLine().GetId(), IncomingLineId: pair.GetIncomingLine().GetId(),
	}
	if err := s.api.post(ctx, "/v1/bankTransfers", t, t); err != nil {
		return err
	}
	s.addNote("A transfer to savings was found in the files of both banks: %s, now %s.", t.GetSentAmount().GetAmount(),
		t.GetState())
	return nil
}
