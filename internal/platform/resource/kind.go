// Package resource owns the standard behavior of every resource, once: create, get,
// list, update, archive, delete and the body of custom methods, over a bound table.
// It promises identifiers, validation of the whole record, etags, field masks,
// keyset pages, filters, archiving, idempotent retries, dry runs and an event for
// each change, to all alike. What makes a resource different is given to each call
// as rules, and stands where the call stands.
package resource

import (
	"context"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

// Kind is one resource, whose records are of the type R: a pointer to a proto message, such as
// *pb.Vendor.
type Kind[R proto.Message] struct {
	table      *table.Table[R]
	noun       string // type of its events, such as `finance.vendor`
	collection string
	prefix     string // of its permissions, such as `finance.vendors.`
	permission string // to change it
	reading    string // permission to read it
	derive     func(*call.Call, R)
	shape      *shape
	figure     func(context.Context, *db.Tx, []R) error
	life       *state.Lifecycle[R]
	guards     []guarded[R]
	prepares   map[string]func(context.Context, *db.Tx, R) error
	gates      map[string]Gate[R]
	records    []string
	actions    protoreflect.FieldDescriptor
	archivable bool
	shared     bool
	ownership  ownership
	lockFirst  func(context.Context, *db.Tx, R) error
	// inUseReason refuses to delete a record that others point to.
	inUseReason optionsv1.Reason
}

// Rule is what a resource asks of a record beyond its fields. It runs in the
// transaction that stores the record, may complete r, and refuses by an error. was is the
// record as it is stored, an empty one if r is new; a rule leaves it as it is.
type Rule[R proto.Message] func(ctx context.Context, tx *db.Tx, was, r R) error

// New makes a resource of a bound table, whose message names its collection. It panics on
// a mistake in the proto, which is found when the program starts.
func New[R proto.Message](t *table.Table[R]) *Kind[R] {
	d := table.Descriptor[R]()
	domain := strings.Split(string(d.ParentFile().Package()), ".")[1]
	collection := table.ResourceOption(d).GetCollection()
	s := shapeOf(d)
	s.keepRaw(t.RawFields())
	return &Kind[R]{
		table:      t,
		noun:       domain + "." + strings.ToLower(string(d.Name())[:1]) + string(d.Name())[1:],
		collection: collection,
		prefix:     domain + "." + collection + ".",
		permission: domain + "." + collection + ".write",
		reading:    domain + "." + collection + ".read",
		shape:      s,
		derive:     func(*call.Call, R) {},
		figure:     func(context.Context, *db.Tx, []R) error { return nil },
		actions:    d.Fields().ByName("allowed_actions"),
		archivable: d.Fields().ByName("archive_time") != nil,

		inUseReason: inUseReason(collection, hasMethod(d, "Delete")),
	}
}

// Copy returns a kind of the same records. Guards and the like that are added to the copy are not
// the original's: an app adds those that its own parts bring.
func (k *Kind[R]) Copy() *Kind[R] {
	c := *k
	c.guards, c.records = slices.Clone(k.guards), slices.Clone(k.records)
	c.prepares, c.gates = maps.Clone(k.prepares), maps.Clone(k.gates)
	return &c
}

// Compute sets the function that fills in what is computed and not stored, in every
// answer.
func (k *Kind[R]) Compute(fill func(*call.Call, R)) *Kind[R] {
	k.derive = fill
	return k
}

// ReadBy names the permission to read the records, where it is not the kind's own.
func (k *Kind[R]) ReadBy(permission string) *Kind[R] {
	k.reading = permission
	return k
}

// Shared lets callers who may not read the resource name its records all the same, as
// people name one another.
func (k *Kind[R]) Shared() *Kind[R] {
	k.shared = true
	return k
}

// LoadComputed sets the function that fills in what is computed from other tables, for
// all records of an answer at once and in its snapshot.
func (k *Kind[R]) LoadComputed(fill func(ctx context.Context, tx *db.Tx, records []R) error) *Kind[R] {
	k.figure = fill
	return k
}

// Table is the resource's binding.
func (k *Kind[R]) Table() *table.Table[R] { return k.table }

// complete fills in what is computed: figures, archiving for all that have it, and
// the resource's own.
func (k *Kind[R]) complete(ctx context.Context, tx *db.Tx, records ...R) error {
	return k.fill(ctx, tx, records, false)
}

// completeNew is complete for records that the unit of work has just made.
func (k *Kind[R]) completeNew(ctx context.Context, tx *db.Tx, records ...R) error {
	return k.fill(ctx, tx, records, true)
}

func (k *Kind[R]) fill(ctx context.Context, tx *db.Tx, records []R, fresh bool) error {
	if len(records) == 0 {
		return nil
	}
	if err := k.figure(ctx, tx, records); err != nil {
		return err
	}
	for _, r := range records {
		k.derive(tx.Call(), r)
	}
	if k.actions == nil {
		return nil
	}
	return k.offerActions(ctx, tx, records, fresh)
}
