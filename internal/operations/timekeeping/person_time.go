package timekeeping

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// setPerson sets an empty person to the caller. It refuses that if the caller is not a person.
func setPerson(tx *db.Tx, person *string) error {
	if *person == "" {
		*person = id.Format("prs", tx.Call().PersonID)
	}
	if *person == "" {
		return fault.Invalid(fault.At("personId", "is required, because the caller is not a person"))
	}
	return nil
}

// lockTime makes the changes of the time of a person run one after another until the transaction
// ends: of entries, timers and timesheets. So the sums of days and the states of timesheets stay
// as they were read. It is taken before any row of them is locked.
func lockTime(ctx context.Context, tx *db.Tx, person string) error {
	_, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('time ' || $1 || ' ' || $2, 0))",
		tx.Call().Organization.ID.String(), person)
	return err
}

func lockTimeOfEntry(ctx context.Context, tx *db.Tx, e *pb.TimeEntry) error {
	return lockTime(ctx, tx, e.PersonId)
}

func lockTimeOfTimer(ctx context.Context, tx *db.Tx, t *pb.Timer) error {
	return lockTime(ctx, tx, t.PersonId)
}

func lockTimeOfTimesheet(ctx context.Context, tx *db.Tx, t *pb.Timesheet) error {
	return lockTime(ctx, tx, t.PersonId)
}

// ReachedPersons returns those of the persons whose time the permission of the request reaches. No
// persons stand for all. all is true if the time of everyone is reached and no persons are given.
func ReachedPersons(ctx context.Context, tx *db.Tx, persons []uuid.UUID) (reached []uuid.UUID, all bool, err error) {
	c := tx.Call()
	switch c.Reach(c.Permission) {
	case call.All:
		return persons, len(persons) == 0, nil
	case call.Team:
		if reached, err = resource.Team(ctx, tx, c.PersonID); err != nil {
			return nil, false, err
		}
		reached = append(reached, c.PersonID)
	case call.Own:
		reached = []uuid.UUID{c.PersonID}
	}
	if len(persons) > 0 {
		reached = slices.DeleteFunc(reached, func(p uuid.UUID) bool { return !slices.Contains(persons, p) })
	}
	return reached, false, nil
}

// lookUpTime returns the option of a list of time on the projects of a customer, "" for all time.
func lookUpTime(customerID string) func(ctx context.Context, tx *db.Tx, q *table.Query) error {
	return func(ctx context.Context, tx *db.Tx, q *table.Query) error {
		if customerID == "" {
			return lookUpTeam(ctx, tx, q)
		}
		if _, err := id.Parse("cus", customerID); err != nil {
			return fault.Invalid(fault.At("customerId", "%s", err))
		}
		keys, err := projects.FindProjectsOfCustomer(ctx, tx, customerID)
		q.AnyOf = []table.ValueCondition{{Column: "project_id", Values: keys, Type: "uuid"}}
		return err
	}
}

// lookUpTeam is the option that a list of the first time of a team, also in one billing state,
// looks up the first rows of each person. Otherwise PostgreSQL would read and sort all time of the
// team. It only makes the list faster: the kind limits it to the caller's reach.
func lookUpTeam(ctx context.Context, tx *db.Tx, q *table.Query) error {
	q.FilterIndexed = isStateFilter(q.Filter) && isSortedByCreation(q.OrderBy)
	if c := tx.Call(); q.Filter != "" && !q.FilterIndexed || c.Reach(c.Permission) != call.Team {
		return nil
	}
	persons, _, err := ReachedPersons(ctx, tx, nil)
	q.AnyOf = []table.ValueCondition{{Column: "person_id", Values: persons, Type: "uuid"}}
	return err
}

// isStateFilter reports whether a filter selects the time with one billing state.
func isStateFilter(filter string) bool {
	filter = strings.NewReplacer(" ", "", "\"", "", "'", "").Replace(filter)
	field, state, _ := strings.Cut(filter, "=")
	_, known := pb.TimeEntry_BillingState_value[state]
	return known && (field == "billing_state" || field == "billingState")
}

func isSortedByCreation(orderBy string) bool {
	field, _, _ := strings.Cut(strings.TrimSpace(orderBy), " ")
	return field == "" || field == "create_time" || field == "createTime"
}
