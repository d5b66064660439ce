package workload_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

func TestWorkIsSortedByDueDate(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	project := must(pb.NewProjectsServiceClient(o).CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Website", OwnerId: adaID, DueDate: "2026-12-31"}}))(t)
	for _, c := range []*pb.Task{
		{DisplayName: "Someday"},
		{DisplayName: "Today, low", DueDate: "2026-12-09", Priority: pb.Task_LOW},
		{DisplayName: "Today, urgent", DueDate: "2026-12-09", Priority: pb.Task_URGENT},
		{DisplayName: "Sunday", DueDate: "2026-12-13", ProjectId: project.GetId()},
		{DisplayName: "Monday", DueDate: "2026-12-14"},
		{DisplayName: "Late", DueDate: "2026-12-08"},
		{DisplayName: "Later than late", DueDate: "2026-12-01"},
		{DisplayName: "Today, first", DueDate: "2026-12-09"},
		{DisplayName: "Today, second", DueDate: "2026-12-09"},
	} {
		c.OwnerId = adaID
		o.task(t, c)
	}
	done := o.task(t, &pb.Task{DisplayName: "Done", OwnerId: adaID})
	must(pb.NewWorkServiceClient(o).CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: done.GetId()}))(t)

	items, counts := ada.myWork(t, &pb.ListMyWorkRequest{})
	wantNames(t, "all", items, "Later than late", "Late", "Today, urgent", "Today, first", "Today, second", "Today, low",
		"Sunday", "Monday", "Website", "Someday")
	want := &pb.WorkCounts{Overdue: 2, Today: 4, ThisWeek: 1, Later: 2, WithoutDate: 1, Total: 10}
	if !proto.Equal(counts, want) {
		t.Errorf("got the counts %v, want %v", counts, want)
	}
	sunday := items[6]
	if sunday.GetProjectName() != "Website" || sunday.GetRelation() != pb.WorkItem_OWNER || sunday.GetAction() != "open" ||
		sunday.GetOverdue() || !items[0].GetOverdue() || items[2].GetPriority() != pb.Task_URGENT {
		t.Errorf("got %v after %v", sunday, items[0])
	}
	late, _ := ada.myWork(t, &pb.ListMyWorkRequest{Due: pb.WorkItem_OVERDUE})
	wantNames(t, "overdue", late, "Later than late", "Late")
	own, same := ada.myWork(t, &pb.ListMyWorkRequest{Resource: "projects"})
	wantNames(t, "projects", own, "Website")
	if !proto.Equal(same, want) {
		t.Errorf("got the counts %v with a filter, want %v", same, want)
	}
}

// TestWeekOfWorkBeginsOnFirstDayOfSettings asks on a Sunday, which begins the week there.
func TestWeekOfWorkBeginsOnFirstDayOfSettings(t *testing.T) {
	t.Parallel()
	// 2027-03-14 has 23 hours in New York; it is still Saturday in UTC-5 until 05:00 UTC.
	o := openOfficeAt(t, "America/New_York", "2027-03-14T04:30:00Z")
	_, err := pb.NewTimekeepingServiceClient(o).UpdateTimeSettings(t.Context(), &pb.UpdateTimeSettingsRequest{
		TimeSettings: &pb.TimeSettings{WeekStart: 7}, UpdateMask: mask("week_start")})
	if err != nil {
		t.Fatal(err)
	}
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	for _, due := range []string{"2027-03-12", "2027-03-13", "2027-03-14", "2027-03-20", "2027-03-21"} {
		o.task(t, &pb.Task{DisplayName: due, OwnerId: adaID, DueDate: due})
	}
	_, counts := ada.myWork(t, &pb.ListMyWorkRequest{})
	if want := (&pb.WorkCounts{Overdue: 1, Today: 1, Later: 3, Total: 5}); !proto.Equal(counts, want) {
		t.Errorf("on Saturday: got %v, want %v", counts, want)
	}
	advance(t, o, "2027-03-14T05:30:00Z")
	_, counts = ada.myWork(t, &pb.ListMyWorkRequest{})
	if want := (&pb.WorkCounts{Overdue: 2, Today: 1, ThisWeek: 1, Later: 1, Total: 5}); !proto.Equal(counts, want) {
		t.Errorf("on Sunday: got %v, want %v", counts, want)
	}
}

