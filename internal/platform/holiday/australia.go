package holiday

import (
	"slices"
	"time"

	"backoffice/internal/platform/calendar"
)

// mourning is the one-off public holiday in all states and territories.
var mourning = under("Proclaimed by each state and territory for September 22, 2022",
	day(dates("2022-09-22"), "National Day of Mourning for Queen Elizabeth II"))

// The holidays that the states share. Laws differ in what they say of weekends.
var (
	auNewYear        = day(fixed(time.January, 1), "New Year's Day")
	auAustraliaDay   = day(fixed(time.January, 26), "Australia Day").moved(mondayInstead)
	auGoodFriday     = day(easter(-2), "Good Friday")
	auEasterSaturday = day(easter(-1), "Easter Saturday")
	auEasterSunday   = day(easter(0), "Easter Sunday")
	auEasterMonday   = day(easter(1), "Easter Monday")
	auAnzacDay       = day(fixed(time.April, 25), "Anzac Day")
	auKingInJune     = sovereign(nth(2, time.Monday, time.June))
	auLabourOctober  = day(nth(1, time.Monday, time.October), "Labour Day")
	auChristmas      = day(fixed(time.December, 25), "Christmas Day")
	auBoxingDay      = day(fixed(time.December, 26), "Boxing Day")
)

// sovereign is the birthday of the sovereign, kept on a day that each state chooses.
func sovereign(on func(year int) []calendar.Date) rule {
	return day(on, "King's Birthday").formerly("Queen's Birthday", 2022)
}

// australia returns the public holidays of each state and territory. Part-days, such as Christmas
// Eve in Queensland, and days of a region, such as shows and races, are left out.
func australia() []*Set {
	state := func(key, name string, since int, rules []rule) *Set {
		return place("AU-"+key, "Australia, "+name, since, rules, mourning)
	}
	return []*Set{
		state("ACT", "Australian Capital Territory", 2018, capitalTerritory()),
		state("NSW", "New South Wales", 2012, newSouthWales()),
		state("NT", "Northern Territory", 2020, northernTerritory()),
		state("QLD", "Queensland", 2016, queensland()),
		state("SA", "South Australia", 2012, southAustralia()),
		state("TAS", "Tasmania", 2012, tasmania()),
		state("VIC", "Victoria", 2016, victoria()),
		state("WA", "Western Australia", 2012, westernAustralia()),
	}
}

func capitalTerritory() []rule {
	declared := under("Declaration under the Holidays Act 1958 (ACT), section 3",
		day(dates("2020-04-27", "2021-04-25", "2026-04-27"), "Additional public holiday for Anzac Day"))
	return append(declared, under("Holidays Act 1958 (ACT), section 3",
		auNewYear.moved(mondayBesides), auAustraliaDay,
		day(nth(2, time.Monday, time.March), "Canberra Day"),
		auGoodFriday, auEasterSaturday, auEasterSunday, auEasterMonday,
		auAnzacDay.moved(mondayAfterSunday),
		day(from(time.Monday, time.May, 27), "Reconciliation Day").since(2018),
		auKingInJune, auLabourOctober, auChristmas.moved(workdayBesides), auBoxingDay.moved(workdayBesides))...)
}

func newSouthWales() []rule {
	anzac := day(dates("2026-04-27", "2027-04-26"), "Additional public holiday for Anzac Day")
	return slices.Concat(
		under("Public Holidays Act 2010 (NSW), section 4",
			auNewYear.moved(mondayBesides), auAustraliaDay, auGoodFriday, auEasterSaturday, auEasterSunday,
			auEasterMonday, auAnzacDay, auKingInJune, auLabourOctober, auChristmas.moved(workdayBesides),
			auBoxingDay.moved(workdayBesides)),
		under("Public Holidays Amendment (Anzac Day) Order 2026 (NSW)", anzac))
}

func northernTerritory() []rule {
	return under("Public Holidays Act 1981 (NT), Schedule 2",
		auNewYear.moved(mondayBesides), auAustraliaDay, auGoodFriday, auEasterSaturday, auEasterSunday.since(2024),
		auEasterMonday, auAnzacDay.moved(mondayAfterSunday),
		day(nth(1, time.Monday, time.May), "May Day"), auKingInJune,
		day(nth(1, time.Monday, time.August), "Picnic Day"),
		auChristmas.moved(workdayBesides), auBoxingDay.moved(workdayBesides))
}

