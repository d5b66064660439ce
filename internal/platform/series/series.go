// Package series gives numbers without gaps, such as those of journal entries. A series is a row
// whose lock is held until the transaction that took a number ends; a transaction that is rolled
// back returns its numbers. A number is never given twice. Which documents are numbered, and when,
// is left to the capabilities. Documents that are created by many callers at once should take their
// numbers in one later transaction, with NextMany, because the lock lets callers commit only one
// after another.
package series

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var numberSeries = resource.New(table.New("platform.number_series",
	table.Text("kind", func(s *pb.NumberSeries) *string { return &s.Kind }).Filter(),
	table.Text("display_name", func(s *pb.NumberSeries) *string { return &s.DisplayName }).Filter(),
	table.Text("format", func(s *pb.NumberSeries) *string { return &s.Format }),
	table.Enum("reset", func(s *pb.NumberSeries) *pb.NumberSeries_Reset { return &s.Reset_ }),
	table.Enum("date_order", func(s *pb.NumberSeries) *pb.NumberSeries_DateOrder { return &s.DateOrder }),
).Rank(db.RankSeries)).LoadComputed(setNextNumbers).DeclareEvents("created").Open()

// Definition describes a series that a capability uses.
type Definition struct {
	// Kind names what is numbered, such as `finance.journalEntry`. It must not change, because it is
	// stored.
	Kind string
	// DisplayName and Format are the values of a new organization, which may change them.
	DisplayName, Format string
}

// Service implements NumberSeriesService.
type Service struct {
	pb.UnsafeNumberSeriesServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{numberSeries} }

// Create creates a series. Capabilities call it at sign-up, so that the organization can change the
// format before the first number.
func Create(ctx context.Context, tx *db.Tx, d Definition) error {
	return numberSeries.Insert(ctx, tx, &pb.NumberSeries{
		Kind: d.Kind, DisplayName: d.DisplayName, Format: d.Format, Reset_: pb.NumberSeries_NEVER,
		DateOrder: pb.NumberSeries_ANY,
	})
}

// Next returns the next number of a series for a document with a date, and the latest date of the
// documents numbered before. It refuses an earlier date if the series requires ascending dates.
func Next(
	ctx context.Context, tx *db.Tx, d Definition, date calendar.Date,
) (number string, latest calendar.Date, err error) {
	s, err := lock(ctx, tx, d)
	if err != nil {
		return "", latest, err
	}
	latest = s.lastDate
	if err := s.check(d, date); err != nil {
		return "", latest, err
	}
	numbers, err := s.take(ctx, tx, d, []calendar.Date{date})
	if err != nil {
		return "", latest, err
	}
	return numbers[0], latest, nil
}

