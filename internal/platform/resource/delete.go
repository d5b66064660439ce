package resource

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Delete removes a record for good. What still points to it is a refusal.
func (k *Kind[R]) Delete(ctx context.Context, d *db.DB, key string, rules ...Rule[R]) (*emptypb.Empty, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		r, err := k.lockWithin(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		if err := obey(ctx, tx, r, r, append([]Rule[R]{k.SameEtag}, rules...)); err != nil {
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
