package resource

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// Create stores a new record for a caller: what only the server may say is taken
// off, the fields are validated, the rules run. An identifier that is taken is
// refused with the record that has it.
func (k *Kind[R]) Create(ctx context.Context, d *db.DB, in R, rules ...Rule[R]) (R, error) {
	made, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		r := k.FromRequest(in)
		return r, k.Insert(ctx, tx, r, append(slices.Clip(rules), k.checkWithinReach)...)
	})
	return made, k.taken(ctx, d, in, err)
}

// CreateWith is Create where storing the record takes more than an insert: store
// inserts it, and what comes with it.
func (k *Kind[R]) CreateWith(ctx context.Context, d *db.DB, in R, store Rule[R]) (R, error) {
	var none R
	made, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		r := k.FromRequest(in)
		if err := store(ctx, tx, db.NewRecord[R](), r); err != nil {
			return none, err
		}
		return r, k.checkWithinReach(ctx, tx, db.NewRecord[R](), r)
	})
	return made, k.taken(ctx, d, in, err)
}

// FromRequest copies what a caller sent as a new record, for Insert: without what only the
// server may say, and with the text that people type tidied.
func (k *Kind[R]) FromRequest(in R) R {
	if !in.ProtoReflect().IsValid() { // a nil pointer
		return db.NewRecord[R]()
	}
	r := proto.CloneOf(in)
	k.shape.clearOutput(r.ProtoReflect())
	k.shape.tidy(r.ProtoReflect())
	return r
}

// taken answers a conflict of identifiers with the record that has it, if the caller
// may read it, so that a client that lost the answer to its own create finds it.
func (k *Kind[R]) taken(ctx context.Context, d *db.DB, in R, err error) error {
	if fault.Constraint(err) != k.table.PrimaryKey() {
		return err
	}
	key := k.table.ID(in)
	e := fault.Taken(optionsv1.Reason_ID_TAKEN, "There is a record %q already.", key).WithSubject(key)
	if !call.From(ctx).Allows(k.reading) {
		return e
	}
	current, err := db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		return k.table.GetOwned(ctx, tx, key, k.ownersWithin(tx.Call(), k.reading))
	})
	if err == nil {
		e.Record = current
	}
	return e
}

// Insert stores a new record inside a unit of work. Output-only fields are the
// server's to set and are stored as they are.
func (k *Kind[R]) Insert(ctx context.Context, tx *db.Tx, r R, rules ...Rule[R]) error {
	if err := k.prepare(ctx, tx, r, rules); err != nil {
		return err
	}
	if err := k.table.Insert(ctx, tx, r); err != nil {
		return err
	}
	if err := k.created(ctx, tx, r); err != nil {
		return err
	}
	return k.completeNew(ctx, tx, r)
}

// InsertMany stores new records inside a unit of work, all with few statements.
// What is wrong is said of every record at once, each under the path that at gives.
func (k *Kind[R]) InsertMany(ctx context.Context, tx *db.Tx, records []R, at func(i int) string, rules ...Rule[R]) error {
	if err := k.prepareMany(ctx, tx, records, at, rules); err != nil {
		return err
	}
	if err := k.table.InsertMany(ctx, tx, records); err != nil {
		return err
	}
	for _, r := range records {
		if err := k.created(ctx, tx, r); err != nil {
			return err
		}
	}
	return k.completeNew(ctx, tx, records...)
}

// InsertEach is InsertMany of records that may be refused: those are left out, and what
// refuses each is at its place, nil of those that are stored. The statements go with the
// next ones. turn is told whose turn it is when a record is looked at, and when those of its
// caller are completed.
func (k *Kind[R]) InsertEach(ctx context.Context, tx *db.Tx, records []R, turn func(i int), rules ...Rule[R]) (refusals []error, err error) {
	refusals = make([]error, len(records))
	var sound []R
	for i, r := range records {
		turn(i)
		err := k.prepare(ctx, tx, r, rules)
		var refusal *fault.Error
		switch {
		case err == nil:
			if err := k.created(ctx, tx, r); err != nil {
				return nil, err
			}
			sound = append(sound, r)
		case errors.As(err, &refusal):
			refusals[i] = err
		default:
			return nil, err
		}
	}
	if err := k.table.QueueMany(tx, sound); err != nil {
		return nil, err
	}
	return refusals, k.completeEach(ctx, tx, records, refusals, turn)
}

// completeEach completes the records that were not refused, those of one caller together.
func (k *Kind[R]) completeEach(ctx context.Context, tx *db.Tx, records []R, refusals []error, turn func(i int)) error {
	type caller struct{ person, key uuid.UUID }
	stored, first := map[caller][]R{}, map[caller]int{}
	for i, r := range records {
		if refusals[i] != nil {
			continue
		}
		turn(i)
		by := caller{tx.Call().PersonID, tx.Call().KeyID}
		if stored[by] == nil {
			first[by] = i
		}
		stored[by] = append(stored[by], r)
	}
	for by, own := range stored {
		turn(first[by])
		if err := k.completeNew(ctx, tx, own...); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes a record ready to be stored: identifier, fields, references, rules.
func (k *Kind[R]) prepare(ctx context.Context, tx *db.Tx, r R, rules []Rule[R]) error {
	if err := k.identify(r); err != nil {
		return err
	}
	return k.CheckNew(ctx, tx, r, rules...)
}

// CheckNew refuses a new record as Insert would, and stores nothing.
func (k *Kind[R]) CheckNew(ctx context.Context, tx *db.Tx, r R, rules ...Rule[R]) error {
	was := db.NewRecord[R]()
	if err := k.sound(ctx, tx, was, r); err != nil {
		return err
	}
	return obey(ctx, tx, was, r, rules)
}

// prepareMany is prepare for records of which each has its place in the request. What
// they name is read at once; they may name one another.
func (k *Kind[R]) prepareMany(ctx context.Context, tx *db.Tx, records []R, at func(i int) string, rules []Rule[R]) error {
	was, identified := db.NewRecord[R](), make([]error, len(records))
	among, named := map[string]bool{}, make([][]table.Reference, len(records))
	for i, r := range records {
		identified[i] = k.identify(r)
		among[k.table.ID(r)] = true
	}
	for i, r := range records {
		for _, reference := range k.table.NewReferences(was, r) {
			if !among[reference.ID] {
				reference.Field = at(i) + "." + reference.Field
				named[i] = append(named[i], reference)
			}
		}
	}
	refusals, err := refuseReferences(ctx, tx, slices.Concat(named...))
	if err != nil {
		return err
	}
	next := 0
	var violations fault.List
	for i, r := range records {
		err := identified[i]
		if err == nil {
			err = k.validate(tx.Call(), r)
		}
		if err == nil {
			err = obey(ctx, tx, was, r, rules)
		}
		if err := violations.Merge(at(i), err); err != nil {
			return err
		}
		for range named[i] {
			violations.MergeViolations("", refusals[next])
			next++
		}
	}
	return violations.Err()
}

func obey[R proto.Message](ctx context.Context, tx *db.Tx, was, r R, rules []Rule[R]) error {
	for _, rule := range rules {
		if err := rule(ctx, tx, was, r); err != nil {
			return err
		}
	}
	return nil
}

// identify checks the caller's identifier, or gives the record a fresh one.
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

func (k *Kind[R]) created(ctx context.Context, tx *db.Tx, r R) error {
	return k.Record(ctx, tx, db.Event{Type: "created"}, r, r)
}
