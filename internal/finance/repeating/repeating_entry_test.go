package repeating_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// company is an organization with repeating entries. Its clock starts on 2027-01-15.
type company struct {
	*apptest.Organization
	pb.RepeatingServiceClient
	ledger              pb.LedgerServiceClient
	rent, bank, debtors string
}

func open(t *testing.T) *company {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-01-15T17:00:00Z")
	c := &company{
		Organization: o, RepeatingServiceClient: pb.NewRepeatingServiceClient(o), ledger: pb.NewLedgerServiceClient(o),
	}
	list, err := c.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAccounts() {
		switch a.GetCode() {
		case "6100":
			c.rent = a.GetId()
		case "1000":
			c.bank = a.GetId()
		case "1200":
			c.debtors = a.GetId()
		}
	}
	return c
}

// advance moves the clock to noon of a day.
func (c *company) advance(t *testing.T, day string) {
	t.Helper()
	to, err := time.Parse(time.RFC3339, day+"T17:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := platformv1.NewIdentityServiceClient(c).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}); err != nil {
		t.Fatal(err)
	}
}

// monthly returns a repeating entry on the 15th of each month.
func (c *company) monthly(mode pb.RepeatingEntry_Mode) *pb.RepeatingEntry {
	return &pb.RepeatingEntry{
		DisplayName: "Rent", Mode: mode,
		Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY, StartDate: "2026-12-15"},
		Lines: []*pb.RepeatingEntry_Line{
			{AccountId: c.rent, Amount: &typepb.Money{Amount: "1200.00"}},
			{AccountId: c.bank, Amount: &typepb.Money{Amount: "-1200.00"}},
		},
	}
}

