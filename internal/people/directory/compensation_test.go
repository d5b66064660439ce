package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
)

// payroll is the pay of an employee.
type payroll struct {
	pb.DirectoryServiceClient
	organization *apptest.Organization
	employee     string
}

func openPay(t *testing.T) payroll {
	t.Helper()
	o, directory := signUp(t)
	return payroll{directory, o, newEmployee(t, directory, &pb.Employee{}).GetId()}
}

// pay creates a compensation. The amount names it.
func (p payroll) pay(t *testing.T, start, end, amount string) (*pb.Compensation, error) {
	return p.CreateCompensation(t.Context(), &pb.CreateCompensationRequest{Compensation: &pb.Compensation{
		EmployeeId: p.employee, StartDate: start, EndDate: end, Amount: &typepb.Money{Amount: amount},
		Period: pb.Compensation_MONTH,
	}})
}

func (p payroll) mustPay(t *testing.T, start, end, amount string) *pb.Compensation {
	t.Helper()
	c, err := p.pay(t, start, end, amount)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (p payroll) change(t *testing.T, c *pb.Compensation, start, end string) (*pb.Compensation, error) {
	return p.UpdateCompensation(t.Context(), &pb.UpdateCompensationRequest{
		CompensationId: c.GetId(), Compensation: &pb.Compensation{StartDate: start, EndDate: end},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"start_date", "end_date"}},
	})
}

func (p payroll) remove(t *testing.T, c *pb.Compensation) {
	t.Helper()
	_, err := p.DeleteCompensation(t.Context(), &pb.DeleteCompensationRequest{CompensationId: c.GetId()})
	if err != nil {
		t.Fatal(err)
	}
}

