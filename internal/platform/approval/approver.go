package approval

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

const (
	// askedPersons selects the persons whom the current step of a request t asks.
	askedPersons = `
  select t.approver_id as person_id
  where t.approver_id is not null
  union
  select unnest(t.approver_ids)
  union
  select k.person_id
  from platform.api_keys k
  where k.org_id = $1
  and k.role = any(t.approver_roles)
  and k.state = 'ACTIVE'
  and (k.expire_time is null or k.expire_time > :now)
`
	// callerActsFor is the condition that the caller is a person a, or the person's deputy while the
	// person is away. As in package responsibility, the absence that starts last counts.
	callerActsFor = `(a.person_id = :person or exists (
  select
  from platform.absences b
  where b.org_id = $1
  and b.person_id = a.person_id
  and b.deputy_id = :person
  and b.start_date <= :today
  and b.end_date >= :today
  and not exists (
    select
    from platform.absences c
    where c.org_id = $1
    and c.person_id = b.person_id
    and c.start_date <= :today
    and c.end_date >= :today
    and (c.start_date, c.id) > (b.start_date, b.id)
  )
))`
	// decidableByCaller is the condition that the caller may decide a request t.
	decidableByCaller = `t.state = 'PENDING'
and t.requester_id <> :person
and :person <> all(t.maker_ids)
and :person <> all(t.approved_by_ids)
and exists (
  select
  from (` + askedPersons + `) a
  join platform.persons p on p.org_id = $1 and p.id = a.person_id and p.archive_time is null
  where a.person_id <> t.requester_id
  and a.person_id <> all(t.maker_ids)
  and a.person_id <> all(t.approved_by_ids)
  and ` + callerActsFor + `
)`
)

var bindPlaceholders = strings.NewReplacer(":now", "$3", ":person", "$4", ":today", "$5::text::date")

var (
	selectCapacities = bindPlaceholders.Replace(`
select t.id, a.person_id
from platform.approval_requests t
cross join lateral (` + askedPersons + `) a
join platform.persons p on p.org_id = $1 and p.id = a.person_id and p.archive_time is null
where t.org_id = $1
and t.id = any($2)
and ` + callerActsFor + `
order by t.id, a.person_id`)
	selectAsked = bindPlaceholders.Replace(`
select t.id, a.person_id
from platform.approval_requests t
cross join lateral (` + askedPersons + `) a
where t.org_id = $1
and t.id = any($2)
order by t.id, a.person_id`)
)

// asked is a person whom a request asks.
type asked struct{ ID, PersonID uuid.UUID }

// byRequest returns the persons of each request by its identifier.
func byRequest(rows []asked) map[string][]string {
	out := map[string][]string{}
	for _, a := range rows {
		key := id.Format(requestPrefix, a.ID)
		out[key] = append(out[key], id.Format(personPrefix, a.PersonID))
	}
	return out
}

// loadCapacities returns, for each request, the persons whom it asks and for whom the caller may
// act: the caller, and absent persons whose deputy the caller is.
func loadCapacities(ctx context.Context, tx *db.Tx, list []*request) (map[string][]string, error) {
	c := tx.Call()
	rows, err := db.Collect[asked](ctx, tx, selectCapacities, c.Organization.ID, keysOf(list), c.Now(), c.PersonID,
		c.Today().String())
	return byRequest(rows), err
}

func keysOf(list []*request) []uuid.UUID {
	keys := make([]uuid.UUID, len(list))
	for i, r := range list {
		keys[i], _ = id.Parse(requestPrefix, r.Id) // stored requests have valid identifiers
	}
	return keys
}

// isExcluded reports whether a person cannot approve a request: the requester, who made the record,
// or has approved before.
func isExcluded(r *request, person string) bool {
	return person == r.RequesterId || slices.Contains(r.MakerIds, person) || slices.Contains(r.ApprovedByIds, person)
}

// approverFor returns the person in whose name the caller may decide a request: the caller, if the
// request asks them, or an absent approver. capacities are those of loadCapacities. It refuses a
// caller who may not decide.
func approverFor(c *call.Call, r *request, capacities []string) (string, error) {
	caller := callerID(c)
	switch {
	case caller != "" && (caller == r.RequesterId || slices.Contains(r.MakerIds, caller)):
		return "", fault.New(codes.PermissionDenied, optionsv1.Reason_APPROVAL_OWN_REQUEST,
			"You requested this or made the record, so someone else must decide.").WithSubject(r.Id)
	case slices.Contains(r.ApprovedByIds, caller):
		return "", fault.Refuse(optionsv1.Reason_APPROVAL_ALREADY_GIVEN, "You have already approved this.").WithSubject(r.Id)
	case slices.Contains(capacities, caller):
		return caller, nil
	}
	for _, person := range capacities {
		if !isExcluded(r, person) {
			return person, nil
		}
	}
	return "", fault.New(codes.PermissionDenied, optionsv1.Reason_APPROVAL_NOT_ASKED,
		"The current step does not ask you.").WithSubject(r.Id)
}

// guardDecision refuses the requests that the caller may not decide.
func guardDecision(ctx context.Context, tx *db.Tx, list []*request) ([]error, error) {
	capacities, err := loadCapacities(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(list))
	for i, r := range list {
		_, refusals[i] = approverFor(tx.Call(), r, capacities[r.Id])
	}
	return refusals, nil
}

// setDecidable sets whether the caller may decide each request now.
func setDecidable(ctx context.Context, tx *db.Tx, list []*request) error {
	isPending := func(r *request) bool { return r.State == pb.ApprovalRequest_PENDING }
	if !slices.ContainsFunc(list, isPending) {
		return nil
	}
	refusals, err := guardDecision(ctx, tx, list)
	if err != nil {
		return err
	}
	for i, r := range list {
		r.Decidable = isPending(r) && refusals[i] == nil
	}
	return nil
}

// checkRequester refuses callers other than the requester.
func checkRequester(tx *db.Tx, r *request) error {
	if r.RequesterId == callerID(tx.Call()) {
		return nil
	}
	return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH, "Only the requester may do this.").
		WithSubject(r.Id)
}

// checkWithdrawer is checkRequester for callers who may not manage requests.
func checkWithdrawer(tx *db.Tx, r *request) error {
	if tx.Call().Allows(manageRequests) {
		return nil
	}
	return checkRequester(tx, r)
}
