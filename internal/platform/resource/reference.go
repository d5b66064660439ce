package resource

import (
	"context"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// Resolve returns the record that a field of a request references. It refuses a record that does
// not exist, is archived, or is beyond the caller's reach. A record beyond reach is reported as not
// found, so that a reference does not reveal records.
func (k *Kind[R]) Resolve(ctx context.Context, tx *db.Tx, field, key string) (R, error) {
	var none R
	if _, err := id.Parse(k.Prefix(), key); err != nil {
		return none, CheckSubject(db.Subject{}, field)
	}
	subjects, err := k.Load(ctx, tx, []string{key})
	if err != nil {
		return none, err
	}
	if err := CheckSubject(subjects[0], field); err != nil {
		return none, err
	}
	return subjects[0].Record.(R), nil
}

// CheckReference checks a reference as Resolve does, for a kind that the caller knows only by the
// prefix of its identifiers. It accepts an empty key.
func CheckReference(ctx context.Context, tx *db.Tx, prefix, field, key string) error {
	if key == "" {
		return nil
	}
	if _, err := id.Parse(prefix, key); err != nil {
		return CheckSubject(db.Subject{}, field)
	}
	return checkReferences(ctx, tx, []table.Reference{{Field: field, Prefix: prefix, ID: key}})
}

// CheckEachReference is CheckReference for several records of one kind, which it reads with one
// statement. It returns the refusal of each at its index, nil if the reference is accepted.
func CheckEachReference(ctx context.Context, tx *db.Tx, prefix, field string, keys []string) ([]error, error) {
	references := make([]table.Reference, len(keys))
	for i, key := range keys {
		references[i] = table.Reference{Field: field, Prefix: prefix, ID: key}
	}
	refusals, err := referenceErrors(ctx, tx, references)
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		if _, err := id.Parse(prefix, key); err != nil && key != "" {
			refusals[i] = CheckSubject(db.Subject{}, field)
		}
	}
	return refusals, nil
}

// CheckSubject refuses a record that a field may not newly reference.
func CheckSubject(s db.Subject, field string) error {
	switch {
	case s.Record == nil, !s.Referenceable:
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
			fault.At(field, "names a record that does not exist"))
	case s.Archived:
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_ARCHIVED,
			fault.At(field, "names a record that is archived"))
	}
	return nil
}

// checkReferences checks references and reports all violations at once.
func checkReferences(ctx context.Context, tx *db.Tx, references []table.Reference) error {
	refusals, err := referenceErrors(ctx, tx, references)
	if err != nil {
		return err
	}
	var violations fault.List
	for _, refusal := range refusals {
		violations.MergeViolations("", refusal)
	}
	return violations.Err()
}

// referenceErrors returns the error of each reference at its index, nil if the reference is
// accepted. It reads the records of each kind with one statement.
func referenceErrors(ctx context.Context, tx *db.Tx, references []table.Reference) ([]error, error) {
	byPrefix := map[string][]int{}
	for i, r := range references {
		if _, err := id.Parse(r.Prefix, r.ID); err == nil { // otherwise the column reports it
			byPrefix[r.Prefix] = append(byPrefix[r.Prefix], i)
		}
	}
	refusals := make([]error, len(references))
	for prefix, places := range byPrefix {
		subjects, err := loadSubjects(ctx, tx, prefix, references, places)
		if err != nil {
			return nil, err
		}
		for i, place := range places {
			refusals[place] = checkReference(subjects[i], references[place])
		}
	}
	return refusals, nil
}

// loadSubjects reads the referenced records of one kind. places are the indexes of its references.
func loadSubjects(
	ctx context.Context, tx *db.Tx, prefix string, references []table.Reference, places []int,
) ([]db.Subject, error) {
	kind, known := tx.Kinds().ByPrefix(prefix)
	if !known || references[places[0]].IsSubject && !kind.CanBeSubject() {
		return make([]db.Subject, len(places)), nil
	}
	ids := make([]string, len(places))
	for i, place := range places {
		ids[i] = references[place].ID
	}
	return kind.Load(ctx, tx, ids)
}

// checkReference refuses a record that a field may not newly reference, or that fails the
// conditions of the field.
func checkReference(s db.Subject, r table.Reference) error {
	if r.IsSubject {
		return CheckSubject(asSubject(s), r.Field)
	}
	if err := CheckSubject(s, r.Field); err != nil {
		return err
	}
	for _, condition := range r.Conditions {
		if why := condition(s.Record); why != "" {
			return fault.Invalid(fault.At(r.Field, "%s", why))
		}
	}
	return nil
}
