package timekeeping

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// BatchCreateTimeEntries creates several time entries, all or none.
func (s *Service) BatchCreateTimeEntries(
	ctx context.Context, req *pb.BatchCreateTimeEntriesRequest,
) (*pb.BatchCreateTimeEntriesResponse, error) {
	var violations fault.List
	for i, r := range req.GetRequests() {
		if r.GetValidateOnly() && !req.GetValidateOnly() {
			violations.Append(fault.At(fmt.Sprintf("requests[%d].validateOnly", i),
				"must be set on the batch, not on one of its requests"))
		}
	}
	if err := violations.Err(); err != nil {
		return nil, err
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BatchCreateTimeEntriesResponse, error) {
		out := &pb.BatchCreateTimeEntriesResponse{}
		for _, r := range req.GetRequests() {
			e := timeEntries.FromRequest(r.GetTimeEntry())
			_ = setPerson(tx, &e.PersonId) // if there is none, the rules refuse it at its path
			out.TimeEntries = append(out.TimeEntries, e)
		}
		return out, createAll(ctx, tx, out.TimeEntries)
	})
}

// createAll stores new time entries. It reports the violations of all of them together.
func createAll(ctx context.Context, tx *db.Tx, list []*pb.TimeEntry) error {
	if err := lockTimeOfEach(ctx, tx, list); err != nil {
		return err
	}
	works := make([]workOf, len(list))
	for i, e := range list {
		works[i] = workOf{e.ProjectId, e.TaskId}
	}
	if err := keepProjects(ctx, tx, works); err != nil {
		return err
	}
	var violations fault.List
	for i, e := range list {
		path := fmt.Sprintf("requests[%d]", i)
		err := timeEntries.Insert(ctx, tx, e, createRules...)
		if err := violations.Merge(path+".timeEntry", err); err != nil {
			return resource.InItem(path, err)
		}
	}
	return violations.Err()
}

// lockTimeOfEach locks the time of the persons of new time entries, sorted by person.
func lockTimeOfEach(ctx context.Context, tx *db.Tx, list []*pb.TimeEntry) error {
	var persons []string
	for _, e := range list {
		if e.PersonId != "" {
			persons = append(persons, e.PersonId)
		}
	}
	slices.Sort(persons)
	for _, person := range slices.Compact(persons) {
		if err := lockTime(ctx, tx, person); err != nil {
			return err
		}
	}
	return nil
}
