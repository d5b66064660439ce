package responsibility

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

const (
	// maxTotal is where counting stops.
	maxTotal = 10_000
	// maxListed is the number of records that a refusal names in its details, maxNamed the number
	// in its message.
	maxListed, maxNamed = 100, 5
)

// GuardPersons is the guard that refuses persons who are responsible for open records, or the
// deputies.
func GuardPersons(ctx context.Context, tx *db.Tx, persons []*pb.Person) ([]error, error) {
	keys := make([]uuid.UUID, len(persons))
	for i, p := range persons {
		var err error
		if keys[i], err = id.Parse(personPrefix, p.Id); err != nil {
			return nil, err
		}
	}
	holders, err := readHolders(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(persons))
	for i, key := range keys {
		if !holders[key] {
			continue
		}
		refusals[i] = refusal(0, nil)
		if len(persons) == 1 {
			if refusals[i], err = describeHeld(ctx, tx, key); err != nil {
				return nil, err
			}
		}
	}
	return refusals, nil
}

// RefuseHolder is the rule that refuses to delete a person who is responsible for open records, or
// the deputy.
func RefuseHolder(ctx context.Context, tx *db.Tx, _, p *pb.Person) error {
	refusals, err := GuardPersons(ctx, tx, []*pb.Person{p})
	if err != nil {
		return err
	}
	return refusals[0]
}

// readHolders returns those of the persons who are responsible for an open record, or its deputy.
func readHolders(ctx context.Context, tx *db.Tx, persons []uuid.UUID) (map[uuid.UUID]bool, error) {
	var holds []string
	for _, s := range allSources(tx) {
		for _, column := range []string{s.Person, s.Deputy} {
			if column != "" {
				holds = append(holds, "exists (\n  select\n  from "+s.kind.Binding().Name()+" t\n  where t.org_id = $1\n  and t."+
					column+" = p.person_id\n  and "+s.Open+"\n)")
			}
		}
	}
	if len(holds) == 0 || len(persons) == 0 {
		return nil, nil
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, "select p.person_id\nfrom unnest($2::uuid[]) as p (person_id)\n"+
		"join platform.organizations o on o.org_id = $1\nwhere "+strings.Join(holds, "\nor "),
		tx.Call().Organization.ID, persons)
	holders := make(map[uuid.UUID]bool, len(keys))
	for _, key := range keys {
		holders[key] = true
	}
	return holders, err
}

// describeHeld returns the refusal of a person with the records that the caller may read, and the
// number of all.
func describeHeld(ctx context.Context, tx *db.Tx, person uuid.UUID) (error, error) {
	_, total, err := readHeld(ctx, tx, allSources(tx), person, maxListed, maxTotal)
	if err != nil {
		return nil, err
	}
	readable, err := readableSources(ctx, tx)
	if err != nil {
		return nil, err
	}
	records, _, err := readHeld(ctx, tx, readable, person, maxListed, maxTotal)
	if err != nil {
		return nil, err
	}
	named, err := loadTitles(ctx, tx, records)
	if err != nil {
		return nil, err
	}
	return refusal(total, named), nil
}

// refusal returns the refusal of a person with some of the open records. total is their number, 0
// if it was not counted.
func refusal(total int, records []titled) error {
	message := "The person is responsible for open records, or their deputy"
	names := make([]string, min(len(records), maxNamed))
	for i := range names {
		names[i] = fmt.Sprintf("%q", records[i].title)
	}
	if total > 0 {
		message += fmt.Sprintf(" (%d in total)", total)
	}
	if len(names) > 0 {
		message += ", such as " + strings.Join(names, ", ")
	}
	e := fault.Refuse(optionsv1.Reason_PERSON_HAS_RESPONSIBILITIES, "%s. Hand them over first.", message)
	for _, r := range records {
		e.Preconditions = append(e.Preconditions, fault.Precondition{
			Type: e.Reason.String(), Subject: r.subjectID, Message: "Hand over " + r.title + ".",
		})
	}
	if total > 0 {
		e.Metadata = map[string]string{"total": strconv.Itoa(total)}
	}
	return e
}

// countOpen counts the records of a query, up to most.
func countOpen(ctx context.Context, tx *db.Tx, sources []source, q query, most int) (total int, err error) {
	s := newStatement(tx.Call())
	q.limit = most
	var selects []string
	for _, from := range sources {
		if sql := from.selectSQL(s, q); sql != "" {
			selects = append(selects, "("+sql+")")
		}
	}
	if len(selects) == 0 {
		return 0, nil
	}
	sql := "select count(*)\nfrom (\n" + strings.Join(selects, "\nunion all\n") + "\n) r"
	err = tx.QueryRow(ctx, sql, s.args...).Scan(&total)
	return min(total, most), err
}
