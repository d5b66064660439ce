// Package responsibility shows who is responsible for open records of any kind and when they are
// due, hands the records of a person over to others, and owns absences. A kind takes part by
// resource.Kind.Responsible and Due; the package finds it in the registry. It records the events
// `due` and `overdue` once for each record and date, at the beginning of a day in the
// organization's time zone: a record that gets the current date later that day is announced only
// when it is overdue. It refuses to remove a person who is responsible for something. Callers see
// the records that they may read, and no others. Telling people about deadlines is left to others,
// who wait for the events.
package responsibility

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// personPrefix is the prefix of the identifiers of persons.
const personPrefix = "prs"

// Service implements ResponsibilitiesService.
type Service struct {
	pb.UnsafeResponsibilitiesServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{absences} }

// source is a kind whose records have responsible persons, as the caller may read it.
type source struct {
	kind resource.AnyKind
	*resource.Responsibility
	// within are the persons whose records the caller may read, nil for all records.
	within []uuid.UUID
}

// allSources returns the kinds whose records have responsible persons, by resource.
func allSources(tx *db.Tx) []source {
	var out []source
	for _, kind := range tx.Kinds().All() {
		if k, ok := kind.(resource.AnyKind); ok && k.Responsibility() != nil {
			out = append(out, source{kind: k, Responsibility: k.Responsibility()})
		}
	}
	slices.SortFunc(out, bySource)
	return out
}

// datedSources returns the kinds whose records hold for a span of days, as kinds that are due on
// the first day.
func datedSources(tx *db.Tx) []source {
	var out []source
	for _, kind := range tx.Kinds().All() {
		if k, ok := kind.(resource.AnyKind); ok && k.IsDated() {
			out = append(out, source{kind: k, Responsibility: &resource.Responsibility{Due: "start_date", Open: "true"}})
		}
	}
	slices.SortFunc(out, bySource)
	return out
}

func bySource(a, b source) int { return cmp.Compare(a.kind.Collection(), b.kind.Collection()) }

// readableSources is allSources limited to what the caller may read.
func readableSources(ctx context.Context, tx *db.Tx) (out []source, err error) {
	c := tx.Call()
	var team []uuid.UUID
	for _, s := range allSources(tx) {
		switch s.kind.ReadReach(c) {
		case call.None:
			continue
		case call.Own:
			s.within = []uuid.UUID{c.PersonID}
		case call.Team:
			if team == nil {
				if team, err = resource.Team(ctx, tx, c.PersonID); err != nil {
					return nil, err
				}
				team = append(team, c.PersonID)
			}
			s.within = team
		}
		out = append(out, s)
	}
	return out, nil
}

// ofResources returns the sources of the given resources, all if there are none. at returns the
// path of the i-th resource, which must be one whose records have responsible persons.
func ofResources(tx *db.Tx, sources []source, resources []string, at func(i int) string) ([]source, error) {
	if len(resources) == 0 {
		return sources, nil
	}
	var known []string
	for _, s := range allSources(tx) {
		known = append(known, s.kind.Collection())
	}
	var violations fault.List
	for i, name := range resources {
		if !slices.Contains(known, name) {
			violations.Append(fault.At(at(i), "must be a resource with responsible persons, such as %q", "tasks"))
		}
	}
	return slices.DeleteFunc(slices.Clone(sources), func(s source) bool {
		return !slices.Contains(resources, s.kind.Collection())
	}), violations.Err()
}

// ofResource is ofResources for a field with at most one resource.
func ofResource(tx *db.Tx, sources []source, name string) ([]source, error) {
	if name == "" {
		return sources, nil
	}
	return ofResources(tx, sources, []string{name}, func(int) string { return "resource" })
}

// parsePerson returns the key of a person that a field names, uuid.Nil if the field is empty.
func parsePerson(field, person string) (uuid.UUID, error) {
	if person == "" {
		return uuid.Nil, nil
	}
	key, err := id.Parse(personPrefix, person)
	if err != nil {
		return uuid.Nil, fault.Invalid(fault.At(field, "%s", err))
	}
	return key, nil
}