func (c *company) create(t *testing.T, r *pb.RepeatingEntry) *pb.RepeatingEntry {
	t.Helper()
	made, err := c.CreateRepeatingEntry(t.Context(), &pb.CreateRepeatingEntryRequest{RepeatingEntry: r})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (c *company) get(t *testing.T, key string) *pb.RepeatingEntry {
	t.Helper()
	r, err := c.GetRepeatingEntry(t.Context(), &pb.GetRepeatingEntryRequest{RepeatingEntryId: key})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// entries returns the dates and states of the entries of a repeating entry.
func (c *company) entries(t *testing.T, key string) (out []string) {
	t.Helper()
	list, err := c.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{
		Filter: fmt.Sprintf("source = REPEATING_ENTRY AND source_id = %q", key), OrderBy: "date",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list.GetJournalEntries() {
		out = append(out, e.GetDate()+" "+e.GetState().String()+" "+e.GetDescription())
	}
	return out
}

func (c *company) want(t *testing.T, key string, want ...string) {
	t.Helper()
	if got := c.entries(t, key); !slices.Equal(got, want) {
		t.Errorf("got the entries %q, want %q", got, want)
	}
}

// TestEntryRepeatsFromToday creates entries on the 15th of three months. The day before today gets
// none.
func TestEntryRepeatsFromToday(t *testing.T) {
	t.Parallel()
	c := open(t)
	posted, drafts := c.create(t, c.monthly(pb.RepeatingEntry_POST)), c.create(t, c.monthly(pb.RepeatingEntry_DRAFT))
	if posted.GetNextDate() != "2027-01-15" || posted.GetCreatedCount() != 0 {
		t.Errorf("got %v", posted)
	}
	c.advance(t, "2027-03-20")
	c.want(t, posted.GetId(), "2027-01-15 POSTED Rent", "2027-02-15 POSTED Rent", "2027-03-15 POSTED Rent")
	c.want(t, drafts.GetId(), "2027-01-15 DRAFT Rent", "2027-02-15 DRAFT Rent", "2027-03-15 DRAFT Rent")
	if r := c.get(t, posted.GetId()); r.GetNextDate() != "2027-04-15" || r.GetLastDate() != "2027-03-15" ||
		r.GetCreatedCount() != 3 || len(r.GetSkips()) != 0 {
		t.Errorf("got %v", r)
	}
}

// TestRepeatedAccrualsAreReversed creates accruals that are reversed on the next day, or on the
// first day of the next month.
func TestRepeatedAccrualsAreReversed(t *testing.T) {
	t.Parallel()
	c := open(t)
	daily, monthly := c.monthly(pb.RepeatingEntry_POST), c.monthly(pb.RepeatingEntry_POST)
	daily.Reversal, monthly.Reversal = pb.RepeatingEntry_NEXT_DAY, pb.RepeatingEntry_NEXT_MONTH
	daily, monthly = c.create(t, daily), c.create(t, monthly)
	c.advance(t, "2027-02-15")
	c.want(t, daily.GetId(), "2027-01-15 POSTED Rent", "2027-01-16 POSTED Reversal of Rent",
		"2027-02-15 POSTED Rent", "2027-02-16 POSTED Reversal of Rent")
	c.want(t, monthly.GetId(), "2027-01-15 POSTED Rent", "2027-02-01 POSTED Reversal of Rent",
		"2027-02-15 POSTED Rent", "2027-03-01 POSTED Reversal of Rent")
}

// TestRefusedDayIsSkipped archives an account over two of three days.
func TestRefusedDayIsSkipped(t *testing.T) {
	t.Parallel()
	c := open(t)
	r := c.create(t, c.monthly(pb.RepeatingEntry_POST))
	c.advance(t, "2027-01-20")
	if _, err := c.ledger.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: c.rent}); err != nil {
		t.Fatal(err)
	}
	c.advance(t, "2027-03-20")
	skipped := c.get(t, r.GetId())
	var days []string
	for _, skip := range skipped.GetSkips() {
		days = append(days, skip.GetDate()+" "+skip.GetReason())
		if skip.GetMessage() == "" {
			t.Errorf("got no message for %s", skip.GetDate())
		}
	}
	want := []string{"2027-03-15 ACCOUNT_ARCHIVED", "2027-02-15 ACCOUNT_ARCHIVED"}
	if skipped.GetSkippedCount() != 2 || !slices.Equal(days, want) {
		t.Errorf("got %d skipped days, %q, want %q", skipped.GetSkippedCount(), days, want)
	}
	if _, err := c.ledger.UnarchiveAccount(t.Context(), &pb.UnarchiveAccountRequest{AccountId: c.rent}); err != nil {
		t.Fatal(err)
	}
	c.advance(t, "2027-04-20")
	c.want(t, r.GetId(), "2027-01-15 POSTED Rent", "2027-04-15 POSTED Rent")
}

// TestArchivedRepeatingEntryStops archives a repeating entry over two of its days.
func TestArchivedRepeatingEntryStops(t *testing.T) {
	t.Parallel()
	c := open(t)
	r := c.create(t, c.monthly(pb.RepeatingEntry_POST))
	c.advance(t, "2027-01-20")
	stopped, err := c.ArchiveRepeatingEntry(t.Context(), &pb.ArchiveRepeatingEntryRequest{RepeatingEntryId: r.GetId()})
	if err != nil || stopped.GetNextDate() != "" {
		t.Fatalf("got %v, %v", stopped, err)
	}
	c.advance(t, "2027-03-15")
	again, err := c.UnarchiveRepeatingEntry(t.Context(),
		&pb.UnarchiveRepeatingEntryRequest{RepeatingEntryId: r.GetId()})
	if err != nil || again.GetNextDate() != "2027-03-15" {
		t.Fatalf("got %v, %v", again, err)
	}
	c.advance(t, "2027-03-20")
	c.want(t, r.GetId(), "2027-01-15 POSTED Rent", "2027-03-15 POSTED Rent")
}

// TestChangedRecurrenceCreatesNoSecondEntry changes the days after the entry of today.
func TestChangedRecurrenceCreatesNoSecondEntry(t *testing.T) {
	t.Parallel()
	c := open(t)
	r := c.create(t, c.monthly(pb.RepeatingEntry_POST))
	c.advance(t, "2027-02-15")
	changed := c.get(t, r.GetId())
	changed.Recurrence.Frequency, changed.Recurrence.StartDate = typepb.Recurrence_DAILY, "2027-02-01"
	if _, err := c.UpdateRepeatingEntry(t.Context(), &pb.UpdateRepeatingEntryRequest{
		RepeatingEntryId: r.GetId(), RepeatingEntry: changed,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"recurrence"}},
	}); err != nil {
		t.Fatal(err)
	}
	c.advance(t, "2027-02-16")
	c.want(t, r.GetId(), "2027-01-15 POSTED Rent", "2027-02-15 POSTED Rent", "2027-02-16 POSTED Rent")
}