func queensland() []rule {
	return under("Holidays Act 1983 (Qld), Schedule",
		auNewYear.moved(mondayBesides), auAustraliaDay, auGoodFriday,
		day(easter(-1), "The day after Good Friday"), auEasterSunday.since(2017), auEasterMonday,
		auAnzacDay.moved(mondayAfterSunday),
		day(nth(1, time.Monday, time.May), "Labour Day"),
		sovereign(nth(1, time.Monday, time.October)),
		auChristmas.moved(workdayBesides), auBoxingDay.moved(workdayBesides))
}

// southAustralia returns the holidays under the act of 1910, which moved a Saturday to Monday and
// kept Monday beside a Sunday, and under the act of 2023.
func southAustralia() []rule {
	proclamationDay := day(fixed(time.December, 26), "Proclamation Day")
	old := weekend{saturday: nextMonday, sunday: alsoNextMonday}
	oldChristmas := weekend{saturday: nextWorkday, sunday: alsoNextWorkday}
	return slices.Concat(
		under("Public Holidays Act 2023 (SA), section 3; Holidays Act 1910 (SA)",
			day(nth(2, time.Monday, time.March), "Adelaide Cup Day"),
			auGoodFriday, auEasterSaturday, auEasterMonday, auKingInJune, auLabourOctober),
		under("Holidays Act 1910 (SA)",
			auNewYear.moved(old).until(2023), auAustraliaDay.moved(old).until(2023),
			auAnzacDay.moved(weekend{sunday: alsoNextMonday}).until(2023),
			auChristmas.moved(oldChristmas).until(2023), proclamationDay.moved(oldChristmas).until(2023)),
		under("Public Holidays Act 2023 (SA), section 3",
			auNewYear.moved(mondayBesides).since(2024), auAustraliaDay.since(2024), auEasterSunday.since(2024),
			auAnzacDay.since(2024), auChristmas.moved(workdayBesides).since(2024),
			proclamationDay.moved(workdayBesides).since(2024)))
}

func tasmania() []rule {
	return under("Statutory Holidays Act 2000 (Tas), section 4",
		auNewYear.moved(mondayInstead), auAustraliaDay,
		day(nth(2, time.Monday, time.March), "Eight Hours Day"),
		auGoodFriday, auEasterMonday, auAnzacDay, auKingInJune,
		auChristmas.moved(workdayBesides), auBoxingDay.moved(workdayInstead))
}

// victoria returns the holidays of Victoria. The Friday before the Grand Final depends on the
// season of the Australian Football League, so it is known for past and current seasons only.
func victoria() []rule {
	return under("Public Holidays Act 1993 (Vic), sections 6 and 7",
		auNewYear.moved(mondayBesides), auAustraliaDay,
		day(nth(2, time.Monday, time.March), "Labour Day"),
		auGoodFriday, day(easter(-1), "Saturday before Easter Sunday"), auEasterSunday, auEasterMonday, auAnzacDay,
		auKingInJune,
		day(dates("2015-10-02", "2016-09-30", "2017-09-29", "2018-09-28", "2019-09-27", "2020-10-23", "2021-09-24",
			"2022-09-23", "2023-09-29", "2024-09-27", "2025-09-26", "2026-09-25"), "Friday before the AFL Grand Final"),
		day(nth(1, time.Tuesday, time.November), "Melbourne Cup"),
		auChristmas.moved(workdayBesides), auBoxingDay.moved(workdayBesides))
}

// westernAustralia returns the holidays of Western Australia. The King's Birthday is proclaimed, on
// the last Monday of September unless that disturbs the school holidays. The Public and Bank
// Holidays Amendment Bill 2025 would move several days from 2028 on; it is not taken into account.
func westernAustralia() []rule {
	return slices.Concat(
		under("Public and Bank Holidays Act 1972 (WA), Second Schedule",
			auNewYear.moved(mondayBesides), auAustraliaDay,
			day(nth(1, time.Monday, time.March), "Labour Day"),
			auGoodFriday, auEasterSunday.since(2022), auEasterMonday, auAnzacDay.moved(mondayBesides),
			day(nth(1, time.Monday, time.June), "Western Australia Day"),
			auChristmas.moved(workdayBesides), auBoxingDay.moved(workdayBesides)),
		under("Proclamation under the Public and Bank Holidays Act 1972 (WA), section 5",
			sovereign(nth(-1, time.Monday, time.September)).not(2012, 2024),
			sovereign(dates("2012-10-01", "2024-09-23"))))
}
