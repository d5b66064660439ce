package customfields_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

func define(t *testing.T, o *apptest.Organization, f *pb.CustomField) (*pb.CustomField, error) {
	t.Helper()
	return pb.NewCustomFieldsServiceClient(o).CreateCustomField(t.Context(), &pb.CreateCustomFieldRequest{CustomField: f})
}

func field(key string, kind pb.CustomField_Type) *pb.CustomField {
	return &pb.CustomField{Resource: "vendors", Key: key, DisplayName: key, Type: kind}
}

func TestInconsistentDefinitionIsRefused(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for at, f := range map[string]*pb.CustomField{
		"resource":           {Resource: "events", Key: "a", DisplayName: "A", Type: pb.CustomField_TEXT},
		"key":                field("Not a key", pb.CustomField_TEXT),
		"choices":            field("b", pb.CustomField_CHOICE),
		"referencedResource": field("c", pb.CustomField_RECORD),
		"unit":               {Resource: "vendors", Key: "d", DisplayName: "D", Type: pb.CustomField_DATE, Unit: "km"},
		"currencyCode": {Resource: "vendors", Key: "e", DisplayName: "E", Type: pb.CustomField_MONEY,
			CurrencyCode: "XXZ"},
		"choices[1].value": {Resource: "vendors", Key: "f", DisplayName: "F", Type: pb.CustomField_CHOICE,
			Choices: []*pb.CustomField_Choice{{Value: "red"}, {Value: "red"}}},
	} {
		_, err := define(t, o, f)
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, at)
	}
}

func TestDefinitionWithValuesKeepsTypeAndChoices(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	client, vendors := pb.NewCustomFieldsServiceClient(o), financev1.NewPayablesServiceClient(o)
	f := field("color", pb.CustomField_CHOICE)
	f.Choices = []*pb.CustomField_Choice{{Value: "red"}, {Value: "green"}}
	f, err := define(t, o, f)
	if err != nil {
		t.Fatal(err)
	}
	values, _ := structpb.NewStruct(map[string]any{"color": "red"})
	vendor, err := vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{
		Vendor: &financev1.Vendor{DisplayName: "Acme", CustomFields: values},
	})
	if err != nil {
		t.Fatal(err)
	}
	update := func(to *pb.CustomField, paths ...string) error {
		_, err := client.UpdateCustomField(t.Context(), &pb.UpdateCustomFieldRequest{
			CustomFieldId: f.GetId(), CustomField: to, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
		return err
	}
	green := []*pb.CustomField_Choice{{Value: "green"}}
	apptest.WantRefused(t, update(&pb.CustomField{Choices: green}, "choices"), optionsv1.Reason_CUSTOM_FIELD_HAS_VALUES)
	apptest.WantRefused(t, update(&pb.CustomField{Type: pb.CustomField_TEXT}, "type", "choices"),
		optionsv1.Reason_CUSTOM_FIELD_HAS_VALUES)
	_, err = client.DeleteCustomField(t.Context(), &pb.DeleteCustomFieldRequest{CustomFieldId: f.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_CUSTOM_FIELDS_IN_USE)
	if _, err := vendors.DeleteVendor(t.Context(), &financev1.DeleteVendorRequest{VendorId: vendor.GetId()}); err != nil {
		t.Fatal(err)
	}
	if err := update(&pb.CustomField{Type: pb.CustomField_TEXT}, "type", "choices"); err != nil {
		t.Errorf("without values: %v", err)
	}
}

func TestRequiredFieldIsRequiredOfNewRecords(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	f := field("note", pb.CustomField_TEXT)
	f.Required = true
	if _, err := define(t, o, f); err != nil {
		t.Fatal(err)
	}
	vendors := financev1.NewPayablesServiceClient(o)
	for name, values := range map[string]map[string]any{
		"no value": nil, "an empty text": {"note": ""}, "spaces": {"note": "   "},
	} {
		_, err := vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{
			Vendor: &financev1.Vendor{DisplayName: "Acme", CustomFields: structOf(t, values)},
		})
		if !slices.Equal(apptest.Fields(err), []string{"customFields.note"}) {
			t.Errorf("%s: got %v, want customFields.note refused", name, err)
		}
	}
}

func structOf(t *testing.T, values map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(values)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestDefinitionDoesNotChangeUnderValues changes the type of a field while records store values of
// it. Whichever is first, no value of the other type is stored.
func TestDefinitionDoesNotChangeUnderValues(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	client, vendors := pb.NewCustomFieldsServiceClient(o), financev1.NewPayablesServiceClient(o)
	for round := range 8 {
		f, err := define(t, o, field(fmt.Sprint("text", round), pb.CustomField_TEXT))
		if err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		var stored, changed error
		wait.Go(func() {
			_, stored = vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{Vendor: &financev1.Vendor{
				DisplayName: fmt.Sprint("Vendor ", round), CustomFields: structOf(t, map[string]any{f.GetKey(): "abc"}),
			}})
		})
		wait.Go(func() {
			_, changed = client.UpdateCustomField(t.Context(), &pb.UpdateCustomFieldRequest{
				CustomFieldId: f.GetId(), CustomField: &pb.CustomField{Type: pb.CustomField_NUMBER},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"type"}},
			})
		})
		wait.Wait()
		switch {
		case stored == nil && apptest.Reason(changed) == optionsv1.Reason_CUSTOM_FIELD_HAS_VALUES:
		case changed == nil && apptest.Reason(stored) == optionsv1.Reason_FIELDS_INVALID:
		default:
			t.Errorf("got %v and %v, want one of them to succeed", stored, changed)
		}
	}
}

