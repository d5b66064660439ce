package resource

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// Create stores a new record. It clears output-only fields, validates the record, runs the rules,
// and checks that the record is within the caller's reach. If the identifier is taken, it fails
// with ID_TAKEN, and with EXTERNAL_ID_TAKEN if the external id is. The error then contains the
// existing record, if the caller may read it.
func (k *Kind[R]) Create(ctx context.Context, d *db.DB, in R, rules ...Rule[R]) (R, error) {
	made, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		r := k.FromRequest(in)
		return r, k.Insert(ctx, tx, r, append(slices.Clip(rules), k.checkWithinReach)...)
	})
	return made, k.explainTaken(ctx, d, in, err)
}

// CreateWith is Create for records that take more than one insert: store inserts the record and
// everything that belongs to it.
func (k *Kind[R]) CreateWith(ctx context.Context, d *db.DB, in R, store Rule[R]) (R, error) {
	var none R
	made, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		r := k.FromRequest(in)
		if err := store(ctx, tx, db.NewRecord[R](), r); err != nil {
			return none, err
		}
		return r, k.checkWithinReach(ctx, tx, db.NewRecord[R](), r)
	})
	return made, k.explainTaken(ctx, d, in, err)
}

// FromRequest copies a create request and clears output-only fields. It also normalizes the text
// that people type, and drops empty values of maps. Pass the copy to Insert.
func (k *Kind[R]) FromRequest(in R) R {
	if !in.ProtoReflect().IsValid() { // a nil pointer
		return db.NewRecord[R]()
	}
	r := proto.CloneOf(in)
	k.schema.clearOutput(r.ProtoReflect())
	k.schema.normalize(r.ProtoReflect())
	dropEmptyValues(r.ProtoReflect())
	return r
}

// Insert stores a new record inside a transaction, with its event. Output-only fields are stored as
// the caller in this process set them; see FromRequest.
func (k *Kind[R]) Insert(ctx context.Context, tx *db.Tx, r R, rules ...Rule[R]) error {
	if err := k.prepareNew(ctx, tx, r, rules); err != nil {
		return err
	}
	if err := k.table.Insert(ctx, tx, r); err != nil {
		return err
	}
	if err := k.recordCreated(ctx, tx, r); err != nil {
		return err
	}
	return k.completeNew(ctx, tx, r)
}

// InsertMany stores new records inside a transaction with few statements. It reports the violations
// of all records at once. at returns the path of the i-th record in the request, which prefixes the
// paths of its violations.
func (k *Kind[R]) InsertMany(
	ctx context.Context, tx *db.Tx, records []R, at func(i int) string, rules ...Rule[R],
) error {
	if err := k.StoreMany(ctx, tx, records, at, rules...); err != nil {
		return err
	}
	return k.completeNew(ctx, tx, records...)
}

