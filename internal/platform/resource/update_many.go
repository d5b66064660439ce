package resource

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Patch is one of several updates: new values of the fields that the mask names. If the record has
// an etag, the update is refused if the stored record has another.
type Patch[R proto.Message] struct {
	ID     string
	Record R
	Mask   *fieldmaskpb.FieldMask
}

// UpdateMany is Update for several records inside a transaction. If one is refused, the caller must
// fail. It locks the records sorted by identifier,
// and returns them in the order requested. It reports the violations of all updates together. at
// returns the path of the i-th update in the request, field the name of the record in it.
func (k *Kind[R]) UpdateMany(
	ctx context.Context, tx *db.Tx, patches []Patch[R], at func(i int) string, field string, rules ...Rule[R],
) ([]R, error) {
	order := make([]int, len(patches))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(patches[a].ID, patches[b].ID) })
	updated := make([]R, len(patches))
	var violations fault.List
	for n, i := range order {
		p := patches[i]
		if n > 0 && patches[order[n-1]].ID == p.ID {
			violations.Append(fault.At(at(i), "changes the same record as another update"))
			continue
		}
		r, err := k.modify(ctx, tx, p.ID, "updated", k.lockWithinReach,
			[]Rule[R]{k.checkPatchEtag(p.Record), k.merge(p.Record, p.Mask, rules)})
		if err != nil && fault.From(err).Reason == optionsv1.Reason_RECORD_NOT_FOUND {
			violations.MergeViolations(at(i), fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At(field+"Id", "names a record that does not exist")))
			continue
		}
		if err := violations.Merge(at(i)+"."+field, err); err != nil {
			return nil, InItem(at(i), err)
		}
		updated[i] = r
	}
	return updated, violations.Err()
}

// checkPatchEtag is the rule that refuses an update of another version than the stored one.
func (k *Kind[R]) checkPatchEtag(patch R) Rule[R] {
	return func(_ context.Context, _ *db.Tx, was, _ R) error {
		if !patch.ProtoReflect().IsValid() || k.table.Etag(patch) == "" || k.table.Etag(patch) == k.table.Etag(was) {
			return nil
		}
		return fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
			"The record was changed since it was read; read it again.").WithSubject(k.table.ID(was))
	}
}

// InItem returns a refusal whose message names the item of a batch that is refused.
func InItem(path string, err error) error {
	var refusal *fault.Error
	if !errors.As(err, &refusal) {
		return err
	}
	named := *refusal
	named.Message = path + ": " + refusal.Message
	return &named
}
