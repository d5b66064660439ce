package db

import (
	"bytes"
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
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

const insertAnswer = `
insert into platform.idempotency (org_id, credential_id, method, key, fingerprint, answer, create_time)
values ($1, $2, $3, $4, $5, $6, $7)`

// replay returns the stored answer to the call's idempotency key, or nil when this
// is its first use. It refuses a key that came with another request before.
func (d *DB) replay(ctx context.Context, tx *Tx) ([]byte, error) {
	c := tx.call
	var fingerprint, sealed []byte
	err := tx.QueryRow(ctx, selectAnswer, c.Organization.ID, c.KeyID, c.Method, c.IdempotencyKey).Scan(&fingerprint, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(fingerprint, c.Fingerprint) {
		return nil, fault.New(codes.Aborted, optionsv1.Reason_IDEMPOTENCY_KEY_REUSED,
			"The idempotency key was used before with another request.")
	}
	answer, err := d.keys.Open(secret.Idempotency, sealed, answerBinding(tx))
	if answer == nil {
		answer = []byte{}
	}
	return answer, err
}

// queueAnswer adds the statement that stores the answer, without what is secret.
func (d *DB) queueAnswer(b *pgx.Batch, tx *Tx, answer proto.Message) error {
	raw, err := proto.Marshal(withoutSecrets(answer))
	if err != nil {
		return err
	}
	c := tx.call
	b.Queue(insertAnswer, c.Organization.ID, c.KeyID, c.Method, c.IdempotencyKey, c.Fingerprint,
		d.keys.Seal(secret.Idempotency, raw, answerBinding(tx)), recordTime())
	return nil
}

// answerBinding ties a sealed answer to its place, so that it opens nowhere else.
func answerBinding(tx *Tx) []byte {
	c := tx.call
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
