package responsibility

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// maxWaiting is how many records are read that wait for a person in one way.
const maxWaiting = 2000

// WaitingRecord is a record that waits for a person in a way that its kind declares.
type WaitingRecord struct {
	Kind resource.AnyKind
	resource.Waiting
	ID uuid.UUID
	// DueDate is the day until which the record waits, `infinity` if there is none.
	DueDate string
	// SubjectID is the identifier of the record, AboutID that of the record it is on, "" if it is on
	// none. Title is the name of the latter or else the former.
	SubjectID, AboutID, Title string
}

// absenceSpan is an absence that is considered: its days, both included, and who acts then,
// uuid.Nil if no one does.
type absenceSpan struct {
	start, end calendar.Date
	deputy     uuid.UUID
}

// SelectWaiting returns the records that wait for a person and that the caller may read, by kind.
func SelectWaiting(ctx context.Context, tx *db.Tx, person uuid.UUID) ([]WaitingRecord, error) {
	return selectWaiting(ctx, tx, person, nil)
}

// selectWaiting is SelectWaiting for the records that would stall during an absence, if one is
// given.
func selectWaiting(
	ctx context.Context, tx *db.Tx, person uuid.UUID, away *absenceSpan,
) (records []WaitingRecord, err error) {
	s, c := newStatement(tx.Call()), tx.Call()
	var ways []WaitingRecord
	var selects []string
	for _, kind := range waitingKinds(tx) {
		if kind.ReadReach(c) == call.None {
			continue
		}
		for _, w := range kind.Waiting() {
			selects = append(selects, "("+s.selectWaitingSQL(c, kind, w, len(ways), person, away)+")")
			ways = append(ways, WaitingRecord{Kind: kind, Waiting: w})
		}
	}
	if len(selects) == 0 {
		return nil, nil
	}
	type row struct {
		Way     int
		ID      uuid.UUID
		DueDate string
	}
	rows, err := db.Collect[row](ctx, tx, strings.Join(selects, "\nunion all\n"), s.args...)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		found := ways[r.Way]
		found.ID, found.DueDate, found.SubjectID = r.ID, r.DueDate, id.Format(found.Kind.Prefix(), r.ID)
		records = append(records, found)
	}
	return nameWaiting(ctx, tx, records)
}

// waitingKinds returns the kinds whose records wait for persons, by resource.
func waitingKinds(tx *db.Tx) (kinds []resource.AnyKind) {
	for _, kind := range tx.Kinds().All() {
		if k, ok := kind.(resource.AnyKind); ok && len(k.Waiting()) > 0 {
			kinds = append(kinds, k)
		}
	}
	slices.SortFunc(kinds, func(a, b resource.AnyKind) int { return strings.Compare(a.Collection(), b.Collection()) })
	return kinds
}

// selectWaitingSQL returns the query of the records that wait in one way.
func (s *statement) selectWaitingSQL(
	c *call.Call, kind resource.AnyKind, w resource.Waiting, way int, person uuid.UUID, away *absenceSpan,
) string {
	due := "'" + never + "'"
	if w.Due != "" {
		due = "coalesce(" + w.Due + ", '" + never + "')"
	}
	sql := fmt.Sprintf("select %d as way, t.id, (%s)::date::text as due_date\nfrom %s t\nwhere t.org_id = $1\nand %s",
		way, due, kind.Binding().Name(), w.Condition)
	if away != nil && w.Stalls != "" {
		sql += "\nand " + w.Stalls
	}
	if away != nil && w.Due != "" {
		sql += "\nand " + due + "::date <= :end"
	}
	return s.bind(c, sql, person, away) + "\nlimit " + s.param(maxWaiting)
}

// bind replaces the named placeholders of resource.Waiting.
func (s *statement) bind(c *call.Call, sql string, person uuid.UUID, away *absenceSpan) string {
	type value struct {
		name, cast string
		value      any
	}
	values := []value{
		{":today", "::text::date", c.Today().String()}, {":now", "::timestamptz", c.Now()},
		{":zone", "::text", c.Organization.Zone.String()}, {":person", "::uuid", person},
	}
	if away != nil {
		values = append(values, value{":start", "::text::date", away.start.String()},
			value{":end", "::text::date", away.end.String()},
			value{":deputy", "::uuid", uuid.NullUUID{UUID: away.deputy, Valid: away.deputy != uuid.Nil}})
	}
	for _, v := range values {
		if strings.Contains(sql, v.name) {
			sql = strings.ReplaceAll(sql, v.name, s.param(v.value)+v.cast)
		}
	}
	return sql
}

// nameWaiting sets the names of records. It omits records that the caller may not read.
func nameWaiting(ctx context.Context, tx *db.Tx, records []WaitingRecord) (readable []WaitingRecord, err error) {
	ids := map[resource.AnyKind][]string{}
	for _, r := range records {
		ids[r.Kind] = append(ids[r.Kind], r.SubjectID)
	}
	found := map[string]db.Subject{}
	for kind, keys := range ids {
		subjects, err := kind.Load(ctx, tx, keys)
		if err != nil {
			return nil, err
		}
		for i, key := range keys {
			found[key] = subjects[i]
		}
	}
	var about []string
	for _, r := range records {
		if s := found[r.SubjectID]; s.Readable {
			r.Title, r.AboutID = s.Title, r.Kind.SubjectOf(s.Record)
			readable, about = append(readable, r), append(about, r.AboutID)
		}
	}
	subjects, err := resource.LoadSubjects(ctx, tx, about)
	for i, s := range subjects {
		if s.Record != nil {
			readable[i].Title = s.Title
		}
	}
	return readable, err
}
