package projects_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// value returns the dimension value of a project, or nil if it does not exist.
func value(t *testing.T, o *apptest.Organization, p *pb.Project) *financev1.DimensionValue {
	t.Helper()
	ledger := financev1.NewLedgerServiceClient(o)
	list, err := ledger.ListDimensionValues(t.Context(), &financev1.ListDimensionValuesRequest{
		Filter: `subject_id = "` + p.GetId() + `"`, ShowArchived: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.GetDimensionValues()) == 0 {
		return nil
	}
	return list.GetDimensionValues()[0]
}

// TestProjectIsDimensionValue creates two projects of one name, and renames, archives, unarchives
// and deletes one.
func TestProjectIsDimensionValue(t *testing.T) {
	t.Parallel()
	o, projects := signUp(t)
	other := newProject(t, projects, &pb.Project{DisplayName: "Website"})
	p := newProject(t, projects, &pb.Project{DisplayName: "Website", Code: "W1"})
	v := value(t, o, p)
	if v.GetId() == "" || v.GetId() != p.GetDimensionValueId() || v.GetDisplayName() != "Website" || v.GetCode() != "W1" {
		t.Fatalf("got %v, want the value of %v", v, p)
	}
	rename := func(name string) error {
		_, err := projects.UpdateProject(t.Context(), &pb.UpdateProjectRequest{
			ProjectId: p.GetId(), Project: &pb.Project{DisplayName: name},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}},
		})
		return err
	}
	if err := rename("Shop"); err != nil || value(t, o, p).GetDisplayName() != "Shop" {
		t.Errorf("renamed: got %v, %v", value(t, o, p), err)
	}
	if err := rename(""); err == nil || value(t, o, p).GetDisplayName() != "Shop" {
		t.Errorf("refused: got %v, %v", value(t, o, p), err)
	}
	if _, err := projects.ArchiveProject(t.Context(), &pb.ArchiveProjectRequest{ProjectId: p.GetId()}); err != nil ||
		value(t, o, p).GetArchiveTime() == nil {
		t.Errorf("archived: got %v, %v", value(t, o, p), err)
	}
	if _, err := projects.UnarchiveProject(t.Context(), &pb.UnarchiveProjectRequest{ProjectId: p.GetId()}); err != nil ||
		value(t, o, p).GetArchiveTime() != nil {
		t.Errorf("unarchived: got %v, %v", value(t, o, p), err)
	}
	if _, err := projects.DeleteProject(t.Context(), &pb.DeleteProjectRequest{ProjectId: p.GetId()}); err != nil ||
		value(t, o, p) != nil {
		t.Errorf("deleted: got %v, %v", value(t, o, p), err)
	}
	if v := value(t, o, other); v.GetDisplayName() != "Website" {
		t.Errorf("the other project: got %v", v)
	}
}

// TestValueOfProjectIsReadOnly checks that callers change the project instead.
func TestValueOfProjectIsReadOnly(t *testing.T) {
	t.Parallel()
	o, projects := signUp(t)
	ledger := financev1.NewLedgerServiceClient(o)
	key := newProject(t, projects, &pb.Project{}).GetDimensionValueId()
	_, err := ledger.UpdateDimensionValue(t.Context(), &financev1.UpdateDimensionValueRequest{
		DimensionValueId: key, DimensionValue: &financev1.DimensionValue{DisplayName: "Shop"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}},
	})
	wantRefused(t, err, optionsv1.Reason_DIMENSION_BUILT_IN)
	_, err = ledger.ArchiveDimensionValue(t.Context(), &financev1.ArchiveDimensionValueRequest{DimensionValueId: key})
	wantRefused(t, err, optionsv1.Reason_DIMENSION_BUILT_IN)
	_, err = ledger.DeleteDimensionValue(t.Context(), &financev1.DeleteDimensionValueRequest{DimensionValueId: key})
	wantRefused(t, err, optionsv1.Reason_DIMENSION_BUILT_IN)
}

// TestLineNamesProjectOrItsValue posts one line with the project and one with its value. The
// project can then be archived but not deleted.
func TestLineNamesProjectOrItsValue(t *testing.T) {
	t.Parallel()
	o, projects := signUp(t)
	ledger := financev1.NewLedgerServiceClient(o)
	p := newProject(t, projects, &pb.Project{})
	other := newProject(t, projects, &pb.Project{})
	chart, err := ledger.ListAccounts(t.Context(), &financev1.ListAccountsRequest{
		Filter: `code = "6100" OR code = "3000"`,
	})
	if err != nil || len(chart.GetAccounts()) != 2 {
		t.Fatalf("got %v, %v, want two accounts", chart, err)
	}
	post := func(values ...string) (*financev1.JournalEntry, error) {
		line := func(i int, amount string) *financev1.JournalLine {
			return &financev1.JournalLine{
				AccountId: chart.GetAccounts()[i].GetId(), Amount: &typepb.Money{Amount: amount, CurrencyCode: "USD"},
			}
		}
		e := &financev1.JournalEntry{Date: "2026-03-02", Lines: []*financev1.JournalLine{line(0, "10"), line(1, "-10")}}
		e.Lines[0].DimensionValueIds = values
		return ledger.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: e})
	}
	for _, named := range []string{p.GetId(), p.GetDimensionValueId()} {
		posted, err := post(named)
		if err != nil || posted.GetLines()[0].GetDimensionValueIds()[0] != p.GetDimensionValueId() {
			t.Errorf("%s: got %v, %v", named, posted, err)
		}
	}
	_, err = post(p.GetId(), other.GetDimensionValueId())
	wantRefused(t, err, optionsv1.Reason_DIMENSION_REPEATED, "lines[0].dimensionValueIds[1]")
	_, err = projects.DeleteProject(t.Context(), &pb.DeleteProjectRequest{ProjectId: p.GetId()})
	wantRefused(t, err, optionsv1.Reason_DIMENSION_VALUES_IN_USE)
	if _, err := projects.ArchiveProject(t.Context(), &pb.ArchiveProjectRequest{ProjectId: p.GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err = post(p.GetId())
	wantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "lines[0].dimensionValueIds[0]")
}
