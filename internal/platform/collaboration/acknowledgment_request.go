package collaboration

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type request = pb.AcknowledgmentRequest

var requests = resource.New(table.New("platform.acknowledgment_requests",
	table.Subject("subject_id", func(r *request) *string { return &r.SubjectId }).Filter(),
	table.Text("subject_etag", func(r *request) *string { return &r.SubjectEtag }),
	table.Text("message", func(r *request) *string { return &r.Message }),
	table.Date("due_date", func(r *request) *string { return &r.DueDate }).
		Filter().Sort("acknowledgment_requests_by_due_date"),
	table.Refs("person_ids", "prs", func(r *request) *[]string { return &r.PersonIds }).Usable(),
	table.Enums("roles", func(r *request) *[]pb.ApiKey_Role { return &r.Roles }),
	table.Bool("everyone", func(r *request) *bool { return &r.Everyone }),
	table.Ref("requester_id", "prs", func(r *request) *string { return &r.RequesterId }).Filter(),
	table.Enum("state", func(r *request) *pb.AcknowledgmentRequest_State { return &r.State }).Filter(),
	table.Ref("superseded_by_id", "akr", func(r *request) *string { return &r.SupersededById }),
	table.Predicate[*request]("pending", pendingForCaller),
)).OnSubject("subject_id").Lifecycle(requestLifecycle).DeclareEvents("acknowledged").LoadComputed(completeRequests).
	GuardEach(checkRequester, "cancel", "repeat").
	WaitsFor(resource.Waiting{
		Relation: "ACKNOWLEDGER", Action: "acknowledge", Permission: "platform.acknowledgmentRequests.acknowledge",
		Condition: pendingForCaller, Due: "t.due_date", Personal: true,
	})

var open = []pb.AcknowledgmentRequest_State{pb.AcknowledgmentRequest_OPEN}

var requestLifecycle = state.New(func(r *request) *pb.AcknowledgmentRequest_State { return &r.State },
	[]state.Step[pb.AcknowledgmentRequest_State]{
		{Verb: "cancel", Event: "canceled", From: open, To: pb.AcknowledgmentRequest_CANCELED},
		{Verb: "repeat", Event: "superseded", From: open, To: pb.AcknowledgmentRequest_SUPERSEDED},
	})

// CreateAcknowledgmentRequest asks persons to acknowledge the current version of a record.
func (s *Service) CreateAcknowledgmentRequest(
	ctx context.Context, req *pb.CreateAcknowledgmentRequestRequest,
) (*pb.AcknowledgmentRequest, error) {
	asked := req.GetAcknowledgmentRequest().GetPersonIds()
	return requests.Create(ctx, s.db, req.GetAcknowledgmentRequest(), checkAsked(asked), openRequest)
}

// GetAcknowledgmentRequest returns an acknowledgment request.
func (s *Service) GetAcknowledgmentRequest(
	ctx context.Context, req *pb.GetAcknowledgmentRequestRequest,
) (*pb.AcknowledgmentRequest, error) {
	return requests.Get(ctx, s.db, req.GetAcknowledgmentRequestId())
}

// BatchGetAcknowledgmentRequests returns several acknowledgment requests.
func (s *Service) BatchGetAcknowledgmentRequests(
	ctx context.Context, req *pb.BatchGetAcknowledgmentRequestsRequest,
) (*pb.BatchGetAcknowledgmentRequestsResponse, error) {
	list, err := requests.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetAcknowledgmentRequestsResponse{AcknowledgmentRequests: list}, err
}

