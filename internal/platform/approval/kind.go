package approval

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// Kind is a kind of step that can wait for approval. R is the type of the records, F the type of
// the facts.
type Kind[R, F proto.Message] struct {
	// Name is the domain and the step, such as `finance.journalEntryPosting`. It must not change,
	// because it is stored.
	Name string
	// Description says what waits, such as `Posting a journal entry`.
	Description string
	// Records is the kind of the records, Verb the custom method that waits.
	Records *resource.Kind[R]
	Verb    string
	// Title names a record to people.
	Title func(r R) string
	// Facts returns what conditions can use of each record. The records may be drafts, and may
	// differ from what is stored.
	Facts func(ctx context.Context, tx *db.Tx, records []R) ([]F, error)
	// Descriptions say what each fact is, by the name of its field.
	Descriptions map[string]string
	// Material returns the part of a record whose change asks again.
	Material func(r R) proto.Message
	// Execute executes the step of a record that is locked, in the transaction of the last approval.
	// Whoever approves is the actor. The step may call Require, which then does not wait.
	Execute func(ctx context.Context, tx *db.Tx, key string) error
	// Recent returns the latest records whose step was executed, newest first.
	Recent func(ctx context.Context, tx *db.Tx, count int) ([]R, error)

	environment func() (*environment, error)
}

// AnyKind is a Kind of any types. Declare returns one.
type AnyKind interface {
	describe() *pb.ApprovalKind
	records() resource.AnyKind
	compile(condition string) (*condition, error)
	// lock locks a record and returns the fingerprint of what matters of it.
	lock(ctx context.Context, tx *db.Tx, key string) (fingerprint string, err error)
	execute(ctx context.Context, tx *db.Tx, key string) error
	recent(ctx context.Context, tx *db.Tx, count int) (ids []string, facts []proto.Message, err error)
}

// Declare completes a kind. It panics if a fact has no description, so such a program fails at
// startup.
func Declare[R, F proto.Message](k Kind[R, F]) *Kind[R, F] {
	fields := table.Descriptor[F]().Fields()
	for i := range fields.Len() {
		if name := string(fields.Get(i).Name()); k.Descriptions[name] == "" {
			panic(fmt.Sprintf("approval: the fact %s of %s has no description", name, k.Name))
		}
	}
	k.environment = sync.OnceValues(func() (*environment, error) { return newEnvironment(db.NewRecord[F]()) })
	return &k
}

func (k *Kind[R, F]) records() resource.AnyKind { return k.Records }

// describe returns the kind as the API shows it.
func (k *Kind[R, F]) describe() *pb.ApprovalKind {
	out := &pb.ApprovalKind{
		Name: k.Name, Description: k.Description, Resource: k.Records.Collection(), Verb: k.Verb,
	}
	fields := table.Descriptor[F]().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		name := string(fd.Name())
		out.Facts = append(out.Facts, &pb.ApprovalKind_Fact{
			Name: name, Type: typeName(fd), Description: k.Descriptions[name],
		})
	}
	return out
}

func (k *Kind[R, F]) compile(condition string) (*condition, error) {
	e, err := k.environment()
	if err != nil {
		return nil, err
	}
	return e.compile(condition)
}

func (k *Kind[R, F]) lock(ctx context.Context, tx *db.Tx, key string) (string, error) {
	r, err := k.Records.Table().Lock(ctx, tx, key)
	if err != nil {
		return "", err
	}
	return k.fingerprint(r)
}

// fingerprint returns a digest of what matters of a record.
func (k *Kind[R, F]) fingerprint(r R) (string, error) {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(k.Material(r))
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16]), err
}

func (k *Kind[R, F]) execute(ctx context.Context, tx *db.Tx, key string) error {
	return k.Execute(ctx, tx, key)
}

func (k *Kind[R, F]) recent(
	ctx context.Context, tx *db.Tx, count int,
) (ids []string, facts []proto.Message, err error) {
	records, err := k.Recent(ctx, tx, count)
	if err != nil {
		return nil, nil, err
	}
	found, err := k.Facts(ctx, tx, records)
	if err != nil {
		return nil, nil, err
	}
	for i, r := range records {
		ids, facts = append(ids, k.Records.Table().ID(r)), append(facts, found[i])
	}
	return ids, facts, nil
}