// TestRepeatingEntryIsChecked refuses lines and recurrences that could never create an entry.
func TestRepeatingEntryIsChecked(t *testing.T) {
	t.Parallel()
	c := open(t)
	for name, bad := range map[string]struct {
		change func(*pb.RepeatingEntry)
		reason optionsv1.Reason
		field  string
	}{
		"unbalanced": {func(r *pb.RepeatingEntry) { r.Lines[0].Amount.Amount = "1" },
			optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, "lines"},
		"one line": {func(r *pb.RepeatingEntry) { r.Lines = r.Lines[:1] }, optionsv1.Reason_FIELDS_INVALID, "lines"},
		"no account": {func(r *pb.RepeatingEntry) { r.Lines[1].AccountId = "acc_01k9zzzzzzzzzzzzzzzzzzzzzz" },
			optionsv1.Reason_REFERENCE_NOT_FOUND, "lines[1].accountId"},
		"time of day": {func(r *pb.RepeatingEntry) { r.Recurrence.TimeOfDay = "09:00" },
			optionsv1.Reason_FIELDS_INVALID, "recurrence.timeOfDay"},
		"time zone": {func(r *pb.RepeatingEntry) { r.Recurrence.TimeZone = "Europe/Berlin" },
			optionsv1.Reason_FIELDS_INVALID, "recurrence.timeZone"},
		"control account": {func(r *pb.RepeatingEntry) { r.Lines[1].AccountId = c.debtors },
			optionsv1.Reason_ACCOUNT_IS_CONTROL, "lines[1].accountId"},
		"unknown holidays": {func(r *pb.RepeatingEntry) {
			r.Recurrence.Shift, r.Recurrence.Holidays = typepb.Recurrence_FOLLOWING, []string{"XX"}
		}, optionsv1.Reason_FIELDS_INVALID, "recurrence.holidays[0]"},
	} {
		r := c.monthly(pb.RepeatingEntry_POST)
		bad.change(r)
		_, err := c.CreateRepeatingEntry(t.Context(), &pb.CreateRepeatingEntryRequest{RepeatingEntry: r})
		if apptest.Reason(err) != bad.reason || !slices.Contains(apptest.Fields(err), bad.field) {
			t.Errorf("%s: got %v at %v, want %s at %s", name, err, apptest.Fields(err), bad.reason, bad.field)
		}
	}
}

// moveTo moves the organization to a time zone.
func (c *company) moveTo(t *testing.T, zone string) {
	t.Helper()
	if _, err := platformv1.NewIdentityServiceClient(c).UpdateOrganization(t.Context(),
		&platformv1.UpdateOrganizationRequest{
			OrganizationId: c.Organization.Organization.GetId(),
			Organization:   &platformv1.Organization{TimeZone: zone},
			UpdateMask:     &fieldmaskpb.FieldMask{Paths: []string{"time_zone"}},
		}); err != nil {
		t.Fatal(err)
	}
}

