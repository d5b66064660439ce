package app_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// week is the week from Monday, 2025-03-03, of a studio that calls the API over REST. Its owner
// sells, Max leads Dee, and Dee designs for 104,000.00 a year, which is 50.00 an hour.
type week struct {
	*apptest.Organization
	owner, max, dee apptest.OverREST
	maxID, deeID    string
	customer, term  string
	project         *operationsv1.Project
	tasks           []*operationsv1.Task
}

// TestStudioWeek plays a week: a project from a template, tasks, time, a timesheet, an invoice that
// is paid with a discount, and the margin.
func TestStudioWeek(t *testing.T) {
	t.Parallel()
	w := openWeek(t)
	w.sell(t)
	w.plan(t)
	w.work(t)
	w.approve(t)
	w.bill(t)
	w.checkMargin(t)
	w.closeOut(t)
}

func openWeek(t *testing.T) *week {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2025-03-03T14:00:00Z")
	w := &week{Organization: o, owner: apptest.OverREST{Organization: o}}
	must(financev1.NewLedgerServiceClient(w.owner).ApplyChartTemplate(t.Context(),
		&financev1.ApplyChartTemplateRequest{Template: "service-firm"}))(t)
	directory := peoplev1.NewDirectoryServiceClient(w.owner)
	lead := must(directory.CreateEmployee(t.Context(), &peoplev1.CreateEmployeeRequest{
		Employee: &peoplev1.Employee{DisplayName: "Max", HireDate: "2024-01-01"}}))(t)
	designer := must(directory.CreateEmployee(t.Context(), &peoplev1.CreateEmployeeRequest{
		Employee: &peoplev1.Employee{DisplayName: "Dee", HireDate: "2024-01-01", ManagerId: lead.GetId()}}))(t)
	must(directory.CreateCompensation(t.Context(), &peoplev1.CreateCompensationRequest{
		Compensation: &peoplev1.Compensation{EmployeeId: designer.GetId(), StartDate: "2024-01-01",
			Amount: dollars("104000.00"), Period: peoplev1.Compensation_YEAR}}))(t)
	w.maxID, w.deeID = lead.GetPersonId(), designer.GetPersonId()
	w.max = apptest.OverREST{Organization: o.AsPerson(t, w.maxID, platformv1.ApiKey_MANAGER)}
	w.dee = apptest.OverREST{Organization: o.AsPerson(t, w.deeID, platformv1.ApiKey_EMPLOYEE)}
	return w
}

func dollars(amount string) *typev1.Money { return &typev1.Money{Amount: amount, CurrencyCode: "USD"} }

// advance moves the clock to a time of the week.
func (w *week) advance(t *testing.T, to string) {
	t.Helper()
	must(platformv1.NewIdentityServiceClient(w.owner).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: instant(t, to)}))(t)
}

func instant(t *testing.T, text string) *timestamppb.Timestamp {
	t.Helper()
	return timestamppb.New(must(time.Parse(time.RFC3339, text))(t))
}

