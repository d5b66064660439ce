package responsibility

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

const (
	// maxStalled is how many records a preview lists.
	maxStalled = 2000
	// maxAbsenceDays is the number of days from the first to the last day of a preview.
	maxAbsenceDays = 366
)

// stalled is a record that would stall.
type stalled struct {
	titled
	reason   pb.StalledRecord_Reason
	action   string
	personal bool
}

// PreviewAbsence returns what would stall while a person is away, and who may take it.
func (s *Service) PreviewAbsence(
	ctx context.Context, req *pb.PreviewAbsenceRequest,
) (*pb.PreviewAbsenceResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.PreviewAbsenceResponse, error) {
		away, err := readPreview(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		person, err := ReadPerson(ctx, tx, req.GetPersonId())
		if err != nil {
			return nil, err
		}
		if away.deputy == person {
			return nil, fault.Invalid(fault.At("deputyId", "must not be the person who is away"))
		}
		paging, err := resource.NewPaging(s.db.Keys(), tx.Call(), req, person.String(), req.GetStartDate(),
			req.GetEndDate(), req.GetDeputyId())
		if err != nil {
			return nil, err
		}
		after, err := parsePosition(paging.After)
		if err != nil {
			return nil, err
		}
		all, err := findStalled(ctx, tx, person, away)
		if err != nil {
			return nil, err
		}
		res := &pb.PreviewAbsenceResponse{TotalSize: int32(len(all))}
		page := slices.DeleteFunc(all, func(r stalled) bool {
			return after != nil && comparePositions(r.position(), *after) <= 0
		})
		if len(page) > paging.Size {
			page = page[:paging.Size]
			last, err := json.Marshal(page[len(page)-1].position())
			if err != nil {
				return nil, err
			}
			res.NextPageToken = paging.Next(last)
		}
		res.StalledRecords, err = describeStalled(ctx, tx, person, away, page)
		return res, err
	})
}

// readPreview reads the absence of a request. It refuses one that ends before it starts, and one
// that is too long.
func readPreview(ctx context.Context, tx *db.Tx, req *pb.PreviewAbsenceRequest) (a absenceSpan, err error) {
	var violations fault.List
	day := func(field, text string) calendar.Date {
		d, err := calendar.ParseBusinessDate(text)
		if err != nil {
			violations.Append(fault.At(field, "%s", err))
		}
		return d
	}
	a.start, a.end = day("startDate", req.GetStartDate()), day("endDate", req.GetEndDate())
	if violations.Err() == nil {
		switch {
		case a.end.Before(a.start):
			violations.Append(fault.At("endDate", "must not be before startDate, %s", a.start))
		case a.start.DaysUntil(a.end) > maxAbsenceDays:
			violations.Append(fault.At("endDate", "must be at most %d days after startDate, %s", maxAbsenceDays, a.start))
		}
	}
	err = violations.Merge("", resource.CheckReference(ctx, tx, personPrefix, "deputyId", req.GetDeputyId()))
	if err != nil {
		return a, err
	}
	if err := violations.Err(); err != nil {
		return a, err
	}
	a.deputy, err = parsePerson("deputyId", req.GetDeputyId())
	return a, err
}