func TestCurrencyOfValuesDoesNotChange(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	f, err := define(t, o, field("budget", pb.CustomField_MONEY))
	if err != nil {
		t.Fatal(err)
	}
	_, err = financev1.NewPayablesServiceClient(o).CreateVendor(t.Context(), &financev1.CreateVendorRequest{
		Vendor: &financev1.Vendor{DisplayName: "Acme", CustomFields: structOf(t, map[string]any{
			"budget": map[string]any{"amount": "5", "currencyCode": "EUR"},
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = pb.NewCustomFieldsServiceClient(o).UpdateCustomField(t.Context(), &pb.UpdateCustomFieldRequest{
		CustomFieldId: f.GetId(), CustomField: &pb.CustomField{CurrencyCode: "USD"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"currency_code"}},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_CUSTOM_FIELD_HAS_VALUES)
}

// TestReferencedRecordIsInUse checks that a record which a custom field references is not deleted.
func TestReferencedRecordIsInUse(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	f := field("partner", pb.CustomField_RECORD)
	f.ReferencedResource = "vendors"
	if _, err := define(t, o, f); err != nil {
		t.Fatal(err)
	}
	vendors := financev1.NewPayablesServiceClient(o)
	partner, err := vendors.CreateVendor(t.Context(),
		&financev1.CreateVendorRequest{Vendor: &financev1.Vendor{DisplayName: "Partner"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{Vendor: &financev1.Vendor{
		DisplayName: "Acme", CustomFields: structOf(t, map[string]any{"partner": partner.GetId()}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = vendors.DeleteVendor(t.Context(), &financev1.DeleteVendorRequest{VendorId: partner.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_VENDORS_IN_USE)
}

// TestFilterFindsPartsInAnyCase checks letters beyond ASCII, and comparisons with the empty text.
func TestFilterFindsPartsInAnyCase(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	if _, err := define(t, o, field("note", pb.CustomField_TEXT)); err != nil {
		t.Fatal(err)
	}
	vendors := financev1.NewPayablesServiceClient(o)
	_, err := vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{Vendor: &financev1.Vendor{
		DisplayName: "Acme", ExternalId: "erp-1", CustomFields: structOf(t, map[string]any{"note": "Über Öl"}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[string]int{
		`custom.note:"über"`: 1, `custom.note:"ÖL"`: 1, `custom.note:"ol"`: 0,
		`external_id:""`: 1, `external_id < ""`: 0, `external_id >= ""`: 0, `external_id = ""`: 0, `external_id != ""`: 1,
	} {
		list, err := vendors.ListVendors(t.Context(), &financev1.ListVendorsRequest{Filter: filter})
		if err != nil || len(list.GetVendors()) != want {
			t.Errorf("%s: got %d vendors, %v, want %d", filter, len(list.GetVendors()), err, want)
		}
	}
}

func TestResourceHasAtMostFiftyFields(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for i := range 50 {
		if _, err := define(t, o, field(fmt.Sprint("key", i), pb.CustomField_TEXT)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := define(t, o, field("another", pb.CustomField_TEXT))
	apptest.WantRefused(t, err, optionsv1.Reason_CUSTOM_FIELD_LIMIT_REACHED)
}
