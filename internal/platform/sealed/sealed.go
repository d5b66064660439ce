// Package sealed stores the values of sealed fields, such as tax numbers and bank account numbers.
//
// Each subject, such as a person or a vendor, has a keyset (Tink, AES-256-GCM) that encrypts its
// values; the master key encrypts the keyset. A value is bound to its organization, record and
// field, so that it cannot be moved to another. Records show a mask of the value; only Reveal
// decrypts. A value can be found by its whole text through a keyed digest. Deleting a keyset
// destroys all values of its subject. Who may reveal a value is left to the kinds of record.
package sealed

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/secret"
)

// Key identifies a record: the prefix of its identifiers, and its key.
type Key struct {
	Kind string
	Key  uuid.UUID
}

// Value is the value of a sealed field.
type Value struct {
	// Subject is the record whose keyset encrypts the value.
	Subject Key
	Record  Key
	Field   string
	// Text is the value itself, never empty.
	Text string
	// Findable adds a digest by which the value can be found.
	Findable bool
}

// mask characters stand for the hidden part of a value. Their number is always the same, so that
// the mask does not reveal the length.
const maskDots = "••••"

// shortestWithEnd is the length from which a mask shows the last four characters of a value.
const shortestWithEnd = 8

// Mask returns what records show of a value: its last four characters, or nothing of a short value.
func Mask(text string) string {
	characters := []rune(normalized(text))
	if len(characters) < shortestWithEnd {
		return maskDots
	}
	return maskDots + string(characters[len(characters)-4:])
}

// IsWhole reports whether text can be a value: it has a letter or digit, and no character with
// which people mask one.
func IsWhole(text string) bool { return normalized(text) != "" && !strings.ContainsAny(text, "•*") }

// normalized returns a value without the characters that people use to group it, in upper case.
func normalized(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, norm.NFKC.String(text))
}

// Digests returns the digests by which a value of a field is found, one for each master key, the
// current one first.
func Digests(keys *secret.Master, organization uuid.UUID, kind, field, text string) [][]byte {
	return keys.MACs(secret.Digests, organization[:], []byte(kind), []byte(field), []byte(normalized(text)))
}

const upsertValues = `
insert into platform.sealed_values
  (org_id, kind, record_key, field, subject_kind, subject_key, ciphertext, mask, digest)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (org_id, kind, record_key, field) do update
set subject_kind = excluded.subject_kind,
  subject_key = excluded.subject_key,
  ciphertext = excluded.ciphertext,
  mask = excluded.mask,
  digest = excluded.digest`

// QueueStore queues the statements that store values. It creates the keysets of new subjects.
func QueueStore(ctx context.Context, tx *db.Tx, b *pgx.Batch, values []Value) error {
	var subjects []Key
	for _, v := range values {
		subjects = append(subjects, v.Subject)
	}
	keysets, err := lockKeysets(ctx, tx, subjects)
	if err != nil {
		return err
	}
	for _, v := range values {
		ciphertext, digest, err := v.encrypt(tx, keysets[v.Subject])
		if err != nil {
			return err
		}
		b.Queue(upsertValues, tx.Call().Organization.ID, v.Record.Kind, v.Record.Key, v.Field,
			v.Subject.Kind, v.Subject.Key, ciphertext, Mask(v.Text), digest)
	}
	return nil
}

// encrypt returns the ciphertext of a value, and its digest if it is findable.
func (v Value) encrypt(tx *db.Tx, keys keyset) (ciphertext, digest []byte, err error) {
	organization := tx.Call().Organization.ID
	if v.Findable {
		digest = Digests(tx.Keys(), organization, v.Record.Kind, v.Field, v.Text)[0]
	}
	ciphertext, err = keys.Encrypt([]byte(v.Text), valueContext(organization, v.Record, v.Field))
	return ciphertext, digest, err
}

// QueueRemove queues the statement that removes the value of a field.
func QueueRemove(tx *db.Tx, b *pgx.Batch, record Key, field string) {
	b.Queue(`
delete from platform.sealed_values
where org_id = $1
and kind = $2
and record_key = $3
and field = $4`, tx.Call().Organization.ID, record.Kind, record.Key, field)
}