// sell adds a customer who gets 2 % for paying within ten days.
func (w *week) sell(t *testing.T) {
	w.term = must(financev1.NewCatalogServiceClient(w.owner).CreatePaymentTerm(t.Context(),
		&financev1.CreatePaymentTermRequest{PaymentTerm: &financev1.PaymentTerm{DisplayName: "Early bird",
			Due: &financev1.PaymentTerm_DueRule{Kind: financev1.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
			Discount: &financev1.PaymentTerm_Discount{Percent: "2", Days: 10,
				TaxTreatment: financev1.PaymentTerm_Discount_NET_AND_TAX}}}))(t).GetId()
	w.customer = must(financev1.NewCustomersServiceClient(w.owner).CreateCustomer(t.Context(),
		&financev1.CreateCustomerRequest{
			Customer: &financev1.Customer{DisplayName: "Harbor Cafe", PaymentTermId: w.term}}))(t).GetId()
}

// plan creates a project from a template for the customer. An hour costs the customer 120.00.
func (w *week) plan(t *testing.T) {
	planning := operationsv1.NewPlanningServiceClient(w.owner)
	template := must(planning.CreateProjectTemplate(t.Context(), &operationsv1.CreateProjectTemplateRequest{
		ProjectTemplate: &operationsv1.ProjectTemplate{DisplayName: "Menu", Billing: operationsv1.Project_TIME_AND_MATERIALS,
			BudgetSeconds: 24 * 3600, Roles: []*operationsv1.ProjectTemplate_Role{{DisplayName: "Designer"}},
			Tasks: []*operationsv1.ProjectTemplate_Task{
				{Key: "draw", DisplayName: "Draw", Role: "Designer", DueOffsetDays: proto.Int32(1), EstimateSeconds: 8 * 3600,
					Checklist: []string{"Measure"}},
				{Key: "print", DisplayName: "Print", Role: "Designer", DueOffsetDays: proto.Int32(4),
					Predecessors: []*operationsv1.ProjectTemplate_Predecessor{{Key: "draw"}}},
				{Key: "deliver", DisplayName: "Deliver", DueOffsetDays: proto.Int32(4)},
			}}}))(t)
	req := &operationsv1.CreateProjectProjectTemplateRequest{ProjectTemplateId: template.GetId(),
		DisplayName: "Harbor menu", CustomerId: w.customer}
	_, err := planning.CreateProjectProjectTemplate(t.Context(), req)
	apptest.WantRefused(t, err, optionsv1.Reason_PROJECT_ROLE_UNFILLED, "roles.Designer")
	req.Roles = map[string]string{"Designer": w.deeID}
	made := must(planning.CreateProjectProjectTemplate(t.Context(), req))(t)
	w.project, w.tasks = made.GetProject(), made.GetTasks()
	must(operationsv1.NewTimeBillingServiceClient(w.owner).CreateBillingRate(t.Context(),
		&operationsv1.CreateBillingRateRequest{BillingRate: &operationsv1.BillingRate{ProjectId: w.project.GetId(),
			StartDate: "2025-01-01", HourlyRate: dollars("120.00")}}))(t)
	list := must(operationsv1.NewWorkServiceClient(w.max).ListTasks(t.Context(), &operationsv1.ListTasksRequest{}))(t)
	if got := list.GetTasks(); len(got) != 2 || got[0].GetOwnerId() != w.deeID || got[1].GetOwnerId() != w.deeID {
		t.Errorf("the manager sees %v, want the two tasks of the team", got)
	}
}

// work plays Dee's days: 6 hours with a timer, 14 more entered, 1 that is not billable.
func (w *week) work(t *testing.T) {
	tasks, hours := operationsv1.NewWorkServiceClient(w.dee), operationsv1.NewTimekeepingServiceClient(w.dee)
	draw, print := w.tasks[0].GetId(), w.tasks[1].GetId()
	must(tasks.StartTask(t.Context(), &operationsv1.StartTaskRequest{TaskId: draw}))(t)
	timer := must(hours.StartTimer(t.Context(), &operationsv1.StartTimerRequest{
		Timer: &operationsv1.Timer{TaskId: draw, StartTime: instant(t, "2025-03-03T14:00:00Z")}}))(t).GetTimer()
	_, err := hours.StartTimer(t.Context(), &operationsv1.StartTimerRequest{Timer: &operationsv1.Timer{TaskId: print}})
	apptest.WantRefused(t, err, optionsv1.Reason_TIMER_RUNNING, "personId")
	w.advance(t, "2025-03-03T20:00:00Z")
	stopped := must(hours.StopTimer(t.Context(), &operationsv1.StopTimerRequest{TimerId: timer.GetId(),
		StopTime: instant(t, "2025-03-03T20:00:00Z")}))(t).GetTimeEntries()
	if len(stopped) != 1 || stopped[0].GetDurationSeconds() != 6*3600 || stopped[0].GetProjectId() != w.project.GetId() ||
		!stopped[0].GetBillable() {
		t.Fatalf("got %v, want 6 billable hours of the project", stopped)
	}
	w.advance(t, "2025-03-07T21:00:00Z")
	must(tasks.CheckTaskItem(t.Context(), &operationsv1.CheckTaskItemRequest{TaskId: draw,
		ItemId:  must(tasks.GetTask(t.Context(), &operationsv1.GetTaskRequest{TaskId: draw}))(t).GetChecklist()[0].GetId(),
		Checked: true}))(t)
	must(tasks.CompleteTask(t.Context(), &operationsv1.CompleteTaskRequest{TaskId: draw}))(t)
	for date, seconds := range map[string]int32{"2025-03-04": 7 * 3600, "2025-03-05": 7 * 3600} {
		must(hours.CreateTimeEntry(t.Context(), &operationsv1.CreateTimeEntryRequest{TimeEntry: &operationsv1.TimeEntry{
			TaskId: print, WorkDate: date, DurationSeconds: seconds}}))(t)
	}
	must(hours.CreateTimeEntry(t.Context(), &operationsv1.CreateTimeEntryRequest{TimeEntry: &operationsv1.TimeEntry{
		ProjectId: w.project.GetId(), WorkDate: "2025-03-06", DurationSeconds: 3600, Billable: proto.Bool(false),
		Note: "Team lunch"}}))(t)
	_, err = hours.CreateTimeEntry(t.Context(), &operationsv1.CreateTimeEntryRequest{TimeEntry: &operationsv1.TimeEntry{
		TaskId: print, WorkDate: "2025-03-04", DurationSeconds: 18 * 3600}})
	apptest.WantRefused(t, err, optionsv1.Reason_DAY_FULL)
	must(tasks.CompleteTask(t.Context(), &operationsv1.CompleteTaskRequest{TaskId: print}))(t)
}

// approve submits Dee's timesheet, which Max approves.
func (w *week) approve(t *testing.T) {
	dee, boss := operationsv1.NewTimekeepingServiceClient(w.dee), operationsv1.NewTimekeepingServiceClient(w.max)
	sheets := must(dee.ListTimesheets(t.Context(), &operationsv1.ListTimesheetsRequest{}))(t).GetTimesheets()
	if len(sheets) != 1 || sheets[0].GetDurationSeconds() != 21*3600 {
		t.Fatalf("got %v, want one timesheet of 21 hours", sheets)
	}
	key := sheets[0].GetId()
	must(dee.SubmitTimesheet(t.Context(), &operationsv1.SubmitTimesheetRequest{TimesheetId: key}))(t)
	_, err := dee.ApproveTimesheet(t.Context(), &operationsv1.ApproveTimesheetRequest{TimesheetId: key})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	_, err = operationsv1.NewTimeBillingServiceClient(w.owner).BillTimeEntries(t.Context(),
		&operationsv1.BillTimeEntriesRequest{ProjectIds: []string{w.project.GetId()}})
	apptest.WantRefused(t, err, optionsv1.Reason_TIME_NOTHING_TO_BILL)
	must(boss.ApproveTimesheet(t.Context(), &operationsv1.ApproveTimesheetRequest{TimesheetId: key}))(t)
}

// bill bills 20 hours, and the customer pays 2,400.00 less 2 %.
func (w *week) bill(t *testing.T) {
	billed := must(operationsv1.NewTimeBillingServiceClient(w.owner).BillTimeEntries(t.Context(),
		&operationsv1.BillTimeEntriesRequest{ProjectIds: []string{w.project.GetId()},
			GroupBy: []operationsv1.BillTimeEntriesRequest_GroupBy{operationsv1.BillTimeEntriesRequest_TASK}}))(t)
	draft := billed.GetInvoice()
	if billed.GetEntryCount() != 3 || billed.GetBilledSeconds() != 20*3600 || len(draft.GetLines()) != 2 ||
		draft.GetTotalAmount().GetAmount() != "2400.00" {
		t.Fatalf("got %v, want two lines over 2,400.00", billed)
	}
	hours := operationsv1.NewTimekeepingServiceClient(w.owner)
	entry := draft.GetLines()[0].GetSourceIds()[0]
	_, err := hours.UpdateTimeEntry(t.Context(), &operationsv1.UpdateTimeEntryRequest{TimeEntryId: entry,
		TimeEntry:  &operationsv1.TimeEntry{DurationSeconds: 60},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"duration_seconds"}}})
	apptest.WantRefused(t, err, optionsv1.Reason_TIME_ENTRY_BILLED)
	issued := must(financev1.NewInvoicingServiceClient(w.owner).IssueInvoice(t.Context(),
		&financev1.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: "2025-03-07"}))(t)
	e := must(hours.GetTimeEntry(t.Context(), &operationsv1.GetTimeEntryRequest{TimeEntryId: entry}))(t)
	if e.GetBillingState() != operationsv1.TimeEntry_BILLED || e.GetInvoiceId() != issued.GetId() {
		t.Errorf("got %v, want it billed by %s", e, issued.GetNumber())
	}
	accounts := must(financev1.NewLedgerServiceClient(w.owner).ListAccounts(t.Context(),
		&financev1.ListAccountsRequest{Filter: "subtype = BANK"}))(t).GetAccounts()
	must(financev1.NewReceivablesServiceClient(w.owner).CreatePayment(t.Context(), &financev1.CreatePaymentRequest{
		Payment: &financev1.Payment{CustomerId: w.customer, Date: "2025-03-07", Amount: dollars("2352.00"),
			AccountId:   accounts[0].GetId(),
			Allocations: []*financev1.Payment_NewAllocation{{ReceivableId: issued.GetId(), TakeDiscount: true}}}}))(t)
	paid := must(financev1.NewInvoicingServiceClient(w.owner).GetInvoice(t.Context(),
		&financev1.GetInvoiceRequest{InvoiceId: issued.GetId()}))(t)
	if paid.GetPaymentStatus() != financev1.Invoice_PAID {
		t.Errorf("got the payment status %s", paid.GetPaymentStatus())
	}
}

