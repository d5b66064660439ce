package series_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/series"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// company is an organization with the number series `test`.
type company struct {
	*apptest.Organization
	call   *call.Call
	client pb.NumberSeriesServiceClient
	series *pb.NumberSeries
}

// tests is the series of company, for an organization that has none.
var tests = series.Definition{Kind: "test", DisplayName: "Tests", Format: "{NUMBER}"}

// signUp creates an organization with a series of a format.
func signUp(t *testing.T, format string) *company {
	t.Helper()
	m := module.Module{Name: "test", OnSignUp: func(ctx context.Context, tx *db.Tx, _ *pb.SignUpRequest) error {
		return series.Create(ctx, tx, series.Definition{Kind: "test", DisplayName: "Tests", Format: format})
	}}
	a := apptest.New(t, func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module { return m })
	})
	c := &company{Organization: apptest.SignUpTo(t, a)}
	org, err := id.Parse("org", c.Organization.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	if c.call, err = a.Identity.SystemCall(t.Context(), org); err != nil {
		t.Fatal(err)
	}
	c.client = pb.NewNumberSeriesServiceClient(c)
	list, err := c.client.ListNumberSeries(t.Context(), &pb.ListNumberSeriesRequest{})
	if err != nil || len(list.GetNumberSeries()) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	c.series = list.GetNumberSeries()[0]
	return c
}

// write runs a unit of work in the organization.
func (c *company) write(fn func(ctx context.Context, tx *db.Tx) error, t *testing.T) error {
	d, _ := apptest.Databases(t)
	own := *c.call
	_, err := db.Write(call.With(t.Context(), &own), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}

// next returns the next number for a document of a date.
func (c *company) next(t *testing.T, date string) (number string) {
	t.Helper()
	day, err := calendar.ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.write(func(ctx context.Context, tx *db.Tx) (err error) {
		number, _, err = series.Next(ctx, tx, tests, day)
		return err
	}, t); err != nil {
		t.Fatal(err)
	}
	return number
}

func (c *company) update(t *testing.T, patch *pb.NumberSeries, fields ...string) (*pb.NumberSeries, error) {
	t.Helper()
	return c.client.UpdateNumberSeries(t.Context(), &pb.UpdateNumberSeriesRequest{
		NumberSeriesId: c.series.GetId(), NumberSeries: patch, UpdateMask: &fieldmaskpb.FieldMask{Paths: fields},
	})
}

// TestRivalsTakeNumbersWithoutGaps lets 32 rivals take numbers at once. A third of the transactions
// is rolled back.
func TestRivalsTakeNumbersWithoutGaps(t *testing.T) {
	t.Parallel()
	c := signUp(t, "T-{NUMBER:4}")
	day, _ := calendar.ParseDate("2026-11-21")
	errRolledBack := errors.New("rolled back")
	var mu sync.Mutex
	var got []string
	var rivals sync.WaitGroup
	for range 32 {
		rivals.Go(func() {
			for range 10 {
				var number string
				err := c.write(func(ctx context.Context, tx *db.Tx) (err error) {
					if number, _, err = series.Next(ctx, tx, tests, day); err == nil && rand.IntN(3) == 0 {
						return errRolledBack
					}
					return err
				}, t)
				switch {
				case err == nil:
					mu.Lock()
					got = append(got, number)
					mu.Unlock()
				case !errors.Is(err, errRolledBack):
					t.Error(err)
				}
			}
		})
	}
	rivals.Wait()
	slices.Sort(got)
	for i, number := range got {
		if want := fmt.Sprintf("T-%04d", i+1); number != want {
			t.Fatalf("number %d of %d is %s, want %s", i+1, len(got), number, want)
		}
	}
	if len(got) < 100 {
		t.Errorf("got only %d numbers", len(got))
	}
}

// TestYearsCountSeparately gives numbers of two years in turn.
func TestYearsCountSeparately(t *testing.T) {
	t.Parallel()
	c := signUp(t, "{NUMBER}")
	if got := c.next(t, "2026-11-21"); got != "1" {
		t.Errorf("got %s, want 1", got)
	}
	yearly := &pb.NumberSeries{Format: "{YY}/{NUMBER:3}", Reset_: pb.NumberSeries_YEARLY}
	if _, err := c.update(t, yearly, "reset"); apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("without the year in the format: got %v", err)
	}
	changed, err := c.update(t, yearly, "format", "reset")
	if err != nil {
		t.Fatal(err)
	}
	year := changed.GetPreview()[:2]
	if want := year + "/002"; changed.GetPreview() != want || changed.GetNextNumber() != 2 {
		t.Errorf("got the preview %s and the number %d, want %s", changed.GetPreview(), changed.GetNextNumber(), want)
	}
	for _, s := range []struct{ date, want string }{
		{"2050-01-05", "50/001"}, {"2049-12-31", "49/001"}, {"2050-01-06", "50/002"}, {"2049-12-31", "49/002"},
		// The count that never restarted may have given 1 to a document of that year.
		{"2020-12-31", "20/002"},
	} {
		if got := c.next(t, s.date); got != s.want {
			t.Errorf("on %s: got %s, want %s", s.date, got, s.want)
		}
	}
}

