package holiday

import (
	"time"

	"backoffice/internal/platform/calendar"
)

// ireland returns the public holidays of Ireland. They are not moved from weekends: an employer
// grants one of several benefits instead (section 21 of the act).
func ireland() []*Set {
	return []*Set{
		place("IE", "Ireland", 2000,
			under("Organisation of Working Time Act 1997, Second Schedule",
				day(fixed(time.January, 1), "New Year's Day"),
				day(fixed(time.March, 17), "St Patrick's Day"),
				day(easter(1), "Easter Monday"),
				day(nth(1, time.Monday, time.May), "May Day"),
				day(nth(1, time.Monday, time.June), "June bank holiday"),
				day(nth(1, time.Monday, time.August), "August bank holiday"),
				day(nth(-1, time.Monday, time.October), "October bank holiday"),
				day(fixed(time.December, 25), "Christmas Day"),
				day(fixed(time.December, 26), "St Stephen's Day")),
			under("Organisation of Working Time Act 1997, Second Schedule, as amended by S.I. No. 50/2022",
				day(stBrigid, "St Brigid's Day").since(2023),
				day(dates("2022-03-18"), "Day of Remembrance and Recognition"))),
	}
}

// stBrigid is the first Monday in February, or February 1 if that is a Friday.
func stBrigid(year int) []calendar.Date {
	first := dateOf(year, time.February, 1)
	if first.Weekday() == time.Friday {
		return []calendar.Date{first}
	}
	return nth(1, time.Monday, time.February)(year)
}