// ListAcknowledgmentRequests lists acknowledgment requests.
func (s *Service) ListAcknowledgmentRequests(
	ctx context.Context, req *pb.ListAcknowledgmentRequestsRequest,
) (*pb.ListAcknowledgmentRequestsResponse, error) {
	page, err := requests.List(ctx, s.db, req)
	return &pb.ListAcknowledgmentRequestsResponse{
		AcknowledgmentRequests: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// CancelAcknowledgmentRequest withdraws an acknowledgment request.
func (s *Service) CancelAcknowledgmentRequest(
	ctx context.Context, req *pb.CancelAcknowledgmentRequestRequest,
) (*pb.AcknowledgmentRequest, error) {
	return requests.Step(ctx, s.db, req.GetAcknowledgmentRequestId(), "cancel")
}

// RepeatAcknowledgmentRequest asks the same persons about the current version of the record, and
// supersedes the earlier request.
func (s *Service) RepeatAcknowledgmentRequest(
	ctx context.Context, req *pb.RepeatAcknowledgmentRequestRequest,
) (*pb.AcknowledgmentRequest, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.AcknowledgmentRequest, error) {
		var next *request
		_, err := requests.StepByCaller(ctx, tx, req.GetAcknowledgmentRequestId(), "repeat",
			func(ctx context.Context, tx *db.Tx, was, r *request) error {
				next = &request{
					SubjectId: was.SubjectId, Message: was.Message, DueDate: req.GetDueDate(),
					Roles: was.Roles, Everyone: was.Everyone,
				}
				var err error
				if next.PersonIds, err = remainingPersons(ctx, tx, was); err != nil {
					return err
				}
				if err := requests.Insert(ctx, tx, next, openRequest); err != nil {
					return err
				}
				r.SupersededById = next.Id
				return nil
			})
		return next, err
	})
}

// checkRequester refuses a change of a request by another person than the requester, unless the
// caller may manage requests.
func checkRequester(tx *db.Tx, r *request) error {
	if tx.Call().Allows(manageRequests) || r.RequesterId != "" && r.RequesterId == callerID(tx.Call()) {
		return nil
	}
	return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
		"Only the requester may change an acknowledgment request.").WithSubject(r.Id)
}

// remainingPersons returns the persons that a request names without those who were archived or
// deleted, or may no longer read the subject. It refuses a request that then asks no one.
func remainingPersons(ctx context.Context, tx *db.Tx, r *request) ([]string, error) {
	readers, err := readersOf(ctx, tx, r.SubjectId, r.PersonIds)
	if err != nil {
		return nil, err
	}
	persons := slices.DeleteFunc(slices.Clone(r.PersonIds), func(p string) bool { return !readers[p] })
	if len(persons) == 0 && len(r.Roles) == 0 && !r.Everyone {
		return nil, fault.Refuse(optionsv1.Reason_ACKNOWLEDGMENT_ASKS_NO_ONE,
			"None of the persons can acknowledge any more; create a request that asks others.").WithSubject(r.Id)
	}
	return persons, nil
}

// checkAsked refuses a request that asks no one, and persons who may not read the subject. persons
// are those of the request in the caller's order.
func checkAsked(persons []string) resource.Rule[*request] {
	return func(ctx context.Context, tx *db.Tx, _, r *request) error {
		if len(r.PersonIds) == 0 && len(r.Roles) == 0 && !r.Everyone {
			return fault.Invalid(fault.At("personIds", "is required unless roles or everyone is set"))
		}
		slices.Sort(r.Roles)
		r.Roles = slices.Compact(r.Roles)
		var violations fault.List
		if slices.Contains(r.Roles, pb.ApiKey_ROLE_UNSPECIFIED) {
			violations.Append(fault.At("roles", "must not contain an unspecified role"))
		}
		readers, err := readersOf(ctx, tx, r.SubjectId, r.PersonIds)
		if err != nil {
			return err
		}
		for i, p := range persons {
			if !readers[p] {
				violations.MergeViolations("", cannotRead(fmt.Sprintf("personIds[%d]", i)))
			}
		}
		return violations.Err()
	}
}

// openRequest opens a request about the current version of its subject.
func openRequest(ctx context.Context, tx *db.Tx, _, r *request) error {
	r.State, r.RequesterId = pb.AcknowledgmentRequest_OPEN, callerID(tx.Call())
	found, err := resource.LoadSubjects(ctx, tx, []string{r.SubjectId})
	if err == nil {
		r.SubjectEtag = etagOf(found[0])
	}
	return err
}

// etagOf returns the version of a record, "" if it has none.
func etagOf(s db.Subject) string {
	if s.Record == nil {
		return ""
	}
	m := s.Record.ProtoReflect()
	fd := m.Descriptor().Fields().ByName("etag")
	if fd == nil || fd.Kind() != protoreflect.StringKind {
		return ""
	}
	return m.Get(fd).String()
}
