package salesreports

import (
	"cmp"
	"context"
	_ "embed"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// maxPeriods is the maximum number of periods of a forecast.
const maxPeriods = 366

//go:embed payment_habits.sql
var selectHabits string

// habit is how many days after the due date a customer pays on average.
type habit struct {
	CustomerID uuid.UUID
	Days       int32
	Count      int64
}

// GetReceiptForecast returns when customers are expected to pay what they owe.
func (s *Service) GetReceiptForecast(
	ctx context.Context, req *pb.GetReceiptForecastRequest,
) (*pb.ReceiptForecast, error) {
	var violations fault.List
	q := openQuery{asOf: parseDay(&violations, "asOf", req.GetAsOf(), call.From(ctx).Today())}
	q.customer = parseID(&violations, "customerId", "cus", req.GetCustomerId())
	if err := violations.Err(); err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ReceiptForecast, error) {
		items, err := openReceivables(ctx, tx, q)
		if err != nil {
			return nil, err
		}
		f := newForecast(q.asOf, req.GetInterval())
		if req.GetShiftByHabit() {
			if err := f.readHabits(ctx, tx, items); err != nil {
				return nil, err
			}
		}
		terms, err := readTerms(ctx, tx, items)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			for _, part := range i.dueParts(terms[i.ID]) {
				f.add(i, part)
			}
		}
		out, err := f.report(tx.Call().Organization.CurrencyCode)
		if err != nil {
			return nil, err
		}
		out.ShiftByHabit = req.GetShiftByHabit()
		return out, nil
	})
}

// forecast adds up expected amounts by the period in which they are expected.
type forecast struct {
	asOf     calendar.Date
	interval pb.ReceiptForecast_Interval
	habits   map[uuid.UUID]habit
	names    map[uuid.UUID]string
	overdue  figures
	total    figures
	// byStart are the amounts of periods by their first days.
	byStart map[calendar.Date]*figures
	last    calendar.Date
}

func newForecast(asOf calendar.Date, interval pb.ReceiptForecast_Interval) *forecast {
	if interval == pb.ReceiptForecast_INTERVAL_UNSPECIFIED {
		interval = pb.ReceiptForecast_WEEK
	}
	return &forecast{asOf: asOf, interval: interval, names: map[uuid.UUID]string{},
		byStart: map[calendar.Date]*figures{}}
}

// readHabits reads how late the customers of open amounts pay.
func (f *forecast) readHabits(ctx context.Context, tx *db.Tx, items []openItem) error {
	for _, i := range items {
		f.names[i.CustomerID] = i.CustomerName
	}
	keys := make([]uuid.UUID, 0, len(f.names))
	for key := range f.names {
		keys = append(keys, key)
	}
	rows, err := tx.QueryReplanned(ctx, selectHabits, tx.Call().Organization.ID, keys, f.asOf.String())
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[habit])
	f.habits = map[uuid.UUID]habit{}
	for _, h := range list {
		f.habits[h.CustomerID] = h
	}
	return err
}

// add adds a part of an open amount.
func (f *forecast) add(i openItem, part duePart) {
	f.total.add(1, i.Currency, part.minor, part.base)
	day := part.due.AddDays(int(f.habits[i.CustomerID].Days))
	if day.Before(f.asOf) {
		f.overdue.add(1, i.Currency, part.minor, part.base)
		return
	}
	start := f.startOf(day)
	if f.byStart[start] == nil {
		f.byStart[start] = &figures{}
	}
	f.byStart[start].add(1, i.Currency, part.minor, part.base)
	f.last = calendar.Later(f.last, start)
}

// startOf returns the first day of the period that contains a day.
func (f *forecast) startOf(day calendar.Date) calendar.Date {
	start := day
	switch f.interval {
	case pb.ReceiptForecast_WEEK:
		start = day.AddDays(-(int(day.Weekday()) + 6) % 7) // Monday
	case pb.ReceiptForecast_MONTH:
		start = day.FirstOfMonth()
	}
	return calendar.Later(start, f.asOf)
}

// endOf returns the last day of the period that begins on a day.
func (f *forecast) endOf(start calendar.Date) calendar.Date {
	end := start
	switch f.interval {
	case pb.ReceiptForecast_WEEK:
		end = start.AddDays((7 - int(start.Weekday())) % 7) // Sunday
	case pb.ReceiptForecast_MONTH:
		end = start.LastOfMonth()
	}
	return end
}

// report returns the forecast of the amounts that were added.
func (f *forecast) report(base string) (*pb.ReceiptForecast, error) {
	if err := f.total.check(); err != nil {
		return nil, err
	}
	out := &pb.ReceiptForecast{AsOf: f.asOf.String(), Overdue: f.overdue.forecast(base), Total: f.total.forecast(base)}
	at := f.asOf
	for ; !at.After(f.last) && len(out.Periods) < maxPeriods; at = f.endOf(at).AddDays(1) {
		expected := f.byStart[at]
		if expected == nil {
			expected = &figures{}
		}
		out.Periods = append(out.Periods, &pb.ReceiptForecast_Period{StartDate: at.String(), EndDate: f.endOf(at).String(),
			Expected: expected.forecast(base)})
		delete(f.byStart, at)
	}
	var later figures
	for _, rest := range f.byStart {
		later.merge(rest)
	}
	out.Later = later.forecast(base)
	for key, h := range f.habits {
		out.Habits = append(out.Habits, &pb.ReceiptForecast_PaymentHabit{CustomerId: id.Format("cus", key),
			CustomerName: f.names[key], MeanDaysLate: h.Days, PaidInvoiceCount: int32(h.Count)})
	}
	slices.SortFunc(out.Habits, func(x, y *pb.ReceiptForecast_PaymentHabit) int {
		return cmp.Or(cmp.Compare(x.CustomerName, y.CustomerName), cmp.Compare(x.CustomerId, y.CustomerId))
	})
	return out, nil
}

// forecast returns figures as a forecast shows them.
func (f *figures) forecast(base string) *pb.ReceiptForecast_Figures {
	return &pb.ReceiptForecast_Figures{Count: int32(f.count), Amounts: f.amounts(),
		BaseAmount: money.ToProto(f.base, base)}
}

// merge adds other figures.
func (f *figures) merge(other *figures) {
	for currency, minor := range other.minors {
		f.add(0, currency, minor, 0)
	}
	f.count, f.base = f.count+other.count, f.base+other.base
}
