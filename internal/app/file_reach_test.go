package app_test

import (
	"net/http"
	"net/url"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestFileIsReadWithItsSubject checks that who may read a record may read the file that it
// hangs on, and nobody else.
func TestFileIsReadWithItsSubject(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	bank, err := financev1.NewBankingServiceClient(c).CreateBankAccount(t.Context(), &financev1.CreateBankAccountRequest{BankAccount: &financev1.BankAccount{DisplayName: "Giro"}})
	if err != nil {
		t.Fatal(err)
	}
	bookkeeper := c.as(t, "Eve", platformv1.ApiKey_BOOKKEEPER)
	file, err := platformv1.NewFilesServiceClient(bookkeeper).UploadFile(t.Context(), &platformv1.UploadFileRequest{FileName: "a.csv", Content: []byte("Date,Amount,Description\n2026-01-05,-10.00,Rent\n")})
	if err != nil {
		t.Fatal(err)
	}
	readers := map[platformv1.ApiKey_Role]bool{platformv1.ApiKey_APPROVER: true, platformv1.ApiKey_MANAGER: false, platformv1.ApiKey_HR: false}
	for _, hangs := range []bool{false, true} {
		if hangs {
			if _, err := financev1.NewBankingServiceClient(bookkeeper).CreateStatementImport(t.Context(), &financev1.CreateStatementImportRequest{
				BankAccountId: bank.GetId(), StatementImport: &financev1.StatementImport{FileId: file.GetId()}}); err != nil {
				t.Fatal(err)
			}
		}
		for role, reads := range readers {
			for _, path := range []string{"/v1/files/" + file.GetId(), "/v1/files/" + file.GetId() + ":content"} {
				want := http.StatusNotFound
				if hangs && reads {
					want = http.StatusOK
				}
				if answer := c.as(t, "Xan", role).REST(t, "GET", path, ""); answer.Code != want {
					t.Errorf("%s gets %d by %s, want %d", role, answer.Code, path, want)
				}
			}
		}
	}
}

// TestFilesAreTheSenders checks that a caller without the permission for all files finds
// their own.
func TestFilesAreTheSenders(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	tom, eve := c.as(t, "Tom", platformv1.ApiKey_EMPLOYEE), c.as(t, "Eve", platformv1.ApiKey_EMPLOYEE)
	answer := tom.REST(t, "POST", "/v1/files?fileName="+url.QueryEscape("tom.txt"), "Tom's bytes", "Content-Type: text/plain")
	key, _ := answer.Body["id"].(string)
	if answer.Code != http.StatusOK || answer.Body["personId"] != c.persons["Tom"] {
		t.Fatalf("got %d %s", answer.Code, answer.Raw)
	}
	for who, code := range map[*apptest.Organization]int{tom: http.StatusOK, eve: http.StatusNotFound, c.as(t, "Xan", platformv1.ApiKey_ACCOUNTANT): http.StatusOK} {
		for _, path := range []string{"/v1/files/" + key, "/v1/files/" + key + ":content", "/v1/files:batchGet?ids=" + key} {
			if answer := who.REST(t, "GET", path, ""); answer.Code != code {
				t.Errorf("%s gives %d, want %d", path, answer.Code, code)
			}
		}
		if got := len(subjects(t, who, `subject_id = "`+key+`"`)); (got > 0) != (code == http.StatusOK) {
			t.Errorf("a caller sees %d events of the file", got)
		}
	}
}
