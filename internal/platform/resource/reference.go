package resource

import (
	"context"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// Named reads the record that a field of a request names, and refuses one that does not
// exist, is archived, or that the caller may not name: naming a record must not show it.
func (k *Kind[R]) Named(ctx context.Context, tx *db.Tx, field, key string) (*R, error) {
	if _, err := id.Parse(k.Prefix(), key); err != nil {
		return nil, refuseSubject(db.Subject{}, field)
	}
	subjects, err := k.Look(ctx, tx, []string{key})
	if err != nil {
		return nil, err
	}
	if err := refuseSubject(subjects[0], field); err != nil {
		return nil, err
	}
	return any(subjects[0].Record).(*R), nil
}

// CheckNamed is Named for a record of a kind that is known by the prefix of its
// identifiers only. An empty field names none.
func CheckNamed(ctx context.Context, tx *db.Tx, prefix, field, key string) error {
	if key == "" {
		return nil
	}
	if _, err := id.Parse(prefix, key); err != nil {
		return refuseSubject(db.Subject{}, field)
	}
	return checkReferences(ctx, tx, []table.Reference{{Field: field, Prefix: prefix, ID: key}})
}

// refuseSubject refuses a record that a field newly names.
func refuseSubject(s db.Subject, field string) error {
	switch {
	case s.Record == nil, !s.Nameable:
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At(field, "names a record that does not exist"))
	case s.Archived:
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_ARCHIVED, fault.At(field, "names a record that is archived"))
	}
	return nil
}

// checkReferences refuses the places that name what they may not, all at once.
func checkReferences(ctx context.Context, tx *db.Tx, references []table.Reference) error {
	refusals, err := refuseReferences(ctx, tx, references)
	if err != nil {
		return err
	}
	var violations fault.List
	for _, r := range references {
		violations.Gather("", refusals[r.Field])
	}
	return violations.Err()
}

// refuseReferences returns what refuses each place, by its field. The records of one kind
// are read with one statement.
func refuseReferences(ctx context.Context, tx *db.Tx, references []table.Reference) (map[string]error, error) {
	byPrefix := map[string][]table.Reference{}
	for _, r := range references {
		if _, err := id.Parse(r.Prefix, r.ID); err == nil { // or else it is refused as a value
			byPrefix[r.Prefix] = append(byPrefix[r.Prefix], r)
		}
	}
	refusals := map[string]error{}
	for prefix, group := range byPrefix {
		if err := refuseGroup(ctx, tx, prefix, group, refusals); err != nil {
			return nil, err
		}
	}
	return refusals, nil
}

// refuseGroup notes by its field what refuses each of the references to records of a kind.
func refuseGroup(ctx context.Context, tx *db.Tx, prefix string, group []table.Reference, refusals map[string]error) error {
	subjects := make([]db.Subject, len(group))
	if kind, known := tx.Kinds().ByPrefix(prefix); known {
		ids := make([]string, len(group))
		for i, r := range group {
			ids[i] = r.ID
		}
		var err error
		if subjects, err = kind.Look(ctx, tx, ids); err != nil {
			return err
		}
	}
	for i, r := range group {
		refusals[r.Field] = refuseSubject(subjects[i], r.Field)
		if refusals[r.Field] != nil {
			continue
		}
		for _, condition := range r.Conditions {
			if why := condition(subjects[i].Record); why != "" {
				refusals[r.Field] = fault.Invalid(fault.At(r.Field, "%s", why))
				break
			}
		}
	}
	return nil
}
