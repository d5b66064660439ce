// Package resource implements the standard methods of every kind of record once: create, get, list,
// update, archive, delete, and the body of custom methods, over a bound table. It gives all kinds
// the same identifiers, validation of the whole record, etags, field masks, keyset pages, filters,
// archiving, idempotent retries, dry runs, and an event for each change. What is special about one
// kind is passed to each call as rules, in the capability that owns the kind.
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

// Kind is one kind of record, such as vendors. R is the type of its records: a pointer to a proto
// message, such as *pb.Vendor.
type Kind[R proto.Message] struct {
	table            *table.Table[R]
	eventPrefix      string // of its event types, such as `finance.vendor`
	collection       string
	permissionPrefix string // of its permissions, such as `finance.vendors.`
	writePermission  string // permission to change the records
	readPermission   string // permission to read the records
	compute          func(*call.Call, R)
	schema           *schema
	loadComputed     func(context.Context, *db.Tx, []R) error
	loadLater        func(context.Context, *db.Tx, []R) error
	lifecycle        *state.Lifecycle[R]
	guards           []verbGuard[R]
	preparers        map[string]func(context.Context, *db.Tx, R) error
	gates            map[string]Gate[R]
	declaredEvents   []string
	actionsField     protoreflect.FieldDescriptor
	archivable       bool
	shared           bool
	// rulesForAnnotations is true if the rules of an update also apply to a change of annotations.
	rulesForAnnotations bool
	notSubject          bool
	ownership           ownership
	lockFirst           func(context.Context, *db.Tx, R) error
	responsibility      *Responsibility
	waiting             []Waiting
	dated               *dated
	searchFields        []protoreflect.FieldDescriptor
	// inUseReason is the reason for refusing to delete a record that other records reference.
	inUseReason optionsv1.Reason
}

// Rule checks a record beyond its fields. It runs in the transaction that stores the record. It may
// fill in fields of r, and refuses the record by returning an error. was is the stored record, or
// an empty record if r is new; a rule must not modify it.
type Rule[R proto.Message] func(ctx context.Context, tx *db.Tx, was, r R) error

// New returns the kind of a bound table. The table's message names the collection, from which the
// permissions and event types follow. New panics if the proto is wrong. Kinds are package
// variables, so such a program fails at startup.
func New[R proto.Message](t *table.Table[R]) *Kind[R] {
	d := table.Descriptor[R]()
	domain := strings.Split(string(d.ParentFile().Package()), ".")[1]
	collection := table.ResourceOption(d).GetCollection()
	permissions := table.PermissionPrefix(d)
	checkSealedFields(d, t.SealedFields())
	s := newSchema(d)
	s.keepRaw(t.RawFields())
	return &Kind[R]{
		table:            t,
		eventPrefix:      domain + "." + strings.ToLower(string(d.Name())[:1]) + string(d.Name())[1:],
		collection:       collection,
		permissionPrefix: permissions,
		writePermission:  permissions + "write",
		readPermission:   permissions + "read",
		schema:           s,
		compute:          func(*call.Call, R) {},
		loadComputed:     func(context.Context, *db.Tx, []R) error { return nil },
		actionsField:     d.Fields().ByName("allowed_actions"),
		archivable:       d.Fields().ByName("archive_time") != nil,

		inUseReason: inUseReason(collection, hasMethod(d, "Delete") && d.Fields().ByName("subject_id") == nil),
	}
}

// Copy returns a kind of the same records. Guards, gates, preparers and declared events added to
// the copy do not affect the original. An app copies a kind to add what its own modules bring.
func (k *Kind[R]) Copy() *Kind[R] {
	c := *k
	c.guards, c.declaredEvents = slices.Clone(k.guards), slices.Clone(k.declaredEvents)
	c.preparers, c.gates = maps.Clone(k.preparers), maps.Clone(k.gates)
	return &c
}

// Compute sets the function that fills in the computed fields of a record. Computed fields are not
// stored; they are filled in each time a record is returned.
func (k *Kind[R]) Compute(fill func(*call.Call, R)) *Kind[R] {
	k.compute = fill
	return k
}

// ReadBy sets the permission to read the records, if it is not the default
// `{domain}.{collection}.read`.
func (k *Kind[R]) ReadBy(permission string) *Kind[R] {
	k.readPermission = permission
	return k
}

// RulesForAnnotations applies the rules of Update also if only annotations change: metadata,
// external_id and custom_fields. It is for rules that concern the caller's rights, not the record's
// state.
func (k *Kind[R]) RulesForAnnotations() *Kind[R] {
	k.rulesForAnnotations = true
	return k
}

// Shared lets callers reference the records even if they may not read them. Persons are shared, so
// that people can name one another.
func (k *Kind[R]) Shared() *Kind[R] {
	k.shared = true
	return k
}

// LoadComputed sets the function that fills in fields computed from other tables. It gets all
// records of a response at once and reads in the same transaction.
func (k *Kind[R]) LoadComputed(fill func(ctx context.Context, tx *db.Tx, records []R) error) *Kind[R] {
	k.loadComputed = fill
	return k
}

// LoadLater is LoadComputed for fields that a new record never has, because they are set after the
// transaction that creates it. It is not called for new records, so their creation costs no more.
func (k *Kind[R]) LoadLater(fill func(ctx context.Context, tx *db.Tx, records []R) error) *Kind[R] {
	k.loadLater = fill
	return k
}

// Table returns the kind's bound table.
func (k *Kind[R]) Table() *table.Table[R] { return k.table }

// complete fills in the computed fields and allowed_actions of records.
func (k *Kind[R]) complete(ctx context.Context, tx *db.Tx, records ...R) error {
	return k.fill(ctx, tx, records, false)
}

// completeNew is complete for records that this transaction created.
func (k *Kind[R]) completeNew(ctx context.Context, tx *db.Tx, records ...R) error {
	return k.fill(ctx, tx, records, true)
}

func (k *Kind[R]) fill(ctx context.Context, tx *db.Tx, records []R, fresh bool) error {
	if len(records) == 0 {
		return nil
	}
	if err := k.loadComputed(ctx, tx, records); err != nil {
		return err
	}
	if k.loadLater != nil && !fresh {
		if err := k.loadLater(ctx, tx, records); err != nil {
			return err
		}
	}
	for _, r := range records {
		k.compute(tx.Call(), r)
	}
	if k.actionsField == nil {
		return nil
	}
	return k.setAllowedActions(ctx, tx, records, fresh)
}
