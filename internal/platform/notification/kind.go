package notification

import (
	"fmt"
	"maps"
	"slices"

	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/resource"
)

// Names of package notice that modules above this package may use too.
type (
	// Kind is a kind of notification.
	Kind = notice.Kind
	// Modes are the modes of channels.
	Modes = notice.Modes
	// Event is an event as kinds of notification see it.
	Event = notice.Event
	// Change is a field that an event changed.
	Change = notice.Change
	// Audience is whom an event concerns, and what to tell them.
	Audience = notice.Audience
)

// personPrefix is the prefix of the identifiers of persons.
const personPrefix = "prs"

// Declare sets the kinds of notification of all capabilities. records are all kinds of record, and
// events the types of all events. It fails if a kind is invalid or follows an event that is never
// recorded.
func (s *Service) Declare(records []resource.AnyKind, events []string, kinds []Kind) error {
	s.kinds, s.following = map[string]Kind{}, map[string][]Kind{}
	for _, k := range kinds {
		if _, taken := s.kinds[k.Name]; taken || k.Name == "" {
			return fmt.Errorf("the name %q of a kind of notification is empty or already in use", k.Name)
		}
		if err := k.Check(); err != nil {
			return err
		}
		s.kinds[k.Name] = k
		for _, t := range typesOf(k, records) {
			if !slices.Contains(events, t) {
				return fmt.Errorf("the notification %s waits for events of type %s, which the app never records", k.Name, t)
			}
			s.following[t] = append(s.following[t], k)
		}
	}
	return nil
}

// Mute sets the methods of which no one is told, except the person who called them, such as of the
// records that an import creates. It is called before the first request.
func (s *Service) Mute(methods []string) { s.muted = append([]string{}, methods...) }

// typesOf returns the types of events that a kind follows.
func typesOf(k Kind, records []resource.AnyKind) []string {
	types := slices.Clone(k.On)
	for _, r := range records {
		for _, verb := range k.Each {
			if t := r.EventPrefix() + "." + verb; r.Responsibility() != nil && slices.Contains(r.Events(), t) {
				types = append(types, t)
			}
		}
	}
	return types
}

// sortedKinds returns the kinds by name.
func (s *Service) sortedKinds() (out []Kind) {
	for _, name := range slices.Sorted(maps.Keys(s.kinds)) {
		out = append(out, s.kinds[name])
	}
	return out
}
