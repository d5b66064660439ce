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

// idempotencyConstraint is the constraint that lets only one of two concurrent calls store its
// response under a key. The other call is retried and finds the response.
const idempotencyConstraint = "idempotency_pkey"

const selectResponse = `
select fingerprint, answer
from platform.idempotency
where org_id = $1
and credential_id = $2
and method = $3
and key = $4`

const selectResponses = `
select i.credential_id, i.key, i.fingerprint, i.answer
from platform.idempotency i
join unnest($3::uuid[], $4::text[]) as k (credential_id, key) on k.credential_id = i.credential_id and k.key = i.key
where i.org_id = $1
and i.method = $2`

const insertResponses = `
insert into platform.idempotency (org_id, credential_id, method, key, fingerprint, answer, create_time)
select $1, a.credential_id, $3, a.key, a.fingerprint, a.answer, $7
from unnest($2::uuid[], $4::text[], $5::bytea[], $6::bytea[]) as a (credential_id, key, fingerprint, answer)`

// responseKey identifies the response among those of one method.
type responseKey struct {
	credential uuid.UUID
	key        string
}

// storedResponse is a response as it is stored.
type storedResponse struct{ fingerprint, sealed []byte }

// findResponse returns the response stored under the call's idempotency key, or nil. It refuses a
// key that was used with another request.
func (d *DB) findResponse(ctx context.Context, tx *Tx) ([]byte, error) {
	c := tx.call
	var s *storedResponse
	b := &pgx.Batch{}
	b.Queue(selectResponse, c.Organization.ID, c.KeyID, c.Method, c.IdempotencyKey).QueryRow(func(row pgx.Row) error {
		var found storedResponse
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
	return d.openResponse(c, *s)
}

// queueFindResponses queues the query of the responses stored under the keys of several calls of
// one method. It passes each to take once the next statements are sent.
func queueFindResponses(tx *Tx, calls []*call.Call, take func(responseKey, storedResponse)) {
	var credentials []uuid.UUID
	var keys []string
	for _, c := range calls {
		credentials, keys = append(credentials, c.KeyID), append(keys, c.IdempotencyKey)
	}
	org, method := tx.call.Organization.ID, tx.call.Method
	tx.Pending().Queue(selectResponses, org, method, credentials, keys).Query(func(rows pgx.Rows) error {
		var k responseKey
		var s storedResponse
		_, err := pgx.ForEachRow(rows, []any{&k.credential, &k.key, &s.fingerprint, &s.sealed}, func() error {
			take(k, s)
			return nil
		})
		return err
	})
}

// openResponse decrypts the response stored for a call. It refuses a key that was used with another
// request.
func (d *DB) openResponse(c *call.Call, s storedResponse) ([]byte, error) {
	if !bytes.Equal(s.fingerprint, c.Fingerprint) && !bytes.Equal(s.fingerprint, c.PreviousFingerprint) {
		return nil, fault.New(codes.Aborted, optionsv1.Reason_IDEMPOTENCY_KEY_REUSED,
			"The idempotency key was used before with another request.")
	}
	response, err := d.keys.Open(secret.Idempotency, s.sealed, responseContext(c))
	if response == nil {
		response = []byte{}
	}
	return response, err
}

// queueResponses queues the statement that stores the responses to calls of one method, without
// secret fields. The rows are sorted by key, so that concurrent transactions meet at the first key
// they share and cannot deadlock.
func (d *DB) queueResponses(b *pgx.Batch, responses map[*call.Call]proto.Message) error {
	if len(responses) == 0 {
		return nil
	}
	calls := slices.SortedFunc(maps.Keys(responses), func(x, y *call.Call) int {
		return cmp.Or(bytes.Compare(x.KeyID[:], y.KeyID[:]), cmp.Compare(x.IdempotencyKey, y.IdempotencyKey))
	})
	var credentials []uuid.UUID
	var keys []string
	var fingerprints, sealed [][]byte
	for _, c := range calls {
		raw, err := proto.Marshal(withoutSecrets(responses[c]))
		if err != nil {
			return err
		}
		credentials, keys = append(credentials, c.KeyID), append(keys, c.IdempotencyKey)
		fingerprints = append(fingerprints, c.Fingerprint)
		sealed = append(sealed, d.keys.Seal(secret.Idempotency, raw, responseContext(c)))
	}
	b.Queue(insertResponses,
		calls[0].Organization.ID, credentials, calls[0].Method, keys, fingerprints, sealed, systemTime())
	return nil
}

// responseContext returns the bytes that tie a sealed response to its organization, credential,
// method and key. The response cannot be opened with those of another call.
func responseContext(c *call.Call) []byte {
	parts := [][]byte{bytesOf(c.Organization.ID), bytesOf(c.KeyID), []byte(c.Method), []byte(c.IdempotencyKey)}
	return bytes.Join(parts, []byte{0})
}

func bytesOf(u uuid.UUID) []byte { return u[:] }

// withoutSecrets returns m without the fields marked debug_redact, which are shown once and stored
// nowhere.
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
