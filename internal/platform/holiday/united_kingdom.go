package holiday

import "time"

// The royal proclamations that appoint bank holidays, under section 1 of the act of 1971.
const (
	bankingAct   = "Banking and Financial Dealings Act 1971, Schedule 1"
	proclamation = "Royal proclamation under the Banking and Financial Dealings Act 1971, section 1"
)

// unitedKingdom returns the bank holidays of each nation, as gov.uk/bank-holidays lists them. A
// holiday in a weekend is kept on the next weekday that is not a holiday already.
func unitedKingdom() []*Set {
	newYear := day(fixed(time.January, 1), "New Year's Day").moved(workdayInstead)
	goodFriday := day(easter(-2), "Good Friday")
	easterMonday := day(easter(1), "Easter Monday")
	lateSummer := day(nth(-1, time.Monday, time.August), "Summer bank holiday")
	christmas := []rule{
		day(fixed(time.December, 25), "Christmas Day").moved(workdayInstead),
		day(fixed(time.December, 26), "Boxing Day").moved(workdayInstead),
	}
	may := under(proclamation,
		day(nth(1, time.Monday, time.May), "Early May bank holiday").since(1978).not(1995, 2020),
		day(dates("1995-05-08", "2020-05-08"), "Early May bank holiday (VE day)"),
		day(nth(-1, time.Monday, time.May), "Spring bank holiday").not(2002, 2012, 2022),
		day(dates("2002-06-04", "2012-06-04", "2022-06-02"), "Spring bank holiday"),
	)
	royal := under(proclamation,
		day(dates("1999-12-31"), "Millennium holiday"),
		day(dates("2002-06-03"), "Golden Jubilee of Queen Elizabeth II"),
		day(dates("2011-04-29"), "Wedding of Prince William and Catherine Middleton"),
		day(dates("2012-06-05"), "Diamond Jubilee of Queen Elizabeth II"),
		day(dates("2022-06-03"), "Platinum Jubilee bank holiday"),
		day(dates("2022-09-19"), "Bank Holiday for the State Funeral of Queen Elizabeth II"),
		day(dates("2023-05-08"), "Bank holiday for the coronation of King Charles III"),
	)
	englandAndWales := under(bankingAct, append(christmas, newYear, goodFriday, easterMonday, lateSummer)...)
	return []*Set{
		place("GB-ENG", "England", 1996, englandAndWales, may, royal),
		place("GB-WLS", "Wales", 1996, englandAndWales, may, royal),
		place("GB-NIR", "Northern Ireland", 1996, englandAndWales, may, royal,
			under(bankingAct, day(fixed(time.March, 17), "St Patrick's Day").moved(workdayInstead)),
			under("Proclamation by the Secretary of State for Northern Ireland",
				day(fixed(time.July, 12), "Battle of the Boyne (Orangemen's Day)").moved(workdayInstead))),
		place("GB-SCT", "Scotland", 1996, may, royal,
			under(bankingAct, append(christmas, newYear, goodFriday,
				day(fixed(time.January, 2), "2nd January").moved(workdayInstead),
				day(nth(1, time.Monday, time.August), "Summer bank holiday"))...),
			under("St Andrew's Day Bank Holiday (Scotland) Act 2007",
				day(fixed(time.November, 30), "St Andrew's Day").since(2007).moved(workdayInstead)),
			under(proclamation, day(dates("2026-06-15"), "World Cup bank holiday"))),
	}
}
