package timebilling

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

func TestSecondsAreRounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		seconds   int64
		minutes   int32
		direction pb.TimeSettings_Rounding
		want      int64
	}{
		{61, 0, pb.TimeSettings_UP, 61}, {1, 15, pb.TimeSettings_UP, 900}, {900, 15, pb.TimeSettings_UP, 900},
		{16 * 60, 15, pb.TimeSettings_UP, 1800}, {22 * 60, 15, pb.TimeSettings_NEAREST, 900},
		{22*60 + 30, 15, pb.TimeSettings_NEAREST, 1800}, {23 * 60, 15, pb.TimeSettings_NEAREST, 1800},
		{29 * 60, 15, pb.TimeSettings_DOWN, 900}, {899, 15, pb.TimeSettings_DOWN, 0},
	} {
		if got := roundSeconds(c.seconds, c.minutes, c.direction); got != c.want {
			t.Errorf("%v: got %d", c, got)
		}
	}
}

// TestRoundedTimeIsNear checks for all times: a rounded time is a multiple of the increment, less
// than one increment away, in the right direction, and does not change when it is rounded again.
func TestRoundedTimeIsNear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(1, 86400).Draw(t, "seconds")
		minutes := rapid.SampledFrom([]int32{1, 5, 6, 10, 15, 30}).Draw(t, "minutes")
		for _, d := range []pb.TimeSettings_Rounding{pb.TimeSettings_UP, pb.TimeSettings_NEAREST,
			pb.TimeSettings_DOWN} {
			got, increment := roundSeconds(seconds, minutes, d), int64(minutes)*60
			off := got - seconds
			switch {
			case got%increment != 0 || off >= increment || off <= -increment || roundSeconds(got, minutes, d) != got,
				d == pb.TimeSettings_UP && off < 0, d == pb.TimeSettings_DOWN && off > 0,
				d == pb.TimeSettings_NEAREST && (2*off > increment || -2*off >= increment):
				t.Fatalf("%d s by %d min %v: got %d", seconds, minutes, d, got)
			}
		}
	})
}

// TestMostSpecificRateApplies removes the most specific rate again and again.
func TestMostSpecificRateApplies(t *testing.T) {
	t.Parallel()
	known := rates{}
	order := []struct{ scope, words string }{
		{"tsk_1+prs_1", "task, person"}, {"tsk_1", "task"}, {"prj_1+prs_1", "project, person"}, {"prj_1", "project"},
		{"cus_1+prs_1", "customer, person"}, {"cus_1", "customer"}, {"prs_1", "person"}, {"all", "all hours"},
	}
	for _, o := range order {
		known[o.scope] = []*pb.BillingRate{
			{Id: o.scope, StartDate: "2025-01-01", EffectiveEndDate: "2025-06-30",
				HourlyRate: &typepb.Money{CurrencyCode: "USD"}},
			{Id: o.scope + " later", StartDate: "2025-07-01", HourlyRate: &typepb.Money{CurrencyCode: "EUR"}},
		}
	}
	h := hour{person: "prs_1", task: "tsk_1", project: "prj_1", customer: "cus_1", date: "2025-06-30", currency: "USD"}
	if c := known.choose(hour{date: "2025-07-01", currency: "USD", person: "prs_1"}); c.rate != nil ||
		len(c.ignored) != 2 {
		t.Errorf("got %v", c)
	}
	for _, o := range order {
		if c := known.choose(h); c.rate.GetId() != o.scope || c.decidedBy != o.words {
			t.Errorf("got %v by %q, want %v", c.rate, c.decidedBy, o)
		}
		delete(known, o.scope)
	}
	if c := known.choose(h); c.rate != nil || c.decidedBy != "" {
		t.Errorf("got %v", c)
	}
}

// TestGroupsHaveAllTime groups random time: each entry is in exactly one group, groups have one
// project and rate, and no group has too many entries.
func TestGroupsHaveAllTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 2500).Draw(t, "n")
		pick := func(i int, prefix string, of int) string { return prefix + string(rune('a'+i*7%of)) }
		entries := make([]pricedEntry, n)
		for i := range entries {
			entries[i] = pricedEntry{&pb.TimeEntry{Id: pick(i, "", 26), ProjectId: pick(i/3, "p", 2), PersonId: pick(i,
				"q", 3),
				WorkDate: pick(i/100, "d", 5)}, 60, &pb.BillingRate{HourlyRate: &typepb.Money{Amount: pick(i/2, "r",
				2)}}}
		}
		by := rapid.SampledFrom([][]pb.BillTimeEntriesRequest_GroupBy{nil, {pb.BillTimeEntriesRequest_PROJECT},
			{pb.BillTimeEntriesRequest_PERSON, pb.BillTimeEntriesRequest_DAY}}).Draw(t, "by")
		total, hours := 0, decimal.Zero
		for _, g := range groupEntries(entries, by) {
			total, hours = total+len(g), hours.Add(g.quantity())
			for _, e := range g {
				if e.ProjectId != g[0].ProjectId || e.rate.HourlyRate.Amount != g[0].rate.HourlyRate.Amount ||
					len(by) == 2 && (e.PersonId != g[0].PersonId || e.WorkDate != g[0].WorkDate) ||
					len(g) > maxSources {
					t.Fatalf("got a group with %v and %v", e, g[0])
				}
			}
		}
		if total != n {
			t.Fatalf("got %d entries, want %d", total, n)
		}
	})
}
