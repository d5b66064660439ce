package resource

import (
	"context"
	"errors"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Update changes the fields of a record that the mask names. It validates the merged record as a
// whole, then runs the rules and checks the caller's reach. It skips the rules if only annotations
// change, unless the kind was declared with RulesForAnnotations. It fails with NOT_FOUND,
// OUT_OF_REACH, ETAG_MISMATCH, EXTERNAL_ID_TAKEN, or the violations found.
func (k *Kind[R]) Update(
	ctx context.Context, d *db.DB, key string, patch R, mask *fieldmaskpb.FieldMask, rules ...Rule[R],
) (R, error) {
	updated, err := k.Change(ctx, d, key, "updated", k.merge(patch, mask, rules))
	return updated, k.explainTaken(ctx, d, patch, err)
}

// merge is the rule that changes the fields of a record that the mask names, and checks the result.
func (k *Kind[R]) merge(patch R, mask *fieldmaskpb.FieldMask, rules []Rule[R]) Rule[R] {
	return func(ctx context.Context, tx *db.Tx, was, r R) error {
		if !patch.ProtoReflect().IsValid() { // a nil pointer
			return nil
		}
		changed := proto.CloneOf(patch).ProtoReflect()
		k.schema.normalize(changed)
		if err := applyMask(r.ProtoReflect(), changed, mask.GetPaths()); err != nil {
			return err
		}
		if err := k.keepSealedValues(ctx, tx, was, r); err != nil {
			return err
		}
		if err := k.checkRecord(ctx, tx, was, r); err != nil {
			return err
		}
		// Rules concern the record itself. Annotations can change in every state.
		if k.rulesForAnnotations || !onlyAnnotationsDiffer(was.ProtoReflect(), r.ProtoReflect()) {
			if err := runRules(ctx, tx, was, r, rules); err != nil {
				return err
			}
		}
		if err := k.fitSpan(ctx, tx, was, r); err != nil {
			return err
		}
		return k.checkWithinReach(ctx, tx, was, r)
	}
}

// Change is the body of a custom method. It locks the record, compares the caller's etag, and runs
// the rules, which modify the record. It then stores the record with an event of that name. If the
// rules change nothing, Change stores nothing.
func (k *Kind[R]) Change(ctx context.Context, d *db.DB, key, event string, rules ...Rule[R]) (R, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		return k.ChangeByCaller(ctx, tx, key, event, rules...)
	})
}

// ChangeByCaller is Change inside a transaction. Like Change it is limited to the caller's reach
// and compares the etag.
func (k *Kind[R]) ChangeByCaller(ctx context.Context, tx *db.Tx, key, event string, rules ...Rule[R]) (R, error) {
	return k.modify(ctx, tx, key, event, k.lockWithinReach, append([]Rule[R]{k.CheckEtag}, rules...))
}

// LockByCaller locks a record within the caller's reach.
func (k *Kind[R]) LockByCaller(ctx context.Context, tx *db.Tx, key string) (R, error) {
	return k.lockWithinReach(ctx, tx, key)
}

// Modify is Change inside a transaction, on the system side: it ignores the caller's reach and does
// not compare the etag.
func (k *Kind[R]) Modify(ctx context.Context, tx *db.Tx, key, event string, rules ...Rule[R]) (R, error) {
	return k.modify(ctx, tx, key, event, k.lock, rules)
}

func (k *Kind[R]) modify(
	ctx context.Context, tx *db.Tx, key, event string,
	lock func(context.Context, *db.Tx, string) (R, error), rules []Rule[R],
) (R, error) {
	var none R
	before, err := lock(ctx, tx, key)
	if err != nil {
		return none, err
	}
	r := proto.CloneOf(before)
	switch err := runRules(ctx, tx, before, r, rules); {
	case errors.Is(err, errWaits):
		return before, k.complete(ctx, tx, before)
	case err != nil:
		return none, err
	}
	changes, err := k.diff(before.ProtoReflect(), r.ProtoReflect())
	if err != nil {
		return none, err
	}
	if changes != nil {
		if err := k.table.Update(ctx, tx, before, r); err != nil {
			return none, err
		}
		if err := k.Record(ctx, tx, db.Event{Type: event, Changes: changes}, before, r); err != nil {
			return none, err
		}
	}
	return r, k.complete(ctx, tx, r)
}

// CheckEtag is the rule that refuses a change if the caller read another version of the record.
// Change and Delete apply it by themselves; pass it to Modify where the caller sends an etag.
func (k *Kind[R]) CheckEtag(_ context.Context, tx *db.Tx, _, r R) error {
	c := tx.Call()
	if len(c.Etags) == 0 || slices.Contains(c.Etags, k.table.Etag(r)) {
		return nil
	}
	return fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
		"The record was changed since it was read; read it again.").WithSubject(k.table.ID(r))
}

// RequireEtag refuses a call that does not send an etag. It is for records whose change moves
// money.
func RequireEtag(c *call.Call) error {
	if len(c.Etags) == 0 {
		return fault.InvalidFor(optionsv1.Reason_ETAG_REQUIRED,
			fault.At("etag", "is required; send the etag of the version that was read, or If-Match"))
	}
	return nil
}

// Archive hides a record from lists and from new references. The guards of archive can refuse it.
// It has no effect if the record is already archived.
func (k *Kind[R]) Archive(ctx context.Context, d *db.DB, key string, rules ...Rule[R]) (R, error) {
	return k.archive(ctx, d, key, "archive", "archived", rules, func(_ context.Context, tx *db.Tx, _, r R) error {
		k.table.SetArchiveTime(r, timestamppb.New(tx.Call().Now()))
		return nil
	})
}

// Unarchive restores an archived record. The guards of unarchive can refuse it. It has no effect if
// the record is not archived.
func (k *Kind[R]) Unarchive(ctx context.Context, d *db.DB, key string, rules ...Rule[R]) (R, error) {
	return k.archive(ctx, d, key, "unarchive", "unarchived", rules, func(_ context.Context, _ *db.Tx, _, r R) error {
		k.table.SetArchiveTime(r, nil)
		return nil
	})
}

// archive is the body of Archive and Unarchive. It runs the preparer and the guards of the verb
// unless the verb has no effect, then set, then the rules.
func (k *Kind[R]) archive(
	ctx context.Context, d *db.DB, key, verb, event string, rules []Rule[R], set Rule[R],
) (R, error) {
	guard := func(ctx context.Context, tx *db.Tx, _, r R) error {
		if k.stateRefusal(verb, r) != "" {
			return nil
		}
		return k.prepareAndGuard(ctx, tx, verb, r)
	}
	return k.Change(ctx, d, key, event, append([]Rule[R]{guard, set}, rules...)...)
}
