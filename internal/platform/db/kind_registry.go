package db

import (
	"context"
	"fmt"
	"os"
	"reflect"

	"backoffice/internal/platform/call"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
)

// Kind is one kind of record, for code that knows only the prefix of its identifiers.
type Kind interface {
	// Prefix returns the prefix of the identifiers, without the underscore.
	Prefix() string
	// ReadReach returns which of the records the caller may read.
	ReadReach(c *call.Call) call.Reach
	// Owners returns the owner of each record, uuid.Nil if it has none.
	Owners(ctx context.Context, tx *Tx, ids []string) ([]uuid.UUID, error)
	// CanBeSubject reports whether a record can be a subject, which comments and the like are on.
	CanBeSubject() bool
	// Load returns what other kinds may know about records, one Subject for each id.
	Load(ctx context.Context, tx *Tx, ids []string) ([]Subject, error)
}

// Subject is what other kinds may know about a record.
type Subject struct {
	// Record is the record, nil if it does not exist.
	Record proto.Message
	// Readable is true if the caller may read the record. Referenceable is true if the caller may
	// reference it.
	Readable, Referenceable bool
	// Archived is true if the record is archived, and so may not be newly referenced.
	Archived bool
	// Title is the record's name for people, such as a vendor's display name.
	Title string
}

// Kinds is the registry of the kinds of record that a server has. It is complete before the first
// request.
type Kinds struct {
	byPrefix map[string]Kind
	events   map[string]bool
	onDelete []DeleteHook
	onAttach AttachHook
	// extensions are the values of Extend by their types.
	extensions map[reflect.Type]any
}

// NewKinds returns an empty registry.
func NewKinds() *Kinds { return &Kinds{byPrefix: map[string]Kind{}, events: map[string]bool{}} }

// Add adds kinds. It fails if a prefix is already taken.
func (k *Kinds) Add(kinds ...Kind) error {
	for _, kind := range kinds {
		if _, taken := k.byPrefix[kind.Prefix()]; taken {
			return fmt.Errorf("two kinds of record have the prefix %q", kind.Prefix())
		}
		k.byPrefix[kind.Prefix()] = kind
	}
	return nil
}

// DeleteHook deletes what is kept on records that are deleted, in the transaction that deletes
// them. kind is the prefix of their identifiers.
type DeleteHook func(ctx context.Context, tx *Tx, kind string, keys []uuid.UUID) error

// OnDelete adds a function that is called for all records that are deleted.
func (k *Kinds) OnDelete(f DeleteHook) { k.onDelete = append(k.onDelete, f) }

// AttachHook attaches the files that a request names in AttachFiles of its call to the record that
// it has created, in the transaction that creates the record.
type AttachHook func(ctx context.Context, tx *Tx, record proto.Message) error

// OnAttach sets the function that attaches files to new records.
func (k *Kinds) OnAttach(f AttachHook) { k.onAttach = f }

// attachRequested attaches the files that the call names to the record in its response.
func (tx *Tx) attachRequested(ctx context.Context, response proto.Message) error {
	c := tx.call
	if len(c.AttachFiles) == 0 || response.ProtoReflect().Descriptor().FullName() != c.AttachTo {
		return nil
	}
	return tx.kinds.onAttach(ctx, tx, response)
}

// Deleted calls the functions of OnDelete for deleted records of a kind. Code that deletes records
// with a statement, rather than through their kind, must call it. The transaction must hold the
// rows so that nothing more is put on the records: for update, or by deleting them.
func (k *Kinds) Deleted(ctx context.Context, tx *Tx, kind string, keys ...uuid.UUID) error {
	if len(keys) == 0 {
		return nil
	}
	for _, f := range k.onDelete {
		if err := f(ctx, tx, kind, keys); err != nil {
			return err
		}
	}
	return nil
}

// Declare adds event types. Once there are any, recording an event of another type panics under
// test.
func (k *Kinds) Declare(types ...string) {
	for _, t := range types {
		k.events[t] = true
	}
}

// checkDeclared panics if event types are declared but not this one. It also writes to standard
// error, because the server turns a panic into an INTERNAL error without the message.
func (k *Kinds) checkDeclared(event string) {
	if len(k.events) == 0 || k.events[event] {
		return
	}
	message := "db: the event " + event + " is not declared by any kind of record"
	fmt.Fprintln(os.Stderr, message)
	panic(message)
}

// ByPrefix returns the kind whose identifiers have the prefix.
func (k *Kinds) ByPrefix(prefix string) (Kind, bool) {
	kind, known := k.byPrefix[prefix]
	return kind, known
}

// All returns the kinds by prefix.
func (k *Kinds) All() map[string]Kind { return k.byPrefix }

// WithKinds returns a copy of d that uses the registry kinds. Both share the same connections.
func (d *DB) WithKinds(kinds *Kinds) *DB {
	return &DB{pool: d.pool, keys: d.keys, log: d.log, kinds: kinds}
}

// Kinds returns the kinds of record that the server has.
func (tx *Tx) Kinds() *Kinds { return tx.kinds }