// spans returns the pay of the employee by date.
func (p payroll) spans(t *testing.T) string {
	t.Helper()
	list, err := p.ListCompensations(t.Context(), &pb.ListCompensationsRequest{
		Filter: fmt.Sprintf("employee_id = %q", p.employee), OrderBy: "start_date", PageSize: 500,
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range list.GetCompensations() {
		out = append(out, fmt.Sprintf("%s–%s %s", c.GetStartDate(), c.GetEffectiveEndDate(), c.GetAmount().GetAmount()))
	}
	return strings.Join(out, ", ")
}

func (p payroll) want(t *testing.T, want string) {
	t.Helper()
	if got := p.spans(t); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestRaiseEndsThePayBeforeIt adds raises after, within and before other pay, moves one, and
// deletes it.
func TestRaiseEndsThePayBeforeIt(t *testing.T) {
	t.Parallel()
	p := openPay(t)
	p.mustPay(t, "2026-01-01", "", "1.00")
	p.want(t, "2026-01-01– 1.00")
	next := p.mustPay(t, "2027-01-01", "", "3.00")
	p.want(t, "2026-01-01–2026-12-31 1.00, 2027-01-01– 3.00")
	middle := p.mustPay(t, "2026-07-01", "", "2.00")
	if middle.GetEffectiveEndDate() != "2026-12-31" || middle.GetEndDate() != "" {
		t.Errorf("got %v, want the day before the next raise as the effective end", middle)
	}
	p.want(t, "2026-01-01–2026-06-30 1.00, 2026-07-01–2026-12-31 2.00, 2027-01-01– 3.00")
	p.mustPay(t, "2025-01-01", "", "0.50")
	p.want(t, "2025-01-01–2025-12-31 0.50, 2026-01-01–2026-06-30 1.00, 2026-07-01–2026-12-31 2.00, 2027-01-01– 3.00")
	for _, start := range []string{"2026-09-01", "2026-05-01"} {
		if _, err := p.change(t, middle, start, ""); err != nil {
			t.Fatal(err)
		}
	}
	p.want(t, "2025-01-01–2025-12-31 0.50, 2026-01-01–2026-04-30 1.00, 2026-05-01–2026-12-31 2.00, 2027-01-01– 3.00")
	p.remove(t, middle)
	p.want(t, "2025-01-01–2025-12-31 0.50, 2026-01-01–2026-12-31 1.00, 2027-01-01– 3.00")
	p.remove(t, next)
	p.want(t, "2025-01-01–2025-12-31 0.50, 2026-01-01– 1.00")
}

// TestPayContinuesAfterMoveAndDeletion moves and deletes pay that ended other pay. Pay with an end
// date keeps it.
func TestPayContinuesAfterMoveAndDeletion(t *testing.T) {
	t.Parallel()
	p := openPay(t)
	p.mustPay(t, "2026-01-01", "2026-11-30", "1.00")
	second := p.mustPay(t, "2026-02-01", "", "2.00")
	third := p.mustPay(t, "2026-03-01", "", "3.00")
	if _, err := p.change(t, third, "2026-01-15", ""); err != nil {
		t.Fatal(err)
	}
	p.want(t, "2026-01-01–2026-01-14 1.00, 2026-01-15–2026-01-31 3.00, 2026-02-01– 2.00")
	if _, err := p.change(t, second, "2026-04-01", ""); err != nil {
		t.Fatal(err)
	}
	p.want(t, "2026-01-01–2026-01-14 1.00, 2026-01-15–2026-03-31 3.00, 2026-04-01– 2.00")
	p.remove(t, third)
	p.want(t, "2026-01-01–2026-03-31 1.00, 2026-04-01– 2.00")
	p.remove(t, second)
	p.want(t, "2026-01-01–2026-11-30 1.00")
	last := p.mustPay(t, "2026-12-01", "2026-12-31", "4.00")
	p.remove(t, last)
	p.want(t, "2026-01-01–2026-11-30 1.00")
}

// TestOverlappingPayIsRefused refuses spans that would take days from other pay, and stores
// nothing.
func TestOverlappingPayIsRefused(t *testing.T) {
	t.Parallel()
	p := openPay(t)
	p.mustPay(t, "2026-01-01", "2026-03-31", "1.00")
	last := p.mustPay(t, "2026-06-01", "", "2.00")
	want := "2026-01-01–2026-03-31 1.00, 2026-06-01– 2.00"
	for _, days := range []string{
		"2026-01-01 ", "2026-01-01 2026-01-31", "2026-02-01 2026-02-28", "2025-12-01 2026-01-01", "2026-04-01 2026-06-01",
		"2026-06-01 ", "2026-07-01 2026-07-31",
	} {
		start, end, _ := strings.Cut(days, " ")
		_, err := p.pay(t, start, end, "9.00")
		apptest.WantRefused(t, err, optionsv1.Reason_COMPENSATIONS_DATES_OVERLAP)
	}
	_, err := p.change(t, last, "2026-02-01", "2026-02-28")
	apptest.WantRefused(t, err, optionsv1.Reason_COMPENSATIONS_DATES_OVERLAP)
	_, err = p.change(t, last, "2026-03-01", "2026-03-10")
	apptest.WantRefused(t, err, optionsv1.Reason_COMPENSATIONS_DATES_OVERLAP)
	_, err = p.pay(t, "2026-05-01", "2026-04-30", "9.00")
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "endDate")
	_, err = p.pay(t, "2026-05-01", "", "-1.00")
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "amount")
	p.want(t, want)
	p.mustPay(t, "2026-04-01", "2026-04-30", "1.50")
	p.want(t, "2026-01-01–2026-03-31 1.00, 2026-04-01–2026-04-30 1.50, 2026-06-01– 2.00")
}

// TestConcurrentRaisesDoNotOverlap creates open-ended pay for one employee at once.
func TestConcurrentRaisesDoNotOverlap(t *testing.T) {
	t.Parallel()
	p := openPay(t)
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			_, err := p.pay(t, fmt.Sprintf("2026-%02d-01", i%6+1), "", "1.00")
			if err != nil && apptest.Reason(err) != optionsv1.Reason_COMPENSATIONS_DATES_OVERLAP {
				t.Error(err)
			}
		})
	}
	group.Wait()
	p.want(t, "2026-01-01–2026-01-31 1.00, 2026-02-01–2026-02-28 1.00, 2026-03-01–2026-03-31 1.00, "+
		"2026-04-01–2026-04-30 1.00, 2026-05-01–2026-05-31 1.00, 2026-06-01– 1.00")
}

