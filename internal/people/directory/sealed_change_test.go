package directory_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestSameSealedValueIsNoChange writes the values that an employee has. Whoever may not reveal them
// cannot find them out by trying values without storing them.
func TestSameSealedValueIsNoChange(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	e := newPaidEmployee(t, directory)
	same := &pb.Employee{TaxNumber: taxNumber, BankAccountNumber: iban}
	again, err := update(t, directory, e, same, "tax_number", "bank_account_number")
	if err != nil || again.GetEtag() != e.GetEtag() || again.GetTaxNumber() != masked(taxNumber) {
		t.Errorf("got %v, %v, want no change", again, err)
	}
	events := o.REST(t, "GET", `/v1/events?filter=type%20%3D%20"people.employee.updated"`, "")
	if list := events.Body["events"].([]any); len(list) != 0 {
		t.Errorf("got the events %v", list)
	}
	if again, err = update(t, directory, e, &pb.Employee{TaxNumber: "123-45-0000-6789"}, "tax_number"); err != nil ||
		again.GetEtag() == e.GetEtag() {
		t.Errorf("another value with the same mask: got %v, %v, want a change", again, err)
	}
	wantSealed(t, directory, again, "123-45-0000-6789", iban)
	blind := o.WithRole(t, platformv1.ApiKey_HR, "people.employees.read", "people.employees.write")
	for _, guess := range []string{iban, "DE02 1203 0000 0000 2020 51"} {
		tried, err := pb.NewDirectoryServiceClient(blind).UpdateEmployee(t.Context(), &pb.UpdateEmployeeRequest{
			EmployeeId: e.GetId(), Employee: &pb.Employee{BankAccountNumber: guess}, ValidateOnly: true,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"bank_account_number"}},
		})
		if err != nil || tried.GetEtag() == again.GetEtag() {
			t.Errorf("%s: got %v, %v, want what a change returns", guess, tried, err)
		}
	}
}

// TestBankAccountNumberIsChecked refuses an IBAN with a wrong digit.
func TestBankAccountNumberIsChecked(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	wrong := "DE89 3704 0044 0532 0130 01"
	_, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{
		Employee: &pb.Employee{DisplayName: "Pat", HireDate: "2026-02-02", BankAccountNumber: wrong}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "bankAccountNumber")
	e := newPaidEmployee(t, directory)
	_, err = update(t, directory, e, &pb.Employee{BankAccountNumber: wrong}, "bank_account_number")
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "bankAccountNumber")
	if _, err = update(t, directory, e, &pb.Employee{BankAccountNumber: e.GetBankAccountNumber(), JobTitle: "Roaster"},
		"bank_account_number", "job_title"); err != nil {
		t.Errorf("the mask: %v", err)
	}
}

// TestActionsOfSealedFields checks who is offered reveal and shred.
func TestActionsOfSealedFields(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	e := newPaidEmployee(t, directory)
	for name, c := range map[string]struct {
		as            *apptest.Organization
		reveal, shred bool
	}{
		"the owner": {o, true, true}, "an auditor": {o.WithRole(t, platformv1.ApiKey_AUDITOR), false, false},
		"HR": {o.WithRole(t, platformv1.ApiKey_HR), true, false},
	} {
		got, err := pb.NewDirectoryServiceClient(c.as).GetEmployee(t.Context(), &pb.GetEmployeeRequest{EmployeeId: e.GetId()})
		if err != nil {
			t.Fatal(err)
		}
		allowed := map[string]bool{}
		for _, a := range got.GetAllowedActions() {
			allowed[a.GetVerb()] = a.GetAllowed()
		}
		reveal, offered := allowed["reveal"]
		if !offered || reveal != c.reveal || allowed["shred"] != c.shred {
			t.Errorf("%s: got %v, want reveal %v and shred %v", name, got.GetAllowedActions(), c.reveal, c.shred)
		}
	}
}
