package resource

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// Responsibility says which columns name the persons responsible for a kind's records, and until
// when the records are due.
type Responsibility struct {
	// Person and Deputy are the columns of the responsible person and of the deputy. Deputy is ""
	// if the records have none.
	Person, Deputy string
	// Due is the column of the due date, which is 'infinity' for a record without one. It is "" if
	// the records are never due.
	Due string
	// Open is the SQL condition that a record is open. In it, t is the table.
	Open string
	// Priority and Rank are the columns that order records with the same due date, and Collaborators
	// is true if the persons of table.Sharers work on the records. They are "" and false by default.
	Priority, Rank string
	Collaborators  bool
}

// Responsible sets the column of the person who is responsible for a record, and optionally that of
// the deputy. If the records have owners, it must be the column of the owner. The table needs the
// indexes (org_id, person, id) and (org_id, deputy, id), with the due date before id if there is
// one.
func (k *Kind[R]) Responsible(person string, deputy ...string) *Kind[R] {
	k.responsibility = &Responsibility{Person: person, Open: "true"}
	if len(deputy) > 0 {
		k.responsibility.Deputy = deputy[0]
		k.table.DeputyIn(deputy[0])
	}
	if k.archivable {
		k.responsibility.Open = "t.archive_time is null"
	}
	return k
}

// Due sets the column of the due date, bound by table.DateOrInfinity, on a kind with Responsible.
// The event `dueSoon` is recorded about records that are open three days before that date, and the
// events `due` and `overdue` about those that are open on it and on the next day. The table needs
// the index (org_id, date, id) of the open records.
func (k *Kind[R]) Due(date string) *Kind[R] {
	k.responsibility.Due = date
	return k.DeclareEvents("dueSoon", "due", "overdue")
}

// ClosedIn sets the states in which a record is closed, so that no one is responsible for it, on a
// kind with Responsible. Archived records are closed too.
func (k *Kind[R]) ClosedIn(states ...fmt.Stringer) *Kind[R] {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = "'" + s.String() + "'"
	}
	closed := "t.state not in (" + strings.Join(names, ", ") + ")"
	if k.archivable {
		closed = k.responsibility.Open + "\nand " + closed
	}
	k.responsibility.Open = closed
	return k
}

// OrderedBy sets the columns of the priority and of the manual order of records with the same due
// date, on a kind with Due.
func (k *Kind[R]) OrderedBy(priority, rank string) *Kind[R] {
	k.responsibility.Priority, k.responsibility.Rank = priority, rank
	return k
}

// Collaborative declares that the persons of SharedWith work on the records too, on a kind with
// Due.
func (k *Kind[R]) Collaborative() *Kind[R] {
	k.responsibility.Collaborators = true
	return k
}

// Responsibility returns who is responsible for the records, nil if no one is.
func (k *Kind[R]) Responsibility() *Responsibility { return k.responsibility }

// Collection returns the name of the resource, such as `vendors`.
func (k *Kind[R]) Collection() string { return k.collection }

// LockRank returns the rank of the records in the lock order.
func (k *Kind[R]) LockRank() int { return k.table.LockRank() }

// Waiting says which records of a kind wait for a person to do something, besides those for which
// the person is responsible. In its SQL, t is the table, :person the person, :today the
// organization's current date, :now the current time and :zone the organization's time zone.
type Waiting struct {
	// Relation says why the records wait for the person, such as `APPROVER`. It is the name of a
	// value of WorkItem.Relation.
	Relation string
	// Action is the custom method that the records wait for, such as `approve`.
	Action string
	// Permission is what the person needs to call the method.
	Permission string
	// Condition is the condition that a record waits for the person. An index must find the records
	// that meet it, such as one of the open records.
	Condition string
	// Due is the expression of the day until which a record waits, "" if there is none.
	Due string
	// Stalls is the condition that a record that waits for the person would wait until the person is
	// back, "" for all records. In it, :start and :end are the first and the last day of the absence,
	// and :deputy is the person who acts during it, which may be null.
	Stalls string
	// Personal is true if no one can do it for the person.
	Personal bool
}

// WaitsFor declares for whom the records wait. Such records are listed as the work of these persons
// instead of the responsible person.
func (k *Kind[R]) WaitsFor(waiting ...Waiting) *Kind[R] {
	k.waiting = waiting
	return k
}

// Waiting returns for whom the records wait.
func (k *Kind[R]) Waiting() []Waiting { return k.waiting }

// SubjectOf returns the identifier of the record that a record is on, "" if the kind's records are
// not on others.
func (k *Kind[R]) SubjectOf(record any) string {
	r, ok := record.(R)
	if !ok || k.ownership.subject == nil {
		return ""
	}
	return k.subjectOf(r)
}

