package resource

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Usable refuses a field that names a record which does not exist or is archived; an
// empty field names none.
func (k *Kind[R]) Usable(ctx context.Context, tx *db.Tx, field, key string) error {
	if key == "" {
		return nil
	}
	_, err := k.Named(ctx, tx, field, key)
	return err
}

// Named reads the record that a field names, and refuses one that does not exist, is
// archived, or that the caller may not read: naming a record must not show it.
func (k *Kind[R]) Named(ctx context.Context, tx *db.Tx, field, key string) (*R, error) {
	if !k.shared && !tx.Call().Allows(k.reading) {
		return nil, notFound(field)
	}
	r, err := k.table.Get(ctx, tx, key)
	var refusal *fault.Error
	switch {
	case errors.As(err, &refusal) && refusal.Code == codes.NotFound:
		return nil, notFound(field)
	case err != nil:
		return nil, err
	case k.table.Archived(r):
		return nil, fault.InvalidFor(optionsv1.Reason_REFERENCE_ARCHIVED, fault.At(field, "names a record that is archived"))
	}
	return r, nil
}

func notFound(field string) error {
	return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At(field, "names a record that does not exist"))
}
