package resource

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/searchindex"
	"backoffice/internal/platform/searchindex/words"
)

// wordsVersion changes if package words splits texts in another way. Then all records are indexed
// again.
const wordsVersion = "1"

// Text is the text of a field of a record.
type Text struct {
	// Path is the path of the field in JSON, such as `displayName` or `customFields.color`.
	Path, Text string
}

// Searchable puts the records into the search index. They are found by the text fields named here,
// by `number` and `external_id` if they have them, and by the texts of their custom fields. The
// request of the kind's List needs the field `q`. The fields must not be sealed: whoever may read a
// record may find it by them. They may be fields of LoadLater; what sets those without an event
// calls QueueIndexing.
func (k *Kind[R]) Searchable(fields ...string) *Kind[R] {
	d := k.table.Message()
	for _, name := range append(fields, "number", "external_id") {
		fd := d.Fields().ByName(protoreflect.Name(name))
		switch {
		case !slices.Contains(fields, name) && (fd == nil || !k.table.Stores(name)):
			continue
		case fd == nil || fd.Kind() != protoreflect.StringKind || fd.IsMap() || isSealed(fd):
			panic(fmt.Sprintf("resource: %s has no text field %s that can be searched", d.FullName(), name))
		}
		k.searchFields = append(k.searchFields, fd)
	}
	return k
}

// QueueIndexing queues records for indexing whose searchable fields changed without an event. It
// must be called in the transaction that changed them.
func (k *Kind[R]) QueueIndexing(ctx context.Context, tx *db.Tx, keys []uuid.UUID) error {
	return searchindex.Queue(ctx, tx, k.Prefix(), keys)
}

// LoadSearchFields fills in the searchable fields that records get after they are created.
func (k *Kind[R]) LoadSearchFields(ctx context.Context, tx *db.Tx, subjects []db.Subject) error {
	if k.loadLater == nil {
		return nil
	}
	var records []R
	for _, s := range subjects {
		if r, exists := s.Record.(R); exists {
			records = append(records, r)
		}
	}
	return k.loadLater(ctx, tx, records)
}

// SearchVersion returns the version of the searchable fields, "" if the records are not searched.
// The records are indexed again when it changes.
func (k *Kind[R]) SearchVersion() string {
	if k.searchFields == nil {
		return ""
	}
	names := append([]string{wordsVersion}, k.SearchFields()...)
	if k.loadLater != nil {
		names = append(names, "later") // records were indexed without these fields before
	}
	hash := sha256.Sum256([]byte(strings.Join(names, " ")))
	return hex.EncodeToString(hash[:8])
}

// SearchFields returns the names of the searchable fields, besides custom fields.
func (k *Kind[R]) SearchFields() (names []string) {
	for _, fd := range k.searchFields {
		names = append(names, string(fd.Name()))
	}
	return names
}

// SearchTexts returns the texts by which a record is found, field by field.
func (k *Kind[R]) SearchTexts(ctx context.Context, tx *db.Tx, record proto.Message) ([]Text, error) {
	m := record.ProtoReflect()
	var out []Text
	for _, fd := range k.searchFields {
		if !fd.IsList() {
			out = append(out, Text{fd.JSONName(), m.Get(fd).String()})
			continue
		}
		for i := range m.Get(fd).List().Len() {
			out = append(out, Text{fmt.Sprintf("%s[%d]", fd.JSONName(), i), m.Get(fd).List().Get(i).String()})
		}
	}
	custom, err := k.customTexts(ctx, tx, record.(R))
	return slices.DeleteFunc(append(out, custom...), func(t Text) bool { return t.Text == "" }), err
}

// customTexts returns the texts of the custom fields, by key.
func (k *Kind[R]) customTexts(ctx context.Context, tx *db.Tx, r R) (out []Text, err error) {
	if !k.table.HasCustomFields() {
		return nil, nil
	}
	values := k.table.CustomValues(r)
	if len(values) == 0 {
		return nil, nil
	}
	fields, err := k.table.CustomFields(ctx, tx)
	for key, value := range values {
		if f, known := fields[key]; known && f.Type == pb.CustomField_TEXT {
			out = append(out, Text{"customFields." + key, value.GetStringValue()})
		}
	}
	slices.SortFunc(out, func(a, b Text) int { return strings.Compare(a.Path, b.Path) })
	return out, err
}

// IndexRecords stores the words of records as they are now, and removes records that no longer
// exist from the index.
func (k *Kind[R]) IndexRecords(ctx context.Context, tx *db.Tx, keys []uuid.UUID) error {
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(k.Prefix(), key)
	}
	found, err := k.table.GetExisting(ctx, tx, ids)
	if err != nil {
		return err
	}
	var records []R
	for _, key := range ids {
		if r, exists := found[key]; exists {
			records = append(records, r)
		}
	}
	if k.loadLater != nil {
		if err := k.loadLater(ctx, tx, records); err != nil {
			return err
		}
	}
	owners := make([]uuid.UUID, len(records))
	if k.ownership.field != nil {
		if owners, err = k.ownersOf(ctx, tx, records); err != nil {
			return err
		}
	}
	list := make([]searchindex.Record, len(records))
	for i, r := range records {
		if list[i], err = k.wordsOf(ctx, tx, r); err != nil {
			return err
		}
		list[i].Owner = owners[i]
	}
	return searchindex.Store(ctx, tx, k.Prefix(), keys, list)
}

// wordsOf returns a record as it is indexed.
func (k *Kind[R]) wordsOf(ctx context.Context, tx *db.Tx, r R) (out searchindex.Record, err error) {
	if out.Key, err = k.table.Key(k.table.ID(r)); err != nil {
		return out, err
	}
	texts, err := k.SearchTexts(ctx, tx, r)
	title := k.titleOf(r)
	for _, t := range texts {
		list := words.Split(t.Text)
		if out.Words = append(out.Words, list...); t.Text == title {
			out.TitleWords = list
		}
	}
	return out, err
}

// searchTerms returns the terms of the `q` of a list request, none if it has no such field.
func searchTerms(req ListRequest) ([]words.Term, error) {
	r, ok := req.(interface{ GetQ() string })
	if !ok || r.GetQ() == "" {
		return nil, nil
	}
	terms, err := words.Parse(r.GetQ())
	if err != nil {
		return nil, fault.Invalid(fault.At("q", "%s", err))
	}
	return terms, nil
}
