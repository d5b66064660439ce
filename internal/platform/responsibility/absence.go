package responsibility

import (
	"cmp"
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var absences = resource.New(table.New("platform.absences",
	table.Ref("person_id", "prs", func(a *pb.Absence) *string { return &a.PersonId }).Filter().Usable(),
	table.Date("start_date", func(a *pb.Absence) *string { return &a.StartDate }).Filter().Sort("absences_by_start_date"),
	table.Date("end_date", func(a *pb.Absence) *string { return &a.EndDate }).Filter(),
	table.Ref("deputy_id", "prs", func(a *pb.Absence) *string { return &a.DeputyId }).Filter().Usable(),
	table.Text("message", func(a *pb.Absence) *string { return &a.Message }),
)).Owner("person_id")

// CreateAbsence creates an absence.
func (s *Service) CreateAbsence(ctx context.Context, req *pb.CreateAbsenceRequest) (*pb.Absence, error) {
	return absences.Create(ctx, s.db, req.GetAbsence(), setAbsentPerson, checkAbsence)
}

// GetAbsence returns an absence.
func (s *Service) GetAbsence(ctx context.Context, req *pb.GetAbsenceRequest) (*pb.Absence, error) {
	return absences.Get(ctx, s.db, req.GetAbsenceId())
}

// BatchGetAbsences returns several absences.
func (s *Service) BatchGetAbsences(
	ctx context.Context, req *pb.BatchGetAbsencesRequest,
) (*pb.BatchGetAbsencesResponse, error) {
	list, err := absences.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetAbsencesResponse{Absences: list}, err
}

// ListAbsences lists absences.
func (s *Service) ListAbsences(ctx context.Context, req *pb.ListAbsencesRequest) (*pb.ListAbsencesResponse, error) {
	page, err := absences.List(ctx, s.db, req)
	return &pb.ListAbsencesResponse{Absences: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateAbsence updates an absence.
func (s *Service) UpdateAbsence(ctx context.Context, req *pb.UpdateAbsenceRequest) (*pb.Absence, error) {
	return absences.Update(ctx, s.db, req.GetAbsenceId(), req.GetAbsence(), req.GetUpdateMask(), checkAbsence)
}

// DeleteAbsence deletes an absence.
func (s *Service) DeleteAbsence(ctx context.Context, req *pb.DeleteAbsenceRequest) (*emptypb.Empty, error) {
	return absences.Delete(ctx, s.db, req.GetAbsenceId())
}

// setAbsentPerson sets the person of an absence without one to the caller. It refuses the absence
// if the caller is not a person.
func setAbsentPerson(_ context.Context, tx *db.Tx, _, a *pb.Absence) error {
	a.PersonId = cmp.Or(a.PersonId, id.Format(personPrefix, tx.Call().PersonID))
	if a.PersonId == "" {
		return fault.Invalid(fault.At("personId", "is required, because the caller is not a person"))
	}
	return nil
}

// checkAbsence refuses an absence that ends before it starts, or whose deputy is the person.
func checkAbsence(_ context.Context, _ *db.Tx, _, a *pb.Absence) error {
	var violations fault.List
	if a.EndDate < a.StartDate {
		violations.Append(fault.At("endDate", "must not be before startDate, %s", a.StartDate))
	}
	if a.DeputyId == a.PersonId {
		violations.Append(fault.At("deputyId", "must not be the person who is away"))
	}
	return violations.Err()
}

// Away returns the persons who are away on a date, each with the deputy that the absence names, ""
// if it names none. If a person has several absences on that date, the one that starts last counts.
func Away(ctx context.Context, tx *db.Tx, persons []string, on calendar.Date) (map[string]string, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	keys, err := id.ParseEach(personPrefix, persons, func(person string) string { return person })
	if err != nil {
		return nil, err
	}
	type absence struct {
		PersonID uuid.UUID
		DeputyID uuid.NullUUID
	}
	found, err := db.Collect[absence](ctx, tx, `
select distinct on (a.person_id) a.person_id, a.deputy_id
from platform.absences a
where a.org_id = $1
and a.person_id = any($2)
and a.start_date <= $3::text::date
and a.end_date >= $3::text::date
order by a.person_id, a.start_date desc, a.id desc`, tx.Call().Organization.ID, keys, on.String())
	away := map[string]string{}
	for _, a := range found {
		away[id.Format(personPrefix, a.PersonID)] = personID(a.DeputyID)
	}
	return away, err
}

// loadActing returns who acts for each record today: the responsible person or, while that person
// is away, the first of the record's deputy and the absence's deputy who is not away.
func loadActing(ctx context.Context, tx *db.Tx, records []titled) ([]string, error) {
	named := map[string]bool{}
	for _, r := range records {
		named[personID(r.Person)], named[personID(r.Deputy)] = true, true
	}
	away, err := Away(ctx, tx, personsIn(named), tx.Call().Today())
	if err != nil {
		return nil, err
	}
	deputies := map[string]bool{}
	for _, deputy := range away {
		deputies[deputy] = !named[deputy]
	}
	more, err := Away(ctx, tx, personsIn(deputies), tx.Call().Today())
	if err != nil {
		return nil, err
	}
	for person, deputy := range more {
		away[person] = deputy
	}
	acting := make([]string, len(records))
	for i, r := range records {
		person := personID(r.Person)
		for _, candidate := range []string{person, personID(r.Deputy), away[person]} {
			if _, isAway := away[candidate]; candidate != "" && !isAway {
				acting[i] = candidate
				break
			}
		}
	}
	return acting, nil
}

// personsIn returns the persons of a set.
func personsIn(set map[string]bool) (persons []string) {
	for person, in := range set {
		if in && person != "" {
			persons = append(persons, person)
		}
	}
	return persons
}