func TestCollaboratorsAndMembersSeeSharedWork(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	ben, benID := o.hire(t, "Ben", platformv1.ApiKey_EMPLOYEE)
	o.task(t, &pb.Task{DisplayName: "Ada's", OwnerId: adaID, CollaboratorIds: []string{adaID}})
	o.task(t, &pb.Task{DisplayName: "Together", OwnerId: adaID, CollaboratorIds: []string{benID}})
	must(pb.NewProjectsServiceClient(o).CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Of members", OwnerId: adaID, MemberIds: []string{benID}}}))(t)
	items, counts := ben.myWork(t, &pb.ListMyWorkRequest{})
	wantNames(t, "Ben", items, "Together")
	if items[0].GetRelation() != pb.WorkItem_COLLABORATOR || counts.GetTotal() != 1 {
		t.Errorf("got %v, %v", items, counts)
	}
	items, _ = ada.myWork(t, &pb.ListMyWorkRequest{})
	wantNames(t, "Ada", items, "Of members", "Ada's", "Together")
}

func TestDeputySeesWorkOfAbsentPerson(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	_, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	ben, benID := o.hire(t, "Ben", platformv1.ApiKey_EMPLOYEE)
	cleo, cleoID := o.hire(t, "Cleo", platformv1.ApiKey_EMPLOYEE)
	mine := o.task(t, &pb.Task{DisplayName: "Ada's task", OwnerId: adaID})
	for name, deputy := range map[string]string{"With deputy": cleoID, "Without deputy": ""} {
		must(pb.NewProjectsServiceClient(o).CreateProject(t.Context(), &pb.CreateProjectRequest{
			Project: &pb.Project{DisplayName: name, OwnerId: adaID, DeputyId: deputy}}))(t)
	}
	work := func(o office) []string {
		items, counts := o.myWork(t, &pb.ListMyWorkRequest{})
		for _, w := range items {
			if w.GetRelation() != pb.WorkItem_DEPUTY || w.GetOnBehalfOfId() != adaID {
				t.Errorf("got %v", w)
			}
		}
		if int(counts.GetTotal()) != len(items) {
			t.Errorf("got %d of %v", len(items), counts)
		}
		got := names(items)
		slices.Sort(got)
		return got
	}
	if got := append(work(ben), work(cleo)...); len(got) > 0 {
		t.Errorf("before the absence: got %q", got)
	}
	o.away(t, adaID, benID, "2026-12-09", "2026-12-11")
	if got := work(ben); !slices.Equal(got, []string{"Ada's task", "Without deputy"}) {
		t.Errorf("deputy of the absence: got %q", got)
	}
	if got := work(cleo); !slices.Equal(got, []string{"With deputy"}) {
		t.Errorf("deputy of the project: got %q", got)
	}
	must(pb.NewWorkServiceClient(ben).CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: mine.GetId()}))(t)
	o.away(t, cleoID, "", "2026-12-01", "2026-12-09")
	if got := work(ben); !slices.Equal(got, []string{"With deputy", "Without deputy"}) {
		t.Errorf("the deputy of the project is away too: got %q", got)
	}
	o.away(t, benID, "", "2026-12-09", "2026-12-09")
	if got := work(ben); len(got) > 0 {
		t.Errorf("all are away: got %q", got)
	}
	advance(t, o, "2026-12-12T08:00:00Z")
	if got := append(work(ben), work(cleo)...); len(got) > 0 {
		t.Errorf("after the absence: got %q", got)
	}
	_, err := pb.NewWorkServiceClient(ben).GetTask(t.Context(), &pb.GetTaskRequest{TaskId: mine.GetId()})
	wantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

func TestAcknowledgmentsAndTimesheetsAreWork(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	boss, bossID := o.hire(t, "Boss", platformv1.ApiKey_MANAGER)
	o.manage(t, bossID, adaID)
	task := o.task(t, &pb.Task{DisplayName: "Fire drill", OwnerId: bossID, CollaboratorIds: []string{adaID}})
	request := must(platformv1.NewAcknowledgmentsServiceClient(o).CreateAcknowledgmentRequest(t.Context(),
		&platformv1.CreateAcknowledgmentRequestRequest{AcknowledgmentRequest: &platformv1.AcknowledgmentRequest{
			SubjectId: task.GetId(), Everyone: true, DueDate: "2026-12-10"}}))(t)
	sheet := must(pb.NewTimekeepingServiceClient(ada).CreateTimesheet(t.Context(), &pb.CreateTimesheetRequest{
		Timesheet: &pb.Timesheet{StartDate: "2026-11-30"}}))(t)

	items, counts := ada.myWork(t, &pb.ListMyWorkRequest{})
	if len(items) != 3 || items[0].GetSubjectId() != sheet.GetId() || items[0].GetAction() != "submit" ||
		items[0].GetDisplayName() != "2026-11-30" || !items[0].GetOverdue() ||
		items[1].GetSubjectId() != request.GetId() || items[1].GetAction() != "acknowledge" ||
		items[1].GetAboutId() != task.GetId() || items[1].GetDisplayName() != "Fire drill" ||
		counts.GetAcknowledgments() != 1 {
		t.Errorf("Ada: got %v, %v", items, counts)
	}
	must(pb.NewTimekeepingServiceClient(ada).SubmitTimesheet(t.Context(),
		&pb.SubmitTimesheetRequest{TimesheetId: sheet.GetId()}))(t)
	must(platformv1.NewAcknowledgmentsServiceClient(ada).AcknowledgeAcknowledgmentRequest(t.Context(),
		&platformv1.AcknowledgeAcknowledgmentRequestRequest{AcknowledgmentRequestId: request.GetId()}))(t)
	items, _ = ada.myWork(t, &pb.ListMyWorkRequest{})
	wantNames(t, "Ada has done both", items, "Fire drill")
	items, counts = boss.myWork(t, &pb.ListMyWorkRequest{Relation: pb.WorkItem_APPROVER})
	if len(items) != 1 || items[0].GetAction() != "approve" || items[0].GetSubjectId() != sheet.GetId() ||
		counts.GetApprovals() != 1 || counts.GetAcknowledgments() != 1 {
		t.Errorf("Boss: got %v, %v", items, counts)
	}
}

