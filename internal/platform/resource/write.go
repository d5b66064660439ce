package resource

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// Create stores a new record for a caller: what only the server may say is taken
// off, the fields are validated, the rules run. An identifier that is taken is
// refused with the record that has it.
func (k *Kind[R]) Create(ctx context.Context, d *db.DB, in *R, rules ...Rule[R]) (*R, error) {
	return k.CreateBy(ctx, d, in, func(ctx context.Context, tx *db.Tx, r *R) error {
		return k.Insert(ctx, tx, r, rules...)
	})
}

// CreateBy is Create where storing the record takes more than an insert: store
// inserts it, and what comes with it.
func (k *Kind[R]) CreateBy(ctx context.Context, d *db.DB, in *R, store Rule[R]) (*R, error) {
	if in == nil {
		return nil, fault.Invalid(fault.At("", "the request has no %s", k.noun))
	}
	made, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*R, error) {
		r := k.Received(in)
		return r, store(ctx, tx, r)
	})
	if fault.Constraint(err) != "" && strings.HasSuffix(fault.Constraint(err), "_pkey") {
		return nil, k.taken(ctx, d, k.table.ID(in))
	}
	return made, err
}

// Received is a copy of what a caller sent as a new record, without what only the
// server may say: ready for Insert.
func (k *Kind[R]) Received(in *R) *R {
	if in == nil {
		return new(R)
	}
	r := clone(in)
	clearOutput(reflection(r))
	return r
}

// taken answers a conflict of identifiers with the record that has it, so that a
// client that lost the answer to its own create finds it.
func (k *Kind[R]) taken(ctx context.Context, d *db.DB, key string) error {
	e := fault.Taken(optionsv1.Reason_ID_TAKEN, "There is a record %q already.", key).About(key)
	if current, err := k.Get(ctx, d, key); err == nil {
		e.Record = any(current).(proto.Message)
	}
	return e
}

// Insert stores a new record inside a unit of work. Output-only fields are the
// server's to set and are stored as they are.
func (k *Kind[R]) Insert(ctx context.Context, tx *db.Tx, r *R, rules ...Rule[R]) error {
	if err := k.prepare(ctx, tx, r, rules); err != nil {
		return err
	}
	if err := k.table.Insert(ctx, tx, r); err != nil {
		return err
	}
	k.created(tx, r)
	return k.complete(ctx, tx, r)
}