// TestPayIsReadAsOf reads the pay of days between and around the spans.
func TestPayIsReadAsOf(t *testing.T) {
	t.Parallel()
	p := openPay(t)
	c := p.mustPay(t, "2026-01-01", "2026-03-31", "1.00")
	p.mustPay(t, "2026-06-01", "", "2.00")
	for day, want := range map[string]string{
		"2025-12-31": "", "2026-01-01": "1.00", "2026-03-31": "1.00", "2026-04-01": "", "2026-06-01": "2.00",
		"2099-01-01": "2.00",
	} {
		got, err := p.GetCompensation(t.Context(), &pb.GetCompensationRequest{CompensationId: c.GetId(), AsOf: day})
		if want == "" {
			apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
		} else if err != nil || got.GetAmount().GetAmount() != want {
			t.Errorf("%s: got %v, %v, want %s", day, got, err, want)
		}
		list, err := p.ListCompensations(t.Context(), &pb.ListCompensationsRequest{AsOf: day})
		if err != nil || len(list.GetCompensations()) != len(want)/4 {
			t.Errorf("%s: got %v, %v", day, list, err)
		}
	}
	_, err := p.ListCompensations(t.Context(), &pb.ListCompensationsRequest{AsOf: "yesterday"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "asOf")
}

// TestEmployeesSeeOnlyTheirOwnPay reads pay as an employee and as a manager.
func TestEmployeesSeeOnlyTheirOwnPay(t *testing.T) {
	t.Parallel()
	p := openPay(t)
	other := p.mustPay(t, "2026-01-01", "", "1.00")
	person := newPerson(t, p.organization, "", false)
	own := newEmployee(t, p.DirectoryServiceClient, &pb.Employee{PersonId: person})
	p.employee = own.GetId()
	mine := p.mustPay(t, "2026-01-01", "", "2.00")
	employee := pb.NewDirectoryServiceClient(p.organization.AsPerson(t, person, platformv1.ApiKey_EMPLOYEE))
	list, err := employee.ListCompensations(t.Context(), &pb.ListCompensationsRequest{})
	if err != nil || len(list.GetCompensations()) != 1 || list.GetCompensations()[0].GetId() != mine.GetId() {
		t.Errorf("got %v, %v", list, err)
	}
	_, err = employee.GetCompensation(t.Context(),
		&pb.GetCompensationRequest{CompensationId: other.GetId(), AsOf: "2026-02-01"})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

// TestRaiseOfTheFutureTakesEffect advances the clock over the first days of two of three raises.
func TestRaiseOfTheFutureTakesEffect(t *testing.T) {
	t.Parallel()
	p := openPay(t)
	p.organization.RunJobs(t)
	clock, err := platformv1.NewIdentityServiceClient(p.organization).GetClock(t.Context(), &platformv1.GetClockRequest{})
	if err != nil {
		t.Fatal(err)
	}
	today, err := calendar.ParseDate(clock.GetTodayDate())
	if err != nil {
		t.Fatal(err)
	}
	in := func(days int) string { return today.AddDays(days).String() }
	p.mustPay(t, in(-10), "", "1.00")
	second, third := p.mustPay(t, in(2), "", "2.00"), p.mustPay(t, in(4), "", "3.00")
	p.mustPay(t, in(40), "", "4.00")
	if _, err := platformv1.NewIdentityServiceClient(p.organization).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ByDuration: durationpb.New(5 * 24 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	p.organization.RunJobs(t)
	events, err := platformv1.NewHistoryServiceClient(p.organization).ListEvents(t.Context(),
		&platformv1.ListEventsRequest{Filter: `type = "people.compensation.tookEffect"`, OrderBy: "create_time"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events.GetEvents() {
		got = append(got, e.GetSubjectId())
	}
	if want := []string{second.GetId(), third.GetId()}; !slices.Equal(got, want) {
		t.Errorf("got events about %v, want %v", got, want)
	}
}
