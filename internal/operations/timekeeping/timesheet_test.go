package timekeeping_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestTimesheetIsApproved submits, rejects, approves and reopens a timesheet.
func TestTimesheetIsApproved(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	s.tell(t) // the follower begins at the end of the log
	pat, patID := s.hire(t, platformv1.ApiKey_EMPLOYEE)
	boss, bossID := s.hire(t, platformv1.ApiKey_MANAGER)
	other, _ := s.hire(t, platformv1.ApiKey_MANAGER)
	s.manage(t, bossID, patID)
	e := pat.log(t, &pb.TimeEntry{DurationSeconds: 3600, WorkDate: "2025-03-12"})
	sheet := must(pat.GetTimesheet(t.Context(), &pb.GetTimesheetRequest{TimesheetId: e.GetTimesheetId()}))(t)
	if sheet.GetStartDate() != "2025-03-10" || sheet.GetEndDate() != "2025-03-16" ||
		sheet.GetTargetSeconds() != 144000 ||
		sheet.GetDurationSeconds() != 3600 || sheet.GetState() != pb.Timesheet_OPEN {
		t.Errorf("got %v", sheet)
	}
	key := sheet.GetId()
	must(pat.SubmitTimesheet(t.Context(), &pb.SubmitTimesheetRequest{TimesheetId: key}))(t)
	locked := func() {
		t.Helper()
		_, err := pat.UpdateTimeEntry(t.Context(), &pb.UpdateTimeEntryRequest{TimeEntryId: e.GetId(),
			TimeEntry: &pb.TimeEntry{Note: "x"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"note"}}})
		wantRefused(t, err, optionsv1.Reason_TIME_ENTRY_LOCKED)
		_, err = pat.DeleteTimeEntry(t.Context(), &pb.DeleteTimeEntryRequest{TimeEntryId: e.GetId()})
		wantRefused(t, err, optionsv1.Reason_TIME_ENTRY_LOCKED)
		wantRefused(t, pat.tryLog(t, &pb.TimeEntry{DurationSeconds: 1, WorkDate: "2025-03-16"}),
			optionsv1.Reason_TIME_ENTRY_LOCKED)
	}
	locked()
	must(pat.UpdateTimeEntry(t.Context(), &pb.UpdateTimeEntryRequest{TimeEntryId: e.GetId(),
		TimeEntry:  &pb.TimeEntry{ExternalId: "payroll-1"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"external_id"}}}))(t)
	_, err := pat.ApproveTimesheet(t.Context(), &pb.ApproveTimesheetRequest{TimesheetId: key})
	wantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	_, err = other.ApproveTimesheet(t.Context(), &pb.ApproveTimesheetRequest{TimesheetId: key})
	wantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	rejected := must(boss.RejectTimesheet(t.Context(), &pb.RejectTimesheetRequest{TimesheetId: key,
		Reason: "Friday is missing"}))(t)
	if rejected.GetReason() != "Friday is missing" || rejected.GetState() != pb.Timesheet_REJECTED {
		t.Errorf("got %v", rejected)
	}
	pat.log(t, &pb.TimeEntry{DurationSeconds: 60, WorkDate: "2025-03-14"})
	must(pat.SubmitTimesheet(t.Context(), &pb.SubmitTimesheetRequest{TimesheetId: key}))(t)
	must(pat.RecallTimesheet(t.Context(), &pb.RecallTimesheetRequest{TimesheetId: key}))(t)
	must(pat.SubmitTimesheet(t.Context(), &pb.SubmitTimesheetRequest{TimesheetId: key}))(t)
	approved := must(boss.BatchApproveTimesheets(t.Context(),
		&pb.BatchApproveTimesheetsRequest{Ids: []string{key}}))(t).GetTimesheets()[0]
	if approved.GetApproverId() != bossID || approved.GetDurationSeconds() != 3660 ||
		approved.GetApproveTime() == nil || approved.GetReason() != "" {
		t.Errorf("got %v", approved)
	}
	locked()
	_, err = boss.ReopenTimesheet(t.Context(), &pb.ReopenTimesheetRequest{TimesheetId: key})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "reason")
	must(boss.ReopenTimesheet(t.Context(), &pb.ReopenTimesheetRequest{TimesheetId: key, Reason: "Wrong project"}))(t)
	must(pat.DeleteTimeEntry(t.Context(), &pb.DeleteTimeEntryRequest{TimeEntryId: e.GetId()}))(t)
	_, err = pat.DeleteTimesheet(t.Context(), &pb.DeleteTimesheetRequest{TimesheetId: key})
	wantRefused(t, err, optionsv1.Reason_TIMESHEETS_IN_USE)
	s.tell(t)
	told := func(who *studio) string {
		return must(platformv1.NewNotificationsServiceClient(who).ListNotifications(t.Context(),
			&platformv1.ListNotificationsRequest{}))(t).String()
	}
	for text, who := range map[string]*studio{"submitted the timesheet from": boss, "rejected your timesheet": pat,
		"approved your timesheet": pat, "reopened your timesheet": pat, "Friday is missing": pat} {
		if list := told(who); !strings.Contains(list, text) {
			t.Errorf("%q is missing in %s", text, list)
		}
	}
}

