package repeating_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestNextDateFollowsNewHolidays makes the day of the next entry a holiday.
func TestNextDateFollowsNewHolidays(t *testing.T) {
	t.Parallel()
	c := open(t)
	template := c.monthly(pb.RepeatingEntry_POST)
	template.Recurrence.Shift, template.Recurrence.StartDate = typepb.Recurrence_FOLLOWING, "2027-03-15"
	r := c.create(t, template)
	if r.GetNextDate() != "2027-03-15" {
		t.Fatalf("got the next date %s", r.GetNextDate())
	}
	if _, err := platformv1.NewHolidaysServiceClient(c).CreateHoliday(t.Context(), &platformv1.CreateHolidayRequest{
		Holiday: &platformv1.Holiday{Date: "2027-03-15", DisplayName: "Company day"}}); err != nil {
		t.Fatal(err)
	}
	if got := c.get(t, r.GetId()).GetNextDate(); got != "2027-03-16" {
		t.Errorf("got the next date %s, want the day after the holiday", got)
	}
}

// TestPausedRepeatingEntryCatchesUp pauses the schedule of a repeating entry over two of its days,
// changes the recurrence, and resumes the schedule. Each day since the first of them has one entry.
func TestPausedRepeatingEntryCatchesUp(t *testing.T) {
	t.Parallel()
	c := open(t)
	r := c.create(t, c.monthly(pb.RepeatingEntry_POST))
	c.advance(t, "2027-01-20")
	schedules := platformv1.NewSchedulesServiceClient(c)
	schedule := "sch" + r.GetId()[3:]
	if _, err := schedules.PauseSchedule(t.Context(), &platformv1.PauseScheduleRequest{ScheduleId: schedule}); err != nil {
		t.Fatal(err)
	}
	c.advance(t, "2027-03-20")
	changed := c.get(t, r.GetId())
	changed.Recurrence.StartDate = "2027-02-18"
	if _, err := c.UpdateRepeatingEntry(t.Context(), &pb.UpdateRepeatingEntryRequest{
		RepeatingEntryId: r.GetId(), RepeatingEntry: changed,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"recurrence"}},
	}); err != nil {
		t.Fatal(err)
	}
	c.want(t, r.GetId(), "2027-01-15 POSTED Rent")
	if _, err := schedules.ResumeSchedule(t.Context(),
		&platformv1.ResumeScheduleRequest{ScheduleId: schedule}); err != nil {
		t.Fatal(err)
	}
	c.advance(t, "2027-03-21")
	c.want(t, r.GetId(), "2027-01-15 POSTED Rent", "2027-02-18 POSTED Rent", "2027-03-18 POSTED Rent")
}