// checkMargin compares the margin with figures on paper and with the profit and loss: 2,400.00 less
// 48.00 of discount, and 21 hours at 50.00. A manager sees no costs.
func (w *week) checkMargin(t *testing.T) {
	req := &operationsv1.GetProjectProfitabilityRequest{StartDate: "2025-03-03", EndDate: "2025-03-09"}
	report := must(operationsv1.NewProfitabilityServiceClient(w.owner).GetProjectProfitability(t.Context(), req))(t)
	f := report.GetRows()[0].GetFigures()
	if f.GetRevenue().GetAmount() != "2352.00" || f.GetLaborCost().GetAmount() != "1050.00" ||
		f.GetMargin().GetAmount() != "1302.00" || f.GetMarginPercent() != "55.36" || f.GetDurationSeconds() != 21*3600 ||
		f.GetBilledSeconds() != 20*3600 || f.GetUnbilledSeconds() != 0 {
		t.Errorf("got %v", f)
	}
	books := must(financev1.NewReportsServiceClient(w.owner).GetProfitAndLoss(t.Context(),
		&financev1.GetProfitAndLossRequest{StartDate: req.GetStartDate(), EndDate: req.GetEndDate(),
			DimensionValueIds: []string{w.project.GetDimensionValueId()}}))(t)
	if books.GetTotalIncome().GetAmount() != f.GetIncome().GetAmount() {
		t.Errorf("the profit and loss has an income of %v, the report of %v", books.GetTotalIncome(), f.GetIncome())
	}
	masked := must(operationsv1.NewProfitabilityServiceClient(w.max).GetProjectProfitability(t.Context(), req))(t)
	if masked.GetTotal().LaborCost != nil || masked.GetTotal().Margin != nil || !masked.GetMasked() {
		t.Errorf("the manager sees %v, want no costs", masked)
	}
}

