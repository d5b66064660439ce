package dunning

import (
	"fmt"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
)

// TestDayThatBecomesDueMeanwhileStaysDue ends the run of a day and notes failures of it, before and
// after another day became due.
func TestDayThatBecomesDueMeanwhileStaysDue(t *testing.T) {
	t.Parallel()
	day, err := calendar.ParseDate("2027-01-16")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ pending, last, wantPending, wantLast string }{
		{"2027-01-16", "2027-01-15", "", "2027-01-16"},
		{"2027-01-16", "", "", "2027-01-16"},
		{"2027-01-17", "2027-01-15", "2027-01-17", "2027-01-16"},
		{"2027-01-17", "2027-01-17", "2027-01-17", "2027-01-17"},
		{"", "2027-01-17", "", "2027-01-17"},
	} {
		p := &pb.DunningPolicy{PendingRunDate: c.pending, LastRunDate: c.last}
		noteFailure(p, &pb.DunningPolicy_Failure{Date: day.String()})
		if isNoted := len(p.Failures) == 1; isNoted != (c.pending == day.String()) {
			t.Errorf("pending %q: noted %t", c.pending, isNoted)
		}
		endRun(p, day)
		if p.PendingRunDate != c.wantPending || p.LastRunDate != c.wantLast {
			t.Errorf("pending %q after %q: got %q after %q, want %q after %q", c.pending, c.last, p.PendingRunDate,
				p.LastRunDate, c.wantPending, c.wantLast)
		}
	}
}

// TestMissingRatesDoNotEndARun notes customers with days without a rate apart from those without
// notices.
func TestMissingRatesDoNotEndARun(t *testing.T) {
	t.Parallel()
	p := &pb.DunningPolicy{PendingRunDate: "2027-01-16"}
	note := func(count int, reason optionsv1.Reason) {
		for n := range count {
			noteFailure(p, &pb.DunningPolicy_Failure{Date: p.PendingRunDate, Reason: reason.String(),
				CustomerId: fmt.Sprint(reason, n)})
		}
	}
	note(maxFailures, optionsv1.Reason_INTEREST_RATE_MISSING)
	if countRefused(p) != 0 || len(p.Failures) != maxMissingRates {
		t.Errorf("got %d failures of %d", countRefused(p), len(p.Failures))
	}
	note(maxFailures, optionsv1.Reason_EXCHANGE_RATE_MISSING)
	note(1, optionsv1.Reason_INTEREST_RATE_MISSING)
	if countRefused(p) != maxFailures || len(p.Failures) != maxFailures+maxMissingRates {
		t.Errorf("got %d failures of %d", countRefused(p), len(p.Failures))
	}
}
