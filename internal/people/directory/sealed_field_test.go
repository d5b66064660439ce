package directory_test

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

const taxNumber, iban = "123-45-6789", "DE89 3704 0044 0532 0130 00"

func newPaidEmployee(t *testing.T, directory pb.DirectoryServiceClient) *pb.Employee {
	t.Helper()
	return newEmployee(t, directory, &pb.Employee{
		DisplayName: "Noor Haddad", TaxNumber: taxNumber, BankCode: "COBADEFF", BankAccountNumber: iban,
	})
}

func reveal(t *testing.T, directory pb.DirectoryServiceClient, key string, fields ...string) map[string]string {
	t.Helper()
	got, err := directory.RevealEmployee(t.Context(), &pb.RevealEmployeeRequest{
		EmployeeId: key, Fields: fields, Reason: "W-2 for 2025",
	})
	if err != nil {
		t.Fatal(err)
	}
	return got.GetValues()
}

// wantSealed checks the masks of an employee in all methods that return it, and the values that
// reveal returns.
func wantSealed(t *testing.T, directory pb.DirectoryServiceClient, e *pb.Employee, tax, account string) {
	t.Helper()
	got, err := directory.GetEmployee(t.Context(), &pb.GetEmployeeRequest{EmployeeId: e.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := directory.BatchGetEmployees(t.Context(), &pb.BatchGetEmployeesRequest{Ids: []string{e.GetId()}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := directory.ListEmployees(t.Context(), &pb.ListEmployeesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range slices.Concat([]*pb.Employee{e, got}, batch.GetEmployees(), list.GetEmployees()) {
		if shown.GetTaxNumber() != masked(tax) || shown.GetBankAccountNumber() != masked(account) {
			t.Errorf("got %q and %q, want the masks %q and %q",
				shown.GetTaxNumber(), shown.GetBankAccountNumber(), masked(tax), masked(account))
		}
	}
	values := reveal(t, directory, e.GetId())
	if values["taxNumber"] != tax || values["bankAccountNumber"] != account {
		t.Errorf("revealed %q, want %q and %q", values, tax, account)
	}
}

// masked returns the mask of a value.
func masked(value string) string {
	value = strings.NewReplacer("-", "", " ", "").Replace(value)
	switch {
	case value == "":
		return ""
	case len(value) < 8:
		return "••••"
	}
	return "••••" + value[len(value)-4:]
}

// TestSealedFieldsAreMasked changes sealed fields in all ways and checks what is shown and
// revealed.
func TestSealedFieldsAreMasked(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	e := newPaidEmployee(t, directory)
	wantSealed(t, directory, e, taxNumber, iban)

	e, err := update(t, directory, e, &pb.Employee{
		TaxNumber: e.GetTaxNumber(), BankAccountNumber: "011000138", JobTitle: "Roaster",
	}, "tax_number", "bank_account_number", "job_title")
	if err != nil {
		t.Fatal(err)
	}
	wantSealed(t, directory, e, taxNumber, "011000138")

	for _, unusable := range []string{"••••1111", "*****1111", "---"} {
		_, err = update(t, directory, e, &pb.Employee{TaxNumber: unusable}, "tax_number")
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "taxNumber")
	}

	if e, err = update(t, directory, e, &pb.Employee{TaxNumber: "12345"}, "tax_number"); err != nil {
		t.Fatal(err)
	}
	wantSealed(t, directory, e, "12345", "011000138")

	if e, err = update(t, directory, e, &pb.Employee{}, "tax_number", "bank_account_number"); err != nil {
		t.Fatal(err)
	}
	wantSealed(t, directory, e, "", "")
}

// TestSealedFieldIsFoundByWholeValue checks that a filter finds a value however it is grouped, and
// offers no other comparison.
func TestSealedFieldIsFoundByWholeValue(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	e := newPaidEmployee(t, directory)
	newEmployee(t, directory, &pb.Employee{DisplayName: "Pat", TaxNumber: "987-65-4321"})
	for filter, want := range map[string]int{
		`tax_number = "123456789"`:                                 1,
		`tax_number = "123 45 6789" AND bank_code = "COBADEFF"`:    -1,
		`bank_account_number = "de89370400440532013000"`:           1,
		`bank_account_number = "3000"`:                             0,
		`bank_account_number:*`:                                    1,
		`NOT tax_number = "123-45-6789" AND tax_number:*`:          1,
		`tax_number = "DE89370400440532013000"`:                    0,
		`tax_number > "1"`:                                         -1,
		`tax_number != "1"`:                                        -1,
		`tax_number:"6789"`:                                        -1,
		`tax_number = "••••6789"`:                                  -1,
		`tax_number = ""`:                                          -1,
		`tax_number = "123-45-6789" OR tax_number = "987-65-4321"`: 2,
	} {
		list, err := directory.ListEmployees(t.Context(), &pb.ListEmployeesRequest{Filter: filter})
		switch {
		case want < 0:
			apptest.WantRefused(t, err, optionsv1.Reason_FILTER_INVALID, "filter")
		case err != nil || len(list.GetEmployees()) != want:
			t.Errorf("%s: got %v, %v, want %d employees", filter, list.GetEmployees(), err, want)
		case want == 1 && !strings.HasPrefix(filter, "NOT") && list.GetEmployees()[0].GetId() != e.GetId():
			t.Errorf("%s: got %v", filter, list.GetEmployees())
		}
	}
}

// TestRevealNeedsPermissionAndReason checks who may reveal, and that the event names the fields and
// the reason.
func TestRevealNeedsPermissionAndReason(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	e := newPaidEmployee(t, directory)
	manager := pb.NewDirectoryServiceClient(o.WithRole(t, platformv1.ApiKey_MANAGER))
	_, err := manager.RevealEmployee(t.Context(), &pb.RevealEmployeeRequest{EmployeeId: e.GetId(), Reason: "Test"})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	_, err = manager.ListEmployees(t.Context(), &pb.ListEmployeesRequest{Filter: `tax_number = "` + taxNumber + `"`})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	hr := pb.NewDirectoryServiceClient(o.WithRole(t, platformv1.ApiKey_HR))
	_, err = hr.RevealEmployee(t.Context(), &pb.RevealEmployeeRequest{EmployeeId: e.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "reason")
	_, err = hr.RevealEmployee(t.Context(),
		&pb.RevealEmployeeRequest{EmployeeId: e.GetId(), Reason: "Test", Fields: []string{"taxNumber", "jobTitle"}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "fields[1]")
	if got := reveal(t, hr, e.GetId(), "tax_number"); len(got) != 1 || got["taxNumber"] != taxNumber {
		t.Errorf("got %q, want only the tax number", got)
	}
	events := o.REST(t, "GET", `/v1/events?filter=type%20%3D%20"people.employee.revealed"`, "")
	for _, want := range []string{"W-2 for 2025", `"taxNumber"`} {
		if !strings.Contains(string(events.Raw), want) {
			t.Errorf("the event lacks %s: %s", want, events.Raw)
		}
	}
}

// TestSealedValuesAreStoredEncrypted searches all rows of the database for values that were sent in
// every kind of request.
func TestSealedValuesAreStoredEncrypted(t *testing.T) {
	t.Parallel()
	o, _ := signUp(t)
	const first, second = "77665544331", "77665544332"
	made := o.REST(t, "POST", "/v1/employees",
		`{"displayName": "Noor", "hireDate": "2026-01-05", "taxNumber": "`+first+`"}`, "Idempotency-Key: made")
	path := "/v1/employees/" + made.Body["id"].(string)
	changed := o.REST(t, "PATCH", path, `{"taxNumber": "`+second+`"}`, "Idempotency-Key: changed")
	if changed.Code != 200 {
		t.Fatal(string(changed.Raw))
	}
	for range 2 { // a retry returns the value again
		revealed := o.REST(t, "POST", path+":reveal", `{"reason": "Test"}`, "Idempotency-Key: revealed")
		if revealed.Code != 200 || !strings.Contains(string(revealed.Raw), second) {
			t.Fatal(string(revealed.Raw))
		}
	}
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `
select format('%I.%I', schemaname, tablename)
from pg_tables
where schemaname in ('platform', 'finance', 'operations', 'people', 'river')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 20 {
		t.Fatal(tables, err)
	}
	for _, table := range tables {
		var found int
		sql := fmt.Sprintf("select count(*) from %s t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0", table)
		inBytes := hex.EncodeToString([]byte(first[:10]))
		if err := conn.QueryRow(t.Context(), sql, first[:10], inBytes).Scan(&found); err != nil || found > 0 {
			t.Errorf("%s contains the value in %d rows (%v)", table, found, err)
		}
	}
}

func keyOf(t *testing.T, kind, record string) uuid.UUID {
	t.Helper()
	key, err := id.Parse(kind, record)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestSealedValueCannotBeMoved gives one employee the ciphertext of another one.
func TestSealedValueCannotBeMoved(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	e := newPaidEmployee(t, directory)
	other := newEmployee(t, directory, &pb.Employee{DisplayName: "Pat", TaxNumber: "987-65-4321"})
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	changed, err := conn.Exec(t.Context(), `
update platform.sealed_values v
set ciphertext = o.ciphertext, subject_key = o.subject_key
from platform.sealed_values o
where o.org_id = v.org_id and o.record_key = $2 and o.field = 'tax_number'
and v.record_key = $1 and v.field = 'tax_number'`, keyOf(t, "emp", e.GetId()), keyOf(t, "emp", other.GetId()))
	if err != nil || changed.RowsAffected() != 1 {
		t.Fatal(changed, err)
	}
	_, err = directory.RevealEmployee(t.Context(), &pb.RevealEmployeeRequest{EmployeeId: e.GetId(), Reason: "Test"})
	if apptest.Reason(err) != optionsv1.Reason_INTERNAL_FAULT {
		t.Errorf("got %v, want a fault", err)
	}
}

// TestShredDestroysSealedFields checks that a shredded employee keeps their other fields, and can
// be given new values.
func TestShredDestroysSealedFields(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	e := newPaidEmployee(t, directory)
	other := newEmployee(t, directory, &pb.Employee{DisplayName: "Pat", TaxNumber: "987-65-4321"})
	etag := e.GetEtag()
	e, err := directory.ShredEmployee(t.Context(), &pb.ShredEmployeeRequest{EmployeeId: e.GetId(), Reason: "Left in 2015"})
	if err != nil || e.GetTaxNumber() != "" || e.GetBankCode() != "COBADEFF" || e.GetEtag() == etag {
		t.Fatalf("got %v, %v", e, err)
	}
	_, err = directory.ShredEmployee(t.Context(),
		&pb.ShredEmployeeRequest{EmployeeId: e.GetId(), Reason: "Again", Etag: etag})
	apptest.WantRefused(t, err, optionsv1.Reason_ETAG_MISMATCH)
	if got := reveal(t, directory, e.GetId()); len(got) != 0 {
		t.Errorf("revealed %q of a shredded employee", got)
	}
	if got := reveal(t, directory, other.GetId()); got["taxNumber"] != "987-65-4321" {
		t.Errorf("revealed %q of another employee", got)
	}
	if e, err = update(t, directory, e, &pb.Employee{TaxNumber: taxNumber}, "tax_number"); err != nil {
		t.Fatal(err)
	}
	if got := reveal(t, directory, e.GetId()); got["taxNumber"] != taxNumber {
		t.Errorf("revealed %q of an employee with a new value", got)
	}
	hr := pb.NewDirectoryServiceClient(o.WithRole(t, platformv1.ApiKey_HR))
	_, err = hr.ShredEmployee(t.Context(), &pb.ShredEmployeeRequest{EmployeeId: e.GetId(), Reason: "Test"})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}

// TestDeletionDestroysSealedFields checks that the values of a deleted employee, and the keyset of
// a deleted person, are gone.
func TestDeletionDestroysSealedFields(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	e := newPaidEmployee(t, directory)
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	wantRows := func(keysets, values int) {
		t.Helper()
		var gotKeysets, gotValues int
		if err := conn.QueryRow(t.Context(), `
select (select count(*) from platform.keysets k where k.org_id = o.id),
  (select count(*) from platform.sealed_values v where v.org_id = o.id)
from (select $1::uuid as id) o`, keyOf(t, "org", o.Organization.GetId())).Scan(&gotKeysets, &gotValues); err != nil {
			t.Fatal(err)
		}
		if gotKeysets != keysets || gotValues != values {
			t.Errorf("got %d keysets and %d values, want %d and %d", gotKeysets, gotValues, keysets, values)
		}
	}
	wantRows(1, 2)
	if _, err := directory.DeleteEmployee(t.Context(), &pb.DeleteEmployeeRequest{EmployeeId: e.GetId()}); err != nil {
		t.Fatal(err)
	}
	wantRows(1, 0)
	_, err = platformv1.NewIdentityServiceClient(o).DeletePerson(t.Context(),
		&platformv1.DeletePersonRequest{PersonId: e.GetPersonId()})
	if err != nil {
		t.Fatal(err)
	}
	wantRows(0, 0)
}
