package sealed

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/aead"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/secret"
)

const updateKeyset = `
update platform.keysets
set keyset = $4,
  sealed_with = $5,
  rotate_time = $6
where org_id = $1
and subject_kind = $2
and subject_key = $3`

// updateValue changes nothing if the value has been removed since.
const updateValue = `
update platform.sealed_values
set ciphertext = $5,
  digest = $6
where org_id = $1
and kind = $2
and record_key = $3
and field = $4`

// oldKeyset is a keyset that is replaced.
type oldKeyset struct {
	SubjectKind string
	SubjectKey  uuid.UUID
	Keyset      []byte
}

// Rotate replaces keysets of an organization, at most limit of them, and encrypts their values
// again: those that were last replaced before a time, and those that are encrypted with another key
// than the current one. It returns how many it replaced: fewer than limit if none is left.
func Rotate(ctx context.Context, tx *db.Tx, before time.Time, limit int) (int, error) {
	current := tx.Keys().For(secret.Keysets).KeyID()
	old, err := db.Collect[oldKeyset](ctx, tx, tx.Locking(db.RankKeyset, `
select k.subject_kind, k.subject_key, k.keyset
from platform.keysets k
where k.org_id = $1
and (k.rotate_time < $2 or k.sealed_with <> $3)
order by k.subject_kind, k.subject_key
limit $4
for update`), tx.Call().Organization.ID, before, current, limit)
	if err != nil {
		return 0, err
	}
	b := &pgx.Batch{}
	for _, k := range old {
		if err := queueRotation(ctx, tx, b, k); err != nil {
			return 0, err
		}
	}
	return len(old), tx.Send(ctx, b)
}

// queueRotation queues the statements that replace a locked keyset and encrypt its values again.
func queueRotation(ctx context.Context, tx *db.Tx, b *pgx.Batch, old oldKeyset) error {
	subject := Key{old.SubjectKind, old.SubjectKey}
	oldKeys, err := openKeyset(ctx, tx, subject, old.Keyset)
	if err != nil {
		return err
	}
	values, err := openValues(ctx, tx, subject, oldKeys)
	if err != nil {
		return err
	}
	handle, err := newHandle()
	if err != nil {
		return err
	}
	sealed, err := sealHandle(ctx, tx, subject, handle)
	if err != nil {
		return err
	}
	keys, err := aead.New(handle)
	if err != nil {
		return err
	}
	b.Queue(updateKeyset, tx.Call().Organization.ID, subject.Kind, subject.Key, sealed,
		tx.Keys().For(secret.Keysets).KeyID(), calendar.System().Now())
	for _, v := range values {
		ciphertext, digest, err := v.encrypt(tx, keys)
		if err != nil {
			return err
		}
		b.Queue(updateValue, tx.Call().Organization.ID, v.Record.Kind, v.Record.Key, v.Field, ciphertext, digest)
	}
	return nil
}

// openValues decrypts all values of a subject.
func openValues(ctx context.Context, tx *db.Tx, subject Key, keys keyset) ([]Value, error) {
	type valueRow struct {
		Kind       string
		RecordKey  uuid.UUID
		Field      string
		Ciphertext []byte
		Findable   bool
	}
	rows, err := db.Collect[valueRow](ctx, tx, `
select v.kind, v.record_key, v.field, v.ciphertext, v.digest is not null as findable
from platform.sealed_values v
where v.org_id = $1
and v.subject_kind = $2
and v.subject_key = $3`, tx.Call().Organization.ID, subject.Kind, subject.Key)
	if err != nil {
		return nil, err
	}
	values := make([]Value, len(rows))
	for i, row := range rows {
		record := Key{row.Kind, row.RecordKey}
		text, err := keys.Decrypt(row.Ciphertext, valueContext(tx.Call().Organization.ID, record, row.Field))
		if err != nil {
			return nil, brokenValue(record, row.Field)
		}
		values[i] = Value{Subject: subject, Record: record, Field: row.Field, Text: string(text), Findable: row.Findable}
	}
	return values, nil
}