func TestManagerSeesWorkOfTeam(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	boss, bossID := o.hire(t, "Boss", platformv1.ApiKey_MANAGER)
	_, benID := o.hire(t, "Ben", platformv1.ApiKey_EMPLOYEE)
	o.manage(t, bossID, adaID)
	o.task(t, &pb.Task{DisplayName: "Ada's", OwnerId: adaID})
	o.task(t, &pb.Task{DisplayName: "Ben's, with Ada", OwnerId: benID, CollaboratorIds: []string{adaID}})
	items, counts := boss.myWork(t, &pb.ListMyWorkRequest{PersonId: adaID})
	wantNames(t, "what the manager may read", items, "Ada's")
	if counts.GetTotal() != 1 {
		t.Errorf("got %v", counts)
	}
	for name, c := range map[string]struct {
		caller office
		person string
		reason optionsv1.Reason
		fields []string
	}{
		"beyond the team":        {boss, benID, optionsv1.Reason_OUT_OF_REACH, nil},
		"an employee of another": {ada, bossID, optionsv1.Reason_OUT_OF_REACH, nil},
		"no person": {o, "prs_01k9zq8w3xe5b8m2r7c4v6t0ya", optionsv1.Reason_REFERENCE_NOT_FOUND,
			[]string{"personId"}},
		"no identifier": {o, "ada", optionsv1.Reason_FIELDS_INVALID, []string{"personId"}},
	} {
		_, err := pb.NewWorkloadServiceClient(c.caller).ListMyWork(t.Context(), &pb.ListMyWorkRequest{PersonId: c.person})
		t.Log(name)
		wantRefused(t, err, c.reason, c.fields...)
	}
	_, err := pb.NewWorkloadServiceClient(o).ListMyWork(t.Context(), &pb.ListMyWorkRequest{Resource: "vendors"})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "resource")
}

// TestCountsAgreeWithLists compares the counts with the lists of each due, for work of many kinds.
func TestCountsAgreeWithLists(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	_, benID := o.hire(t, "Ben", platformv1.ApiKey_EMPLOYEE)
	o.away(t, benID, adaID, "2026-12-01", "2026-12-31")
	dates := []string{"", "2026-12-01", "2026-12-08", "2026-12-09", "2026-12-10", "2026-12-13", "2026-12-14", "2027-01-01"}
	for i := range 40 {
		task := &pb.Task{DisplayName: fmt.Sprint(i), DueDate: dates[i*i%len(dates)], Priority: pb.Task_Priority(i % 5)}
		switch i % 3 {
		case 0:
			task.OwnerId = adaID
		case 1:
			task.OwnerId, task.CollaboratorIds = benID, []string{adaID}
		case 2:
			task.OwnerId = benID
		}
		o.task(t, task)
	}
	all, counts := ada.myWork(t, &pb.ListMyWorkRequest{})
	seen := map[string]bool{}
	for _, w := range all {
		seen[w.GetSubjectId()] = true
	}
	if len(all) != 40 || len(seen) != 40 || counts.GetTotal() != 40 {
		t.Errorf("got %d, %d different, of %v", len(all), len(seen), counts)
	}
	var joined []string
	for i, want := range []int32{counts.Overdue, counts.Today, counts.ThisWeek, counts.Later, counts.WithoutDate} {
		part, same := ada.myWork(t, &pb.ListMyWorkRequest{Due: pb.WorkItem_Due(i + 1)})
		if len(part) != int(want) || !proto.Equal(same, counts) {
			t.Errorf("%s: got %d, want %d", pb.WorkItem_Due(i+1), len(part), want)
		}
		joined = append(joined, names(part)...)
	}
	if !slices.Equal(joined, names(all)) {
		t.Errorf("got %q by due, %q at once", joined, names(all))
	}
}