// TestOwnTimesheetIsNotApproved decides on the caller's own timesheet with every right.
func TestOwnTimesheetIsNotApproved(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	key := s.log(t, &pb.TimeEntry{DurationSeconds: 3600, WorkDate: "2025-03-12"}).GetTimesheetId()
	must(s.SubmitTimesheet(t.Context(), &pb.SubmitTimesheetRequest{TimesheetId: key}))(t)
	_, err := s.ApproveTimesheet(t.Context(), &pb.ApproveTimesheetRequest{TimesheetId: key})
	wantRefused(t, err, optionsv1.Reason_TIMESHEET_OWN)
	_, err = s.BatchApproveTimesheets(t.Context(), &pb.BatchApproveTimesheetsRequest{Ids: []string{key}})
	wantRefused(t, err, optionsv1.Reason_TIMESHEET_OWN)
	_, err = s.RejectTimesheet(t.Context(), &pb.RejectTimesheetRequest{TimesheetId: key, Reason: "x"})
	wantRefused(t, err, optionsv1.Reason_TIMESHEET_OWN)
	admin, _ := s.hire(t, platformv1.ApiKey_ADMIN)
	sheet := must(admin.ApproveTimesheet(t.Context(), &pb.ApproveTimesheetRequest{TimesheetId: key}))(t)
	for _, a := range sheet.GetAllowedActions() {
		if a.GetAllowed() != (a.GetVerb() == "reopen") {
			t.Errorf("got %v", a)
		}
	}
}

// TestWeekStartsByTheSettings changes the first weekday. The week of the change is cut short.
func TestWeekStartsByTheSettings(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	_, kim := s.hire(t, platformv1.ApiKey_EMPLOYEE)
	s.log(t, &pb.TimeEntry{DurationSeconds: 3600, WorkDate: "2025-03-12"}) // 10 to 16
	set := func(settings *pb.TimeSettings, paths ...string) (*pb.TimeSettings, error) {
		return s.UpdateTimeSettings(t.Context(), &pb.UpdateTimeSettingsRequest{TimeSettings: settings,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
	}
	before := must(s.GetTimeSettings(t.Context(), &pb.GetTimeSettingsRequest{}))(t)
	if before.GetWeekStart() != typepb.Recurrence_MONDAY || !before.GetApprovalRequired() ||
		before.GetWeeklyTargetSeconds() != 144000 ||
		before.GetRounding() != pb.TimeSettings_UP || before.GetEtag() != "0" {
		t.Errorf("got %v", before)
	}
	must(set(&pb.TimeSettings{WeekStart: typepb.Recurrence_SUNDAY, WeeklyTargetSeconds: proto.Int32(70000),
		PersonTargets: []*pb.TimeSettings_PersonTarget{{PersonId: kim, WeeklyTargetSeconds: 700}}},
		"week_start", "weekly_target_seconds", "person_targets"))(t)
	_, err := set(&pb.TimeSettings{RoundingMinutes: 7, PersonTargets: []*pb.TimeSettings_PersonTarget{{PersonId: kim},
		{PersonId: kim}}},
		"rounding_minutes", "person_targets")
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "roundingMinutes", "personTargets[1].personId")
	_, err = set(&pb.TimeSettings{Etag: "0", RoundingMinutes: 6}, "rounding_minutes")
	wantRefused(t, err, optionsv1.Reason_ETAG_MISMATCH)
	for _, c := range []struct {
		person, date, start, end string
		target                   int32
	}{
		{"", "2025-03-17", "2025-03-17", "2025-03-22", 60000},
		{"", "2025-03-09", "2025-03-09", "2025-03-09", 10000},
		{"", "2025-03-25", "2025-03-23", "2025-03-29", 70000},
		{kim, "2025-03-12", "2025-03-09", "2025-03-15", 700},
	} {
		sheet := must(s.CreateTimesheet(t.Context(), &pb.CreateTimesheetRequest{
			Timesheet: &pb.Timesheet{PersonId: c.person, StartDate: c.date}}))(t)
		if sheet.GetStartDate() != c.start || sheet.GetEndDate() != c.end || sheet.GetTargetSeconds() != c.target {
			t.Errorf("got %v, want %v", sheet, c)
		}
	}
	_, err = s.CreateTimesheet(t.Context(),
		&pb.CreateTimesheetRequest{Timesheet: &pb.Timesheet{StartDate: "2025-03-16"}})
	wantRefused(t, err, optionsv1.Reason_TIMESHEETS_WEEK_TAKEN, "startDate")
}
