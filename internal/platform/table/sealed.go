package table

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/sealed"
)

// sealedField is the child table of parent R with the encrypted value of one field.
type sealedField[R any] struct {
	kind, field string
	text        func(R) *string
	subject     func(R) string
	findable    bool
}

// Sealed binds a string to a sealed value, which has no column in the table. The field accepts the
// value and then shows its mask; sending the mask back leaves the value unchanged. subject returns
// the identifier of the record whose keyset encrypts the value.
func Sealed[R any](name string, field func(R) *string, subject func(R) string) Column[R] {
	return Column[R]{
		field: name, sealed: true, unrecorded: true, child: &sealedField[R]{field: name, text: field, subject: subject},
	}.withoutColumns()
}

// Findable opens a sealed field to filters by its whole value, ignoring case, spaces and
// punctuation. Only callers who may reveal the field may filter by it, because the answers to many
// filters reveal it too. Values that are already stored are found once they are stored again.
func (c Column[R]) Findable() Column[R] {
	c.child.(*sealedField[R]).findable = true
	return c
}

// ofKind returns the column of a sealed field of a kind of record, by the prefix of its
// identifiers.
func (c Column[R]) ofKind(prefix string) Column[R] {
	f := *c.child.(*sealedField[R])
	f.kind = prefix
	c.child = &f
	if !f.findable {
		return c
	}
	records := "in (\n  select v.record_key\n  from platform.sealed_values v\n  where v.org_id = $1\n" +
		"  and v.kind = '" + f.kind + "'\n  and v.field = '" + f.field + "'\n"
	c.filterSQL = "t.id"
	c.filter = &filterType{
		equalOnly: true,
		present:   "%s " + records + ")",
		equal:     "t.id " + records + "  and v.digest = any(:value)\n)",
		arg: func(literal string, s Scope) (any, error) {
			if !sealed.IsWhole(literal) {
				return nil, errors.New("must be the whole value")
			}
			return sealed.Digests(s.keys, s.organization, f.kind, f.field, literal), nil
		},
	}
	return c
}

func (f *sealedField[R]) when(func(R) bool) child[R] {
	panic("table: the sealed field " + f.field + " applies to all records")
}

// check implements child. Values are checked by the limits of the field.
func (f *sealedField[R]) check(R, Scope) error { return nil }

func (f *sealedField[R]) newReferences([]R, R) []Reference { return nil }

func (f *sealedField[R]) statements() map[string]string {
	return map[string]string{"select": sealed.SelectMasks}
}

func (f *sealedField[R]) queueInsert(
	ctx context.Context, b *pgx.Batch, tx *db.Tx, _ Scope, key func(R) (uuid.UUID, error), parents []R,
) error {
	var values []sealed.Value
	for _, r := range parents {
		if *f.text(r) == "" {
			continue
		}
		record, err := key(r)
		if err != nil {
			return err
		}
		value, err := f.value(record, r)
		if err != nil {
			return err
		}
		values = append(values, value)
		*f.text(r) = sealed.Mask(value.Text)
	}
	if values == nil {
		return nil
	}
	return sealed.QueueStore(ctx, tx, b, values)
}

func (f *sealedField[R]) queueChange(
	ctx context.Context, b *pgx.Batch, tx *db.Tx, _ Scope, key uuid.UUID, before, r R,
) error {
	switch *f.text(r) {
	case *f.text(before):
		return nil
	case "":
		sealed.QueueRemove(tx, b, sealed.Key{Kind: f.kind, Key: key}, f.field)
		return nil
	}
	value, err := f.value(key, r)
	if err != nil {
		return err
	}
	*f.text(r) = sealed.Mask(value.Text)
	return sealed.QueueStore(ctx, tx, b, []sealed.Value{value})
}

// value returns the value to store. It refuses a mask of another value.
func (f *sealedField[R]) value(record uuid.UUID, r R) (sealed.Value, error) {
	text := *f.text(r)
	if !sealed.IsWhole(text) {
		return sealed.Value{}, invalidValue(f.field,
			"must be the whole value, or the mask that was read if it should not change")
	}
	subject, err := f.subjectKey(r)
	return sealed.Value{
		Subject: subject, Record: sealed.Key{Kind: f.kind, Key: record}, Field: f.field, Text: text, Findable: f.findable,
	}, err
}

// subjectKey returns the record whose keyset encrypts the value.
func (f *sealedField[R]) subjectKey(r R) (sealed.Key, error) {
	kind, _, _ := strings.Cut(f.subject(r), "_")
	key, err := id.Parse(kind, f.subject(r))
	return sealed.Key{Kind: kind, Key: key}, err
}

func (f *sealedField[R]) load(ctx context.Context, tx *db.Tx, _ Scope, parents map[uuid.UUID]R) error {
	if len(parents) == 0 {
		return nil
	}
	masks, err := sealed.Masks(ctx, tx, f.kind, f.field, slices.Collect(maps.Keys(parents)))
	for key, mask := range masks {
		*f.text(parents[key]) = mask
	}
	return err
}

// SealedFields returns the names of the sealed fields.
func (t *Table[R]) SealedFields() (names []string) {
	for _, c := range t.columns {
		if c.sealed {
			names = append(names, c.field)
		}
	}
	return names
}

// Reveal decrypts sealed fields of a record. Fields without a value are missing in the result.
func (t *Table[R]) Reveal(ctx context.Context, tx *db.Tx, r R, fields []string) (map[string]string, error) {
	key, err := t.Key(t.ID(r))
	if err != nil {
		return nil, err
	}
	return sealed.Reveal(ctx, tx, sealed.Key{Kind: t.prefix, Key: key}, fields)
}

// Shred destroys the keysets of the record's sealed fields, and all values that they encrypt. It
// then stores r without them.
func (t *Table[R]) Shred(ctx context.Context, tx *db.Tx, before, r R) error {
	b := &pgx.Batch{}
	for _, c := range t.columns {
		if f, isSealed := c.child.(*sealedField[R]); isSealed {
			subject, err := f.subjectKey(r)
			if err != nil {
				return err
			}
			sealed.QueueShred(tx, b, subject)
			*f.text(r) = ""
		}
	}
	if err := tx.Send(ctx, b); err != nil {
		return err
	}
	return t.Update(ctx, tx, before, r)
}
