package app_test

import (
	"testing"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestTimeHidesOtherTenants calls the methods of time that address no single record with records of
// another organization.
func TestTimeHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	project, timesheet := createBillableTime(t, theirs), submitTimesheet(t, theirs)
	hours, billing := operationsv1.NewTimekeepingServiceClient(ours), operationsv1.NewTimeBillingServiceClient(ours)

	all, err := hours.SummarizeTimeEntries(t.Context(), &operationsv1.SummarizeTimeEntriesRequest{})
	if err != nil || all.GetTotal().GetDurationSeconds() != 0 {
		t.Errorf("summary: got %v, %v, want no time", all, err)
	}
	_, err = hours.BatchApproveTimesheets(t.Context(), &operationsv1.BatchApproveTimesheetsRequest{
		Ids: []string{timesheet}})
	checkNotFound(t, err)
	_, err = billing.BatchGetProjectBudgets(t.Context(), &operationsv1.BatchGetProjectBudgetsRequest{
		Ids: []string{project}})
	checkNotFound(t, err)
	for name, call := range map[string]func() error{
		"timers:start": func() error {
			_, err := hours.StartTimer(t.Context(), &operationsv1.StartTimerRequest{
				Timer: &operationsv1.Timer{ProjectId: project}})
			return err
		},
		"timeEntries:batchCreate": func() error {
			_, err := hours.BatchCreateTimeEntries(t.Context(), &operationsv1.BatchCreateTimeEntriesRequest{
				Requests: []*operationsv1.CreateTimeEntryRequest{{
					TimeEntry: &operationsv1.TimeEntry{ProjectId: project, DurationSeconds: 60}}}})
			return err
		},
		"billingRates:find": func() error {
			_, err := billing.FindBillingRate(t.Context(), &operationsv1.FindBillingRateRequest{ProjectId: project})
			return err
		},
		"timeEntries:bill": func() error {
			_, err := billing.BillTimeEntries(t.Context(), &operationsv1.BillTimeEntriesRequest{
				ProjectIds: []string{project}, GroupBy: []operationsv1.BillTimeEntriesRequest_GroupBy{
					operationsv1.BillTimeEntriesRequest_PROJECT}})
			return err
		},
	} {
		if err := call(); apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND {
			t.Errorf("%s with a project of another organization: got %v, want REFERENCE_NOT_FOUND", name, err)
		}
	}
	if _, err := hours.UpdateTimeSettings(t.Context(), &operationsv1.UpdateTimeSettingsRequest{
		TimeSettings: &operationsv1.TimeSettings{WeekStart: typev1.Recurrence_SUNDAY},
		UpdateMask:   mask("week_start")}); err != nil {
		t.Fatal(err)
	}
	settings, err := operationsv1.NewTimekeepingServiceClient(theirs).GetTimeSettings(t.Context(),
		&operationsv1.GetTimeSettingsRequest{})
	if err != nil || settings.GetWeekStart() != typev1.Recurrence_MONDAY {
		t.Errorf("got %v, %v, want the settings of the other organization unchanged", settings, err)
	}
	if _, err := operationsv1.NewProfitabilityServiceClient(ours).UpdateProfitabilitySettings(t.Context(),
		&operationsv1.UpdateProfitabilitySettingsRequest{
			ProfitabilitySettings: &operationsv1.ProfitabilitySettings{StandardYearSeconds: 3600000},
			UpdateMask:            mask("standard_year_seconds")}); err != nil {
		t.Fatal(err)
	}
	costs, err := operationsv1.NewProfitabilityServiceClient(theirs).GetProfitabilitySettings(t.Context(),
		&operationsv1.GetProfitabilitySettingsRequest{})
	if err != nil || costs.GetStandardYearSeconds() != 2080*3600 {
		t.Errorf("got %v, %v, want the settings of the other organization unchanged", costs, err)
	}
}