// closeOut closes the project, of which one task is open.
func (w *week) closeOut(t *testing.T) {
	planning := operationsv1.NewPlanningServiceClient(w.owner)
	_, err := planning.CloseOutProject(t.Context(), &operationsv1.CloseOutProjectRequest{ProjectId: w.project.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_PROJECT_NOT_FINISHED)
	must(operationsv1.NewWorkServiceClient(w.owner).CompleteTask(t.Context(),
		&operationsv1.CompleteTaskRequest{TaskId: w.tasks[2].GetId()}))(t)
	closed := must(planning.CloseOutProject(t.Context(),
		&operationsv1.CloseOutProjectRequest{ProjectId: w.project.GetId()}))(t)
	if closed.GetProject().GetArchiveTime() == nil || len(closed.GetOutstanding()) != 0 {
		t.Errorf("got %v, want an archived project and nothing outstanding", closed)
	}
	_, err = operationsv1.NewTimekeepingServiceClient(w.dee).CreateTimeEntry(t.Context(),
		&operationsv1.CreateTimeEntryRequest{TimeEntry: &operationsv1.TimeEntry{ProjectId: w.project.GetId(),
			WorkDate: "2025-03-07", DurationSeconds: 60}})
	if err == nil {
		t.Error("an archived project accepts time")
	}
}
