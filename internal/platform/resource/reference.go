package resource

import (
	"context"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// Resolve reads the record that a field of a request names, and refuses one that does not
// exist, is archived, or that the caller may not name: naming a record must not show it.
func (k *Kind[R]) Resolve(ctx context.Context, tx *db.Tx, field, key string) (R, error) {
	var none R
	if _, err := id.Parse(k.Prefix(), key); err != nil {
		return none, refuseSubject(db.Subject{}, field)
	}
	subjects, err := k.Load(ctx, tx, []string{key})
	if err != nil {
		return none, err
	}
	if err := refuseSubject(subjects[0], field); err != nil {
		return none, err
	}
	return subjects[0].Record.(R), nil
}

// CheckReference is Named for a record of a kind that is known by the prefix of its
// identifiers only. An empty field names none.
func CheckReference(ctx context.Context, tx *db.Tx, prefix, field, key string) error {
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
	for _, refusal := range refusals {
		violations.MergeViolations("", refusal)
	}
	return violations.Err()
}

// refuseReferences returns what refuses each reference, at its place, or nil. The records of
// one kind are read with one statement.
func refuseReferences(ctx context.Context, tx *db.Tx, references []table.Reference) ([]error, error) {
	byPrefix := map[string][]int{}
	for i, r := range references {
		if _, err := id.Parse(r.Prefix, r.ID); err == nil { // or else it is refused as a value
			byPrefix[r.Prefix] = append(byPrefix[r.Prefix], i)
		}
	}
	refusals := make([]error, len(references))
	for prefix, places := range byPrefix {
		subjects, err := lookUp(ctx, tx, prefix, references, places)
		if err != nil {
			return nil, err
		}
		for i, place := range places {
			refusals[place] = refuseReference(subjects[i], references[place])
		}
	}
	return refusals, nil
}

// lookUp reads the records of one kind that references name.
func lookUp(ctx context.Context, tx *db.Tx, prefix string, references []table.Reference, places []int) ([]db.Subject, error) {
	kind, known := tx.Kinds().ByPrefix(prefix)
	if !known {
		return make([]db.Subject, len(places)), nil
	}
	ids := make([]string, len(places))
	for i, place := range places {
		ids[i] = references[place].ID
	}
	return kind.Load(ctx, tx, ids)
}

// refuseReference refuses a record that a field newly names, also for its conditions.
func refuseReference(s db.Subject, r table.Reference) error {
	if err := refuseSubject(s, r.Field); err != nil {
		return err
	}
	for _, condition := range r.Conditions {
		if why := condition(s.Record); why != "" {
			return fault.Invalid(fault.At(r.Field, "%s", why))
		}
	}
	return nil
}
