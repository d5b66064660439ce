package resource

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Delete removes a record permanently. It fails with the kind's IN_USE reason if other records
// reference the record.
func (k *Kind[R]) Delete(ctx context.Context, d *db.DB, key string, rules ...Rule[R]) (*emptypb.Empty, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, k.remove(ctx, tx, key, k.lockWithinReach, append([]Rule[R]{k.CheckEtag}, rules...))
	})
}

// Remove is Delete inside a transaction, on the system side: it ignores the caller's reach and does
// not compare the etag.
func (k *Kind[R]) Remove(ctx context.Context, tx *db.Tx, key string, rules ...Rule[R]) error {
	return k.remove(ctx, tx, key, k.lock, rules)
}

// Unchanged returns the rule that refuses a record whose version is no longer the given one. It is
// for what the server does later with a record that it created. Fails with ETAG_MISMATCH.
func (k *Kind[R]) Unchanged(etag string) Rule[R] {
	return func(_ context.Context, _ *db.Tx, was, _ R) error {
		if k.table.Etag(was) == etag {
			return nil
		}
		return fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH, "It was changed after the import.").
			WithSubject(k.table.ID(was))
	}
}

func (k *Kind[R]) remove(
	ctx context.Context, tx *db.Tx, key string,
	lock func(context.Context, *db.Tx, string) (R, error), rules []Rule[R],
) error {
	r, err := lock(ctx, tx, key)
	if err != nil {
		return err
	}
	if err := runRules(ctx, tx, r, r, rules); err != nil {
		return err
	}
	switch referenced, err := k.table.IsCustomValue(ctx, tx, key); {
	case err != nil:
		return err
	case referenced:
		return k.refuseInUse(key)
	}
	if err := k.closeGap(ctx, tx, r); err != nil {
		return err
	}
	if err := k.Record(ctx, tx, db.Event{Type: "deleted"}, r, r); err != nil {
		return err
	}
	if err := k.deleteAllOn(ctx, tx, key); err != nil {
		return err
	}
	return k.inUse(k.table.Delete(ctx, tx, key), key)
}

// deleteAllOn deletes what is on a record that is about to be deleted. That comes first, since what
// is on the record may also reference it, as a comment on a person that mentions the person.
func (k *Kind[R]) deleteAllOn(ctx context.Context, tx *db.Tx, recordID string) error {
	if !k.CanBeSubject() {
		return nil
	}
	key, err := k.table.Key(recordID)
	if err != nil {
		return err
	}
	k.table.QueueDeletionLock(tx, key)
	return tx.Kinds().Deleted(ctx, tx, k.Prefix(), key)
}

// inUse turns a foreign key violation into the refusal to delete a referenced record.
func (k *Kind[R]) inUse(err error, key string) error {
	if !fault.IsForeignKeyViolation(err) {
		return err
	}
	return k.refuseInUse(key)
}

// refuseInUse returns the refusal to delete a referenced record.
func (k *Kind[R]) refuseInUse(key string) error {
	return fault.Refuse(
		k.inUseReason,
		"Other records refer to this record, so it cannot be deleted. If it can be archived, archive it instead.",
	).WithSubject(key)
}

// inUseReason returns the reason for refusing to delete a referenced record of the collection, such
// as VENDORS_IN_USE. It panics if a reason is required and the proto has none. Records that can be
// deleted require one, unless they are on subjects: no other kind references those.
func inUseReason(collection string, required bool) optionsv1.Reason {
	name := upperSnake(collection) + "_IN_USE"
	reason, known := optionsv1.Reason_value[name]
	if required && !known {
		panic(fmt.Sprintf("resource: %s can be deleted, but the proto has no reason %s", collection, name))
	}
	return optionsv1.Reason(reason)
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