// findStalled returns the records that would stall and that the caller may read, by due date,
// resource and identifier.
func findStalled(ctx context.Context, tx *db.Tx, person uuid.UUID, away absenceSpan) ([]stalled, error) {
	until := away.end.String()
	own, err := findOpen(ctx, tx, query{person: person, until: until})
	if err != nil {
		return nil, err
	}
	var all []stalled
	for _, r := range own {
		all = append(all, stalled{titled: r, reason: pb.StalledRecord_RESPONSIBLE, action: "open"})
	}
	waiting, err := selectWaiting(ctx, tx, person, &away)
	if err != nil {
		return nil, err
	}
	for _, w := range waiting {
		r := openRecord{Resource: w.Kind.Collection(), ID: w.ID, DueDate: w.DueDate,
			Person: uuid.NullUUID{UUID: person, Valid: true}}
		all = append(all, stalled{titled{r, w.SubjectID, w.Title}, pb.StalledRecord_ASKED, w.Action, w.Personal})
	}
	acted, err := findActedFor(ctx, tx, person, away)
	if err != nil {
		return nil, err
	}
	for _, r := range acted {
		all = append(all, stalled{titled: r, reason: pb.StalledRecord_DEPUTY, action: "open"})
	}
	// The reasons come in their order, so that the first one of a record is kept.
	slices.SortStableFunc(all, func(a, b stalled) int { return comparePositions(a.position(), b.position()) })
	all = slices.CompactFunc(all, func(a, b stalled) bool { return a.subjectID == b.subjectID })
	return all[:min(len(all), maxStalled)], nil
}

// comparePositions orders records by due date, resource and identifier. Those without a due date
// come last, because letters come after digits.
func comparePositions(a, b position) int {
	return cmp.Or(cmp.Compare(a.DueDate, b.DueDate), cmp.Compare(a.Resource, b.Resource), slices.Compare(a.ID[:], b.ID[:]))
}

// findOpen returns the open records of a query that have a due date, are not left to
// resource.Waiting and may be read by the caller, also because they are shared with the caller.
func findOpen(ctx context.Context, tx *db.Tx, q query) ([]titled, error) {
	var sources []source
	for _, s := range allSources(tx) {
		if s.kind.ReadReach(tx.Call()) != call.None && len(s.kind.Waiting()) == 0 {
			sources = append(sources, s)
		}
	}
	q.byDate, q.limit = true, maxStalled
	records, err := selectOpen(ctx, tx, sources, q)
	if err != nil {
		return nil, err
	}
	return loadTitles(ctx, tx, records)
}

// findActedFor returns the records of persons who are away at the same time, for whom the person
// acts: as the deputy of the record, or as that of the absence if the record has no other deputy.
func findActedFor(ctx context.Context, tx *db.Tx, person uuid.UUID, away absenceSpan) ([]titled, error) {
	until := away.end.String()
	found, err := findOpen(ctx, tx, query{deputy: person, until: until})
	if err != nil {
		return nil, err
	}
	persons := make([]uuid.UUID, len(found))
	for i, r := range found {
		persons[i] = r.Person.UUID
	}
	absent, err := awayDuring(ctx, tx, persons, away.start, away.end)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(r titled) bool { return absent[r.Person.UUID] == nil })
	others, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select distinct a.person_id
from platform.absences a
where a.org_id = $1
and a.deputy_id = $2
and a.start_date <= $4::text::date
and a.end_date >= $3::text::date
order by a.person_id
limit 50`, tx.Call().Organization.ID, person, away.start.String(), until)
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		more, err := findOpen(ctx, tx, query{person: other, until: until})
		if err != nil {
			return nil, err
		}
		for _, r := range more {
			if !r.Deputy.Valid {
				found = append(found, r)
			}
		}
	}
	return found, nil
}

// describeStalled returns records as the API shows them.
func describeStalled(
	ctx context.Context, tx *db.Tx, person uuid.UUID, away absenceSpan, page []stalled,
) ([]*pb.StalledRecord, error) {
	candidates, err := findCandidates(ctx, tx, person, away, page)
	if err != nil {
		return nil, err
	}
	out := make([]*pb.StalledRecord, len(page))
	for i, r := range page {
		out[i] = &pb.StalledRecord{
			SubjectId: r.subjectID, Resource: r.Resource, DisplayName: r.title, DueDate: r.dueDate(), Reason: r.reason,
			Action: r.action, Candidates: candidates[i],
		}
		if r.reason == pb.StalledRecord_DEPUTY {
			out[i].OnBehalfOfId = id.Format(personPrefix, r.Person.UUID)
		}
	}
	return out, nil
}
