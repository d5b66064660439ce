package demo

import (
	"context"
	"net/url"
	"time"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// The project of the story: its first day, and what an hour of its designer costs the client and
// the studio, in cents.
const (
	designer       = "Theo Marchetti"
	projectAgeDays = 40
	hourlyRate     = 95_00
	hourlyCost     = 30_00
)

// workdaySeconds is the time that the designer works on the project each day.
const workdaySeconds = 6*3600 + 15*60

var projectTasks = []*operationsv1.ProjectTemplate_Task{
	{Key: "moodboard", DisplayName: "Moodboard", Role: "Designer", DueOffsetDays: proto.Int32(20),
		EstimateSeconds: 40 * 3600},
	{Key: "shoot", DisplayName: "Shoot the dining room", DueOffsetDays: proto.Int32(37), EstimateSeconds: 8 * 3600},
	{Key: "menu", DisplayName: "Menu, first proof", Role: "Designer", DueOffsetDays: proto.Int32(52),
		EstimateSeconds: 60 * 3600, Predecessors: []*operationsv1.ProjectTemplate_Predecessor{{Key: "moodboard"}}},
	{Key: "invoice", DisplayName: "Send the invoice", Role: "Office", DueOffsetDays: proto.Int32(70)},
}

// planProject creates a project from a template for a client, and completes its first task.
func (s *studio) planProject(ctx context.Context) error {
	template := &operationsv1.ProjectTemplate{DisplayName: "Rebrand", Billing: operationsv1.Project_TIME_AND_MATERIALS,
		BudgetSeconds: 120 * 3600, DueOffsetDays: proto.Int32(85), Tasks: projectTasks,
		Roles: []*operationsv1.ProjectTemplate_Role{{DisplayName: "Designer"}, {DisplayName: "Office"}}}
	if err := s.api.post(ctx, "/v1/projectTemplates", template, template); err != nil {
		return err
	}
	made := &operationsv1.CreateProjectProjectTemplateResponse{}
	if err := s.api.post(ctx, "/v1/projectTemplates/"+template.GetId()+":createProject",
		&operationsv1.CreateProjectProjectTemplateRequest{DisplayName: clients[0].name + " rebrand", Code: "HB-01",
			CustomerId: s.customers[clients[0].name], StartDate: s.today.AddDays(-projectAgeDays).String(),
			Roles: map[string]string{"Designer": s.persons[designer], "Office": s.persons[bookkeeper]}}, made); err != nil {
		return err
	}
	s.project = made.GetProject()
	first := made.GetTasks()[0]
	if err := s.api.post(ctx, "/v1/tasks/"+first.GetId()+":complete", &operationsv1.CompleteTaskRequest{},
		first); err != nil {
		return err
	}
	overdue := &operationsv1.ListTasksResponse{}
	query := url.Values{"filter": {`project_id = "` + s.project.GetId() + `" AND overdue = true`}}
	if err := s.api.get(ctx, "/v1/tasks?"+query.Encode(), overdue); err != nil {
		return err
	}
	s.addLine("%s has %d tasks, %d of them overdue.", s.project.GetDisplayName(), len(made.GetTasks()),
		len(overdue.GetTasks()))
	return nil
}

// keepTime records two weeks of the designer on the project, and approves the timesheets.
func (s *studio) keepTime(ctx context.Context) error {
	first := s.firstWorkday()
	for _, body := range []struct {
		path    string
		message proto.Message
	}{
		{"/v1/billingRates", &operationsv1.BillingRate{ProjectId: s.project.GetId(), StartDate: first.String(),
			HourlyRate: amount(hourlyRate)}},
		{"/v1/costRates", &operationsv1.CostRate{PersonId: s.persons[designer], StartDate: first.String(),
			HourlyCost: amount(hourlyCost)}},
	} {
		if err := s.api.post(ctx, body.path, body.message, body.message); err != nil {
			return err
		}
	}
	for day := first; day.Before(first.AddDays(14)); day = day.AddDays(1) {
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		e := &operationsv1.TimeEntry{PersonId: s.persons[designer], ProjectId: s.project.GetId(), WorkDate: day.String(),
			DurationSeconds: workdaySeconds, Note: "Menu"}
		if err := s.api.post(ctx, "/v1/timeEntries", e, e); err != nil {
			return err
		}
	}
	return s.approveTimesheets(ctx)
}

// firstWorkday returns the first day of the last two whole weeks, a Monday.
func (s *studio) firstWorkday() calendar.Date {
	sinceMonday := (int(s.today.Weekday()) + 6) % 7
	return s.today.AddDays(-sinceMonday - 14)
}

func amount(cents int64) *typev1.Money {
	return &typev1.Money{Amount: money.Format(cents, currency), CurrencyCode: currency}
}

// approveTimesheets submits and approves the timesheets of the designer.
func (s *studio) approveTimesheets(ctx context.Context) error {
	sheets := &operationsv1.ListTimesheetsResponse{}
	query := url.Values{"filter": {`person_id = "` + s.persons[designer] + `"`}}
	if err := s.api.get(ctx, "/v1/timesheets?"+query.Encode(), sheets); err != nil {
		return err
	}
	var seconds int64
	for _, sheet := range sheets.GetTimesheets() {
		for _, verb := range []string{"submit", "approve"} {
			if err := s.api.post(ctx, "/v1/timesheets/"+sheet.GetId()+":"+verb, &operationsv1.SubmitTimesheetRequest{},
				sheet); err != nil {
				return err
			}
		}
		seconds += int64(sheet.GetDurationSeconds())
	}
	s.addLine("\n%s worked %d:%02d hours on %s in two weeks; %s approved %d timesheets.", designer,
		seconds/3600, seconds/60%60, s.project.GetDisplayName(), owner, len(sheets.GetTimesheets()))
	return nil
}

// billTime makes an invoice of the approved hours, and shows what the project earned and cost.
func (s *studio) billTime(ctx context.Context) error {
	billed := &operationsv1.BillTimeEntriesResponse{}
	if err := s.api.post(ctx, "/v1/timeEntries:bill",
		&operationsv1.BillTimeEntriesRequest{ProjectIds: []string{s.project.GetId()}}, billed); err != nil {
		return err
	}
	i := billed.GetInvoice()
	if err := s.api.post(ctx, "/v1/invoices/"+i.GetId()+":issue", &financev1.IssueInvoiceRequest{}, i); err != nil {
		return err
	}
	s.addLine("One call made %s over %s of them, with GST %s.", i.GetNumber(),
		groupThousands(i.GetNetAmount().GetAmount()), groupThousands(i.GetTotalAmount().GetAmount()))
	report := &operationsv1.ProjectProfitability{}
	query := url.Values{"startDate": {s.firstWorkday().String()}, "endDate": {s.today.String()},
		"projectIds": {s.project.GetId()}}
	if err := s.api.get(ctx, "/v1/reports/projectProfitability?"+query.Encode(), report); err != nil {
		return err
	}
	f := report.GetTotal()
	s.addLine("The project earned %s, its hours cost %s: a margin of %s, %s %%.",
		groupThousands(f.GetRevenue().GetAmount()), groupThousands(f.GetLaborCost().GetAmount()),
		groupThousands(f.GetMargin().GetAmount()), f.GetMarginPercent())
	return nil
}
