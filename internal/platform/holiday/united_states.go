package holiday

import "time"

// unitedStates returns the legal public holidays of the federal government and those of the Federal
// Reserve. If a federal holiday is a Saturday, federal offices close on the Friday before; Federal
// Reserve Banks stay open on it. Both keep a Sunday on Monday. Inauguration Day is left out,
// because only offices around Washington, D.C. keep it.
func unitedStates() []*Set {
	days := []rule{
		day(fixed(time.January, 1), "New Year's Day"),
		day(nth(3, time.Monday, time.January), "Birthday of Martin Luther King, Jr.").since(1986),
		day(nth(3, time.Monday, time.February), "Washington's Birthday").since(1971),
		day(nth(-1, time.Monday, time.May), "Memorial Day").since(1971),
		day(fixed(time.June, 19), "Juneteenth National Independence Day").since(2021), // Pub. L. 117-17
		day(fixed(time.July, 4), "Independence Day"),
		day(nth(1, time.Monday, time.September), "Labor Day"),
		day(nth(2, time.Monday, time.October), "Columbus Day").since(1971),
		day(fixed(time.November, 11), "Veterans Day").since(1978), // Pub. L. 94-97
		day(nth(4, time.Thursday, time.November), "Thanksgiving Day"),
		day(fixed(time.December, 25), "Christmas Day"),
	}
	return []*Set{
		place("US", "United States, federal government", 1986,
			under("5 U.S.C. 6103; Executive Order 11582",
				keptAs(weekend{saturday: fridayBefore, sunday: nextMonday}, days)...)),
		place("US-FED-RESERVE", "Federal Reserve Banks", 1986,
			under("Federal Reserve Financial Services, Holiday Schedules",
				keptAs(mondayAfterSunday, days)...)),
	}
}
