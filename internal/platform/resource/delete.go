package resource

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Delete removes a record for good. What still points to it is a refusal.
func (k *Kind[R]) Delete(ctx context.Context, d *db.DB, key string, rules ...Rule[R]) (*emptypb.Empty, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		r, err := k.lockWithinReach(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		if err := obey(ctx, tx, r, r, append([]Rule[R]{k.CheckEtag}, rules...)); err != nil {
			return nil, err
		}
		if err := k.Record(ctx, tx, db.Event{Type: "deleted"}, r, r); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, k.inUse(k.table.Delete(ctx, tx, key), key)
	})
}

// inUse makes a refusal of a foreign key that points to the record.
func (k *Kind[R]) inUse(err error, key string) error {
	if !fault.IsForeignKey(err) {
		return err
	}
	return fault.Refuse(k.inUseReason, "Other records point to it; archive it instead.").WithSubject(key)
}

// inUseReason returns the reason that refuses to delete a record of the collection that
// others point to. It panics if records can be deleted and there is no such reason.
func inUseReason(collection string, deletable bool) optionsv1.Reason {
	name := upperSnake(collection) + "_IN_USE"
	reason, known := optionsv1.Reason_value[name]
	if deletable && !known {
		panic(fmt.Sprintf("resource: %s can be deleted, and there is no reason %s", collection, name))
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
