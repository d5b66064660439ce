package schedule_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/schedule"
)

// TestPreviewNamesMovedDays previews the last day of each month around holidays.
func TestPreviewNamesMovedDays(t *testing.T) {
	t.Parallel()
	c := newApp(t).signUp(t)
	holidays := pb.NewHolidaysServiceClient(c)
	if _, err := holidays.CreateHoliday(t.Context(), &pb.CreateHolidayRequest{Holiday: &pb.Holiday{
		Date: "2027-06-30", DisplayName: "Company day"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := holidays.CreateHoliday(t.Context(), &pb.CreateHolidayRequest{Holiday: &pb.Holiday{
		Date: "2027-05-31", DisplayName: "Memorial Day", SetKey: "US", Effect: pb.Holiday_REMOVED}}); err != nil {
		t.Fatal(err)
	}
	res, err := c.client.PreviewSchedule(t.Context(), &pb.PreviewScheduleRequest{
		Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY, MonthDays: []int32{-1}, TimeOfDay: "09:00",
			StartDate: "2027-05-01", Shift: typepb.Recurrence_PRECEDING, Holidays: []string{"US"}},
		AfterTime: stamp(time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC)), Count: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range res.FireTimes {
		got = append(got, fmt.Sprint(f.Time.AsTime().Format(time.RFC3339), " ", f.Date, " ", f.MovedFromDate))
	}
	want := []string{
		"2027-05-31T13:00:00Z 2027-05-31 ", "2027-06-29T13:00:00Z 2027-06-29 2027-06-30",
		"2027-07-30T13:00:00Z 2027-07-30 2027-07-31", "2027-08-31T13:00:00Z 2027-08-31 ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestNewHolidayMovesSchedules adds and deletes a holiday on the day of a schedule.
func TestNewHolidayMovesSchedules(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	apptest.SetClock(t, c.Organization, "2027-06-01T12:00:00Z")
	r := daily("2027-06-30")
	r.Shift = typepb.Recurrence_FOLLOWING
	subject := c.set(t, r)
	holidays := pb.NewHolidaysServiceClient(c)
	h, err := holidays.CreateHoliday(t.Context(), &pb.CreateHolidayRequest{Holiday: &pb.Holiday{
		Date: "2027-06-30", DisplayName: "Company day"}})
	if err != nil {
		t.Fatal(err)
	}
	s := c.get(t, subject)
	if got := s.NextFireTime.AsTime(); got.Format(time.DateOnly) != "2027-07-01" || s.RuleDate != "2027-06-30" {
		t.Errorf("before the schedule is moved: got the next time %s of %s, want that of 2027-07-01", got, s.RuleDate)
	}
	next := func() string {
		if err := a.Jobs.RunChores(t.Context(), c.id); err != nil {
			t.Fatal(err)
		}
		return c.get(t, subject).NextFireTime.AsTime().Format(time.DateOnly)
	}
	if got := next(); got != "2027-07-01" {
		t.Errorf("got the next day %s, want 2027-07-01", got)
	}
	if _, err := holidays.DeleteHoliday(t.Context(), &pb.DeleteHolidayRequest{HolidayId: h.Id}); err != nil {
		t.Fatal(err)
	}
	if got := next(); got != "2027-06-30" {
		t.Errorf("got the next day %s, want 2027-06-30", got)
	}
}

// TestNewHolidayFiresNoDayTwice makes Friday a holiday after Thursday has fired. The firing of
// Friday would precede it, on Thursday.
func TestNewHolidayFiresNoDayTwice(t *testing.T) {
	t.Parallel()
	for name, moves := range map[string]bool{"moved by the chore": true, "moved by the firing": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			c := a.signUp(t)
			apptest.SetClock(t, c.Organization, "2027-07-07T12:00:00Z")
			subject := c.set(t, shifted(daily("2027-07-08"), preceding), func(p *schedule.Plan) {
				p.CatchUp = pb.Schedule_RUN_ALL
			})
			c.advanceTo(t, time.Date(2027, 7, 8, 12, 0, 0, 0, time.UTC))
			c.addHoliday(t, "2027-07-09")
			if moves {
				if err := a.Jobs.RunChores(t.Context(), c.id); err != nil {
					t.Fatal(err)
				}
			}
			want := time.Date(2027, 7, 12, 9, 0, 0, 0, time.UTC)
			if s := c.get(t, subject); !s.UpcomingTimes[0].AsTime().Equal(want) {
				t.Errorf("got the upcoming times %v, want %s first", s.UpcomingTimes, want)
			}
			c.advanceTo(t, time.Date(2027, 7, 12, 12, 0, 0, 0, time.UTC))
			if got := a.times(subject); !slices.Equal(got, []string{"2027-07-08T09:00", "2027-07-12T09:00"}) {
				t.Errorf("got the firings %q, want one on Thursday and one on Monday", got)
			}
		})
	}
}
