package collaboration

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// asksPerson is the condition that a request t asks a person p. Requests that ask everyone or a
// role ask whoever has an active key of it at the time.
const asksPerson = `(t.everyone or p.id = any(t.person_ids) or exists (
  select
  from platform.api_keys k
  where k.org_id = $1
  and k.person_id = p.id
  and k.role = any(t.roles)
  and k.state = 'ACTIVE'
  and (k.expire_time is null or k.expire_time > :now)
))`

// pendingForCaller is the condition that a request t waits for the caller.
const pendingForCaller = `t.state = 'OPEN' and exists (
  select
  from platform.persons p
  where p.org_id = $1
  and p.id = :person
  and p.archive_time is null
  and ` + asksPerson + `
) and not exists (
  select
  from platform.acknowledgments a
  where a.org_id = $1
  and a.request_id = t.id
  and a.person_id = :person
)`

// selectCounts counts the persons whom requests ask, and those of them who have acknowledged. It
// counts the persons of the organization once for all requests that ask everyone. Of other requests
// it looks up the persons that are named or have a role.
var selectCounts = strings.NewReplacer(":now", "$4", ":person", "$3").Replace(`
select t.id, ` + pendingForCaller + ` as pending,
  case
    when t.everyone then (
      select count(*)
      from platform.persons p
      where p.org_id = $1
      and p.archive_time is null
    )
    else (
      select count(*)
      from (
        select unnest(t.person_ids) as id
        union
        select k.person_id
        from platform.api_keys k
        where k.org_id = $1
        and k.role = any(t.roles)
        and k.state = 'ACTIVE'
        and (k.expire_time is null or k.expire_time > :now)
      ) n
      join platform.persons p on p.org_id = $1 and p.id = n.id and p.archive_time is null
    )
  end::integer as asked,
  (
    select count(*)
    from platform.acknowledgments a
    join platform.persons p on p.org_id = $1 and p.id = a.person_id and p.archive_time is null
    where a.org_id = $1
    and a.request_id = t.id
    and ` + asksPerson + `
  )::integer as acknowledged
from platform.acknowledgment_requests t
where t.org_id = $1
and t.id = any($2)`)

// selectPending finds whether a request waits for the caller.
var selectPending = strings.NewReplacer(":now", "$4", ":person", "$3").Replace(`
select ` + pendingForCaller + `
from platform.acknowledgment_requests t
where t.org_id = $1
and t.id = $2`)

var selectAsked = strings.ReplaceAll(`
select p.id, a.acknowledge_time
from platform.acknowledgment_requests t
join platform.persons p on p.org_id = $1 and p.archive_time is null and `+asksPerson+`
left join platform.acknowledgments a on a.org_id = $1 and a.request_id = t.id and a.person_id = p.id
where t.org_id = $1
and t.id = $2
and ($3::boolean is null or (a.person_id is not null) = $3)
and ($4::uuid is null or p.id > $4)
order by p.id
limit $5`, ":now", "$6")

// completeRequests sets how many persons are asked and have acknowledged, whether the caller is
// one who has not, and whether the subject has changed.
func completeRequests(ctx context.Context, tx *db.Tx, list []*request) error {
	type counts struct {
		ID                  uuid.UUID
		Asked, Acknowledged int32
		Pending             bool
	}
	keys, subjects := make([]uuid.UUID, len(list)), make([]string, len(list))
	for i, r := range list {
		keys[i], _ = id.Parse("akr", r.Id) // stored records have valid identifiers
		subjects[i] = r.SubjectId
	}
	found, err := db.Collect[counts](ctx, tx, selectCounts, tx.Call().Organization.ID, keys, tx.Call().PersonID,
		tx.Call().Now())
	if err != nil {
		return err
	}
	byID := map[uuid.UUID]counts{}
	for _, c := range found {
		byID[c.ID] = c
	}
	records, err := resource.LoadSubjects(ctx, tx, subjects)
	if err != nil {
		return err
	}
	for i, r := range list {
		c := byID[keys[i]]
		r.AskedCount, r.AcknowledgedCount = c.Asked, c.Acknowledged
		r.Pending = c.Pending && r.State == pb.AcknowledgmentRequest_OPEN
		r.Outdated = etagOf(records[i]) != r.SubjectEtag
	}
	return nil
}

// AcknowledgeAcknowledgmentRequest records that the caller has read the version of the record. No
// effect if the caller already has.
func (s *Service) AcknowledgeAcknowledgmentRequest(
	ctx context.Context, req *pb.AcknowledgeAcknowledgmentRequestRequest,
) (*pb.Acknowledgment, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Acknowledgment, error) {
		r, err := requests.LockByCaller(ctx, tx, req.GetAcknowledgmentRequestId())
		if err != nil {
			return nil, err
		}
		key, err := requests.Table().Key(r.Id)
		if err != nil {
			return nil, err
		}
		c, now := tx.Call(), tx.Call().Now()
		// An answer stands even if the request was canceled or superseded since, so that a retry
		// succeeds.
		at, err := acknowledgeTime(ctx, tx, key)
		switch {
		case err != nil:
			return nil, err
		case at != nil:
			return acknowledged(callerID(c), *at), nil
		}
		if err := checkAcknowledgeable(ctx, tx, r, req.GetSubjectEtag()); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `
insert into platform.acknowledgments (org_id, request_id, person_id, acknowledge_time)
values ($1, $2, $3, $4)`, c.Organization.ID, key, c.PersonID, now); err != nil {
			return nil, err
		}
		return acknowledged(callerID(c), now), requests.Record(ctx, tx, db.Event{Type: "acknowledged"}, r, r)
	})
}

