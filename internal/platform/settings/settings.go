// Package settings keeps the settings that an organization has for a capability: one message in one
// row of a table that the capability owns, with an etag. It guarantees that what an organization
// does not set has its default, that of two changes at once the later one sees the earlier one, and
// that each change is an event whose subject is the organization. What the settings mean is left to
// the capability.
package settings

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
)

// Kind is the settings of one message, which has a field `etag`.
type Kind[M proto.Message] struct {
	table, event string
	setDefaults  func(M)
	check        func(ctx context.Context, tx *db.Tx, was, s M) error
}

// New returns the settings in a table with the columns org_id, version, update_time and settings.
// event is the type of the event of a change. setDefaults sets what an organization leaves open.
// check refuses changed settings that are not valid, and may write them in another form.
func New[M proto.Message](
	table, event string, setDefaults func(M), check func(ctx context.Context, tx *db.Tx, was, s M) error,
) *Kind[M] {
	return &Kind[M]{table: table, event: event, setDefaults: setDefaults, check: check}
}

// Read returns the settings in a transaction.
func (k *Kind[M]) Read(ctx context.Context, tx *db.Tx) (M, error) {
	var raw json.RawMessage
	var version int64
	s := newMessage[M]()
	err := tx.QueryRow(ctx, `
select s.settings, s.version
from `+k.table+` s
where s.org_id = $1`, tx.Call().Organization.ID).Scan(&raw, &version)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return s, err
	}
	if raw != nil {
		if err := protojson.Unmarshal(raw, s); err != nil {
			return s, err
		}
	}
	k.setDefaults(s)
	setEtag(s, strconv.FormatInt(version, 10))
	return s, nil
}

// Update changes the settings in the fields of a mask to those of a patch, which may be nil.
func (k *Kind[M]) Update(ctx context.Context, d *db.DB, patch M, mask *fieldmaskpb.FieldMask) (M, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (none M, _ error) {
		if err := identity.LockOrganization(ctx, tx); err != nil {
			return none, err
		}
		was, err := k.Read(ctx, tx)
		if err != nil {
			return none, err
		}
		if etags := tx.Call().Etags; len(etags) > 0 && !slices.Contains(etags, etagOf(was)) {
			return none, fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
				"The settings were changed since they were read; read them again.")
		}
		if !patch.ProtoReflect().IsValid() {
			patch = newMessage[M]()
		}
		s := proto.CloneOf(was)
		if err := resource.ApplyMask(s, patch, mask.GetPaths()); err != nil {
			return none, err
		}
		k.setDefaults(s)
		if err := fault.CheckLimits(s); err != nil {
			return none, err
		}
		if err := k.check(ctx, tx, was, s); err != nil {
			return none, err
		}
		if setEtag(s, etagOf(was)); proto.Equal(was, s) {
			return s, nil
		}
		return s, k.store(ctx, tx, s)
	})
}

// store stores changed settings and sets their new version.
func (k *Kind[M]) store(ctx context.Context, tx *db.Tx, s M) error {
	version, err := strconv.ParseInt(etagOf(s), 10, 64)
	if err != nil {
		return err
	}
	setEtag(s, "")
	raw, err := protojson.Marshal(s)
	if err != nil {
		return err
	}
	setEtag(s, strconv.FormatInt(version+1, 10))
	org := tx.Call().Organization.ID
	tx.Record(db.Event{Type: k.event, SubjectID: id.Format("org", org)})
	_, err = tx.Exec(ctx, `
insert into `+k.table+` (org_id, version, update_time, settings)
values ($1, $2, $3, $4)
on conflict (org_id) do update
set version = excluded.version,
  update_time = excluded.update_time,
  settings = excluded.settings`, org, version+1, tx.Call().Now(), json.RawMessage(raw))
	return err
}

func newMessage[M proto.Message]() M {
	var m M
	return m.ProtoReflect().New().Interface().(M)
}

func etagOf(m proto.Message) string { return m.ProtoReflect().Get(etagField(m)).String() }

func setEtag(m proto.Message, etag string) {
	m.ProtoReflect().Set(etagField(m), protoreflect.ValueOfString(etag))
}

func etagField(m proto.Message) protoreflect.FieldDescriptor {
	return m.ProtoReflect().Descriptor().Fields().ByName("etag")
}
