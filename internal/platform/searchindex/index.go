// Package searchindex stores which records contain which words, and finds the records that contain
// all words of a query. Row-level security lets only leakproof operators use an index, which those
// of full-text search and LIKE are not. So the words are rows that are compared as texts: `=` finds
// a word, a range of texts finds a prefix. Package words splits texts; package search keeps the
// index.
package searchindex

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/searchindex/words"
)

// Record is what the index knows about a record.
type Record struct {
	Key uuid.UUID
	// Owner is the owner, uuid.Nil if there is none.
	Owner uuid.UUID
	// Words are the words of all fields. TitleWords are those of the record's name.
	Words, TitleWords []string
}

// titleMark begins the words of titles, which are stored twice. No word contains it.
const titleMark = "="

// marked returns the terms for the words of titles.
func marked(terms []words.Term) []words.Term {
	out := slices.Clone(terms)
	for i := range out {
		out[i].Word = titleMark + out[i].Word
	}
	return out
}

// stored returns the words of a record as they are stored: sorted, each once.
func (r Record) stored() []string {
	out := r.Words[:min(len(r.Words), words.MaxWords)]
	for _, w := range r.TitleWords[:min(len(r.TitleWords), words.MaxWords)] {
		out = append(slices.Clip(out), titleMark+w)
	}
	out = slices.Clone(out)
	slices.Sort(out)
	return slices.Compact(out)
}

const selectStoredWordsSQL = `
select r.record_key, r.words
from platform.search_records r
where r.org_id = $1
and r.kind = $2
and r.record_key = any($3)`

// The join with the organization keeps the statement on one server; see internal/sql_test.go.
const storeRecordsSQL = `
insert into platform.search_records as r (org_id, kind, record_key, owner_id, words, index_time)
select o.org_id, $2, u.record_key, u.owner_id, u.words::text[], now()
from platform.organizations o
cross join unnest($3::uuid[], $4::uuid[], $5::text[]) as u (record_key, owner_id, words)
where o.org_id = $1
on conflict (org_id, kind, record_key) do update
set owner_id = excluded.owner_id,
  words = excluded.words,
  index_time = excluded.index_time`

const insertWordsSQL = `
insert into platform.search_words (org_id, kind, word, record_key)
select o.org_id, $2, u.word, u.record_key
from platform.organizations o
cross join unnest($3::text[], $4::uuid[]) as u (word, record_key)
where o.org_id = $1
order by u.word collate "C", u.record_key
on conflict do nothing`

const deleteWordsSQL = `
delete from platform.search_words w
using unnest($3::text[], $4::uuid[]) as u (word, record_key)
where w.org_id = $1
and w.kind = $2
and w.word = u.word collate "C"
and w.record_key = u.record_key`

const deleteRecordsSQL = `
delete from platform.search_records r
where r.org_id = $1
and r.kind = $2
and r.record_key = any($3)`

// pairs are words and the records that they are added to or removed from.
type pairs struct {
	words []string
	keys  []uuid.UUID
}

func (p *pairs) add(key uuid.UUID, list []string) {
	for _, w := range list {
		p.words, p.keys = append(p.words, w), append(p.keys, key)
	}
}

// Store stores the words of records of a kind as they are now. The records of keys that are not
// among records are removed. It writes only the words that differ. The caller must be the only
// writer of the organization's index.
func Store(ctx context.Context, tx *db.Tx, kind string, keys []uuid.UUID, records []Record) error {
	organization := tx.Call().Organization.ID
	before, err := db.CollectMap[uuid.UUID, []string](ctx, tx, selectStoredWordsSQL, organization, kind, keys)
	if err != nil {
		return err
	}
	var added, removed pairs
	var stored, owners []uuid.UUID
	var lists []string
	for _, r := range records {
		now := r.stored()
		added.add(r.Key, difference(now, before[r.Key]))
		removed.add(r.Key, difference(before[r.Key], now))
		delete(before, r.Key)
		stored, owners, lists = append(stored, r.Key), append(owners, r.Owner), append(lists, arrayLiteral(now))
	}
	var gone []uuid.UUID
	for key, list := range before {
		removed.add(key, list)
		gone = append(gone, key)
	}
	for _, s := range []struct {
		sql  string
		n    int
		args []any
	}{
		{deleteWordsSQL, len(removed.words), []any{removed.words, removed.keys}},
		{deleteRecordsSQL, len(gone), []any{gone}},
		{storeRecordsSQL, len(stored), []any{stored, nullable(owners), lists}},
		{insertWordsSQL, len(added.words), []any{added.words, added.keys}},
	} {
		if s.n == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, s.sql, append([]any{organization, kind}, s.args...)...); err != nil {
			return err
		}
	}
	return nil
}

// arrayLiteral returns words as an array in the syntax of PostgreSQL. No word has a quote or a
// backslash.
func arrayLiteral(list []string) string {
	if len(list) == 0 {
		return "{}"
	}
	return `{"` + strings.Join(list, `","`) + `"}`
}

// nullable returns identifiers for a nullable column: uuid.Nil means null.
func nullable(ids []uuid.UUID) []uuid.NullUUID {
	out := make([]uuid.NullUUID, len(ids))
	for i, u := range ids {
		out[i] = uuid.NullUUID{UUID: u, Valid: u != uuid.Nil}
	}
	return out
}

// difference returns the elements of the sorted list a that the sorted list b lacks.
func difference(a, b []string) (out []string) {
	for _, w := range a {
		if _, found := slices.BinarySearch(b, w); !found {
			out = append(out, w)
		}
	}
	return out
}

const queueSQL = `
insert into platform.search_queue (org_id, id, kind, record_key)
select o.org_id, u.id, $2, u.record_key
from platform.organizations o
cross join unnest($3::uuid[], $4::uuid[]) as u (id, record_key)
where o.org_id = $1`

// Queue queues records for indexing that changed without an event, in the transaction that changed
// them.
func Queue(ctx context.Context, tx *db.Tx, kind string, keys []uuid.UUID) error {
	ids := make([]uuid.UUID, len(keys))
	for i := range ids {
		ids[i] = id.New()
	}
	_, err := tx.Exec(ctx, queueSQL, tx.Call().Organization.ID, kind, ids, keys)
	return err
}

const selectKeysSQL = `
select r.record_key
from platform.search_records r
where r.org_id = $1
and r.kind = $2
and r.record_key > $3
and r.record_key <= $4
order by r.record_key
limit $5`

// Keys returns up to limit keys of the indexed records of a kind after one key and up to another.
func Keys(ctx context.Context, tx *db.Tx, kind string, after, until uuid.UUID, limit int) ([]uuid.UUID, error) {
	return db.CollectColumn[uuid.UUID](ctx, tx, selectKeysSQL, tx.Call().Organization.ID, kind, after, until, limit)
}
