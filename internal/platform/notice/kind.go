// Package notice is what capabilities need to declare whom their events concern: kinds of
// notification, and the templates of links to records. It decides nothing itself, and stands below
// all capabilities so that each can declare its kinds. Writing and sending notifications is left to
// package notification.
package notice

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
)

// DefaultLanguage is the language in which every kind has a title.
const DefaultLanguage = "en"

// Placeholder matches the name of a value in a title.
var Placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Modes are the modes of channels.
type Modes map[pb.NotificationPreferences_Channel]pb.NotificationPreferences_Mode

// Kind is a kind of notification. Capabilities declare their kinds in their modules.
type Kind struct {
	// Name is unique, such as `comment.mention`. It does not change.
	Name     string
	Category pb.Notification_Category
	// Description says when a person is told.
	Description string
	// On lists the types of events that the kind follows. Each lists events of all kinds of record
	// that have a responsible person, such as `due`.
	On   []string
	Each []string
	// Concerns reports whether an event may concern anyone, without reading from the database. If
	// nil, every event may.
	Concerns func(tx *db.Tx, e Event) bool
	// Find returns whom an event concerns, and what to tell them. It need not care who caused the
	// event, who is archived and who may read the record.
	Find func(ctx context.Context, tx *db.Tx, e Event) (Audience, error)
	// Texts are the titles by language. There must be an English one. They may contain `{actor}`,
	// `{subject}` and the names of the values in the Audience.
	Texts map[string]string
	// Values are the names of the values that Find returns.
	Values []string
	// Defaults are the modes of channels that differ from IMMEDIATE.
	Defaults Modes
	// TellActor also tells the person who caused the event. It is for what the server does for that
	// person later, such as a long operation.
	TellActor bool
	// Reminds returns those of the records of which the digests of a person remind, in addition to
	// the notification, as long as it returns them. It may be nil.
	Reminds func(ctx context.Context, tx *db.Tx, person uuid.UUID, subjectIDs []string) ([]string, error)
}

// Audience is whom an event concerns, and what to tell them.
type Audience struct {
	Persons []uuid.UUID
	// Body is more text, such as that of a comment. It is not translated.
	Body string
	// Values stand for their names in the title: strings and calendar.Date.
	Values map[string]any
	// Cause identifies why persons are told; by default the event. A person is told once for a
	// cause.
	Cause string
	// SubjectID is the record that the notification is about; by default that of the event.
	SubjectID string
}

// Event is an event as kinds of notification see it.
type Event struct {
	ID                  uuid.UUID
	Type                string
	SubjectID, RecordID string
	// ActorID is the person who caused the event, OwnerID the owner of the record. Both are
	// uuid.Nil if there is none.
	ActorID, OwnerID uuid.UUID
	// Changes are the changed fields, nil for a new record.
	Changes    []Change
	CreateTime time.Time
}

// Change is a field that an event changed. Before and After are JSON values, such as a string.
type Change struct {
	// Field is the JSON name.
	Field         string
	Before, After any
}

// IsMutable reports whether persons can turn the kind off.
func (k Kind) IsMutable() bool { return IsMutable(k.Category) }

// IsMutable reports whether persons can turn off a category.
func IsMutable(c pb.Notification_Category) bool {
	return c != pb.Notification_SECURITY && c != pb.Notification_APPROVAL
}

// DefaultMode returns the mode of a channel without a rule.
func (k Kind) DefaultMode(c pb.NotificationPreferences_Channel) pb.NotificationPreferences_Mode {
	return cmp.Or(k.Defaults[c], pb.NotificationPreferences_IMMEDIATE)
}

// Check refuses a kind without a category or an English title, with a digest of anything but email,
// with a mode OFF that persons could not choose, or with a title that names an unknown value.
func (k Kind) Check() error {
	if k.Category == pb.Notification_CATEGORY_UNSPECIFIED || k.Find == nil || k.Texts[DefaultLanguage] == "" {
		return fmt.Errorf("the notification %s needs a category, Find and an English title", k.Name)
	}
	for channel, mode := range k.Defaults {
		if mode == pb.NotificationPreferences_DIGEST && channel != pb.NotificationPreferences_EMAIL ||
			mode == pb.NotificationPreferences_OFF && !k.IsMutable() {
			return fmt.Errorf("the notification %s must not be %s for %s", k.Name, mode, channel)
		}
	}
	for language, text := range k.Texts {
		for _, name := range Placeholder.FindAllString(text, -1) {
			if known := slices.Concat([]string{"actor", "subject"}, k.Values); !slices.Contains(known,
				strings.Trim(name, "{}")) {
				return fmt.Errorf("the title of %s in %s names %s, which is no value", k.Name, language, name)
			}
		}
	}
	return nil
}
