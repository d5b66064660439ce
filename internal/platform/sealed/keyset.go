package sealed

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/aead"
	tinkkeyset "github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/secret"
)

// keyset encrypts the values of one subject.
type keyset = tink.AEAD

const insertKeysets = `
insert into platform.keysets (org_id, subject_kind, subject_key, keyset, sealed_with, create_time, rotate_time)
select o.org_id, s.kind, s.key, s.keyset, $5, $6, $6
from unnest($2::text[], $3::uuid[], $4::bytea[]) as s (kind, key, keyset)
join platform.organizations o on o.org_id = $1
on conflict do nothing`

const deleteKeyset = `
delete from platform.keysets
where org_id = $1
and subject_kind = $2
and subject_key = $3`

// lockKeysets locks the keysets of subjects, and creates those that are missing.
func lockKeysets(ctx context.Context, tx *db.Tx, subjects []Key) (map[Key]keyset, error) {
	subjects = sortedKeys(subjects)
	found, err := selectLocked(ctx, tx, subjects)
	if err != nil || len(found) == len(subjects) {
		return found, err
	}
	var missing []Key
	for _, s := range subjects {
		if found[s] == nil {
			missing = append(missing, s)
		}
	}
	if err := createKeysets(ctx, tx, missing); err != nil {
		return nil, err
	}
	// A concurrent transaction may have created the same keysets first, or destroyed them since.
	if found, err = selectLocked(ctx, tx, subjects); err == nil && len(found) < len(subjects) {
		err = db.RowsChanged("a keyset was destroyed before it was locked")
	}
	return found, err
}

func selectLocked(ctx context.Context, tx *db.Tx, subjects []Key) (map[Key]keyset, error) {
	type keysetRow struct {
		SubjectKind string
		SubjectKey  uuid.UUID
		Keyset      []byte
	}
	kinds, keys := columnsOf(subjects)
	// The lock keeps a keyset from being replaced or destroyed.
	rows, err := db.Collect[keysetRow](ctx, tx, tx.Locking(db.RankKeyset, `
select k.subject_kind, k.subject_key, k.keyset
from platform.keysets k
join unnest($2::text[], $3::uuid[]) as s (kind, key) on s.kind = k.subject_kind and s.key = k.subject_key
where k.org_id = $1
order by k.subject_kind, k.subject_key
for share of k`), tx.Call().Organization.ID, kinds, keys)
	if err != nil {
		return nil, err
	}
	found := make(map[Key]keyset, len(rows))
	for _, row := range rows {
		subject := Key{row.SubjectKind, row.SubjectKey}
		if found[subject], err = openKeyset(ctx, tx, subject, row.Keyset); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func createKeysets(ctx context.Context, tx *db.Tx, subjects []Key) error {
	sealed := make([][]byte, len(subjects))
	for i, s := range subjects {
		handle, err := newHandle()
		if err != nil {
			return err
		}
		if sealed[i], err = sealHandle(ctx, tx, s, handle); err != nil {
			return err
		}
	}
	kinds, keys := columnsOf(subjects)
	_, err := tx.Exec(ctx, insertKeysets, tx.Call().Organization.ID, kinds, keys, sealed,
		tx.Keys().For(secret.Keysets).KeyID(), calendar.System().Now())
	return err
}

// columnsOf returns the kinds and the keys of subjects.
func columnsOf(subjects []Key) (kinds []string, keys []uuid.UUID) {
	for _, s := range subjects {
		kinds, keys = append(kinds, s.Kind), append(keys, s.Key)
	}
	return kinds, keys
}

func newHandle() (*tinkkeyset.Handle, error) {
	return tinkkeyset.NewHandle(aead.AES256GCMKeyTemplate())
}

// sealHandle encrypts a keyset with the master key.
func sealHandle(ctx context.Context, tx *db.Tx, subject Key, handle *tinkkeyset.Handle) ([]byte, error) {
	var out bytes.Buffer
	keys := &keyEncryption{AEAD: tx.Keys().For(secret.Keysets)}
	err := handle.WriteWithContext(ctx, tinkkeyset.NewBinaryWriter(&out), keys, keysetContext(tx, subject))
	return out.Bytes(), keys.explain(subject, err)
}

// openKeyset decrypts a keyset.
func openKeyset(ctx context.Context, tx *db.Tx, subject Key, sealed []byte) (keyset, error) {
	keys := &keyEncryption{AEAD: tx.Keys().For(secret.Keysets)}
	handle, err := tinkkeyset.ReadWithContext(
		ctx, tinkkeyset.NewBinaryReader(bytes.NewReader(sealed)), keys, keysetContext(tx, subject))
	if err != nil {
		return nil, keys.explain(subject, err)
	}
	return aead.New(handle)
}

// keysetContext returns the bytes that tie a sealed keyset to its organization and subject.
func keysetContext(tx *db.Tx, subject Key) []byte {
	organization := tx.Call().Organization.ID
	return bytes.Join([][]byte{organization[:], []byte(subject.Kind), subject.Key[:]}, []byte{0})
}

// keyEncryption encrypts keysets. It keeps the error of its last call, of which Tink keeps only the
// text.
type keyEncryption struct {
	secret.AEAD
	err error
}

// EncryptWithContext implements tink.AEADWithContext.
func (k *keyEncryption) EncryptWithContext(ctx context.Context, text, bound []byte) (sealed []byte, err error) {
	sealed, k.err = k.Encrypt(ctx, text, bound)
	return sealed, k.err
}

// DecryptWithContext implements tink.AEADWithContext.
func (k *keyEncryption) DecryptWithContext(ctx context.Context, sealed, bound []byte) (text []byte, err error) {
	text, k.err = k.Decrypt(ctx, sealed, bound)
	return text, k.err
}

// explain returns the error of a keyset that cannot be encrypted or decrypted, nil for nil. It is a
// temporary one if the key management service failed.
func (k *keyEncryption) explain(subject Key, err error) error {
	switch {
	case err == nil:
		return nil
	case !errors.Is(k.err, secret.ErrKMS):
		return fmt.Errorf("the keyset of %s cannot be used: %w", id.Format(subject.Kind, subject.Key), err)
	}
	unavailable := fault.New(codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
		"The key management service that protects sealed fields does not respond.")
	unavailable.Cause = k.err
	return unavailable
}
