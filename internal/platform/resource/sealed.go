package resource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/sealed"
	"backoffice/internal/platform/secret"
)

// checkSealedFields panics unless the sealed fields of a binding are those that the proto declares.
func checkSealedFields(d protoreflect.MessageDescriptor, bound []string) {
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		if isSealed(fd) != slices.Contains(bound, string(fd.Name())) {
			panic(fmt.Sprintf("resource: %s is sealed in the proto or in the binding, but not in both", fd.FullName()))
		}
	}
}

// Reveal returns the values of sealed fields of a record, all of them if fields is empty, and
// records an event with the reason. It fails with NOT_FOUND or OUT_OF_REACH. The response is not
// stored: a retry with the same idempotency key reveals again, and records another event.
func (k *Kind[R]) Reveal(
	ctx context.Context, d *db.DB, key string, fields []string, reason string,
) (*typepb.RevealedFields, error) {
	c := *call.From(ctx)
	c.IdempotencyKey = ""
	return db.Write(call.With(ctx, &c), d, func(ctx context.Context, tx *db.Tx) (*typepb.RevealedFields, error) {
		names, err := k.sealedFields(fields)
		if err != nil {
			return nil, err
		}
		r, err := k.lockWithinReach(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		values, err := k.table.Reveal(ctx, tx, r, slices.Collect(maps.Keys(names)))
		if err != nil {
			return nil, err
		}
		out := &typepb.RevealedFields{Values: map[string]string{}}
		for name, value := range values {
			out.Values[names[name]] = value
		}
		return out, k.recordReason(ctx, tx, "revealed", r, slices.Collect(maps.Keys(out.Values)), reason)
	})
}

// Shred destroys the keyset that encrypts the sealed fields of a record, and with it the values of
// all fields that it encrypts. It records an event with the reason.
func (k *Kind[R]) Shred(ctx context.Context, d *db.DB, key, reason string) (R, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		var none R
		before, err := k.lockWithinReach(ctx, tx, key)
		if err != nil {
			return none, err
		}
		r := proto.CloneOf(before)
		if err := k.CheckEtag(ctx, tx, before, r); err != nil {
			return none, err
		}
		if err := k.table.Shred(ctx, tx, before, r); err != nil {
			return none, err
		}
		names, _ := k.sealedFields(nil)
		if err := k.recordReason(ctx, tx, "shredded", r, slices.Collect(maps.Values(names)), reason); err != nil {
			return none, err
		}
		return r, k.complete(ctx, tx, r)
	})
}

// keepSealedValues restores the masks of sealed fields to which an update writes the values that
// they have, so that this is no change. A caller who may not reveal them could find a value by
// trying many without storing one, so for such a caller each value counts as another while nothing
// is stored.
func (k *Kind[R]) keepSealedValues(ctx context.Context, tx *db.Tx, was, r R) error {
	if c := tx.Call(); c.ValidateOnly && !c.Allows(k.permissionPrefix+"reveal") {
		return nil
	}
	var fields []string
	for _, name := range k.table.SealedFields() {
		mask, text := k.text(was, name), k.text(r, name)
		if text != "" && text != mask && sealed.Mask(text) == mask {
			fields = append(fields, name)
		}
	}
	if fields == nil {
		return nil
	}
	stored, err := k.table.Reveal(ctx, tx, was, fields)
	if errors.Is(err, secret.ErrBroken) {
		return nil // the update replaces it
	}
	for name, value := range stored {
		if value == k.text(r, name) {
			k.setText(r, name, k.text(was, name))
		}
	}
	return err
}

// sealedVerbs are the actions on records with sealed fields.
var sealedVerbs = []string{"reveal", "shred"}

// mayUse returns which records the caller may use a verb on, given those that the caller may
// change.
func (k *Kind[R]) mayUse(
	ctx context.Context, tx *db.Tx, verb string, records []R, changeable []bool,
) ([]bool, error) {
	switch {
	case !k.hasSealedVerb(verb):
		return changeable, nil
	case verb == "reveal":
		return k.withinReach(ctx, tx, k.permissionPrefix+"reveal", records)
	case !tx.Call().Allows("platform.keysets.delete"):
		return make([]bool, len(records)), nil
	}
	return changeable, nil
}

func (k *Kind[R]) hasSealedVerb(verb string) bool {
	return len(k.table.SealedFields()) > 0 && slices.Contains(sealedVerbs, verb)
}

// sealedFields returns the JSON names of sealed fields by their names. It accepts both, and returns
// all sealed fields if none is given.
func (k *Kind[R]) sealedFields(given []string) (map[string]string, error) {
	names := map[string]string{}
	for _, name := range k.table.SealedFields() {
		names[name] = fault.JSONName(name)
	}
	if len(given) == 0 {
		return names, nil
	}
	chosen, violations := map[string]string{}, fault.List{}
	for i, field := range given {
		known := false
		for name, jsonName := range names {
			if field == name || field == jsonName {
				chosen[name], known = jsonName, true
			}
		}
		if !known {
			violations.Append(fault.At(fmt.Sprintf("fields[%d]", i), "is not a sealed field; the sealed fields are %s",
				strings.Join(slices.Sorted(maps.Values(names)), ", ")))
		}
	}
	return chosen, violations.Err()
}

// recordReason records an event that names fields without their values, and a reason.
func (k *Kind[R]) recordReason(
	ctx context.Context, tx *db.Tx, event string, r R, fields []string, reason string,
) error {
	text, err := json.Marshal(reason)
	if err != nil {
		return err
	}
	changes := []fieldChange{{Field: "reason", After: text}}
	for _, field := range slices.Sorted(slices.Values(fields)) {
		changes = append(changes, fieldChange{Field: field})
	}
	raw, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	return k.Record(ctx, tx, db.Event{Type: event, Changes: raw}, r, r)
}
