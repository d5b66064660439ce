package resource

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
	// and :deputy is the person who acts meanwhile, which may be null.
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
