package approval

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/notice"
)

// selectDeciders selects the persons who may decide the current step of a request: those whom it
// asks, and the deputies of those who are away. With approvers, only they and their deputies.
var selectDeciders = bindPlaceholders.Replace(`
select distinct v.person_id
from platform.approval_requests t
cross join lateral (` + askedPersons + `) a
join platform.persons p on p.org_id = $1 and p.id = a.person_id and p.archive_time is null
cross join lateral (
  select a.person_id
  union all
  (
    select b.deputy_id
    from platform.absences b
    where b.org_id = $1
    and b.person_id = a.person_id
    and b.start_date <= $4::text::date
    and b.end_date >= $4::text::date
    order by b.start_date desc, b.id desc
    limit 1
  )
) v (person_id)
where t.org_id = $1
and t.id = any($2)
and ($5::uuid[] is null or a.person_id = any($5))
and a.person_id <> t.requester_id
and a.person_id <> all(t.maker_ids)
and a.person_id <> all(t.approved_by_ids)
and v.person_id <> t.requester_id
and v.person_id <> all(t.maker_ids)
and v.person_id <> all(t.approved_by_ids)
order by v.person_id`)

// loadDeciders returns the persons who may decide the current step of a request. With approvers, it
// returns only those of them and their deputies. It omits persons whose rights do not let them
// decide.
func loadDeciders(ctx context.Context, tx *db.Tx, r *request, approvers []uuid.UUID) (persons []uuid.UUID, err error) {
	c := tx.Call()
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, selectDeciders, c.Organization.ID, keysOf([]*request{r}), c.Now(),
		c.Today().String(), approvers)
	if err != nil {
		return nil, err
	}
	calls, err := identity.CallsOf(ctx, tx, found)
	for _, person := range calls {
		if person.Allows(writeRequests) {
			persons = append(persons, person.PersonID)
		}
	}
	return persons, err
}

// loadRequest returns the request of an event, nil if it was deleted since.
func loadRequest(ctx context.Context, tx *db.Tx, e notice.Event) (*request, error) {
	found, err := requests.Load(ctx, tx, []string{e.RecordID})
	if err != nil || found[0].Record == nil {
		return nil, err
	}
	return found[0].Record.(*request), nil
}

// isAsking reports whether an event may have asked further persons. An update of a request hands it
// over.
func isAsking(_ *db.Tx, e notice.Event) bool {
	return !strings.HasSuffix(e.Type, ".updated") || len(newApprovers(e)) > 0
}

// newApprovers returns the persons who became approvers by the change of an event.
func newApprovers(e notice.Event) (persons []uuid.UUID) {
	for _, c := range e.Changes {
		var before, after []any
		switch c.Field {
		case "approverId":
			before, after = []any{c.Before}, []any{c.After}
		case "approverIds":
			before, _ = c.Before.([]any) // null if there was none
			after, _ = c.After.([]any)
		}
		for _, person := range after {
			text, _ := person.(string)
			if key, err := id.Parse(personPrefix, text); err == nil && !slices.Contains(before, person) {
				persons = append(persons, key)
			}
		}
	}
	return persons
}

// findAsked returns whom an event asks to approve: the persons of the step that began with it, or
// the one to whom the request was handed over. A step asks each person once.
func findAsked(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	r, err := loadRequest(ctx, tx, e)
	if err != nil || r == nil || !slices.Contains(open, r.State) {
		return a, err
	}
	var approvers []uuid.UUID
	if strings.HasSuffix(e.Type, ".updated") {
		approvers = newApprovers(e)
	} else {
		a.Cause = fmt.Sprintf("%s step %d", r.Id, r.Step)
	}
	if a.Persons, err = loadDeciders(ctx, tx, r, approvers); err != nil {
		return a, err
	}
	requester, err := nameOf(ctx, tx, r.RequesterId)
	a.Values = map[string]any{"requester": requester}
	return a, err
}

// findEscalated returns the persons whom an escalation asks in addition, and their deputies.
func findEscalated(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	further := newApprovers(e)
	if len(further) == 0 {
		return a, nil
	}
	r, err := loadRequest(ctx, tx, e)
	if err != nil || r == nil || !slices.Contains(open, r.State) {
		return a, err
	}
	a.Persons, err = loadDeciders(ctx, tx, r, further)
	return a, err
}

// decisionTypes are the types of decision by the verb of their events.
var decisionTypes = map[string]pb.ApprovalRequest_Decision_Type{
	"endorsed":  pb.ApprovalRequest_Decision_APPROVE,
	"approved":  pb.ApprovalRequest_Decision_APPROVE,
	"rejected":  pb.ApprovalRequest_Decision_REJECT,
	"askedBack": pb.ApprovalRequest_Decision_ASK_BACK,
	"answered":  pb.ApprovalRequest_Decision_ANSWER,
	"withdrawn": pb.ApprovalRequest_Decision_WITHDRAW,
	"released":  pb.ApprovalRequest_Decision_RELEASE,
}

// decisionOf returns the place of the decision that an event is about, -1 if there is none. It is
// the last one of its type by the time of the event.
func decisionOf(r *request, e notice.Event) int {
	what := decisionTypes[e.Type[strings.LastIndex(e.Type, ".")+1:]]
	for i := len(r.Decisions) - 1; i >= 0; i-- {
		if d := r.Decisions[i]; d.Type == what && !d.DecideTime.AsTime().Truncate(time.Microsecond).After(e.CreateTime) {
			return i
		}
	}
	return -1
}

// findRequester returns the requester, with the note of the decision that an event is about.
func findRequester(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	r, err := loadRequest(ctx, tx, e)
	if err != nil || r == nil || r.RequesterId == "" {
		return a, err
	}
	if at := decisionOf(r, e); at >= 0 {
		a.Body = r.Decisions[at].Note
	}
	requester, err := id.Parse(personPrefix, r.RequesterId)
	a.Persons = []uuid.UUID{requester}
	return a, err
}

// findAsker returns the person who asked the question that an event answers, with the answer.
func findAsker(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	r, err := loadRequest(ctx, tx, e)
	if err != nil || r == nil {
		return a, err
	}
	at := decisionOf(r, e)
	for i := at - 1; i >= 0; i-- {
		if d := r.Decisions[i]; d.Type == pb.ApprovalRequest_Decision_ASK_BACK {
			asker, err := id.Parse(personPrefix, d.PersonId)
			return notice.Audience{Persons: []uuid.UUID{asker}, Body: r.Decisions[at].Note}, err
		}
	}
	return a, nil
}

// nameOf returns the name of a person, and that of the organization for the system.
func nameOf(ctx context.Context, tx *db.Tx, person string) (string, error) {
	if person == "" {
		return tx.Call().Organization.DisplayName, nil
	}
	kind, known := tx.Kinds().ByPrefix(personPrefix)
	if !known {
		return "", fmt.Errorf("approval: there is no kind of persons")
	}
	found, err := kind.Load(ctx, tx, []string{person})
	if err != nil {
		return "", err
	}
	return found[0].Title, nil
}