// StoreMany is InsertMany for records that the response does not contain. It leaves their computed
// fields empty, since these can take longer than storing the records.
func (k *Kind[R]) StoreMany(
	ctx context.Context, tx *db.Tx, records []R, at func(i int) string, rules ...Rule[R],
) error {
	if err := k.prepareNewMany(ctx, tx, records, at, rules); err != nil {
		return err
	}
	if err := k.table.InsertMany(ctx, tx, records); err != nil {
		return err
	}
	for _, r := range records {
		if err := k.recordCreated(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// InsertEach is InsertMany for records of several callers, each of which may be refused alone. It
// skips refused records: refusals has the error of each record at its index, nil if it is stored.
// The inserts are queued and sent with the next statements.
//
// actAs switches the transaction to the caller of the i-th record. InsertEach calls it before it
// checks a record, and before it fills in the computed fields of that caller's records.
func (k *Kind[R]) InsertEach(
	ctx context.Context, tx *db.Tx, records []R, actAs func(i int), rules ...Rule[R],
) (refusals []error, err error) {
	refusals = make([]error, len(records))
	var accepted []R
	for i, r := range records {
		actAs(i)
		err := k.prepareNew(ctx, tx, r, rules)
		var refusal *fault.Error
		switch {
		case err == nil:
			if err := k.recordCreated(ctx, tx, r); err != nil {
				return nil, err
			}
			accepted = append(accepted, r)
		case errors.As(err, &refusal):
			refusals[i] = err
		default:
			return nil, err
		}
	}
	if err := k.table.QueueMany(ctx, tx, accepted); err != nil {
		return nil, err
	}
	return refusals, k.completeEach(ctx, tx, records, refusals, actAs)
}

// completeEach fills in the computed fields of the stored records, those of each caller together.
func (k *Kind[R]) completeEach(
	ctx context.Context, tx *db.Tx, records []R, refusals []error, actAs func(i int),
) error {
	type caller struct{ person, key uuid.UUID }
	stored, first := map[caller][]R{}, map[caller]int{}
	for i, r := range records {
		if refusals[i] != nil {
			continue
		}
		actAs(i)
		by := caller{tx.Call().PersonID, tx.Call().KeyID}
		if stored[by] == nil {
			first[by] = i
		}
		stored[by] = append(stored[by], r)
	}
	for by, own := range stored {
		actAs(first[by])
		if err := k.completeNew(ctx, tx, own...); err != nil {
			return err
		}
	}
	return nil
}

// prepareNew gives a record its identifier, validates it, and runs the rules.
func (k *Kind[R]) prepareNew(ctx context.Context, tx *db.Tx, r R, rules []Rule[R]) error {
	if err := k.identify(r); err != nil {
		return err
	}
	return k.CheckNew(ctx, tx, r, rules...)
}

// CheckNew checks a new record as Insert does, and stores nothing.
func (k *Kind[R]) CheckNew(ctx context.Context, tx *db.Tx, r R, rules ...Rule[R]) error {
	was := db.NewRecord[R]()
	if err := k.checkRecord(ctx, tx, was, r); err != nil {
		return err
	}
	// Before the rules, since they may lock other records on the subject.
	if err := k.lockSubject(ctx, tx, r); err != nil {
		return err
	}
	if err := runRules(ctx, tx, was, r, rules); err != nil {
		return err
	}
	return k.fitSpan(ctx, tx, was, r)
}

// prepareNewMany is prepareNew for many records, each with its path in the request. It looks up all
// references at once. The records may reference one another.
func (k *Kind[R]) prepareNewMany(
	ctx context.Context, tx *db.Tx, records []R, at func(i int) string, rules []Rule[R],
) error {
	was, idErrors := db.NewRecord[R](), make([]error, len(records))
	for i, r := range records {
		idErrors[i] = k.identify(r)
	}
	customErrors, references, err := k.newReferences(ctx, tx, records, at)
	if err != nil {
		return err
	}
	refusals, err := referenceErrors(ctx, tx, slices.Concat(references...))
	if err != nil {
		return err
	}
	next := 0
	var violations fault.List
	for i, r := range records {
		err := idErrors[i]
		if err == nil {
			err = k.validate(tx.Call(), r)
		}
		if err == nil {
			err = runRules(ctx, tx, was, r, rules)
		}
		if err == nil {
			err = k.fitSpan(ctx, tx, was, r)
		}
		if err := violations.Merge(at(i), err); err != nil {
			return err
		}
		violations.MergeViolations(at(i), fieldErrors(customErrors[i]))
		for range references[i] {
			violations.MergeViolations("", refusals[next])
			next++
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	return k.checkExternalIDs(ctx, tx, records, at)
}

// newReferences returns the references of new records to other records, with their paths in the
// request. It also checks the custom fields, and returns their violations.
func (k *Kind[R]) newReferences(
	ctx context.Context, tx *db.Tx, records []R, at func(i int) string,
) (violations [][]fault.Field, references [][]table.Reference, err error) {
	was, isNew := db.NewRecord[R](), map[string]bool{}
	for _, r := range records {
		isNew[k.table.ID(r)] = true
	}
	violations, references = make([][]fault.Field, len(records)), make([][]table.Reference, len(records))
	for i, r := range records {
		var custom []table.Reference
		if violations[i], custom, err = k.checkCustomFields(ctx, tx, was, r); err != nil {
			return nil, nil, err
		}
		for _, reference := range append(custom, k.table.NewReferences(was, r)...) {
			if !isNew[reference.ID] {
				reference.Field = at(i) + "." + reference.Field
				references[i] = append(references[i], reference)
			}
		}
	}
	return violations, references, nil
}

// fieldErrors returns an error that lists the violations, nil if there are none.
func fieldErrors(fields []fault.Field) error {
	var violations fault.List
	violations.Append(fields...)
	return violations.Err()
}

// runRules runs the rules in order, up to the first that refuses the record.
func runRules[R proto.Message](ctx context.Context, tx *db.Tx, was, r R, rules []Rule[R]) error {
	for _, rule := range rules {
		if err := rule(ctx, tx, was, r); err != nil {
			return err
		}
	}
	return nil
}

// identify checks the identifier that the caller chose, or gives the record a new one.
func (k *Kind[R]) identify(r R) error {
	prefix := k.table.Prefix()
	given := k.table.ID(r)
	if given == "" {
		k.table.SetID(r, id.New())
		return nil
	}
	u, err := id.Parse(prefix, given)
	if err != nil {
		return fault.Invalid(fault.At("id", "%s", err))
	}
	if u.Version() != 7 || u.Variant() != uuid.RFC4122 {
		return fault.Invalid(fault.At("id", "must be %q and a UUIDv7 in Crockford base32", prefix+"_"))
	}
	return nil
}

// recordCreated records the `created` event.
func (k *Kind[R]) recordCreated(ctx context.Context, tx *db.Tx, r R) error {
	return k.Record(ctx, tx, db.Event{Type: "created"}, r, r)
}