// checkDeputy refuses a deputy who is also responsible.
func (k *Kind[R]) checkDeputy(r R) error {
	if k.responsibility == nil || k.responsibility.Deputy == "" {
		return nil
	}
	person, deputy := k.text(r, k.responsibility.Person), k.text(r, k.responsibility.Deputy)
	if deputy == "" || deputy != person {
		return nil
	}
	return fault.Invalid(fault.At(fault.JSONName(k.responsibility.Deputy), "must not be the person in %s",
		fault.JSONName(k.responsibility.Person)))
}

// text returns the value of a text field.
func (k *Kind[R]) text(r R, field string) string {
	m := r.ProtoReflect()
	return m.Get(m.Descriptor().Fields().ByName(protoreflect.Name(field))).String()
}

func (k *Kind[R]) setText(r R, field, value string) {
	m := r.ProtoReflect()
	m.Set(m.Descriptor().Fields().ByName(protoreflect.Name(field)), protoreflect.ValueOfString(value))
}

// Assignment is a change of the persons responsible for a record.
type Assignment struct {
	ID string
	// Persons before and after the change.
	WasPerson, Person string
	WasDeputy, Deputy string
}

// Reassign changes the persons responsible for records, all or none. It fails with OUT_OF_REACH if
// the caller may not change a record, or may not give it to its new owner.
func (k *Kind[R]) Reassign(ctx context.Context, tx *db.Tx, assignments []Assignment) error {
	byID, ids := map[string]Assignment{}, make([]string, len(assignments))
	for i, a := range assignments {
		byID[a.ID], ids[i] = a, a.ID
	}
	before, err := k.lockMany(ctx, tx, ids)
	if err != nil {
		return err
	}
	after := make([]R, len(before))
	permission := k.requestPermission(tx.Call(), k.writePermission)
	for i, r := range before {
		if err := k.checkReached(ctx, tx, permission, r); err != nil {
			return err
		}
		a := byID[k.table.ID(r)]
		after[i] = proto.CloneOf(r)
		if err := k.assign(after[i], a); err != nil {
			return err
		}
		if err := k.checkWithinReach(ctx, tx, r, after[i]); err != nil {
			return err
		}
	}
	return k.StoreChanges(ctx, tx, "updated", before, after)
}

// assign sets the persons of a record. If they changed since they were read, the transaction is
// retried.
func (k *Kind[R]) assign(r R, a Assignment) error {
	d := k.responsibility
	if k.text(r, d.Person) != a.WasPerson || d.Deputy != "" && k.text(r, d.Deputy) != a.WasDeputy {
		return db.RowsChanged("the persons of a record changed before it was locked")
	}
	k.setText(r, d.Person, a.Person)
	if d.Deputy != "" {
		k.setText(r, d.Deputy, a.Deputy)
	}
	return nil
}

// lockMany locks records sorted by identifier, each after its parents. If one was deleted
// since it was read, the transaction is retried.
func (k *Kind[R]) lockMany(ctx context.Context, tx *db.Tx, ids []string) (locked []R, err error) {
	if k.lockFirst == nil {
		locked, err = k.table.LockMany(ctx, tx, ids)
	} else {
		for _, key := range slices.Sorted(slices.Values(ids)) {
			r, lockErr := k.lock(ctx, tx, key)
			if err = lockErr; err != nil {
				break
			}
			locked = append(locked, r)
		}
	}
	if err != nil && fault.From(err).Code == codes.NotFound {
		return nil, db.RowsChanged("a record was deleted before it was locked")
	}
	return locked, err
}

// RecordEach records an event of a type, such as `due`, about each of the records that exist.
func (k *Kind[R]) RecordEach(ctx context.Context, tx *db.Tx, event string, ids []string) error {
	found, err := k.table.GetExisting(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, key := range ids {
		if r, exists := found[key]; exists {
			if err := k.Record(ctx, tx, db.Event{Type: event}, r, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Team returns the persons below a manager in the reporting tree.
func Team(ctx context.Context, tx *db.Tx, manager uuid.UUID) ([]uuid.UUID, error) {
	return db.CollectColumn[uuid.UUID](ctx, tx, `
select m.person_id
from platform.team_members m
where m.org_id = $1
and m.manager_id = $2
order by m.person_id`, tx.Call().Organization.ID, manager)
}

// Manager returns the person directly above a person in the reporting tree: the manager below
// whom no other manager of the person is. It returns "" if there is none.
func Manager(ctx context.Context, tx *db.Tx, person string) (string, error) {
	key, err := id.Parse(personPrefix, person)
	if err != nil {
		return "", err
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select m.manager_id
from platform.team_members m
where m.org_id = $1
and m.person_id = $2
and not exists (
  select
  from platform.team_members o
  join platform.team_members b on b.org_id = $1 and b.manager_id = m.manager_id and b.person_id = o.manager_id
  where o.org_id = $1
  and o.person_id = $2
  and o.manager_id <> m.manager_id
)`, tx.Call().Organization.ID, key)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return id.Format(personPrefix, found[0]), nil
}
