package repeating_test

import (
	"testing"

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
