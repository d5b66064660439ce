package holiday

import (
	"slices"
	"time"
)

// germanHolidays are the holidays of all states.
var germanHolidays = slices.Concat(
	under("Einigungsvertrag, Artikel 2 Absatz 2",
		day(fixed(time.October, 3), "German Unity Day").named("Tag der Deutschen Einheit").since(1990)),
	under("Feiertagsgesetze der Länder",
		day(fixed(time.January, 1), "New Year's Day").named("Neujahr"),
		day(easter(-2), "Good Friday").named("Karfreitag"),
		day(easter(1), "Easter Monday").named("Ostermontag"),
		day(fixed(time.May, 1), "Labor Day").named("Tag der Arbeit"),
		day(easter(39), "Ascension Day").named("Christi Himmelfahrt"),
		day(easter(50), "Whit Monday").named("Pfingstmontag"),
		day(fixed(time.December, 25), "Christmas Day").named("1. Weihnachtstag"),
		day(fixed(time.December, 26), "St Stephen's Day").named("2. Weihnachtstag")),
)

// germany returns the public holidays of each state, and under DE those of all states. Days that
// only some municipalities keep are left out: Assumption Day in parts of Bavaria, the Peace
// Festival in Augsburg, and Corpus Christi in parts of Saxony and Thuringia. No day moves from a
// weekend.
func germany() []*Set {
	epiphany := day(fixed(time.January, 6), "Epiphany").named("Heilige Drei Könige")
	womensDay := day(fixed(time.March, 8), "International Women's Day").named("Internationaler Frauentag")
	easterSunday := day(easter(0), "Easter Sunday").named("Ostersonntag")
	whitSunday := day(easter(49), "Whit Sunday").named("Pfingstsonntag")
	corpusChristi := day(easter(60), "Corpus Christi").named("Fronleichnam")
	assumption := day(fixed(time.August, 15), "Assumption Day").named("Mariä Himmelfahrt")
	childrensDay := day(fixed(time.September, 20), "World Children's Day").named("Weltkindertag")
	reformation := day(fixed(time.October, 31), "Reformation Day").named("Reformationstag")
	jubilee := day(dates("2017-10-31"), "Reformation Day").named("Reformationstag") // its 500th anniversary
	allSaints := day(fixed(time.November, 1), "All Saints' Day").named("Allerheiligen")
	repentance := day(before(time.Wednesday, time.November, 23), "Day of Repentance and Prayer").named("Buß- und Bettag")
	state := func(key, name, law string, rules ...rule) *Set {
		return place("DE-"+key, "Germany, "+name, 1995, germanHolidays, under(law, rules...))
	}
	return []*Set{
		place("DE", "Germany, holidays of all states", 1995, germanHolidays,
			under("Feiertagsgesetze der Länder", jubilee)),
		state("BW", "Baden-Württemberg", "Feiertagsgesetz (BW), § 1", epiphany, corpusChristi, allSaints, jubilee),
		state("BY", "Bavaria", "Feiertagsgesetz (BY), Artikel 1", epiphany, corpusChristi, allSaints, jubilee),
		state("BE", "Berlin", "Gesetz über die Sonn- und Feiertage (BE), § 1", womensDay.since(2019), jubilee,
			day(dates("2020-05-08", "2025-05-08"), "Liberation Day").named("Tag der Befreiung"),
			day(dates("2028-06-17"), "Anniversary of the Uprising of 1953").named("Jahrestag des Volksaufstandes")),
		state("BB", "Brandenburg", "Feiertagsgesetz (BB), § 2", easterSunday, whitSunday, reformation),
		state("HB", "Bremen", "Gesetz über die Sonn- und Feiertage (HB), § 2", reformation.since(2018), jubilee),
		state("HH", "Hamburg", "Feiertagsgesetz (HH), § 1", reformation.since(2018), jubilee),
		state("HE", "Hesse", "Hessisches Feiertagsgesetz, § 1", corpusChristi, jubilee),
		state("MV", "Mecklenburg-Vorpommern", "Feiertagsgesetz (MV), § 2", womensDay.since(2023), reformation),
		state("NI", "Lower Saxony", "Niedersächsisches Feiertagsgesetz, § 2", reformation.since(2018), jubilee),
		state("NW", "North Rhine-Westphalia", "Feiertagsgesetz (NW), § 2", corpusChristi, allSaints, jubilee),
		state("RP", "Rhineland-Palatinate", "Landesgesetz über Feiertage (RP), § 2", corpusChristi, allSaints, jubilee),
		state("SL", "Saarland", "Sonn- und Feiertagsgesetz (SL), § 2", corpusChristi, assumption, allSaints, jubilee),
		state("SN", "Saxony", "Sächsisches Sonn- und Feiertagsgesetz, § 1", reformation, repentance),
		state("ST", "Saxony-Anhalt", "Feiertagsgesetz (ST), § 2", epiphany, reformation),
		state("SH", "Schleswig-Holstein", "Feiertagsgesetz (SH), § 2", reformation.since(2018), jubilee),
		state("TH", "Thuringia", "Thüringer Feiertagsgesetz, § 2", childrensDay.since(2019), reformation),
	}
}
