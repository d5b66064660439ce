package dunning

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/dunning/interest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// noticeDraft is a notice that is not stored yet.
type noticeDraft struct {
	*pb.DunningNotice
	policy *pb.DunningPolicy
	// step is the latest step of the lines.
	step     *pb.DunningPolicy_Step
	language string
	// fee, fixedSum and interest are what the notice charges without tax, in minor units.
	fee, fixedSum, interest int64
	// open and earlier are what is open of the invoices and of earlier charges, in minor units.
	open, earlier int64
	terms         chargeTerms
	posting       *chargePosting
}

// noticeKey is a customer and a currency, which have one notice in a run.
type noticeKey struct {
	customer uuid.UUID
	currency string
}

// charged returns what a notice charges without tax, in minor units.
func (d *noticeDraft) charged() int64 { return d.fee + d.fixedSum + d.interest }

// draftNotices returns the notices of a plan: one for each customer and currency.
func draftNotices(ctx context.Context, tx *db.Tx, plan runPlan) ([]*noticeDraft, error) {
	balances, err := loadBalances(ctx, tx, plan)
	if err != nil {
		return nil, err
	}
	charged, err := loadChargedDays(ctx, tx, plan)
	if err != nil {
		return nil, err
	}
	earlier, err := loadOpenCharges(ctx, tx, plan.day, plan.customers())
	if err != nil {
		return nil, err
	}
	var drafts []*noticeDraft
	known := map[noticeKey]*noticeDraft{}
	for _, s := range plan.steps {
		of := noticeKey{s.CustomerID, s.Currency}
		if known[of] == nil {
			known[of] = newDraft(s, plan.day)
			known[of].addEarlierCharges(earlier[of])
			drafts = append(drafts, known[of])
		}
		if err := known[of].add(s, plan.day, newDebt(s.openInvoice, balances[s.ID], charged[s.ID])); err != nil {
			return nil, err
		}
	}
	for _, d := range drafts {
		if err := d.complete(); err != nil {
			return nil, err
		}
	}
	return drafts, nil
}

// newDraft returns a notice without lines for the customer and the currency of an invoice.
func newDraft(s stepPlan, day calendar.Date) *noticeDraft {
	return &noticeDraft{policy: s.policy, language: s.LanguageCode, DunningNotice: &pb.DunningNotice{
		Id: id.Format(notices.Prefix(), id.New()), CustomerId: id.Format("cus", s.CustomerID), CustomerName: s.LegalName,
		DunningPolicyId: s.policy.Id, Date: day.String(), CurrencyCode: s.Currency, State: pb.DunningNotice_ISSUED}}
}

// add adds the line of an invoice.
func (d *noticeDraft) add(s stepPlan, day calendar.Date, owed debt) error {
	line := &pb.DunningNotice_Line{ReceivableId: id.Format("rcv", s.ID), DocumentId: s.DocumentID, Number: s.Number,
		Date: s.Date.String(), DueDate: s.DueDate.String(), DaysOverdue: int32(s.DueDate.DaysUntil(day)),
		OpenAmount: money.ToProto(s.Minor, s.Currency), StepDays: s.step.Days, StepName: s.step.DisplayName}
	for _, passed := range s.passedOver {
		line.PassedOverSteps = append(line.PassedOverSteps,
			&pb.DunningNotice_PassedOverStep{Days: passed.Days, DisplayName: passed.DisplayName})
	}
	var minor, fixed int64
	if s.step.ChargeInterest {
		var err error
		if minor, err = addInterest(line, s, day, owed); err != nil {
			return err
		}
	}
	if s.step.ChargeFixedSum && !s.HasFixedSum {
		fixed = interest.FixedSum(lawOf(s.policy), owed.size, s.Currency)
	}
	line.InterestAmount, line.FixedSum = money.ToProto(minor, s.Currency), money.ToProto(fixed, s.Currency)
	d.interest += minor
	d.fixedSum += fixed
	d.open += s.Minor
	if d.step == nil || s.step.Days > d.step.Days {
		d.step = s.step
	}
	d.Lines = append(d.Lines, line)
	return nil
}

// addInterest adds the interest of the days that no notice charged to a line, and returns it. A day
// is charged for what is open at its end.
func addInterest(line *pb.DunningNotice_Line, s stepPlan, day calendar.Date, owed debt) (int64, error) {
	others, err := otherRates(s.policy)
	if err != nil {
		return 0, err
	}
	start := s.DueDate.AddDays(1)
	rates := interest.RatesOfDebt(lawOf(s.policy), others, start)
	var spans []interest.Span
	line.InterestEndDate = day.String()
	for _, days := range interest.Uncovered(start, day, owed.charged) {
		found, missing := interest.Spans(days.Start, days.End, owed.balances, rates)
		spans = append(spans, found...)
		if len(missing) > 0 && line.MissingRateDate == "" {
			line.MissingRateDate = missing[0].Start.String()
			line.InterestEndDate = missing[0].Start.AddDays(-1).String()
		}
	}
	for _, span := range spans {
		line.InterestSpans = append(line.InterestSpans, &pb.DunningNotice_InterestSpan{StartDate: span.Start.String(),
			EndDate: span.End.String(), Days: int32(span.Days()), OpenAmount: money.ToProto(span.Minor, s.Currency),
			Percent: span.Percent.String()})
	}
	return interest.Sum(spans, yearDays(s.policy)), nil
}

// complete sets the sums of a notice, except for the tax.
func (d *noticeDraft) complete() error {
	for _, fee := range d.step.Fees {
		if fee.CurrencyCode == d.CurrencyCode {
			var err error
			if d.fee, err = money.Parse(fee.Amount, fee.CurrencyCode); err != nil {
				return err
			}
		}
	}
	d.OpenAmount = money.ToProto(d.open, d.CurrencyCode)
	d.EarlierChargedAmount = money.ToProto(d.earlier, d.CurrencyCode)
	d.Fee, d.FixedSum = money.ToProto(d.fee, d.CurrencyCode), money.ToProto(d.fixedSum, d.CurrencyCode)
	d.InterestAmount = money.ToProto(d.interest, d.CurrencyCode)
	d.setTax(0)
	return nil
}

// setTax sets the tax of a notice and the sums that contain it.
func (d *noticeDraft) setTax(minor int64) {
	charged := d.charged() + minor
	d.TaxAmount, d.ChargedAmount = money.ToProto(minor, d.CurrencyCode), money.ToProto(charged, d.CurrencyCode)
	d.TotalAmount = money.ToProto(d.open+charged+d.earlier, d.CurrencyCode)
}
