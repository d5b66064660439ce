package app_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// responsibilityOf returns who is responsible for the records of the suite, nil if no one is.
func (s suite) responsibilityOf() *resource.Responsibility {
	for _, k := range s.o.App.Kinds {
		if k.Collection() == s.k.option.GetCollection() {
			return k.Responsibility()
		}
	}
	return nil
}

// responsibilities checks that a resource with responsible persons takes part in everything that
// package responsibility offers.
func (s suite) responsibilities() {
	r := s.responsibilityOf()
	if r == nil || s.k.methods["Create"] == nil {
		return // what arrives or is asked by the server is tested in its package
	}
	service := platformv1.NewResponsibilitiesServiceClient(s.conn)
	ada, ben := createFor(s.t, s.o, "prs"), createFor(s.t, s.o, "prs")
	fields := s.createRequest()
	record := fields[s.k.singular].(proto.Message).ProtoReflect()
	set(record, r.Person, ada)
	if r.Due != "" {
		set(record, r.Due, "2199-12-31")
	}
	made, err := s.call("Create", fields)
	if err != nil {
		s.t.Fatalf("create: %v", err)
	}
	s.checkHeldBy(service, text(made, "id"), ada, r)
	s.checkNotArchivable(ada)
	moved, err := service.HandOverResponsibilities(s.t.Context(), &platformv1.HandOverResponsibilitiesRequest{
		PersonId: ada, ToPersonIds: []string{ben},
	})
	if err != nil || len(moved.GetResponsibilities()) != 1 {
		s.t.Fatalf("hand over: got %v, %v", moved, err)
	}
	if got := s.read(text(made, "id")); text(got, r.Person) != ben || text(got, "etag") == text(made, "etag") {
		s.t.Errorf("after the hand-over: got %v, want %s in %s and another etag", got, ben, r.Person)
	}
	s.checkEvent(made, ".updated")
	s.checkHeldBy(service, text(made, "id"), ben, r)
	s.checkNotArchivable(ben)
	if _, err := platformv1.NewIdentityServiceClient(s.o).ArchivePerson(s.t.Context(),
		&platformv1.ArchivePersonRequest{PersonId: ada}); err != nil {
		s.t.Errorf("archiving the person who gave everything away: %v", err)
	}
	s.checkDeputy(r)
}

// checkHeldBy checks that a record is the only one of a person.
func (s suite) checkHeldBy(
	service platformv1.ResponsibilitiesServiceClient, record, person string, r *resource.Responsibility,
) {
	s.t.Helper()
	list, err := service.ListResponsibilities(s.t.Context(), &platformv1.ListResponsibilitiesRequest{PersonId: person})
	if err != nil || len(list.GetResponsibilities()) != 1 || list.Responsibilities[0].SubjectId != record {
		s.t.Errorf("the responsibilities of %s: got %v, %v, want %s", person, list, err, record)
	}
	deadlines, err := service.ListDeadlines(s.t.Context(), &platformv1.ListDeadlinesRequest{PersonId: person})
	if want := r.Due != ""; err != nil || len(deadlines.GetDeadlines()) == 1 != want {
		s.t.Errorf("the deadlines of %s: got %v, %v, want one %v", person, deadlines, err, want)
	}
}

// checkNotArchivable checks that a person with a record cannot be archived.
func (s suite) checkNotArchivable(person string) {
	s.t.Helper()
	_, err := platformv1.NewIdentityServiceClient(s.o).ArchivePerson(s.t.Context(),
		&platformv1.ArchivePersonRequest{PersonId: person})
	apptest.WantRefused(s.t, err, optionsv1.Reason_PERSON_HAS_RESPONSIBILITIES)
}

// checkDeputy checks that the responsible person cannot be the deputy.
func (s suite) checkDeputy(r *resource.Responsibility) {
	if r.Deputy == "" {
		return
	}
	person, fields := createFor(s.t, s.o, "prs"), s.createRequest()
	record := fields[s.k.singular].(proto.Message).ProtoReflect()
	set(record, r.Person, person)
	set(record, r.Deputy, person)
	_, err := s.call("Create", fields)
	apptest.WantRefused(s.t, err, optionsv1.Reason_FIELDS_INVALID, fault.JSONName(r.Deputy))
}

// TestResponsiblePersonsAreIndexed checks that each kind with responsible persons has the indexes
// that its lists of open records need.
func TestResponsiblePersonsAreIndexed(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	checked := 0
	for _, k := range apptest.New(t).Kinds {
		r := k.Responsibility()
		if r == nil {
			continue
		}
		checked++
		indexes := column(t, conn, `
select indexdef
from pg_indexes
where schemaname || '.' || tablename = '`+k.Binding().Name()+`'`)
		due := ""
		if r.Due != "" {
			due = r.Due + ", "
		}
		want := []string{"(org_id, " + r.Person + ", " + due + "id)"}
		if r.Deputy != "" {
			want = append(want, "(org_id, "+r.Deputy+", "+due+"id)")
		}
		if due != "" {
			want = append(want, "(org_id, "+due+"id)")
		}
		for _, columns := range want {
			if !slices.ContainsFunc(indexes, func(sql string) bool { return strings.Contains(sql, columns) }) {
				t.Errorf("%s has no index on %s", k.Binding().Name(), columns)
			}
		}
	}
	if checked < 5 {
		t.Errorf("checked %d kinds, want at least 5", checked)
	}
}

// TestDeadlinesAreSeparatedByTenant calls the methods of an organization with the persons of
// another one.
func TestDeadlinesAreSeparatedByTenant(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	createFor(t, theirs, "tsk")
	service := platformv1.NewResponsibilitiesServiceClient(ours)
	deadlines, err := service.ListDeadlines(t.Context(), &platformv1.ListDeadlinesRequest{
		PersonId: theirs.Owner.GetId()})
	if err != nil || len(deadlines.GetDeadlines()) > 0 {
		t.Errorf("deadlines: got %v, %v, want none", deadlines, err)
	}
	list, err := service.ListResponsibilities(t.Context(), &platformv1.ListResponsibilitiesRequest{
		PersonId: theirs.Owner.GetId()})
	if err != nil || len(list.GetResponsibilities()) > 0 {
		t.Errorf("responsibilities: got %v, %v, want none", list, err)
	}
	_, err = service.HandOverResponsibilities(t.Context(), &platformv1.HandOverResponsibilitiesRequest{
		PersonId: theirs.Owner.GetId(), ToPersonIds: []string{ours.Owner.GetId()}})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "personId")
	_, err = service.HandOverResponsibilities(t.Context(), &platformv1.HandOverResponsibilitiesRequest{
		PersonId: ours.Owner.GetId(), ToPersonIds: []string{theirs.Owner.GetId()}})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "toPersonIds[0]")
}
