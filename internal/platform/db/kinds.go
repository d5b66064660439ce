package db

import (
	"context"
	"fmt"
	"os"

	"backoffice/internal/platform/call"

	"google.golang.org/protobuf/proto"
)

// Kind is one kind of record, as it is known by the prefix of its identifiers.
type Kind interface {
	// Prefix begins the identifiers of its records, without the underscore.
	Prefix() string
	// ReadReach is which of the records the caller may read.
	ReadReach(c *call.Call) call.Reach
	// Load reads what others need to know of records, in the order of ids.
	Load(ctx context.Context, tx *Tx, ids []string) ([]Subject, error)
}

// Subject is what a record is to those who only know its identifier.
type Subject struct {
	// Record is nil if there is none.
	Record proto.Message
	// Readable tells whether the caller may read the record, Nameable whether they may
	// refer to it.
	Readable, Nameable bool
	// Archived tells whether the record is hidden from new use.
	Archived bool
	// Title names the record to people, such as a vendor's display name.
	Title string
}

// Kinds are the kinds of record that a server has. They are complete before the first
// request.
type Kinds struct {
	byPrefix map[string]Kind
	events   map[string]bool
}

// NewKinds returns an empty registry.
func NewKinds() *Kinds { return &Kinds{byPrefix: map[string]Kind{}, events: map[string]bool{}} }

// Add enters kinds. It refuses a prefix that is taken.
func (k *Kinds) Add(kinds ...Kind) error {
	for _, kind := range kinds {
		if _, taken := k.byPrefix[kind.Prefix()]; taken {
			return fmt.Errorf("two kinds of record have the prefix %q", kind.Prefix())
		}
		k.byPrefix[kind.Prefix()] = kind
	}
	return nil
}

// Declare enters types of events. Once there are some, recording an event of another type
// panics under test.
func (k *Kinds) Declare(types ...string) {
	for _, t := range types {
		k.events[t] = true
	}
}

// checkDeclared panics if the type of an event is not declared, and others are. It reports on
// standard error too, since servers turn a panic into a plain answer.
func (k *Kinds) checkDeclared(event string) {
	if len(k.events) == 0 || k.events[event] {
		return
	}
	message := "db: the event " + event + " is not declared by any kind of record"
	fmt.Fprintln(os.Stderr, message)
	panic(message)
}

// ByPrefix returns the kind whose identifiers begin with the prefix.
func (k *Kinds) ByPrefix(prefix string) (Kind, bool) {
	kind, known := k.byPrefix[prefix]
	return kind, known
}

// All returns the kinds by their prefixes.
func (k *Kinds) All() map[string]Kind { return k.byPrefix }

// WithKinds returns the database with a registry of kinds, over the same connections.
func (d *DB) WithKinds(kinds *Kinds) *DB {
	return &DB{pool: d.pool, keys: d.keys, log: d.log, kinds: kinds}
}

// Kinds are the kinds of record that the server has.
func (tx *Tx) Kinds() *Kinds { return tx.kinds }
