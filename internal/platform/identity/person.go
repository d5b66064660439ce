package identity

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/responsibility"
	"backoffice/internal/platform/table"
)

var persons = resource.New(table.New("platform.persons",
	table.Text("display_name", func(p *pb.Person) *string { return &p.DisplayName }).
		Filter().Sort("persons_by_display_name"),
	table.Text("given_name", func(p *pb.Person) *string { return &p.GivenName }),
	table.Text("family_name", func(p *pb.Person) *string { return &p.FamilyName }),
	table.Text("email", func(p *pb.Person) *string { return &p.Email }).Filter(),
)).Shared().RulesForAnnotations().Searchable("display_name", "given_name", "family_name", "email").
	GuardExisting("archive", guardPersonsWithinCaller).GuardExisting("unarchive", guardPersonsWithinCaller).
	Prepare("archive", prepareArchive).GuardExisting("archive", guardOtherOwner).
	GuardExisting("archive", responsibility.GuardPersons).Open()

// lowerEmail converts the e-mail address to lower case, so that addresses compare.
func lowerEmail(_ context.Context, _ *db.Tx, _, p *pb.Person) error {
	p.Email = strings.ToLower(p.Email)
	return nil
}

// AddPerson creates a person in the unit of work of another package.
func AddPerson(ctx context.Context, tx *db.Tx, p *pb.Person) error {
	return persons.Insert(ctx, tx, p, lowerEmail)
}

// FindPerson reads a person in a transaction. It fails with NOT_FOUND if the person does not exist.
func FindPerson(ctx context.Context, tx *db.Tx, id string) (*pb.Person, error) {
	return persons.Find(ctx, tx, id)
}

// FindPersonsByEmail returns the persons with the given email addresses in lower case, by address.
// Archived persons are left out.
func FindPersonsByEmail(ctx context.Context, tx *db.Tx, emails []string) (map[string]string, error) {
	found, err := db.CollectMap[string, uuid.UUID](ctx, tx, `
select p.email, p.id
from platform.persons p
where p.org_id = $1
and p.email = any($2)
and p.email <> ''
and p.archive_time is null`, tx.Call().Organization.ID, emails)
	ids := make(map[string]string, len(found))
	for email, key := range found {
		ids[email] = id.Format(persons.Prefix(), key)
	}
	return ids, err
}

// CreatePerson creates a person.
func (s *Service) CreatePerson(ctx context.Context, req *pb.CreatePersonRequest) (*pb.Person, error) {
	return persons.Create(ctx, s.db, req.GetPerson(), lowerEmail)
}

// GetPerson returns a person.
func (s *Service) GetPerson(ctx context.Context, req *pb.GetPersonRequest) (*pb.Person, error) {
	return persons.Get(ctx, s.db, req.GetPersonId())
}

// BatchGetPersons returns several persons.
func (s *Service) BatchGetPersons(
	ctx context.Context, req *pb.BatchGetPersonsRequest,
) (*pb.BatchGetPersonsResponse, error) {
	list, err := persons.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetPersonsResponse{Persons: list}, err
}

// ListPersons lists persons.
func (s *Service) ListPersons(ctx context.Context, req *pb.ListPersonsRequest) (*pb.ListPersonsResponse, error) {
	page, err := persons.List(ctx, s.db, req)
	return &pb.ListPersonsResponse{Persons: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdatePerson updates a person.
func (s *Service) UpdatePerson(ctx context.Context, req *pb.UpdatePersonRequest) (*pb.Person, error) {
	return persons.Update(ctx, s.db, req.GetPersonId(), req.GetPerson(), req.GetUpdateMask(),
		lowerEmail, checkPersonWithinCaller)
}

// ArchivePerson archives a person. The person's keys are refused from then on.
func (s *Service) ArchivePerson(ctx context.Context, req *pb.ArchivePersonRequest) (*pb.Person, error) {
	defer s.cache.forget(call.From(ctx).Organization.ID)
	return persons.Archive(ctx, s.db, req.GetPersonId())
}

// UnarchivePerson unarchives a person. The person's keys are accepted again.
func (s *Service) UnarchivePerson(ctx context.Context, req *pb.UnarchivePersonRequest) (*pb.Person, error) {
	defer s.cache.forget(call.From(ctx).Organization.ID)
	return persons.Unarchive(ctx, s.db, req.GetPersonId())
}

// DeletePerson deletes a person that no record references and who is responsible for none.
func (s *Service) DeletePerson(ctx context.Context, req *pb.DeletePersonRequest) (*emptypb.Empty, error) {
	return persons.Delete(ctx, s.db, req.GetPersonId(), responsibility.RefuseHolder)
}
