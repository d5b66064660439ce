package identity

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

type timestamp = timestamppb.Timestamp

// ActivePerson refuses a field that names a person who does not exist or is
// archived; an empty field names nobody.
func ActivePerson(ctx context.Context, tx *db.Tx, field, personID string) error {
	if personID == "" {
		return nil
	}
	p, err := persons.Find(ctx, tx, personID)
	var refusal *fault.Error
	switch {
	case errors.As(err, &refusal) && refusal.Code == codes.NotFound:
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At(field, "names a person who does not exist"))
	case err != nil:
		return err
	case p.ArchiveTime != nil:
		return fault.InvalidFor(optionsv1.Reason_OWNER_ARCHIVED, fault.At(field, "names a person who is archived"))
	}
	return nil
}
