package exportfile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/money"
)

// entryKeys gives keys to time entries, and counts those of the same content.
type entryKeys map[string]int

// key returns the key of an entry.
func (k entryKeys) key(e *TimeEntry) string {
	hash := sha256.New()
	for _, part := range []string{
		e.PersonKey, e.Date.String(), strconv.Itoa(int(e.Start.Seconds)), strconv.FormatBool(e.Start.IsKnown),
		e.ClientKey, e.ProjectKey, fold(e.Task), fold(e.Note), strconv.FormatInt(e.Seconds, 10),
	} {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	const keyBytes = 16
	content := hex.EncodeToString(hash.Sum(nil)[:keyBytes])
	k[content]++
	return fmt.Sprintf("%s-%d", content, k[content])
}

// addEntry adds the entry of a row, unless the row is refused.
func (c *record) addEntry(keys entryKeys, e TimeEntry) {
	if c.isSkipped {
		return
	}
	const day = 24 * 3600
	switch {
	case e.Seconds > day:
		c.note(FieldDuration, "is longer than 24 hours")
	case e.Seconds == 0:
		c.note(FieldDuration, "is an entry without time")
	}
	e.Key = keys.key(&e)
	c.file.Entries = append(c.file.Entries, e)
}

// workDate returns the date of an entry. It refuses a row without one.
func (c *record) workDate() calendar.Date {
	text := c.text(FieldDate)
	if text == "" {
		c.refuse(FieldDate, "has no date")
		return calendar.Date{}
	}
	date, err := datetext.Parse(text, c.order)
	if err != nil {
		c.refuse(FieldDate, "%s", err)
	}
	return date
}

// currency returns the code of a currency that is written as "Euro - EUR" or "EUR". It returns ""
// for other texts.
func currency(text string) string {
	words := strings.Fields(strings.ToUpper(text))
	if len(words) == 0 {
		return ""
	}
	code := words[len(words)-1]
	if _, isKnown := money.Digits(code); !isKnown {
		return ""
	}
	return code
}
