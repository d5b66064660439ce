package timebilling_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// TestTimeRoundedDownToNothingIsNotBilled rounds down to hours. Short time is billed only with
// other time of its line.
func TestTimeRoundedDownToNothingIsNotBilled(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	p := s.project(t)
	s.rate(t, "120", &pb.BillingRate{})
	must(s.UpdateTimeSettings(t.Context(), &pb.UpdateTimeSettingsRequest{
		TimeSettings: &pb.TimeSettings{RoundingMinutes: 15, Rounding: pb.TimeSettings_DOWN},
		UpdateMask:   &fieldmaskpb.FieldMask{Paths: []string{"rounding_minutes", "rounding"}}}))(t)
	short := s.log(t, p, "2025-03-10", 600, "")
	_, err := s.tryBill(t)
	wantRefused(t, err, optionsv1.Reason_TIME_NOTHING_TO_BILL)
	_, err = s.tryBill(t, func(r *pb.BillTimeEntriesRequest) { r.TimeEntryIds = []string{short.GetId()} })
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "timeEntryIds[0]")
	long := s.log(t, p, "2025-03-11", 1000, "")
	byDay := s.bill(t, func(r *pb.BillTimeEntriesRequest) {
		r.GroupBy, r.ValidateOnly = []pb.BillTimeEntriesRequest_GroupBy{pb.BillTimeEntriesRequest_DAY}, true
	})
	if byDay.GetEntryCount() != 1 || byDay.GetInvoice().GetLines()[0].GetSourceIds()[0] != long.GetId() {
		t.Errorf("got %v", byDay)
	}
	together := s.bill(t)
	if together.GetEntryCount() != 2 || together.GetInvoice().GetTotalAmount().GetAmount() != "30.00" {
		t.Errorf("got %v", together)
	}
	s.wantState(t, short, pb.TimeEntry_ON_DRAFT)
}

// TestLinesNameOnlyReadableTasks bills as someone who may not read tasks.
func TestLinesNameOnlyReadableTasks(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	p := s.project(t)
	s.rate(t, "120", &pb.BillingRate{})
	task := must(pb.NewWorkServiceClient(s).CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Layoffs", ProjectId: p.GetId()}}))(t)
	must(s.CreateTimeEntry(t.Context(), &pb.CreateTimeEntryRequest{TimeEntry: &pb.TimeEntry{TaskId: task.GetId(),
		WorkDate: "2025-03-10", DurationSeconds: 3600}}))(t)
	clerk := as(s.AsPerson(t, s.Owner.GetId(), platformv1.ApiKey_BOOKKEEPER, "operations.timeEntries.*",
		"operations.projects.read", "finance.*"))
	clerk.customer = s.customer
	for caller, want := range map[*studio]bool{s: true, clerk: false} {
		out := caller.bill(t, func(r *pb.BillTimeEntriesRequest) {
			r.GroupBy, r.ValidateOnly = []pb.BillTimeEntriesRequest_GroupBy{pb.BillTimeEntriesRequest_TASK}, true
		})
		text := out.GetInvoice().GetLines()[0].GetDescription()
		if strings.Contains(text, "Layoffs") != want {
			t.Errorf("got %q, want the name of the task: %v", text, want)
		}
	}
}

// TestEventsTellDraftAndInvoiceApart follows time onto a draft and an invoice.
func TestEventsTellDraftAndInvoiceApart(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	s.rate(t, "120", &pb.BillingRate{})
	e := s.log(t, s.project(t), "2025-03-10", 3600, "")
	s.credit(t, s.billAndIssue(t), true, "")
	list := must(platformv1.NewHistoryServiceClient(s).ListEvents(t.Context(),
		&platformv1.ListEventsRequest{Filter: `subject_id = "` + e.GetId() + `"`}))(t).GetEvents()
	var got []string
	for _, event := range list {
		got = append(got, strings.TrimPrefix(event.GetType(), "operations.timeEntry."))
	}
	if strings.Join(got, " ") != "released billed addedToDraft created" {
		t.Errorf("got %q", got)
	}
}

// TestBillingErrorsNameTheRequest bills to a customer that is archived.
func TestBillingErrorsNameTheRequest(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	s.rate(t, "120", &pb.BillingRate{})
	p := s.project(t)
	s.log(t, p, "2025-03-10", 3600, "")
	must(financev1.NewCustomersServiceClient(s).ArchiveCustomer(t.Context(),
		&financev1.ArchiveCustomerRequest{CustomerId: s.customer}))(t)
	_, err := s.tryBill(t)
	wantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "customerId")
	_, err = s.tryBill(t, func(r *pb.BillTimeEntriesRequest) { r.CustomerId, r.ProjectIds = "", []string{p.GetId()} })
	wantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "projectIds")
}