// TestNextNumberIsOnlyRaised sets the next number above and below the numbers that were given.
func TestNextNumberIsOnlyRaised(t *testing.T) {
	t.Parallel()
	c := signUp(t, "{NUMBER}")
	raised, err := c.update(t, &pb.NumberSeries{NextNumber: 500}, "next_number")
	if err != nil || raised.GetPreview() != "500" {
		t.Fatalf("got %v, %v", raised, err)
	}
	if got := c.next(t, "2026-11-21"); got != "500" {
		t.Errorf("got %s, want 500", got)
	}
	_, err = c.update(t, &pb.NumberSeries{NextNumber: 500}, "next_number")
	apptest.WantRefused(t, err, optionsv1.Reason_NUMBER_ALREADY_GIVEN, "nextNumber")
	if got := c.next(t, "2026-11-21"); got != "501" {
		t.Errorf("got %s, want 501", got)
	}
}

// TestChangedResetGivesNoNumberTwice changes when counting restarts, back and forth. Documents of
// the years before and after get numbers in between.
func TestChangedResetGivesNoNumberTwice(t *testing.T) {
	t.Parallel()
	c := signUp(t, "{YYYY}-{NUMBER}")
	given := map[string]bool{}
	for turn := range 6 {
		reset := []pb.NumberSeries_Reset{pb.NumberSeries_NEVER, pb.NumberSeries_YEARLY}[turn%2]
		if _, err := c.update(t, &pb.NumberSeries{Reset_: reset}, "reset"); err != nil {
			t.Fatal(err)
		}
		for _, date := range []string{"2026-12-30", "2027-01-04", "2026-12-31", "2028-01-01"}[:3+turn/3] {
			for range 1 + turn {
				number := c.next(t, date)
				if given[number] {
					t.Fatalf("turn %d: %s was given twice", turn, number)
				}
				given[number] = true
			}
		}
	}
}

// TestDatesAheadAreNotNumberedTwice numbers a document of next year before counting restarts every
// year, as on the last days of December.
func TestDatesAheadAreNotNumberedTwice(t *testing.T) {
	t.Parallel()
	c := signUp(t, "{YYYY}-{NUMBER}")
	for i, date := range []string{"2026-12-30", "2027-01-04", "2026-12-31"} {
		if want := fmt.Sprintf("%s-%d", date[:4], i+1); c.next(t, date) != want {
			t.Errorf("want %s", want)
		}
	}
	if _, err := c.update(t, &pb.NumberSeries{Reset_: pb.NumberSeries_YEARLY}, "reset"); err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct{ date, want string }{
		{"2027-01-05", "2027-4"}, {"2026-12-31", "2026-4"}, {"2028-01-01", "2028-1"},
	} {
		if got := c.next(t, s.date); got != s.want {
			t.Errorf("on %s: got %s, want %s", s.date, got, s.want)
		}
	}
}

// TestMissingSeriesIsCreated takes a number in an organization that signed up on an older server.
func TestMissingSeriesIsCreated(t *testing.T) {
	t.Parallel()
	c := signUp(t, "{NUMBER}")
	other := series.Definition{Kind: "other", DisplayName: "Others", Format: "O-{NUMBER}"}
	day, _ := calendar.ParseDate("2026-11-21")
	for _, want := range []string{"O-1", "O-2"} {
		var number string
		if err := c.write(func(ctx context.Context, tx *db.Tx) (err error) {
			number, _, err = series.Next(ctx, tx, other, day)
			return err
		}, t); err != nil || number != want {
			t.Errorf("got %s, %v, want %s", number, err, want)
		}
	}
}

// TestDatesAscend refuses a date before that of the last number once the series requires it.
func TestDatesAscend(t *testing.T) {
	t.Parallel()
	c := signUp(t, "TST-{NUMBER}")
	if n := c.next(t, "2026-05-10"); n != "TST-1" {
		t.Errorf("got %s", n)
	}
	if n := c.next(t, "2026-05-09"); n != "TST-2" {
		t.Errorf("got %s", n)
	}
	s, err := c.update(t, &pb.NumberSeries{DateOrder: pb.NumberSeries_ASCENDING}, "date_order")
	if err != nil || s.GetLastDate() != "2026-05-10" {
		t.Fatalf("got %v, %v", s, err)
	}
	early, _ := calendar.ParseDate("2026-05-09")
	err = c.write(func(ctx context.Context, tx *db.Tx) error {
		_, _, err := series.Next(ctx, tx, tests, early)
		return err
	}, t)
	apptest.WantRefused(t, err, optionsv1.Reason_DOCUMENT_DATE_OUT_OF_ORDER)
	check := func(day calendar.Date) error {
		return c.write(func(ctx context.Context, tx *db.Tx) error { return series.CheckDate(ctx, tx, tests, day) }, t)
	}
	apptest.WantRefused(t, check(early), optionsv1.Reason_DOCUMENT_DATE_OUT_OF_ORDER)
	if err := check(early.AddDays(1)); err != nil {
		t.Error(err)
	}
	if n := c.next(t, "2026-05-10"); n != "TST-3" {
		t.Errorf("got %s", n)
	}
}
