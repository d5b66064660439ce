package workload

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/responsibility"
)

// selectPermitted returns the records that wait for a person who has the permission to act.
func selectPermitted(ctx context.Context, tx *db.Tx, person uuid.UUID) ([]responsibility.WaitingRecord, error) {
	waiting, err := responsibility.SelectWaiting(ctx, tx, person)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	if own := tx.Call(); own.PersonID == person {
		return slices.DeleteFunc(waiting, func(w responsibility.WaitingRecord) bool { return !own.Allows(w.Permission) }), nil
	}
	calls, err := identity.CallsOf(ctx, tx, []uuid.UUID{person})
	if err != nil || len(calls) == 0 {
		return nil, err
	}
	return slices.DeleteFunc(waiting, func(w responsibility.WaitingRecord) bool {
		return !calls[0].Allows(w.Permission)
	}), nil
}

// selection is the part of a person's work that a request asks for.
type selection struct {
	due      pb.WorkItem_Due
	resource string
	relation pb.WorkItem_Relation
	after    *position
	limit    int
}

// countsSQL counts work by due, and by what is to be done.
const countsSQL = `select count(*) filter (where w.due = 1), count(*) filter (where w.due = 2),
  count(*) filter (where w.due = 3), count(*) filter (where w.due = 4), count(*) filter (where w.due = 5), count(*),
  count(*) filter (where w.origin = any(%s::integer[])), count(*) filter (where w.origin = any(%s::integer[]))
from work w`

// read returns the counts of all work, and the page of a selection, with one statement. weekEnd is
// the last day of the current week.
func (q *workQuery) read(
	ctx context.Context, tx *db.Tx, weekEnd calendar.Date, s selection,
) (*pb.WorkCounts, []item, error) {
	counts := &pb.WorkCounts{}
	if len(q.branches) == 0 {
		return counts, nil, nil
	}
	today := q.once("today", q.caller.Today().String()) + "::text::date"
	due := fmt.Sprintf("case when w.due_date < %[1]s then 1 when w.due_date = %[1]s then 2 "+
		"when w.due_date <= %[2]s then 3 when w.due_date < '%[3]s' then 4 else 5 end", today, q.param(weekEnd.String())+"::text::date", never)
	sql := "with work as materialized (\nselect w.resource, w.id, w.due_date, min(w.priority) as priority, " +
		"min(w.rank) as rank, min(w.origin) as origin, " + due + " as due\nfrom (\n" +
		strings.Join(q.branches, "\nunion all\n") + "\n) w\ngroup by w.resource, w.id, w.due_date\n)\n" +
		"select c.*, p.*\nfrom (\n" + fmt.Sprintf(countsSQL, q.param(q.originsOf("approve")),
		q.param(q.originsOf("acknowledge"))) + "\n) c\nleft join (\n" + q.pageSQL(s) + "\n) p on true\norder by " + order("p")
	rows, err := tx.QueryReplanned(ctx, sql, q.args...)
	if err != nil {
		return nil, nil, err
	}
	var page []item
	var day, rank, name *string
	var key *uuid.UUID
	var priority, from, bucket *int
	_, err = pgx.ForEachRow(rows, []any{&counts.Overdue, &counts.Today, &counts.ThisWeek, &counts.Later,
		&counts.WithoutDate, &counts.Total, &counts.Approvals, &counts.Acknowledgments,
		&name, &key, &day, &priority, &rank, &from, &bucket}, func() error {
		if key != nil {
			page = append(page, item{position{*day, *priority, *rank, *name, *key}, *from, *bucket})
		}
		return nil
	})
	return counts, page, err
}

// order returns the order of work.
func order(alias string) string {
	return strings.ReplaceAll("x.due_date, x.priority, x.rank, x.resource, x.id", "x.", alias+".")
}

// pageSQL returns the query of a page. The due date is text, so it sorts by its date.
func (q *workQuery) pageSQL(s selection) string {
	var conditions []string
	if s.due != pb.WorkItem_DUE_UNSPECIFIED {
		conditions = append(conditions, "w.due = "+q.param(int(s.due)))
	}
	if s.resource != "" {
		conditions = append(conditions, "w.resource = "+q.param(s.resource))
	}
	if s.relation != pb.WorkItem_RELATION_UNSPECIFIED {
		var places []int
		for i, o := range q.origins {
			if o.relation == s.relation {
				places = append(places, i)
			}
		}
		conditions = append(conditions, "w.origin = any("+q.param(places)+"::integer[])")
	}
	if p := s.after; p != nil {
		conditions = append(conditions, fmt.Sprintf("(%s) > (%s::text::date, %s::integer, %s::text collate \"C\", "+
			"%s::text collate \"C\", %s::uuid)", order("w"), q.param(p.DueDate), q.param(p.Priority), q.param(p.Rank),
			q.param(p.Resource), q.param(p.ID)))
	}
	where := ""
	if len(conditions) > 0 {
		where = "\nwhere " + strings.Join(conditions, "\nand ")
	}
	return "select w.resource, w.id, w.due_date::text as due_date, w.priority, w.rank, w.origin, w.due\nfrom work w" +
		where + "\norder by " + order("w") + "\nlimit " + q.param(s.limit)
}

// originsOf returns the places of the origins with an action.
func (q *workQuery) originsOf(action string) []int {
	places := []int{}
	for i, o := range q.origins {
		if o.action == action {
			places = append(places, i)
		}
	}
	return places
}
