package ledger_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// setRules sets the dimension rules of an account.
func (b books) setRules(t *testing.T, code string, rules ...*pb.Account_DimensionRule) error {
	t.Helper()
	_, err := b.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
		AccountId: b.codes[code], Account: &pb.Account{DimensionRules: rules},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"dimension_rules"}},
	})
	return err
}

func (b books) tryPost(t *testing.T, e *pb.JournalEntry) (*pb.JournalEntry, error) {
	t.Helper()
	return b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
}

// TestAccountRequiresDimension checks that a line without a required value is refused, also of a
// draft, and that reversals and drafts are not.
func TestAccountRequiresDimension(t *testing.T) {
	t.Parallel()
	b := open(t)
	client := b.createDimension(t, "Client")
	acme := b.createDimensionValue(t, client, "Acme")
	before := b.post(t, "6100", "1000", "7")
	if err := b.setRules(t, "6100", &pb.Account_DimensionRule{DimensionId: client, Required: true}); err != nil {
		t.Fatal(err)
	}
	bare := b.entry(b.line("1000", "-10"), b.line("6100", "10"))
	_, err := b.tryPost(t, bare)
	wantReason(t, err, optionsv1.Reason_DIMENSION_REQUIRED, "lines[1].dimensionValueIds")
	draft, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: bare, Draft: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{
		JournalEntryId: draft.GetId(), Etag: draft.GetEtag(),
	})
	wantReason(t, err, optionsv1.Reason_DIMENSION_REQUIRED, "lines[1].dimensionValueIds")
	for _, a := range draft.GetAllowedActions() {
		if a.GetVerb() == "post" && a.GetAllowed() {
			t.Errorf("the draft offers to be posted")
		}
	}
	bare.Lines[1].DimensionValueIds = []string{acme}
	if _, err := b.tryPost(t, bare); err != nil {
		t.Error(err)
	}
	if _, err := b.reverse(t, before, ""); err != nil {
		t.Errorf("reversing an entry without the value: %v", err)
	}
}

// TestAccountGivesDefaultDimension checks that a line without a value gets the default, unless it
// is archived, and that a line keeps the value that it has.
func TestAccountGivesDefaultDimension(t *testing.T) {
	t.Parallel()
	b := open(t)
	client := b.createDimension(t, "Client")
	acme, zenith := b.createDimensionValue(t, client, "Acme"), b.createDimensionValue(t, client, "Zenith")
	if err := b.setRules(t, "6100", &pb.Account_DimensionRule{
		DimensionId: client, DefaultValueId: acme, Required: true,
	}); err != nil {
		t.Fatal(err)
	}
	chosen := b.entry(b.line("6100", "10"), b.line("6100", "5"), b.line("1000", "-15"))
	chosen.Lines[1].DimensionValueIds = []string{zenith}
	posted, err := b.tryPost(t, chosen)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{{acme}, {zenith}, nil} {
		if got := posted.GetLines()[i].GetDimensionValueIds(); !slices.Equal(got, want) {
			t.Errorf("line %d has the values %v, want %v", i, got, want)
		}
	}
	_, err = b.DeleteDimensionValue(t.Context(), &pb.DeleteDimensionValueRequest{DimensionValueId: acme})
	wantReason(t, err, optionsv1.Reason_DIMENSION_VALUES_IN_USE)
	if _, err := b.ArchiveDimensionValue(t.Context(), &pb.ArchiveDimensionValueRequest{
		DimensionValueId: acme,
	}); err != nil {
		t.Fatal(err)
	}
	_, err = b.tryPost(t, b.entry(b.line("6100", "10"), b.line("1000", "-10")))
	wantReason(t, err, optionsv1.Reason_DIMENSION_REQUIRED, "lines[0].dimensionValueIds")
}

func TestDimensionRulesAreValidated(t *testing.T) {
	t.Parallel()
	b, other := open(t), open(t)
	client, place := b.createDimension(t, "Client"), b.createDimension(t, "Place")
	berlin := b.createDimensionValue(t, place, "Berlin")
	rule := func(dimension, value string) *pb.Account_DimensionRule {
		return &pb.Account_DimensionRule{DimensionId: dimension, DefaultValueId: value}
	}
	err := b.setRules(t, "6100", rule(client, ""), rule(client, ""))
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "dimensionRules[1].dimensionId")
	err = b.setRules(t, "6100", rule(client, berlin))
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "dimensionRules[0].defaultValueId")
	err = b.setRules(t, "6100", rule("", ""))
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "dimensionRules[0].dimensionId")
	err = b.setRules(t, "6100", rule(other.createDimension(t, "Place"), ""))
	wantReason(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "dimensionRules[0].dimensionId")
	if err := b.setRules(t, "6100", rule(place, berlin), rule(client, "")); err != nil {
		t.Error(err)
	}
	_, err = b.DeleteDimension(t.Context(), &pb.DeleteDimensionRequest{DimensionId: client})
	wantReason(t, err, optionsv1.Reason_DIMENSIONS_IN_USE)
}
