package customfields_test

import (
	"fmt"
	"testing"
	"time"

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
	time.Sleep(2500 * time.Millisecond) // credentials are cached for two seconds
	vendors := financev1.NewPayablesServiceClient(o)
	_, err := vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{
		Vendor: &financev1.Vendor{DisplayName: "Acme"},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "customFields.note")
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