// InsertMany stores new records inside a unit of work, all with few statements.
// What is wrong is said of every record at once, each under the path that at gives.
func (k *Kind[R]) InsertMany(ctx context.Context, tx *db.Tx, records []*R, at func(i int) string, rules ...Rule[R]) error {
	var violations fault.List
	for i, r := range records {
		if err := violations.Add(at(i), k.prepare(ctx, tx, r, rules)); err != nil {
			return err
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	if err := k.table.InsertMany(ctx, tx, records); err != nil {
		return err
	}
	for _, r := range records {
		k.created(tx, r)
	}
	return k.complete(ctx, tx, records...)
}

// prepare makes a record ready to be stored: identifier, fields, rules.
func (k *Kind[R]) prepare(ctx context.Context, tx *db.Tx, r *R, rules []Rule[R]) error {
	if err := k.identify(r); err != nil {
		return err
	}
	if err := k.validate(tx.Call(), r); err != nil {
		return err
	}
	return obey(ctx, tx, r, rules)
}

func obey[R any](ctx context.Context, tx *db.Tx, r *R, rules []Rule[R]) error {
	for _, rule := range rules {
		if err := rule(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// identify checks the caller's identifier, or gives the record a fresh one.
func (k *Kind[R]) identify(r *R) error {
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

func (k *Kind[R]) created(tx *db.Tx, r *R) {
	tx.Record(db.Event{Type: k.noun + ".created", SubjectID: k.table.ID(r)})
}

// Update changes the fields of a record that the mask names, for a caller: the
// stored record with the new values is validated as a whole, then the rules run.
func (k *Kind[R]) Update(ctx context.Context, d *db.DB, key string, patch *R, mask *fieldmaskpb.FieldMask, rules ...Rule[R]) (*R, error) {
	merge := func(ctx context.Context, tx *db.Tx, r *R) error {
		if patch == nil {
			return nil
		}
		if err := applyMask(reflection(r), reflection(patch), mask.GetPaths()); err != nil {
			return err
		}
		if err := k.validate(tx.Call(), r); err != nil {
			return err
		}
		return obey(ctx, tx, r, rules)
	}
	return k.Change(ctx, d, key, "updated", merge)
}

// Change is the body of a custom method: it locks the record, compares the caller's
// etag, runs the rules on the record, and stores what they made of it with an event
// of that name. Rules that change nothing store nothing.
func (k *Kind[R]) Change(ctx context.Context, d *db.DB, key, event string, rules ...Rule[R]) (*R, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*R, error) {
		return k.modify(ctx, tx, key, event, append([]Rule[R]{k.SameEtag}, rules...))
	})
}

// Modify is Change inside a unit of work, whatever the version of the record.
func (k *Kind[R]) Modify(ctx context.Context, tx *db.Tx, key, event string, rules ...Rule[R]) (*R, error) {
	return k.modify(ctx, tx, key, event, rules)
}

func (k *Kind[R]) modify(ctx context.Context, tx *db.Tx, key, event string, rules []Rule[R]) (*R, error) {
	before, err := k.table.Lock(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	r := clone(before)
	if err := obey(ctx, tx, r, rules); err != nil {
		return nil, err
	}
	changes, err := difference(reflection(before), reflection(r))
	if err != nil {
		return nil, err
	}
	if changes != nil {
		if err := k.table.Update(ctx, tx, before, r); err != nil {
			return nil, err
		}
		tx.Record(db.Event{Type: k.noun + "." + event, SubjectID: key, Changes: changes})
	}
	return r, k.complete(ctx, tx, r)
}

// SameEtag is the rule that refuses a change by a caller who read another version.
// Change and Delete keep it of themselves; Modify is given it where a caller asks.
func (k *Kind[R]) SameEtag(_ context.Context, tx *db.Tx, r *R) error {
	c := tx.Call()
	if c.Etag == "" || c.Etag == k.table.Etag(r) {
		return nil
	}
	return fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
		"The record was changed since it was read; read it again.").About(k.table.ID(r))
}

// EtagGiven refuses a call that does not say which version it read, for records
// whose change moves money.
func EtagGiven(c *call.Call) error {
	if c.Etag == "" {
		e := fault.InvalidFor(optionsv1.Reason_ETAG_REQUIRED, fault.At("etag", "is required; send the etag of the version that was read, or If-Match"))
		return e
	}
	return nil
}

// Archive hides a record from lists and from new use, and does nothing when it is
// archived.
func (k *Kind[R]) Archive(ctx context.Context, d *db.DB, key string, rules ...Rule[R]) (*R, error) {
	return k.Change(ctx, d, key, "archived", append(rules, func(_ context.Context, tx *db.Tx, r *R) error {
		k.table.SetArchiveTime(r, timestamppb.New(tx.Call().Now()))
		return nil
	})...)
}

// Unarchive brings an archived record back, and does nothing when it is not.
func (k *Kind[R]) Unarchive(ctx context.Context, d *db.DB, key string, rules ...Rule[R]) (*R, error) {
	return k.Change(ctx, d, key, "unarchived", append(rules, func(_ context.Context, _ *db.Tx, r *R) error {
		k.table.SetArchiveTime(r, nil)
		return nil
	})...)
}

// Delete removes a record for good. What still points to it is a refusal.
func (k *Kind[R]) Delete(ctx context.Context, d *db.DB, key string, rules ...Rule[R]) (*emptypb.Empty, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		r, err := k.table.Lock(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		if err := obey(ctx, tx, r, append([]Rule[R]{k.SameEtag}, rules...)); err != nil {
			return nil, err
		}
		tx.Record(db.Event{Type: k.noun + ".deleted", SubjectID: key})
		return &emptypb.Empty{}, k.inUse(k.table.Delete(ctx, tx, key), key)
	})
}

// inUse makes a refusal of a foreign key that points to the record.
func (k *Kind[R]) inUse(err error, key string) error {
	if !fault.IsForeignKey(err) {
		return err
	}
	reason := optionsv1.Reason_value[upperSnake(k.collection)+"_IN_USE"]
	return fault.Refuse(optionsv1.Reason(reason), "Other records point to it; archive it instead.").About(key)
}

func upperSnake(camel string) string {
	var out strings.Builder
	for _, c := range camel {
		if c >= 'A' && c <= 'Z' {
			out.WriteByte('_')
		}
		out.WriteRune(c)
	}
	return strings.ToUpper(out.String())
}
