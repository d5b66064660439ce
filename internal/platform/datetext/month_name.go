package datetext

import (
	"strings"
	"unicode"

	"backoffice/internal/platform/sheet"
)

// monthNames are the names and abbreviations of months in English, German, French, Spanish,
// Italian, Portuguese and Dutch, without accents. Each line is one month.
const monthNames = `
jan january januar janner janvier janv enero ene gennaio gen janeiro januari
feb february februar fevrier fevr fev febrero febbraio fevereiro februari
mar march marz mars marzo marco maart mrt maerz mrz
apr april avril avr abril abr aprile
may mai mayo maggio mag maio mei
jun june juni juin junio giugno giu junho
jul july juli juillet juil julio luglio lug julho
aug august aout aou agosto ago augustus
sep sept september septembre septiembre set settembre sett setembro
oct october oktober okt octobre octubre ottobre ott outubro out
nov november novembre noviembre novembro
dec december dezember dez decembre diciembre dic dicembre dezembro`

// monthNumbers maps the names of months to two digits.
var monthNumbers = func() map[string]string {
	numbers := map[string]string{}
	for n, names := range strings.Split(strings.TrimSpace(monthNames), "\n") {
		for _, name := range strings.Fields(names) {
			numbers[name] = string([]byte{'0' + byte(n+1)/10, '0' + byte(n+1)%10})
		}
	}
	return numbers
}()

// dateFillers are words in dates that carry no meaning beside day, month and year.
const dateFillers = " st nd rd th er de del mon tue wed thu fri sat sun mo di mi do fr sa so "

// splitNamedDate splits a date whose month is a word, such as "05 Jan 2026", "06-Jan-26" or
// "Jan 7, 2026". It returns false for other text.
func splitNamedDate(text string) (dateParts, bool) {
	d := dateParts{isFixed: true}
	var numbers []string
	monthFirst := false
	rest := strings.TrimSpace(text)
	for rest != "" && (len(numbers) < 2 || d.parts[1] == "") {
		var word string
		word, rest = cutRun(rest)
		number, isMonth := monthNumbers[sheet.NormalizeName(word)]
		switch {
		case isDigits(word):
			numbers = append(numbers, word)
		case isMonth && d.parts[1] == "":
			d.parts[1], monthFirst = number, len(numbers) == 0
		case !strings.Contains(dateFillers, " "+strings.ToLower(word)+" "):
			return dateParts{}, false
		}
	}
	if len(numbers) != 2 || d.parts[1] == "" || !isTimeOfDay(rest) {
		return dateParts{}, false
	}
	d.parts[2], d.parts[0] = numbers[0], numbers[1]
	if len(numbers[0]) == 4 && !monthFirst {
		d.parts[0], d.parts[2] = numbers[0], numbers[1]
	}
	return d, len(d.parts[0])%2 == 0 && len(d.parts[0]) <= 4 && len(d.parts[2]) <= 2
}

// cutRun cuts the first run of digits or of letters from text, and the separators after it.
func cutRun(text string) (run, rest string) {
	isDigit := text[0] >= '0' && text[0] <= '9'
	end := strings.IndexFunc(text, func(r rune) bool {
		return isDigit && !(r >= '0' && r <= '9') || !isDigit && !unicode.IsLetter(r)
	})
	if end < 0 {
		return text, ""
	}
	if end == 0 {
		return text, "" // neither a digit nor a letter
	}
	return text[:end], strings.TrimLeft(text[end:], " -/.,")
}