// QueueDestroy queues the statements that remove the values of a deleted record, and the keyset of
// which it is the subject with everything that it encrypts.
func QueueDestroy(tx *db.Tx, b *pgx.Batch, record Key) {
	// Rotation locks the keyset before the values too.
	QueueShred(tx, b, record)
	b.Queue(`
delete from platform.sealed_values
where org_id = $1
and kind = $2
and record_key = $3`, tx.Call().Organization.ID, record.Kind, record.Key)
}

// QueueShred queues the statement that destroys the keyset of a subject, and with it the values
// that it encrypts.
func QueueShred(tx *db.Tx, b *pgx.Batch, subject Key) {
	b.Queue(deleteKeyset, tx.Call().Organization.ID, subject.Kind, subject.Key)
}

// storedValue is a row of a sealed value with its keyset.
type storedValue struct {
	SubjectKind string
	SubjectKey  uuid.UUID
	Keyset      []byte
	Field       string
	Ciphertext  []byte
}

// Reveal decrypts the values of a record's fields. Fields without a value are missing in the
// result.
func Reveal(ctx context.Context, tx *db.Tx, record Key, fields []string) (map[string]string, error) {
	stored, err := db.Collect[storedValue](ctx, tx, `
select v.subject_kind, v.subject_key, k.keyset, v.field, v.ciphertext
from platform.sealed_values v
join platform.keysets k on k.org_id = $1 and k.subject_kind = v.subject_kind and k.subject_key = v.subject_key
where v.org_id = $1
and v.kind = $2
and v.record_key = $3
and v.field = any($4)`, tx.Call().Organization.ID, record.Kind, record.Key, fields)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, v := range stored {
		keys, err := openKeyset(ctx, tx, Key{v.SubjectKind, v.SubjectKey}, v.Keyset)
		if err != nil {
			return nil, err
		}
		text, err := keys.Decrypt(v.Ciphertext, valueContext(tx.Call().Organization.ID, record, v.Field))
		if err != nil {
			return nil, brokenValue(record, v.Field)
		}
		texts[v.Field] = string(text)
	}
	return texts, nil
}

// brokenValue returns the error of a value that cannot be decrypted.
func brokenValue(record Key, field string) error {
	return fmt.Errorf("the %s of %s cannot be decrypted: %w", field, id.Format(record.Kind, record.Key), secret.ErrBroken)
}

// Masks returns the masks of a field of records, by record.
func Masks(ctx context.Context, tx *db.Tx, kind, field string, records []uuid.UUID) (map[uuid.UUID]string, error) {
	type maskRow struct {
		RecordKey uuid.UUID
		Mask      string
	}
	rows, err := db.Collect[maskRow](ctx, tx, SelectMasks, tx.Call().Organization.ID, kind, field, records)
	masks := make(map[uuid.UUID]string, len(rows))
	for _, row := range rows {
		masks[row.RecordKey] = row.Mask
	}
	return masks, err
}

// SelectMasks selects the masks of a field of records.
const SelectMasks = `
select v.record_key, v.mask
from platform.sealed_values v
where v.org_id = $1
and v.kind = $2
and v.field = $3
and v.record_key = any($4)`

// valueContext returns the bytes that tie a ciphertext to its organization, record and field.
func valueContext(organization uuid.UUID, record Key, field string) []byte {
	return bytes.Join([][]byte{organization[:], []byte(record.Kind), record.Key[:], []byte(field)}, []byte{0})
}

// sortedKeys returns keys without duplicates, in the order in which keysets are locked.
func sortedKeys(keys []Key) []Key {
	unique := map[Key]struct{}{}
	for _, k := range keys {
		unique[k] = struct{}{}
	}
	return slices.SortedFunc(maps.Keys(unique), func(a, b Key) int {
		if byKind := strings.Compare(a.Kind, b.Kind); byKind != 0 {
			return byKind
		}
		return bytes.Compare(a.Key[:], b.Key[:])
	})
}
