package responsibility

import (
	"context"
	"encoding/json"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// ListDeadlines lists open records with a due date.
func (s *Service) ListDeadlines(
	ctx context.Context, req *pb.ListDeadlinesRequest,
) (*pb.ListDeadlinesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListDeadlinesResponse, error) {
		q, err := deadlineQuery(req)
		if err != nil {
			return nil, err
		}
		paging, err := resource.NewPaging(s.db.Keys(), tx.Call(), req,
			req.GetPersonId(), req.GetResource(), req.GetStartDate(), req.GetEndDate(), req.GetDeputyId())
		if err != nil {
			return nil, err
		}
		records, next, err := readPage(ctx, tx, paging, req.GetResource(), q)
		if err != nil {
			return nil, err
		}
		acting, err := loadActing(ctx, tx, records)
		if err != nil {
			return nil, err
		}
		res, today := &pb.ListDeadlinesResponse{NextPageToken: next}, tx.Call().Today().String()
		for i, r := range records {
			res.Deadlines = append(res.Deadlines, &pb.Deadline{
				SubjectId: r.subjectID, Resource: r.Resource, DisplayName: r.title, DueDate: r.DueDate,
				Overdue: r.DueDate < today, ResponsibleId: personID(r.Person), DeputyId: personID(r.Deputy), ActingId: acting[i],
			})
		}
		return res, nil
	})
}

// deadlineQuery returns the query that a request asks for.
func deadlineQuery(req *pb.ListDeadlinesRequest) (q query, err error) {
	q = query{byDate: true, from: req.GetStartDate(), until: req.GetEndDate()}
	err = q.limitTo(req.GetPersonId(), req.GetDeputyId())
	return q, err
}

// limitTo limits a query to the records of a responsible person and of a deputy, if they are given.
func (q *query) limitTo(person, deputy string) (err error) {
	var violations fault.List
	q.person, err = parsePerson("personId", person)
	violations.MergeViolations("", err)
	q.deputy, err = parsePerson("deputyId", deputy)
	violations.MergeViolations("", err)
	return violations.Err()
}

// ListResponsibilities lists open records and who is responsible for them.
func (s *Service) ListResponsibilities(
	ctx context.Context, req *pb.ListResponsibilitiesRequest,
) (*pb.ListResponsibilitiesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListResponsibilitiesResponse, error) {
		q := query{
			withoutPerson: req.GetMissing() == pb.ListResponsibilitiesRequest_RESPONSIBLE,
			withoutDeputy: req.GetMissing() == pb.ListResponsibilitiesRequest_DEPUTY,
		}
		if err := q.limitTo(req.GetPersonId(), req.GetDeputyId()); err != nil {
			return nil, err
		}
		paging, err := resource.NewPaging(s.db.Keys(), tx.Call(), req,
			req.GetPersonId(), req.GetDeputyId(), req.GetResource(), req.GetMissing().String())
		if err != nil {
			return nil, err
		}
		records, next, err := readPage(ctx, tx, paging, req.GetResource(), q)
		if err != nil {
			return nil, err
		}
		list, err := describe(ctx, tx, records)
		return &pb.ListResponsibilitiesResponse{Responsibilities: list, NextPageToken: next}, err
	})
}

// readPage reads a page of the records that the caller may read. It returns the token of the next
// page, "" on the last one.
func readPage(
	ctx context.Context, tx *db.Tx, paging resource.Paging, name string, q query,
) (page []titled, next string, err error) {
	sources, err := readableSources(ctx, tx)
	if err != nil {
		return nil, "", err
	}
	if sources, err = ofResource(tx, sources, name); err != nil {
		return nil, "", err
	}
	q.limit = paging.Size
	if q.after, err = parsePosition(paging.After); err != nil {
		return nil, "", err
	}
	records, err := selectOpen(ctx, tx, sources, q)
	if err != nil {
		return nil, "", err
	}
	if len(records) == paging.Size {
		last, err := json.Marshal(records[len(records)-1].position())
		if err != nil {
			return nil, "", err
		}
		next = paging.Next(last)
	}
	page, err = loadTitles(ctx, tx, records)
	return page, next, err
}

// describe returns records as the API shows them.
func describe(ctx context.Context, tx *db.Tx, records []titled) ([]*pb.Responsibility, error) {
	acting, err := loadActing(ctx, tx, records)
	if err != nil {
		return nil, err
	}
	out := make([]*pb.Responsibility, len(records))
	for i, r := range records {
		out[i] = &pb.Responsibility{
			SubjectId: r.subjectID, Resource: r.Resource, DisplayName: r.title, DueDate: r.dueDate(),
			ResponsibleId: personID(r.Person), DeputyId: personID(r.Deputy), ActingId: acting[i],
		}
	}
	return out, nil
}