// NextMany returns the next numbers of a series for documents with the given dates, in this order.
// It creates the series if the organization has none, because it signed up on an older server.
func NextMany(ctx context.Context, tx *db.Tx, d Definition, dates []calendar.Date) ([]string, error) {
	s, err := lock(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	return s.take(ctx, tx, d, dates)
}

// CheckDate refuses a date that Next would refuse now. It locks nothing.
func CheckDate(ctx context.Context, tx *db.Tx, d Definition, date calendar.Date) error {
	rows, err := db.Collect[struct {
		LastDate  *calendar.Date
		Ascending bool
	}](ctx, tx, `
select last_date, date_order = 'ASCENDING' as ascending
from platform.number_series
where org_id = $1
and kind = $2`, tx.Call().Organization.ID, d.Kind)
	if err != nil || len(rows) == 0 {
		return err
	}
	return row{ascending: rows[0].Ascending, lastDate: orZero(rows[0].LastDate)}.check(d, date)
}

// check refuses a date before the latest one if the series requires ascending dates.
func (s row) check(d Definition, date calendar.Date) error {
	if !s.ascending || !date.Before(s.lastDate) {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_DOCUMENT_DATE_OUT_OF_ORDER,
		"The date %s is before %s, that of a document with a lower number. %q requires ascending dates.",
		date, s.lastDate, d.DisplayName)
}

// LastDate returns the latest date of the documents that a series numbered, or the zero date.
func LastDate(ctx context.Context, tx *db.Tx, d Definition) (calendar.Date, error) {
	var last *calendar.Date
	err := tx.QueryRow(ctx, `
select max(last_date)
from platform.number_series
where org_id = $1
and kind = $2`, tx.Call().Organization.ID, d.Kind).Scan(&last)
	return orZero(last), err
}

// orZero returns a date, or the zero date if there is none.
func orZero(d *calendar.Date) calendar.Date {
	if d == nil {
		return calendar.Date{}
	}
	return *d
}

// row is what a series needs to give numbers.
type row struct {
	format    format
	reset     pb.NumberSeries_Reset
	counters  counters
	ascending bool
	lastDate  calendar.Date
}

// take takes numbers for documents with the given dates from a locked series.
func (s row) take(ctx context.Context, tx *db.Tx, d Definition, dates []calendar.Date) ([]string, error) {
	numbers := make([]string, len(dates))
	for i, date := range dates {
		numbers[i] = s.format.text(s.counters.take(s.reset, date.Year()), date)
		if s.lastDate.Before(date) {
			s.lastDate = date
		}
	}
	_, err := tx.Exec(ctx, `
update platform.number_series
set
  counters = $3,
  last_date = $4
where org_id = $1
and kind = $2`, tx.Call().Organization.ID, d.Kind, s.counters, s.lastDate.String())
	return numbers, err
}

// lock locks a series until the transaction ends. It creates the series if there is none.
func lock(ctx context.Context, tx *db.Tx, d Definition) (row, error) {
	s, err := lockExisting(ctx, tx, d.Kind)
	if !errors.Is(err, pgx.ErrNoRows) {
		return s, err
	}
	if err := Create(ctx, tx, d); err != nil {
		return s, err
	}
	return lockExisting(ctx, tx, d.Kind)
}

func lockExisting(ctx context.Context, tx *db.Tx, kind string) (s row, err error) {
	var text, reset, order string
	var last *calendar.Date
	if err := tx.QueryRow(ctx, tx.Locking(db.RankSeries, `
select format, reset, counters, date_order, last_date
from platform.number_series
where org_id = $1
and kind = $2
for no key update`), tx.Call().Organization.ID, kind).
		Scan(&text, &reset, &s.counters, &order, &last); err != nil {
		return s, err
	}
	s.lastDate = orZero(last)
	s.reset = pb.NumberSeries_Reset(pb.NumberSeries_Reset_value[reset])
	s.ascending = order == pb.NumberSeries_ASCENDING.String()
	s.format, err = parseFormat(text)
	return s, err
}

// counters are the next numbers by year, as stored. The key neverKey is the count that never
// restarts. highestKey is the highest year of the documents that it numbered.
type counters map[string]int64

const (
	neverKey   = "0"
	highestKey = "highest"
)

// next returns the next number of a year. It is greater than every number with which it could
// collide: those of all years if counting never restarts, or else those of the year, which the
// count that never restarts may have given too.
func (c counters) next(reset pb.NumberSeries_Reset, year int) int64 {
	n := max(1, c[keyOf(reset, year)])
	if reset == pb.NumberSeries_YEARLY {
		if int64(year) <= c[highestKey] {
			n = max(n, c[neverKey])
		}
		return n
	}
	for key, next := range c {
		if key != highestKey {
			n = max(n, next)
		}
	}
	return n
}

// take returns the next number of a year and counts it.
func (c counters) take(reset pb.NumberSeries_Reset, year int) int64 {
	n := c.next(reset, year)
	c[keyOf(reset, year)] = n + 1
	if reset != pb.NumberSeries_YEARLY {
		c[highestKey] = max(c[highestKey], int64(year))
	}
	return n
}

func keyOf(reset pb.NumberSeries_Reset, year int) string {
	if reset == pb.NumberSeries_YEARLY {
		return strconv.Itoa(year)
	}
	return neverKey
}

// GetNumberSeries returns a number series.
func (s *Service) GetNumberSeries(ctx context.Context, req *pb.GetNumberSeriesRequest) (*pb.NumberSeries, error) {
	return numberSeries.Get(ctx, s.db, req.GetNumberSeriesId())
}

// BatchGetNumberSeries returns several number series.
func (s *Service) BatchGetNumberSeries(
	ctx context.Context, req *pb.BatchGetNumberSeriesRequest,
) (*pb.BatchGetNumberSeriesResponse, error) {
	list, err := numberSeries.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetNumberSeriesResponse{NumberSeries: list}, err
}

// ListNumberSeries lists number series.
func (s *Service) ListNumberSeries(
	ctx context.Context, req *pb.ListNumberSeriesRequest,
) (*pb.ListNumberSeriesResponse, error) {
	page, err := numberSeries.List(ctx, s.db, req)
	return &pb.ListNumberSeriesResponse{NumberSeries: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateNumberSeries updates a number series.
func (s *Service) UpdateNumberSeries(
	ctx context.Context, req *pb.UpdateNumberSeriesRequest,
) (*pb.NumberSeries, error) {
	return numberSeries.Update(
		ctx, s.db, req.GetNumberSeriesId(), req.GetNumberSeries(), req.GetUpdateMask(), checkFormat, changeCounters)
}

// checkFormat sets the defaults and checks the format.
func checkFormat(_ context.Context, _ *db.Tx, _, s *pb.NumberSeries) error {
	if s.Reset_ == pb.NumberSeries_RESET_UNSPECIFIED {
		s.Reset_ = pb.NumberSeries_NEVER
	}
	if s.DateOrder == pb.NumberSeries_DATE_ORDER_UNSPECIFIED {
		s.DateOrder = pb.NumberSeries_ANY
	}
	f, err := parseFormat(s.Format)
	switch {
	case err != nil:
		return fault.Invalid(fault.At("format", "%s", err))
	case s.Reset_ == pb.NumberSeries_YEARLY && !f.hasYear():
		return fault.Invalid(fault.At("format", "must contain {YYYY} or {YY} if counting restarts every year"))
	}
	return nil
}

// changeCounters stores the next number that the caller chose. NextNumber is 0 unless the caller
// sent it, because it is not stored in a column.
func changeCounters(ctx context.Context, tx *db.Tx, _, s *pb.NumberSeries) error {
	if s.NextNumber == 0 {
		return nil
	}
	stored, err := lock(ctx, tx, Definition{Kind: s.Kind})
	if err != nil {
		return err
	}
	year := tx.Call().Today().Year()
	if next := stored.counters.next(s.Reset_, year); s.NextNumber < next {
		return fault.InvalidFor(optionsv1.Reason_NUMBER_ALREADY_GIVEN,
			fault.At("nextNumber", "must not be less than the next number, %d", next))
	}
	stored.counters[keyOf(s.Reset_, year)] = s.NextNumber
	_, err = tx.Exec(ctx, `
update platform.number_series
set counters = $3
where org_id = $1
and kind = $2`, tx.Call().Organization.ID, s.Kind, stored.counters)
	return err
}

// setNextNumbers fills in the next numbers for documents of today, and the dates of the last ones.
func setNextNumbers(ctx context.Context, tx *db.Tx, list []*pb.NumberSeries) error {
	rows, err := db.Collect[struct {
		Kind     string
		Counters counters
		LastDate *calendar.Date
	}](ctx, tx, `
select kind, counters, last_date
from platform.number_series
where org_id = $1`, tx.Call().Organization.ID)
	if err != nil {
		return err
	}
	counts, dates := map[string]counters{}, map[string]string{}
	for _, r := range rows {
		counts[r.Kind], dates[r.Kind] = r.Counters, orZero(r.LastDate).String()
	}
	today := tx.Call().Today()
	for _, s := range list {
		f, err := parseFormat(s.Format)
		if err != nil {
			return err
		}
		s.LastDate = dates[s.Kind]
		s.NextNumber = counts[s.Kind].next(s.Reset_, today.Year())
		s.Preview = f.text(s.NextNumber, today)
	}
	return nil
}
