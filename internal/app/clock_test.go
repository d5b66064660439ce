package app_test

import (
	"strings"
	"testing"
	"time"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestOnlyTestClocksAdvance advances the clocks of a live and a test organization. A test clock
// must not go back.
func TestOnlyTestClocksAdvance(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	live := apptest.SignUpTo(t, a, func(r *platformv1.SignUpRequest) { r.Test = false })
	if got := live.REST(t, "POST", "/v1/clock:advance", `{"byDuration": "1s"}`); got.Reason() != "CLOCK_IS_LIVE" {
		t.Errorf("advancing a live clock: got %s, want CLOCK_IS_LIVE", got.Raw)
	}
	o := apptest.SignUpTo(t, a)
	if !strings.HasPrefix(o.Key, "bo_test_") || !strings.HasPrefix(live.Key, "bo_live_") {
		t.Errorf("got the keys %.8s and %.8s", o.Key, live.Key)
	}
	apptest.SetClock(t, o, "2026-01-02T12:00:00Z")
	if now := o.REST(t, "GET", "/v1/clock", "").Body; now["todayDate"] != "2026-01-02" {
		t.Errorf("got the clock %v, want 2026-01-02", now)
	}
	moved := o.REST(t, "POST", "/v1/clock:advance", `{"toTime": "2031-02-03T04:05:06Z"}`)
	if now := o.REST(t, "GET", "/v1/clock", "").Body; moved.Code != 200 || now["todayDate"] != "2031-02-02" {
		t.Errorf("got %s and then the clock %v, want 2031-02-02 in New York", moved.Raw, now)
	}
	for range 3 {
		got := o.REST(t, "POST", "/v1/clock:advance", `{"byDuration": "3100000000s"}`)
		if got.Code == 200 && got.Body["todayDate"].(string) < "2031" {
			t.Errorf("got an earlier clock: %s", got.Raw)
		}
	}
	got := o.REST(t, "POST", "/v1/clock:advance", `{"toTime": "2030-01-01T00:00:00Z"}`)
	if got.Reason() != "CLOCK_GOES_BACK" {
		t.Errorf("setting an earlier time: got %s, want CLOCK_GOES_BACK", got.Raw)
	}
	made := o.REST(t, "POST", "/v1/persons", `{"displayName": "Ann"}`)
	at, err := time.Parse(time.RFC3339Nano, made.Body["createTime"].(string))
	if err != nil || at.Year() != 2031 {
		t.Errorf("got a record created at %v, %v, want 2031", made.Body["createTime"], err)
	}
}
