package datetext

import (
	"errors"
	"strings"
	"testing"

	"backoffice/internal/platform/calendar"
)

// TestDatesAreReadExactly reads dates at the limits of their notations.
func TestDatesAreReadExactly(t *testing.T) {
	longest := "2026-01-05 10:" + strings.Repeat("0", 26)
	for text, want := range map[string]string{
		longest: "2026-01-05", longest + "0": "", " 2026-01-05 ": "2026-01-05",
		"20260105": "2026-01-05", "202601050": "", "202601059": "", "20260105T1015": "2026-01-05",
		"20260105/": "2026-01-05",
		"20260105:": "2026-01-05", "9 Jan 2026": "2026-01-09", "09 Oct 2026": "2026-10-09", "19 Dec 26": "2026-12-19",
		"10 Nov 2026": "2026-11-10", "2026 Sep 5": "2026-09-05", "Feb 3 2026": "2026-02-03",
		"3 Mar 2026, 10:15": "2026-03-03",
		"3 Mar 2026 note":   "", "3 Mar 20266": "", "3 Mar 202": "", "333 Mar 2026": "",
		"Mar Mar 2026": "", "3 3 2026 Mar": "",
		"5/1'26": "2026-01-05", "5/1'70": "2070-01-05", "5/1'6": "2006-01-05", "5.1.69": "2069-01-05", "5.1.70": "1970-01-05",
		"5/ 1/26": "2026-01-05", "5//1/26": "2026-01-05", "5.1": "", "5.1.2": "2002-01-05", "5.1.2026.": "2026-01-05",
		"31.12.1899": "", "1.1.1900": "1900-01-01", "31.12.2200": "2200-12-31", "1.1.2201": "", "31.2.2026": "",
		"2024年2月29日": "2024-02-29", "5 1 2026": "", "/5/1/2026": "",
	} {
		got, err := Parse(text, DayMonthYear)
		if (err == nil) != (want != "") || want != "" && got != day(t, want) {
			t.Errorf("%q: got %s, %v, want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]bool{"31.02.2026": true, "2026-13-45": true, "Total": false, "": false} {
		if IsDate(text) != want {
			t.Errorf("IsDate(%q): want %v", text, want)
		}
	}
	for order, want := range map[Order]string{
		DayMonthYear: "2012-11-10", MonthDayYear: "2012-10-11", YearMonthDay: "2010-11-12",
	} {
		if got, err := Parse("10-11-12", order); err != nil || got != day(t, want) {
			t.Errorf("%s: got %s, %v, want %s", order, got, err, want)
		}
	}
	for twoDigits, want := range map[int]int{0: 2000, 69: 2069, 70: 1970, 99: 1999} {
		if got := FullYear(twoDigits); got != want {
			t.Errorf("FullYear(%d): got %d, want %d", twoDigits, got, want)
		}
	}
}

func TestTimeAfterDate(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "T10:15": true, " 9:05": true, ", 10:15": true, "10.15": true, "10h15": true, "10:15:00Z": true,
		"100:15": false, ":15": false, "10": false, "10:": false, "10:1": false, "1:15": true, "1:1": false, "10-15": false,
		"note": false,
	} {
		if isTimeOfDay(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

func TestNumbersOfDates(t *testing.T) {
	for text, want := range map[string]byte{"5.1-26": '.', "5-1.26": '-', "5/1'26": '\'', "5/1/26": '/'} {
		if d, ok := splitNumericDate(text); !ok || d.separator != want {
			t.Errorf("%s: got %c, %v, want %c", text, d.separator, ok, want)
		}
	}
	for _, c := range []struct {
		parts [3]string
		want  bool
	}{
		{[3]string{"5", "1", "26"}, true}, {[3]string{"2026", "1", "5"}, true}, {[3]string{"5", "1", "2026"}, true},
		{[3]string{"", "1", "26"}, false}, {[3]string{"5", "", "26"}, false}, {[3]string{"5", "1", ""}, false},
		{[3]string{"5", "1", "20266"}, false}, {[3]string{"5", "1", "202"}, false}, {[3]string{"5", "100", "26"}, false},
		{[3]string{"5", "1000", "26"}, false}, {[3]string{"2026", "1", "2026"}, false},
	} {
		if (dateParts{parts: c.parts}).isComplete() != c.want {
			t.Errorf("%v: want %v", c.parts, c.want)
		}
	}
}

// TestNumbersFitOrders checks the limits of days and months in each order.
func TestNumbersFitOrders(t *testing.T) {
	for order, c := range map[Order]struct{ fit, unfit string }{
		DayMonthYear: {"1/1/26 31/12/2026 5/1'6", "0/1/26 32/1/26 1/0/26 1/13/26 5/1/6"},
		MonthDayYear: {"1/1/26 12/31/2026 1/5'6", "0/1/26 13/1/26 1/0/26 1/32/26 1/5/6"},
		YearMonthDay: {"26/1/1 26/12/31 26/1/05", "26/0/1 26/13/1 26/1/0 26/1/32 6/1/1 26/1/2026 26/1'5"},
	} {
		for i, list := range []string{c.fit, c.unfit} {
			for _, text := range strings.Fields(list) {
				d, ok := splitNumericDate(text)
				if !ok || d.fits(order) != (i == 0) {
					t.Errorf("%s in the order %s: got %v, %v", text, order, ok, d.fits(order))
				}
			}
		}
	}
	for text, want := range map[string]bool{"32/13/26": false, "13/1/26": true, "1/13/26": true, "32/1/5": true} {
		if d, _ := splitNumericDate(text); d.isPossible() != want {
			t.Errorf("%s is possible: want %v", text, want)
		}
	}
}

// TestOrderIsChosen chooses among the possible orders by the separator.
func TestOrderIsChosen(t *testing.T) {
	for name, c := range map[string]struct {
		orders    []Order
		separator byte
		want      Order
		isShown   bool
		err       error
	}{
		"none":                {nil, '/', "", false, ErrBothOrders},
		"one":                 {[]Order{MonthDayYear}, '.', MonthDayYear, true, nil},
		"points":              {[]Order{DayMonthYear, MonthDayYear, YearMonthDay}, '.', DayMonthYear, false, nil},
		"month or year first": {[]Order{MonthDayYear, YearMonthDay}, '.', MonthDayYear, false, nil},
		"day or month first":  {[]Order{DayMonthYear, MonthDayYear}, '/', "", false, errOrder},
		"day or year first":   {[]Order{DayMonthYear, YearMonthDay}, '-', "", false, errYearOrDay},
		"slashes":             {[]Order{DayMonthYear, YearMonthDay}, '/', DayMonthYear, false, nil},
	} {
		var possible []orderRange
		for _, order := range c.orders {
			possible = append(possible, orderRange{order: order})
		}
		got, isShown, err := chooseOrder(possible, c.separator)
		if got != c.want || isShown != c.isShown || !errors.Is(err, c.err) {
			t.Errorf("%s: got %q, %v, %v", name, got, isShown, err)
		}
	}
}

// TestPlausibleOrdersArePreferred drops an order in which years of two digits are far from today,
// or far apart.
func TestPlausibleOrdersArePreferred(t *testing.T) {
	today := day(t, "2026-11-21")
	for text, want := range map[string]int{
		"21.11.27": 0, "22.11.27": 1, "21.11.16": 0, "20.11.16": 1, "31.02.26": 0,
	} {
		d, _ := splitNumericDate(text)
		if got := rangeOf([]dateParts{d}, DayMonthYear, today); got.implausible != want || !got.hasShortYears {
			t.Errorf("%s: got %+v, want %d implausible", text, got, want)
		}
		if got := rangeOf([]dateParts{d}, DayMonthYear, calendar.Date{}); got.implausible != 0 {
			t.Errorf("%s without today: got %+v", text, got)
		}
	}
	var dates []dateParts
	for _, text := range []string{"06.01.2026", "32.01.2026", "04.01.2026", "05.01.2026", "03.13.2026"} {
		d, _ := splitNumericDate(text)
		dates = append(dates, d)
	}
	if r := rangeOf(dates, DayMonthYear, today); r.impossible != 2 || r.first != day(t, "2026-01-04") ||
		r.last != day(t, "2026-01-06") || r.hasShortYears {
		t.Errorf("got %+v", r)
	}
	first := day(t, "2020-01-01")
	span := func(days int) orderRange { return orderRange{first: first, last: first.AddDays(days)} }
	for _, c := range []struct {
		days, other int
		want        bool
	}{
		{730, 1, false}, {731, 1, true}, {731, 0, true}, {731, 91, true}, {731, 92, false}, {736, 92, false}, {737, 92, true},
	} {
		if isMuchLonger(span(c.days), span(c.other)) != c.want {
			t.Errorf("%d and %d days: want %v", c.days, c.other, c.want)
		}
	}
	order := func(o Order, implausible, days int, short bool) orderRange {
		r := span(days)
		r.order, r.implausible, r.hasShortYears = o, implausible, short
		return r
	}
	for name, c := range map[string]struct {
		a, b orderRange
		kept int
	}{
		"implausible":           {order(DayMonthYear, 0, 1, true), order(YearMonthDay, 1, 1, true), 1},
		"both implausible":      {order(DayMonthYear, 1, 1, true), order(YearMonthDay, 1, 1, true), 2},
		"both plausible":        {order(DayMonthYear, 0, 1, true), order(YearMonthDay, 0, 1, true), 2},
		"much longer":           {order(DayMonthYear, 0, 1, true), order(YearMonthDay, 0, 800, true), 1},
		"longer, but plausible": {order(DayMonthYear, 2, 1, true), order(YearMonthDay, 1, 800, true), 2},
		"long years":            {order(DayMonthYear, 0, 1, false), order(YearMonthDay, 1, 800, false), 2},
		"same year":             {order(DayMonthYear, 0, 1, true), order(MonthDayYear, 1, 800, true), 2},
	} {
		if kept := dropImplausible([]orderRange{c.a, c.b}); len(kept) != c.kept || kept[0].order != c.a.order {
			t.Errorf("%s: got %+v, want %d orders", name, kept, c.kept)
		}
	}
}

// TestOrderNeedsNumericDates ignores dates whose order is beyond doubt, and text that is no date.
func TestOrderNeedsNumericDates(t *testing.T) {
	for dates, want := range map[string]Order{
		"": "", "Total": "", "2026-01-05": YearMonthDay, "5Jan2026": YearMonthDay, "2026-01-05 31/01/2026": DayMonthYear,
		"99/99/2026 01/31/2026": MonthDayYear,
	} {
		order, isShown, err := DetectOrder(strings.Fields(dates), day(t, "2026-11-21"))
		if order != want || !isShown || err != nil {
			t.Errorf("%q: got %q, %v, %v, want %q", dates, order, isShown, err, want)
		}
	}
	if _, _, err := DetectOrder([]string{"31/01/2026", "01/31/2026"}, calendar.Date{}); !errors.Is(err, ErrBothOrders) {
		t.Errorf("got %v, want %v", err, ErrBothOrders)
	}
}
