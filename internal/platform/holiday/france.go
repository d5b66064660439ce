package holiday

import "time"

// france returns the public holidays of France and those of Alsace and Moselle, which keep two
// more. Good Friday is kept there in the municipalities with a Protestant church, which are nearly
// all.
func france() []*Set {
	national := under("Code du travail, article L3133-1",
		day(fixed(time.January, 1), "New Year's Day").named("Jour de l'an"),
		day(easter(1), "Easter Monday").named("Lundi de Pâques"),
		day(fixed(time.May, 1), "Labor Day").named("Fête du Travail"),
		day(fixed(time.May, 8), "Victory in Europe Day").named("Victoire 1945").since(1982),
		day(easter(39), "Ascension Day").named("Ascension"),
		day(easter(50), "Whit Monday").named("Lundi de Pentecôte"),
		day(fixed(time.July, 14), "Bastille Day").named("Fête nationale"),
		day(fixed(time.August, 15), "Assumption Day").named("Assomption"),
		day(fixed(time.November, 1), "All Saints' Day").named("Toussaint"),
		day(fixed(time.November, 11), "Armistice Day").named("Armistice 1918"),
		day(fixed(time.December, 25), "Christmas Day").named("Noël"),
	)
	return []*Set{
		place("FR", "France", 1982, national),
		place("FR-ALSACE-MOSELLE", "France, Alsace and Moselle", 1982, national,
			under("Code du travail, article L3134-13",
				day(easter(-2), "Good Friday").named("Vendredi saint"),
				day(fixed(time.December, 26), "St Stephen's Day").named("Saint-Étienne"))),
	}
}