// TestDraftsOnControlAccountsAreNotPosted repeats drafts on a control account, which may not be
// posted, and moves a valid draft to it.
func TestDraftsOnControlAccountsAreNotPosted(t *testing.T) {
	t.Parallel()
	c := open(t)
	valid := c.create(t, c.monthly(pb.RepeatingEntry_DRAFT))
	onControl := c.monthly(pb.RepeatingEntry_DRAFT)
	onControl.Lines[1].AccountId = c.debtors
	bad := c.create(t, onControl)
	c.advance(t, "2027-01-20")
	for _, key := range []string{valid.GetId(), bad.GetId()} {
		list, err := c.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{
			Filter: fmt.Sprintf("source = REPEATING_ENTRY AND source_id = %q", key)})
		if err != nil || len(list.GetJournalEntries()) != 1 {
			t.Fatalf("got %v, %v", list, err)
		}
		draft := list.GetJournalEntries()[0]
		draft.Lines[1].AccountId = c.debtors
		changed, err := c.ledger.UpdateJournalEntry(t.Context(), &pb.UpdateJournalEntryRequest{
			JournalEntryId: draft.GetId(), JournalEntry: draft, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.ledger.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{
			JournalEntryId: draft.GetId(), Etag: changed.GetEtag()})
		apptest.WantRefused(t, err, optionsv1.Reason_ACCOUNT_IS_CONTROL, "lines[1].accountId")
	}
}

// TestMoveToAnotherZoneCreatesNoSecondEntry moves the organization west after the entry of today.
// It is then still yesterday, and a new recurrence has both days.
func TestMoveToAnotherZoneCreatesNoSecondEntry(t *testing.T) {
	t.Parallel()
	c := open(t)
	r := c.create(t, c.monthly(pb.RepeatingEntry_POST))
	to := time.Date(2027, 2, 15, 6, 0, 0, 0, time.UTC) // 01:00 in New York, 22:00 the day before in Los Angeles
	identity := platformv1.NewIdentityServiceClient(c)
	if _, err := identity.AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}); err != nil {
		t.Fatal(err)
	}
	c.moveTo(t, "America/Los_Angeles")
	changed := c.get(t, r.GetId())
	changed.Recurrence.Frequency, changed.Recurrence.StartDate = typepb.Recurrence_DAILY, "2027-02-01"
	if _, err := c.UpdateRepeatingEntry(t.Context(), &pb.UpdateRepeatingEntryRequest{
		RepeatingEntryId: r.GetId(), RepeatingEntry: changed,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"recurrence"}},
	}); err != nil {
		t.Fatal(err)
	}
	c.advance(t, "2027-02-16")
	c.want(t, r.GetId(), "2027-01-15 POSTED Rent", "2027-02-15 POSTED Rent", "2027-02-16 POSTED Rent")
}

// TestDayThatComesAgainHasOneEntry moves the organization west after the entry of Thursday, and
// then makes Friday a holiday. The entry of Friday would precede it, on Thursday in the new zone.
func TestDayThatComesAgainHasOneEntry(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.advance(t, "2027-07-07")
	template := c.monthly(pb.RepeatingEntry_POST)
	template.Recurrence = &typepb.Recurrence{
		Frequency: typepb.Recurrence_DAILY, StartDate: "2027-07-08", Shift: typepb.Recurrence_PRECEDING,
	}
	r := c.create(t, template)
	identity := platformv1.NewIdentityServiceClient(c)
	to := time.Date(2027, 7, 8, 5, 0, 0, 0, time.UTC)
	if _, err := identity.AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}); err != nil {
		t.Fatal(err)
	}
	c.moveTo(t, "America/Los_Angeles")
	if _, err := platformv1.NewHolidaysServiceClient(c).CreateHoliday(t.Context(), &platformv1.CreateHolidayRequest{
		Holiday: &platformv1.Holiday{Date: "2027-07-09", DisplayName: "Company day"}}); err != nil {
		t.Fatal(err)
	}
	c.advance(t, "2027-07-12")
	c.want(t, r.GetId(), "2027-07-08 POSTED Rent", "2027-07-12 POSTED Rent")
}
