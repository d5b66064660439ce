package recurring

import (
	"fmt"
	"regexp"
	"strconv"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/paper"
)

// variablePattern matches a variable in a text, known or not.
var variablePattern = regexp.MustCompile(`\{[^{}\s]+\}`)

// variables are the variables of texts, with how they are written for a span of days.
var variables = map[string]func(l paper.Language, s span) string{
	"{date}":         func(l paper.Language, s span) string { return l.Date(s.day) },
	"{period_start}": func(l paper.Language, s span) string { return l.Date(s.start) },
	"{period_end}":   func(l paper.Language, s span) string { return l.Date(s.end) },
	"{month}":        func(l paper.Language, s span) string { return monthName(l, s.start) },
	"{next_month}": func(l paper.Language, s span) string {
		return monthName(l, s.start.FirstOfMonth().AddMonths(1))
	},
	"{year}": func(_ paper.Language, s span) string { return strconv.Itoa(s.start.Year()) },
}

// checkVariables refuses a text with an unknown variable.
func checkVariables(field, text string) (fields []fault.Field) {
	for _, name := range variablePattern.FindAllString(text, -1) {
		if variables[name] == nil {
			fields = append(fields, fault.At(field, "has the unknown variable %s", name))
		}
	}
	return fields
}

// fill replaces the variables of a text.
func fill(text string, l paper.Language, s span) string {
	return variablePattern.ReplaceAllStringFunc(text, func(name string) string {
		if write := variables[name]; write != nil {
			return write(l, s)
		}
		return name
	})
}

// monthNames are the names of months by language (CLDR 46, standalone wide).
var monthNames = map[string][12]string{
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
		"December"},
	"de": {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
		"Dezember"},
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
		"diciembre"},
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
		"décembre"},
	"it": {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
		"novembre", "dicembre"},
	"nl": {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
		"december"},
	"pl": {"styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec", "lipiec", "sierpień", "wrzesień", "październik",
		"listopad", "grudzień"},
	"pt": {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
		"novembro", "dezembro"},
	"sv": {"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
		"december"},
}

// monthName writes the month of a day with its year, such as March 2027.
func monthName(l paper.Language, d calendar.Date) string {
	names, known := monthNames[paper.BaseOf(l.Code)]
	if !known {
		names = monthNames["en"]
	}
	return fmt.Sprint(names[d.Month()-1], " ", d.Year())
}
