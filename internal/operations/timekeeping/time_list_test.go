package timekeeping_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// TestTeamTimeIsListedInOrder lists the time of a team in several orders and by its billing state,
// page by page.
func TestTeamTimeIsListedInOrder(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "UTC")
	boss, manager := s.hire(t, platformv1.ApiKey_MANAGER)
	billed := s.project(t, pb.Project_TIME_AND_MATERIALS)
	var all []*pb.TimeEntry
	for i := range 3 {
		_, person := s.hire(t, platformv1.ApiKey_EMPLOYEE)
		if i < 2 {
			s.manage(t, manager, person)
		}
		for n := range 12 {
			e := &pb.TimeEntry{PersonId: person, DurationSeconds: 60,
				WorkDate: fmt.Sprintf("2025-03-%02d", 1+(7*n+3*i)%20)}
			if n%3 == 0 {
				e.ProjectId = billed.GetId()
			}
			if made := s.log(t, e); i < 2 {
				all = append(all, made)
			}
		}
	}
	byDay := func(a, b *pb.TimeEntry) int {
		return cmp.Or(cmp.Compare(a.WorkDate, b.WorkDate), cmp.Compare(a.Id, b.Id))
	}
	byID := func(a, b *pb.TimeEntry) int { return cmp.Compare(a.Id, b.Id) }
	for _, c := range []struct {
		order, filter string
		compare       func(a, b *pb.TimeEntry) int
	}{
		{"work_date", "", byDay}, {"work_date desc", "", func(a, b *pb.TimeEntry) int { return byDay(b, a) }},
		{"create_time", "", byID}, {"create_time", `billing_state = "UNBILLED"`, byID},
		{"work_date", `billing_state = "UNBILLED"`, byDay},
		{"create_time desc", `billing_state = "UNBILLED"`, func(a, b *pb.TimeEntry) int { return byID(b, a) }},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(e *pb.TimeEntry) bool {
			return c.filter != "" && e.GetBillingState() != pb.TimeEntry_UNBILLED
		})
		slices.SortFunc(want, c.compare)
		var got []*pb.TimeEntry
		for token := ""; ; {
			page := must(boss.ListTimeEntries(t.Context(), &pb.ListTimeEntriesRequest{OrderBy: c.order, Filter: c.filter,
				PageSize: 5, PageToken: token, IncludeTotal: true}))(t)
			got = append(got, page.GetTimeEntries()...)
			if token = page.GetNextPageToken(); token == "" || int(page.GetTotalSize()) != len(want) {
				break
			}
		}
		if !slices.EqualFunc(got, want, func(a, b *pb.TimeEntry) bool { return a.GetId() == b.GetId() }) {
			t.Errorf("%s, %s: got %d time entries %v, want %d %v", c.order, c.filter, len(got), got, len(want), want)
		}
	}
}
