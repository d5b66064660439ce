package db

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/secret"
)

// idempotencyKey is the constraint that lets one of two rivals store its answer; the
// other runs again and finds it.
const idempotencyKey = "idempotency_pkey"

const selectAnswer = `
select fingerprint, answer
from platform.idempotency
where org_id = $1
and credential_id = $2
and method = $3
and key = $4`

const selectAnswers = `
select i.credential_id, i.key, i.fingerprint, i.answer
from platform.idempotency i
join unnest($3::uuid[], $4::text[]) as k (credential_id, key) on k.credential_id = i.credential_id and k.key = i.key
where i.org_id = $1
and i.method = $2`

const insertAnswers = `
insert into platform.idempotency (org_id, credential_id, method, key, fingerprint, answer, create_time)
select $1, a.credential_id, $3, a.key, a.fingerprint, a.answer, $7
from unnest($2::uuid[], $4::text[], $5::bytea[], $6::bytea[]) as a (credential_id, key, fingerprint, answer)`

// answerKey tells the answers to one method apart.
type answerKey struct {
	credential uuid.UUID
	key        string
}

// storedAnswer is an answer as it is kept.
type storedAnswer struct{ fingerprint, sealed []byte }

// replay returns the stored answer to the call's idempotency key, or nil when this
// is its first use. It refuses a key that came with another request before.
func (d *DB) replay(ctx context.Context, tx *Tx) ([]byte, error) {
	c := tx.call
	var s *storedAnswer
	b := &pgx.Batch{}
	b.Queue(selectAnswer, c.Organization.ID, c.KeyID, c.Method, c.IdempotencyKey).QueryRow(func(row pgx.Row) error {
		var found storedAnswer
		err := row.Scan(&found.fingerprint, &found.sealed)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		s = &found
		return err
	})
	if err := tx.Send(ctx, b); err != nil || s == nil {
		return nil, err
	}
	return d.openAnswer(c, *s)
}

// queueStoredAnswers asks, with the next statements, for the answers kept under the keys
// of several calls of one method. Each goes to take.
func queueStoredAnswers(tx *Tx, calls []*call.Call, take func(answerKey, storedAnswer)) {
	var credentials []uuid.UUID
	var keys []string
	for _, c := range calls {
		credentials, keys = append(credentials, c.KeyID), append(keys, c.IdempotencyKey)
	}
	tx.Pending().Queue(selectAnswers, tx.call.Organization.ID, tx.call.Method, credentials, keys).Query(func(rows pgx.Rows) error {
		var k answerKey
		var s storedAnswer
		_, err := pgx.ForEachRow(rows, []any{&k.credential, &k.key, &s.fingerprint, &s.sealed}, func() error {
			take(k, s)
			return nil
		})
		return err
	})
}

// openAnswer unseals an answer for a call. It refuses a key that came with another
// request before.
func (d *DB) openAnswer(c *call.Call, s storedAnswer) ([]byte, error) {
	if !bytes.Equal(s.fingerprint, c.Fingerprint) {
		return nil, fault.New(codes.Aborted, optionsv1.Reason_IDEMPOTENCY_KEY_REUSED,
			"The idempotency key was used before with another request.")
	}
	answer, err := d.keys.Open(secret.Idempotency, s.sealed, answerBinding(c))
	if answer == nil {
		answer = []byte{}
	}
	return answer, err
}

// queueAnswers adds the statement that stores the answers to calls of one method,
// without what is secret. Sorted, so that rivals meet at the first key they share.
func (d *DB) queueAnswers(b *pgx.Batch, answers map[*call.Call]proto.Message) error {
	if len(answers) == 0 {
		return nil
	}
	calls := slices.SortedFunc(maps.Keys(answers), func(x, y *call.Call) int {
		return cmp.Or(bytes.Compare(x.KeyID[:], y.KeyID[:]), cmp.Compare(x.IdempotencyKey, y.IdempotencyKey))
	})
	var credentials []uuid.UUID
	var keys []string
	var fingerprints, sealed [][]byte
	for _, c := range calls {
		raw, err := proto.Marshal(withoutSecrets(answers[c]))
		if err != nil {
			return err
		}
		credentials, keys = append(credentials, c.KeyID), append(keys, c.IdempotencyKey)
		fingerprints, sealed = append(fingerprints, c.Fingerprint), append(sealed, d.keys.Seal(secret.Idempotency, raw, answerBinding(c)))
	}
	b.Queue(insertAnswers, calls[0].Organization.ID, credentials, calls[0].Method, keys, fingerprints, sealed, recordTime())
	return nil
}

// answerBinding ties a sealed answer to its place, so that it opens nowhere else.
func answerBinding(c *call.Call) []byte {
	return bytes.Join([][]byte{bytesOf(c.Organization.ID), bytesOf(c.KeyID), []byte(c.Method), []byte(c.IdempotencyKey)}, []byte{0})
}

func bytesOf(u uuid.UUID) []byte { return u[:] }

// withoutSecrets returns m without the fields marked debug_redact, which are shown
// once and kept nowhere.
func withoutSecrets(m proto.Message) proto.Message {
	out := proto.Clone(m)
	clearSecrets(out.ProtoReflect())
	return out
}

func clearSecrets(m protoreflect.Message) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		options, _ := fd.Options().(*descriptorpb.FieldOptions)
		switch {
		case options.GetDebugRedact():
			m.Clear(fd)
		case fd.IsMap() || fd.Message() == nil:
		case fd.IsList():
			for i := range v.List().Len() {
				clearSecrets(v.List().Get(i).Message())
			}
		default:
			clearSecrets(v.Message())
		}
		return true
	})
}
