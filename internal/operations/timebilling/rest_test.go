package timebilling_test

import (
	"encoding/json"
	"strings"
	"testing"

	"backoffice/internal/app/apptest"
)

// TestWeekIsBilledOverREST plays a week through REST: time, timesheet, approval, draft, issue and
// void.
func TestWeekIsBilledOverREST(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	project := s.project(t).GetId()
	send := func(o *apptest.Organization, method, path, body string) map[string]any {
		t.Helper()
		response := o.REST(t, method, path, body)
		var out map[string]any
		if err := json.Unmarshal([]byte(response.Raw), &out); err != nil || response.Code != 200 {
			t.Fatalf("%s %s: got %d, %s", method, path, response.Code, response.Raw)
		}
		return out
	}
	owner, pat := s.Organization, s.pat.Organization
	send(owner, "POST", "/v1/billingRates", `{"projectId": "`+project+`", "startDate": "2025-01-01",
		"hourlyRate": {"amount": "90.00", "currencyCode": "USD"}}`)
	timer := send(pat, "POST", "/v1/timers:start", `{"timer": {"projectId": "`+project+`", "note": "Design",
		"startTime": "2025-03-10T14:00:00Z"}}`)["timer"].(map[string]any)["id"].(string)
	stopped := send(pat, "POST", "/v1/timers/"+timer+":stop", `{"stopTime": "2025-03-10T15:30:00Z"}`)
	entry := stopped["timeEntries"].([]any)[0].(map[string]any)
	send(pat, "POST", "/v1/timeEntries", `{"projectId": "`+project+`", "workDate": "2025-03-11", "durationSeconds": 1800}`)
	sheet := "/v1/timesheets/" + entry["timesheetId"].(string)
	if got := send(pat, "POST", sheet+":submit", `{}`); got["durationSeconds"] != "7200" || got["state"] != "SUBMITTED" {
		t.Errorf("got %v", got)
	}
	send(owner, "POST", sheet+":approve", `{}`)
	bill := send(owner, "POST", "/v1/timeEntries:bill", `{"projectIds": ["`+project+`"], "endDate": "2025-12-31",
		"groupBy": ["PERSON"], "detail": "ENTRIES"}`)["invoice"].(map[string]any)
	text := bill["lines"].([]any)[0].(map[string]any)["description"].(string)
	if text != "Website, Pat, 2025-03-10 – 2025-03-11\n2025-03-10: 1:30 h, Design\n2025-03-11: 0:30 h" {
		t.Errorf("got %q", text)
	}
	invoice := "/v1/invoices/" + bill["id"].(string)
	state := func(want string) {
		t.Helper()
		if got := send(pat, "GET", "/v1/timeEntries/"+entry["id"].(string), ""); got["billingState"] != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	state("ON_DRAFT")
	issued := send(owner, "POST", invoice+":issue", `{}`)
	if total := issued["totalAmount"].(map[string]any)["amount"]; total != "180.00" {
		t.Errorf("got %v", issued)
	}
	state("BILLED")
	sum := send(owner, "GET", "/v1/timeEntries:summarize?groupBy=PROJECT&projectIds="+project, "")
	if row := sum["rows"].([]any)[0].(map[string]any); row["billedSeconds"] != "7200" || row["unbilledSeconds"] != "0" {
		t.Errorf("got %v", sum)
	}
	changed := pat.REST(t, "PATCH", "/v1/timeEntries/"+entry["id"].(string), `{"note": "x"}`)
	if changed.Reason() != "TIME_ENTRY_BILLED" || !strings.Contains(string(changed.Raw), issued["number"].(string)) {
		t.Errorf("got %s", changed.Raw)
	}
	send(owner, "POST", invoice+":void", `{}`)
	state("UNBILLED")
}
