package holiday

import (
	"slices"
	"time"
)

// The holidays that provinces share. On a Sunday, Canada Day is July 2 by the Holidays Act, R.S.C.
// 1985, c. H-5.
var (
	caNewYear        = day(fixed(time.January, 1), "New Year's Day")
	caFamilyDay      = day(nth(3, time.Monday, time.February), "Family Day")
	caGoodFriday     = day(easter(-2), "Good Friday")
	caVictoriaDay    = day(before(time.Monday, time.May, 25), "Victoria Day")
	caIndigenousDay  = day(fixed(time.June, 21), "National Indigenous Peoples Day")
	caCanadaDay      = day(fixed(time.July, 1), "Canada Day").moved(mondayAfterSunday)
	caCivicHoliday   = day(nth(1, time.Monday, time.August), "Civic Holiday")
	caLabourDay      = day(nth(1, time.Monday, time.September), "Labour Day")
	caReconciliation = day(fixed(time.September, 30), "National Day for Truth and Reconciliation")
	caThanksgiving   = day(nth(2, time.Monday, time.October), "Thanksgiving Day")
	caRemembrance    = day(fixed(time.November, 11), "Remembrance Day")
	caChristmas      = day(fixed(time.December, 25), "Christmas Day")
	caBoxingDay      = day(fixed(time.December, 26), "Boxing Day")
)

// province returns the set of a province or territory. All of them keep five holidays.
func province(key, name, law string, rules ...rule) *Set {
	shared := []rule{caNewYear, caGoodFriday, caCanadaDay, caLabourDay, caChristmas}
	return place("CA-"+key, "Canada, "+name, 2015, under(law, slices.Concat(shared, rules)...))
}

// canada returns the general holidays of the Canada Labour Code, and those of the employment
// standards of each province and territory. Holidays that employers may choose are left out.
// Employers and employees agree on a substitute for most holidays in a weekend; only what a law
// fixes is coded.
func canada() []*Set {
	heritage := func(name string) rule { return day(nth(3, time.Monday, time.February), name) }
	return []*Set{
		place("CA", "Canada, federally regulated employers", 2015,
			under("Canada Labour Code, section 166", caNewYear, caGoodFriday, caVictoriaDay, caCanadaDay, caLabourDay,
				caReconciliation.since(2021), caThanksgiving, caRemembrance, caChristmas, caBoxingDay)),
		province("AB", "Alberta", "Employment Standards Code, section 25",
			caFamilyDay, caVictoriaDay, caThanksgiving, caRemembrance),
		province("BC", "British Columbia", "Employment Standards Act, section 1; Family Day Act",
			day(nth(2, time.Monday, time.February), "Family Day").until(2018), caFamilyDay.since(2019), caVictoriaDay,
			day(nth(1, time.Monday, time.August), "British Columbia Day"), caReconciliation.since(2023),
			caThanksgiving, caRemembrance),
		province("MB", "Manitoba", "Employment Standards Code, section 21",
			heritage("Louis Riel Day"), caVictoriaDay,
			day(fixed(time.September, 30), "Orange Shirt Day").since(2024), caThanksgiving),
		province("NB", "New Brunswick", "Employment Standards Act, section 18",
			caFamilyDay.since(2018), day(nth(1, time.Monday, time.August), "New Brunswick Day"), caRemembrance),
		newfoundland(),
		province("NS", "Nova Scotia", "Labour Standards Code, section 37; Remembrance Day Act",
			heritage("Heritage Day"), caRemembrance),
		province("NT", "Northwest Territories", "Employment Standards Act, section 1",
			caVictoriaDay, caIndigenousDay, caCivicHoliday, caReconciliation.since(2022), caThanksgiving, caRemembrance),
		province("NU", "Nunavut", "Labour Standards Act, section 1",
			caVictoriaDay, day(fixed(time.July, 9), "Nunavut Day").since(2020), caCivicHoliday,
			caReconciliation.since(2022), caThanksgiving, caRemembrance),
		province("ON", "Ontario", "Employment Standards Act, 2000, section 1; O. Reg. 547/07",
			caFamilyDay, caVictoriaDay, caThanksgiving, caBoxingDay),
		province("PE", "Prince Edward Island", "Employment Standards Act, section 6",
			heritage("Islander Day"), caReconciliation.since(2022), caRemembrance,
			day(dates("2022-09-19"), "Day of Mourning for Queen Elizabeth II")),
		quebec(),
		saskatchewan(),
		province("YT", "Yukon", "Employment Standards Act, section 1",
			caVictoriaDay, caIndigenousDay.since(2017), day(nth(3, time.Monday, time.August), "Discovery Day"),
			caReconciliation.since(2023), caThanksgiving, caRemembrance),
	}
}

// newfoundland returns the holidays of Newfoundland and Labrador, where Canada Day is Memorial Day
// too.
func newfoundland() *Set {
	memorialDay := day(fixed(time.July, 1), "Memorial Day and Canada Day").moved(mondayAfterSunday)
	return place("CA-NL", "Canada, Newfoundland and Labrador", 2015,
		under("Labour Standards Act, section 14",
			caNewYear, caGoodFriday, memorialDay, caLabourDay, caRemembrance, caChristmas))
}

// quebec returns the holidays of Quebec. Employers may keep Easter Monday instead of Good Friday.
func quebec() *Set {
	return place("CA-QC", "Canada, Quebec", 2015,
		under("Act respecting labour standards, section 60",
			caNewYear.named("Jour de l'An"),
			caGoodFriday.named("Vendredi saint"),
			day(before(time.Monday, time.May, 25), "National Patriots' Day").named("Journée nationale des patriotes"),
			caCanadaDay.named("Fête du Canada"),
			caLabourDay.named("Fête du Travail"),
			caThanksgiving.named("Action de grâces"),
			caChristmas.named("Noël")),
		under("National Holiday Act, section 2",
			day(fixed(time.June, 24), "National Holiday").named("Fête nationale").moved(weekend{sunday: alsoNextMonday})))
}

// saskatchewan returns the holidays of Saskatchewan, which keeps fixed holidays on Monday if they
// are a Sunday.
func saskatchewan() *Set {
	fixedDays := keptAs(mondayAfterSunday, []rule{caNewYear, caCanadaDay, caRemembrance, caChristmas})
	return place("CA-SK", "Canada, Saskatchewan", 2015,
		under("Saskatchewan Employment Act, section 2-30", append(fixedDays,
			caFamilyDay, caGoodFriday, caVictoriaDay, day(nth(1, time.Monday, time.August), "Saskatchewan Day"),
			caLabourDay, caThanksgiving)...))
}
