package chaos_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
)

// repeatedDays is the number of days on which the repeating entries fire.
const repeatedDays = 400

// TestSchedulesFireOnceWhenServerIsKilled kills the server while it fires daily schedules. The next
// server continues. Every day must have one entry.
func TestSchedulesFireOnceWhenServerIsKilled(t *testing.T) {
	t.Parallel()
	m := startMachine(t)
	clock, err := platformv1.NewIdentityServiceClient(m.conn).GetClock(m.withKey(""), &platformv1.GetClockRequest{})
	if err != nil {
		t.Fatal(err)
	}
	start := clock.GetNowTime().AsTime().AddDate(0, 0, 1)
	repeating, err := financev1.NewRepeatingServiceClient(m.conn).CreateRepeatingEntry(m.withKey(""),
		&financev1.CreateRepeatingEntryRequest{RepeatingEntry: &financev1.RepeatingEntry{
			DisplayName: "Daily", Mode: financev1.RepeatingEntry_POST,
			Recurrence: &typev1.Recurrence{
				Frequency: typev1.Recurrence_DAILY, StartDate: start.Format(time.DateOnly), Count: repeatedDays,
			},
			Lines: []*financev1.RepeatingEntry_Line{
				{AccountId: m.accounts[0], Amount: &typev1.Money{Amount: "1.00"}},
				{AccountId: m.accounts[1], Amount: &typev1.Money{Amount: "-1.00"}},
			},
		}})
	if err != nil {
		t.Fatal(err)
	}
	to := &platformv1.AdvanceClockRequest{ToTime: timestamppb.New(start.AddDate(0, 0, repeatedDays+1))}
	interrupted := make(chan error)
	go func() {
		_, err := platformv1.NewIdentityServiceClient(m.conn).AdvanceClock(m.withKey(""), to)
		interrupted <- err
	}()
	for range time.Tick(20 * time.Millisecond) {
		if m.createdCount(repeating.GetId()) > 10 {
			break
		}
	}
	m.killServer()
	if err := <-interrupted; err == nil {
		t.Fatal("the clock was advanced before the server was killed")
	}
	m.restart()
	before := m.createdCount(repeating.GetId())
	for moved := false; !moved; {
		clock, err := platformv1.NewIdentityServiceClient(m.conn).AdvanceClock(m.withKey(""), to)
		if err != nil {
			t.Fatal(err)
		}
		moved = !clock.GetTargetTime().AsTime().After(clock.GetNowTime().AsTime())
	}
	list, err := financev1.NewLedgerServiceClient(m.conn).ListJournalEntries(m.withKey(""),
		&financev1.ListJournalEntriesRequest{
			PageSize: 500, Filter: fmt.Sprintf("source_id = %q", repeating.GetId()), OrderBy: "date",
		})
	if err != nil || len(list.GetJournalEntries()) != repeatedDays {
		t.Fatalf("got %d entries, %v, want %d", len(list.GetJournalEntries()), err, repeatedDays)
	}
	for i, e := range list.GetJournalEntries() {
		if want := start.AddDate(0, 0, i).Format(time.DateOnly); e.GetDate() != want {
			t.Fatalf("entry %d is of %s, want %s", i, e.GetDate(), want)
		}
	}
	m.checkBooks()
	t.Logf("killed after %d of %d firings", before, repeatedDays)
}

// createdCount returns how many entries a repeating entry has created.
func (m *machine) createdCount(key string) int32 {
	m.t.Helper()
	r, err := financev1.NewRepeatingServiceClient(m.conn).GetRepeatingEntry(m.withKey(""),
		&financev1.GetRepeatingEntryRequest{RepeatingEntryId: key})
	if err != nil {
		m.t.Fatal(err)
	}
	return r.GetCreatedCount()
}
