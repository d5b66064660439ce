package workimport_test

import (
	"slices"
	"strings"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// addCustomer adds a customer with a name.
func (o *office) addCustomer(t testing.TB, name string) *financev1.Customer {
	t.Helper()
	return must(financev1.NewCustomersServiceClient(o.Organization).CreateCustomer(t.Context(),
		&financev1.CreateCustomerRequest{Customer: &financev1.Customer{DisplayName: name}}))(t)
}

// TestImportedTimeKeepsWhoWhenAndWhatFor checks the time of a report: its persons, days and
// projects, what can be billed, and that its weeks need no approval.
func TestImportedTimeKeepsWhoWhenAndWhatFor(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	customer := o.addCustomer(t, "hôtel du lac")
	maud := o.addPerson(t, "Maud", "maud@harbor.example")
	o.addPerson(t, "Jonas", "jonas@harbor.example")
	w := o.run(t, o.read(t, sample(t, "toggl-detailed.csv"), nil))
	var maudSeconds int32
	var states []pb.TimeEntry_BillingState
	for _, e := range o.times(t) {
		project := must(o.GetProject(t.Context(), &pb.GetProjectRequest{ProjectId: e.GetProjectId()}))(t)
		if e.GetPersonId() != maud.GetId() {
			continue
		}
		maudSeconds += e.GetDurationSeconds()
		states = append(states, e.GetBillingState())
		if project.GetCustomerId() != customer.GetId() || project.GetBilling() != pb.Project_TIME_AND_MATERIALS ||
			e.GetWorkDate() != "2026-01-12" || e.GetStartTime().AsTime().Hour() != 8 ||
			e.GetNote() != `Design: Home page, "v2"` {
			t.Errorf("time: got %v of %v", e, project)
		}
	}
	unbilled := pb.TimeEntry_UNBILLED
	if maudSeconds != 2*5400 || !slices.Equal(states, []pb.TimeEntry_BillingState{unbilled, unbilled}) {
		t.Errorf("got %d seconds with the states %v", maudSeconds, states)
	}
	sheets := must(o.ListTimesheets(t.Context(), &pb.ListTimesheetsRequest{}))(t).GetTimesheets()
	for _, s := range sheets {
		if s.GetState() != pb.Timesheet_APPROVED || s.GetApproverId() != "" {
			t.Errorf("timesheet: got %v, want APPROVED without an approver", s)
		}
	}
	var skipped []string
	for _, r := range o.rows(t, w) {
		if r.GetOutcome() == pb.WorkImport_Row_SKIPPED {
			skipped = append(skipped, strings.Join(r.GetProblems(), "; "))
		}
	}
	text := strings.Join(skipped, "\n")
	if !strings.Contains(text, "Sam is no person here") || !strings.Contains(text, "longer than 24 hours") {
		t.Errorf("skipped rows: got %s", text)
	}
}

// TestTimeIsBilledOnce checks that time which was billed elsewhere cannot be billed here.
func TestTimeIsBilledOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		billing pb.WorkImport_TimeBilling
		want    int // billable time entries
	}{
		"unbilled except what was invoiced": {pb.WorkImport_UNBILLED, 2},
		"all billed elsewhere":              {pb.WorkImport_ALREADY_BILLED, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			o.addCustomer(t, "Hôtel du Lac")
			w := o.read(t, sample(t, "harvest-detailed-time.csv"), map[string]any{"timeBilling": c.billing.String()})
			o.run(t, o.choosePeople(t, w, o.Owner.GetId()))
			billable, elsewhere := 0, 0
			for _, e := range o.times(t) {
				if e.GetBillable() {
					billable++
				}
				if e.GetMetadata()["billed in"] == "Harvest" {
					elsewhere++
				}
			}
			if billable != c.want || elsewhere == 0 {
				t.Errorf("got %d billable entries and %d billed elsewhere, want %d", billable, elsewhere, c.want)
			}
		})
	}
}

// report returns a report of Toggl Track with rows of a day, a time and a duration of a person.
func report(rows ...string) []byte {
	return []byte("Email,Description,Start date,Start time,Duration\n" + strings.Join(rows, "\n") + "\n")
}

// TestTimeFitsIntoDaysAndWeeks checks that imported time leaves approved weeks and full days alone.
func TestTimeFitsIntoDaysAndWeeks(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ada := o.addPerson(t, "Ada", "ada@harbor.example")
	submitted := must(o.CreateTimeEntry(t.Context(), &pb.CreateTimeEntryRequest{
		TimeEntry: &pb.TimeEntry{PersonId: ada.GetId(), WorkDate: "2026-01-05", DurationSeconds: 3600},
	}))(t)
	must(o.SubmitTimesheet(t.Context(), &pb.SubmitTimesheetRequest{TimesheetId: submitted.GetTimesheetId()}))(t)
	w := o.read(t, report(
		"ada@harbor.example,Submitted,2026-01-06,09:00:00,01:00:00",
		"ada@harbor.example,Fits,2026-01-13,00:00:00,20:00:00",
		"ada@harbor.example,Too much,2026-01-13,20:00:00,05:00:00",
		"ada@harbor.example,Fits too,2026-01-14,09:00:00,02:00:00"), nil)
	preview := o.preview(t, w)
	w = o.run(t, w)
	var outcomes []string
	for _, r := range o.rows(t, w) {
		outcomes = append(outcomes, r.GetTitle()+" "+r.GetOutcome().String())
	}
	want := []string{"Submitted SKIPPED", "Fits CREATED", "Too much SKIPPED", "Fits too CREATED"}
	if !slices.Equal(outcomes, want) || preview.GetSkippedCount() != 2 {
		t.Errorf("got %q and %v, want %q", outcomes, preview, want)
	}
	// A later file adds time to the week that the first one approved.
	more := o.run(t, o.read(t, report("ada@harbor.example,Later,2026-01-15,09:00:00,01:00:00"), nil))
	if more.GetCreatedCount() != 1 {
		t.Errorf("got %v, want another entry in the imported week", more)
	}
	imported := o.times(t)[len(o.times(t))-1]
	_, err := o.DeleteTimeEntry(t.Context(), &pb.DeleteTimeEntryRequest{TimeEntryId: imported.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_TIME_ENTRY_LOCKED)
	if w = o.undo(t, w); w.GetKeptCount() != 1 || len(o.times(t)) != 2 {
		t.Errorf("undo: got %v, want the timesheet with the later entry to be kept", w)
	}
}
