package notification

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/paper"
)

// defaultLanguage is the language of persons who chose none.
const defaultLanguage = notice.DefaultLanguage

// Lengths of the longest texts in characters.
const (
	maxTitle = 300
	maxBody  = 2000
)

// texts renders the titles of a notification, once for each language.
type texts struct {
	kind     Kind
	values   map[string]any
	region   string
	rendered map[string]string
}

// newTexts returns the texts about a record. It reads the names of the record and the actor.
func newTexts(ctx context.Context, tx *db.Tx, k Kind, e Event, a Audience, title string) (*texts, error) {
	o := tx.Call().Organization
	values := map[string]any{"subject": title, "actor": o.DisplayName}
	if e.ActorID != uuid.Nil {
		name, err := nameOf(ctx, tx, id.Format(personPrefix, e.ActorID))
		if err != nil {
			return nil, err
		}
		if name != "" {
			values["actor"] = name
		}
	}
	for name, value := range a.Values {
		values[name] = value
	}
	return &texts{kind: k, values: values, region: o.RegionCode, rendered: map[string]string{}}, nil
}

// nameOf returns the name of a person, "" if there is no such person.
func nameOf(ctx context.Context, tx *db.Tx, person string) (string, error) {
	kind, known := tx.Kinds().ByPrefix(personPrefix)
	if !known {
		return "", fmt.Errorf("notification: there is no kind of persons")
	}
	found, err := kind.Load(ctx, tx, []string{person})
	if err != nil || found[0].Record == nil {
		return "", err
	}
	return found[0].Title, nil
}

// title returns the title in a language, or in English if the kind has no text in it.
func (t *texts) title(language string) string {
	if title, done := t.rendered[language]; done {
		return title
	}
	source, found := t.kind.Texts[language]
	if !found {
		source, found = t.kind.Texts[paper.BaseOf(language)]
	}
	code := language
	if !found {
		source, code = t.kind.Texts[defaultLanguage], defaultLanguage
	}
	l := paper.NewLanguage(code, t.region, nil)
	title := notice.Placeholder.ReplaceAllStringFunc(source, func(name string) string {
		switch value := t.values[strings.Trim(name, "{}")].(type) {
		case string:
			return value
		case calendar.Date:
			return l.Date(value)
		}
		return ""
	})
	t.rendered[language] = shorten(strings.Join(strings.Fields(title), " "), maxTitle)
	return t.rendered[language]
}

// shorten cuts a text to a number of characters.
func shorten(text string, length int) string {
	if utf8.RuneCountInString(text) <= length {
		return text
	}
	return string([]rune(text)[:length-1]) + "…"
}