// checkAcknowledgeable refuses to acknowledge a request that is not open or does not ask the
// caller, and a version of the record that is not the current one. An empty version is not
// compared.
func checkAcknowledgeable(ctx context.Context, tx *db.Tx, r *request, subjectEtag string) error {
	if r.State != pb.AcknowledgmentRequest_OPEN {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The request is no longer open.").WithSubject(r.Id)
	}
	key, err := requests.Table().Key(r.Id)
	if err != nil {
		return err
	}
	var isPending bool
	if err := tx.QueryRow(ctx, selectPending, tx.Call().Organization.ID, key, tx.Call().PersonID, tx.Call().Now()).
		Scan(&isPending); err != nil {
		return err
	}
	if !isPending {
		return fault.Refuse(optionsv1.Reason_ACKNOWLEDGMENT_NOT_ASKED, "The request does not ask you.").WithSubject(r.Id)
	}
	if subjectEtag == "" {
		return nil
	}
	found, err := resource.LoadSubjects(ctx, tx, []string{r.SubjectId})
	if err != nil || etagOf(found[0]) == subjectEtag {
		return err
	}
	return fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
		"The record was changed since it was read; read it again.").WithSubject(r.SubjectId)
}

// acknowledgeTime returns when the caller acknowledged a request, nil if the caller has not.
func acknowledgeTime(ctx context.Context, tx *db.Tx, request uuid.UUID) (at *time.Time, err error) {
	c := tx.Call()
	return at, tx.QueryRow(ctx, `
select max(a.acknowledge_time)
from platform.acknowledgments a
where a.org_id = $1
and a.request_id = $2
and a.person_id = $3`, c.Organization.ID, request, c.PersonID).Scan(&at)
}

// acknowledged returns the answer of a person who has acknowledged.
func acknowledged(person string, at time.Time) *pb.Acknowledgment {
	return &pb.Acknowledgment{
		PersonId: person, State: pb.Acknowledgment_ACKNOWLEDGED, AcknowledgeTime: timestamppb.New(at),
	}
}

// ListAcknowledgments lists the persons whom a request asks, by person.
func (s *Service) ListAcknowledgments(
	ctx context.Context, req *pb.ListAcknowledgmentsRequest,
) (*pb.ListAcknowledgmentsResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListAcknowledgmentsResponse, error) {
		paging, err := resource.NewPaging(s.db.Keys(), tx.Call(), req, req.GetAcknowledgmentRequestId(),
			req.GetState().String())
		if err != nil {
			return nil, err
		}
		r, err := requests.GetByCaller(ctx, tx, req.GetAcknowledgmentRequestId())
		if err != nil {
			return nil, err
		}
		missing := pb.Acknowledgment_PENDING
		if r.DueDate < tx.Call().Today().String() {
			missing = pb.Acknowledgment_OVERDUE
		}
		res := &pb.ListAcknowledgmentsResponse{}
		if req.GetState() == pb.Acknowledgment_OVERDUE && missing != pb.Acknowledgment_OVERDUE {
			return res, nil
		}
		return res, listAsked(ctx, tx, r, req.GetState(), missing, paging, res)
	})
}

// listAsked adds a page of the persons whom a request asks to a response. missing is the state of
// those who have not acknowledged.
func listAsked(
	ctx context.Context, tx *db.Tx, r *request, only, missing pb.Acknowledgment_State,
	paging resource.Paging, res *pb.ListAcknowledgmentsResponse,
) error {
	type asked struct {
		ID              uuid.UUID
		AcknowledgeTime *time.Time
	}
	key, err := requests.Table().Key(r.Id)
	if err != nil {
		return err
	}
	var done *bool
	if only != 0 {
		done = new(bool)
		*done = only == pb.Acknowledgment_ACKNOWLEDGED
	}
	after := uuid.NullUUID{Valid: paging.After != nil}
	if after.Valid {
		if after.UUID, err = uuid.FromBytes(paging.After); err != nil {
			return err
		}
	}
	found, err := db.Collect[asked](ctx, tx, selectAsked, tx.Call().Organization.ID, key, done, after, paging.Size,
		tx.Call().Now())
	if err != nil {
		return err
	}
	for _, a := range found {
		person := id.Format("prs", a.ID)
		if a.AcknowledgeTime != nil {
			res.Acknowledgments = append(res.Acknowledgments, acknowledged(person, *a.AcknowledgeTime))
			continue
		}
		res.Acknowledgments = append(res.Acknowledgments, &pb.Acknowledgment{PersonId: person, State: missing})
	}
	if len(found) == paging.Size {
		last := found[len(found)-1].ID
		res.NextPageToken = paging.Next(last[:])
	}
	return nil
}
