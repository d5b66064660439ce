// Package banklines holds data sets of bank lines with the right decision about each, and measures
// on them how well the server suggests decisions. One set is made of the text styles of 100 payees
// in the US and Europe. The benchmark prints the figures, and tests check them. The server does not
// use the package.
package banklines

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// The data set covers months months. Decisions are learned from the first learnedMonths.
const (
	months        = 24
	learnedMonths = 18
)

//go:embed payees.jsonl
var payeeLines []byte

// style is a payee with the ways in which banks write it. A line of payees.jsonl holds one.
type style struct {
	Payee, Region, Category, Direction string
	// PerMonth is the average number of payments.
	PerMonth float64
	// Amount is the range of the amounts.
	Amount [2]float64
	// FixedAmount is true if the amount of a payee is always the same.
	FixedAmount bool
	// Counterparty is the name that formats with a field for it give.
	Counterparty string
	// Texts have placeholders in braces: see fill.
	Texts []string
	// Unseen is true if the payee is new in the measured months.
	Unseen bool
	// Alt is a second category of the payee, told by the text or the amount.
	Alt *alternative
}

// alternative is the part of a payee's payments that has another category.
type alternative struct {
	Category string
	Share    float64
	By       string
	Amount   [2]float64
	Texts    []string
}

// Line is a transaction of the data set, with its true category.
type Line struct {
	Counterparty, Description string
	// Minor is the amount in minor units, negative for money out.
	Minor int64
	// Date is the day of booking.
	Date time.Time
	// Payee is the true name, and Category the right account.
	Payee, Category string
	// Unseen is true if the payee occurs only in the measured months.
	Unseen bool
}

// styles returns the payees of the data set.
func styles() []style {
	var all []style
	for decoder := json.NewDecoder(bytes.NewReader(payeeLines)); decoder.More(); {
		var s style
		if err := decoder.Decode(&s); err != nil {
			panic(err) // the file is in the program
		}
		all = append(all, s)
	}
	return all
}

// start is the first day of the data set.
var start = time.Date(2024, time.July, 1, 0, 0, 0, 0, time.UTC)

// measuredFrom is the first day of the months that are measured.
func measuredFrom() time.Time { return start.AddDate(0, learnedMonths, 0) }

// Generate returns the transactions of two years by date. The same seed gives the same
// transactions.
func Generate(seed uint64) []Line {
	r := rand.New(rand.NewPCG(seed, 24))
	var all []Line
	for _, s := range styles() {
		fixed := s.amount(r)
		for month := range months {
			if s.Unseen && month < learnedMonths {
				continue
			}
			for range countIn(r, s.PerMonth) {
				date := start.AddDate(0, month, r.IntN(28))
				all = append(all, s.line(r, date, fixed))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Line) int { return a.Date.Compare(b.Date) })
	return all
}

// countIn returns the number of payments in a month whose average is given.
func countIn(r *rand.Rand, average float64) int {
	n := int(average)
	if r.Float64() < average-float64(n) {
		n++
	}
	return n
}

// amount returns an amount in the range of the payee.
func (s style) amount(r *rand.Rand) float64 {
	return s.Amount[0] + r.Float64()*(s.Amount[1]-s.Amount[0])
}

// line returns a transaction of the payee.
func (s style) line(r *rand.Rand, date time.Time, fixed float64) Line {
	l := Line{Payee: s.Payee, Category: s.Category, Date: date, Unseen: s.Unseen}
	texts, amount := s.Texts, fixed
	if !s.FixedAmount {
		amount = s.amount(r)
	}
	if s.Alt != nil && r.Float64() < s.Alt.Share {
		l.Category, texts = s.Alt.Category, s.Alt.Texts
		amount = s.Alt.Amount[0] + r.Float64()*(s.Alt.Amount[1]-s.Alt.Amount[0])
	}
	l.Minor = int64(amount*100 + 0.5)
	if s.Direction == "out" {
		l.Minor = -l.Minor
	}
	l.Description = disturb(r, fill(r, texts[r.IntN(len(texts))], date))
	if s.Counterparty != "" && r.IntN(5) < 2 {
		l.Counterparty = disturb(r, s.Counterparty)
	}
	return l
}

// disturb changes a text as banks do: some write everything in upper case, and some cut the text.
func disturb(r *rand.Rand, text string) string {
	if r.IntN(3) == 0 {
		text = strings.ToUpper(text)
	}
	if r.IntN(5) == 0 {
		limit := []int{22, 27, 32, 40}[r.IntN(4)]
		if letters := []rune(text); len(letters) > limit {
			text = strings.TrimSpace(string(letters[:limit]))
		}
	}
	return text
}

// Places, of which some have two words.
var (
	cities = []string{
		"Austin TX", "San Jose CA", "Brooklyn NY", "Portland OR", "St Louis MO", "Fort Worth TX", "Boise ID", "Tampa FL",
		"Ann Arbor MI", "Denver CO", "Salt Lake City UT", "Reno NV", "Hoboken NJ", "Chapel Hill NC", "Eugene OR", "Mesa AZ",
	}
	europeanCities = []string{
		"Muenchen", "Köln", "Paris", "Lyon", "Utrecht", "Rotterdam", "Madrid", "Sevilla", "Torino", "Bologna", "Leeds",
		"Bristol", "Bad Homburg", "Aix-en-Provence", "Den Haag", "Hamburg",
	}
)

// fill replaces the placeholders of a text: {d4} by four digits, {x8} by eight letters and digits,
// and the others by a date, a month, a place or the number of an invoice.
func fill(r *rand.Rand, text string, date time.Time) string {
	city, state := cities[r.IntN(len(cities))], ""
	city, state = city[:len(city)-3], city[len(city)-2:]
	if r.IntN(2) == 0 {
		city = strings.ToUpper(city)
	}
	for before, rest, found := strings.Cut(text, "{"); found; before, rest, found = strings.Cut(text, "{") {
		name, after, _ := strings.Cut(rest, "}")
		text = before + placeholder(r, name, city, state, date) + after
	}
	return text
}

// layouts are the layouts of dates by placeholder.
var layouts = map[string]string{
	"MMDD": "0102", "MM/DD": "01/02", "DD.MM.YYYY": "02.01.2006", "DD.MM.": "02.01.", "YYYY-MM-DD": "2006-01-02",
	"month": "January",
}

// placeholder returns the value of a placeholder.
func placeholder(r *rand.Rand, name, city, state string, date time.Time) string {
	if layout := layouts[name]; layout != "" {
		return date.Format(layout)
	}
	switch name {
	case "city":
		return city
	case "state":
		return state
	case "eucity":
		return europeanCities[r.IntN(len(europeanCities))]
	case "invoice":
		return fmt.Sprintf([]string{"INV-%d", "RE%d", "%d", "2026/%d"}[r.IntN(4)], 1000+r.IntN(9000))
	case "HH:MM":
		return fmt.Sprintf("%02d:%02d", r.IntN(24), r.IntN(60))
	}
	var kind rune
	var length int
	if _, err := fmt.Sscanf(name, "%c%d", &kind, &length); err != nil || kind != 'd' && kind != 'x' {
		panic("banklines: unknown placeholder " + name)
	}
	const characters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	out := make([]byte, length)
	for i := range out {
		if kind == 'd' {
			out[i] = characters[r.IntN(10)]
		} else {
			out[i] = characters[r.IntN(len(characters))]
		}
	}
	return string(out)
}
