package app_test

import (
	"net/http"
	"net/url"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestFileIsReadableOnlyIfItsRecordIs checks that a file can be read by exactly the callers who can
// read the record that it is attached to.
func TestFileIsReadableOnlyIfItsRecordIs(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	bank, err := financev1.NewBankingServiceClient(c).CreateBankAccount(t.Context(),
		&financev1.CreateBankAccountRequest{BankAccount: &financev1.BankAccount{DisplayName: "Giro"}})
	if err != nil {
		t.Fatal(err)
	}
	bookkeeper := c.asPerson(t, "Eve", platformv1.ApiKey_BOOKKEEPER)
	file, err := platformv1.NewFilesServiceClient(bookkeeper).UploadFile(t.Context(),
		&platformv1.UploadFileRequest{FileName: "a.csv",
			Content: []byte("Date,Amount,Description\n2026-01-05,-10.00,Rent\n")})
	if err != nil {
		t.Fatal(err)
	}
	readers := map[platformv1.ApiKey_Role]bool{platformv1.ApiKey_APPROVER: true, platformv1.ApiKey_MANAGER: false,
		platformv1.ApiKey_HR: false}
	for _, attached := range []bool{false, true} {
		if attached {
			if _, err := financev1.NewBankingServiceClient(bookkeeper).CreateStatementImport(t.Context(),
				&financev1.CreateStatementImportRequest{
					BankAccountId: bank.GetId(), StatementImport: &financev1.StatementImport{FileId: file.GetId()}}); err != nil {
				t.Fatal(err)
			}
		}
		for role, reads := range readers {
			for _, path := range []string{"/v1/files/" + file.GetId(), "/v1/files/" + file.GetId() + ":content"} {
				want := http.StatusNotFound
				if attached && reads {
					want = http.StatusOK
				}
				if response := c.asPerson(t, "Xan", role).REST(t, "GET", path, ""); response.Code != want {
					t.Errorf("%s, %s: got %d, want %d", role, path, response.Code, want)
				}
			}
		}
	}
}

// TestUploaderCanReadOwnFiles checks that a caller without the permission for all files can read
// the files that they uploaded.
func TestUploaderCanReadOwnFiles(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	tom, eve := c.asPerson(t, "Tom", platformv1.ApiKey_EMPLOYEE), c.asPerson(t, "Eve", platformv1.ApiKey_EMPLOYEE)
	response := tom.REST(t, "POST", "/v1/files?fileName="+url.QueryEscape("tom.txt"), "Tom's bytes",
		"Content-Type: text/plain")
	key, _ := response.Body["id"].(string)
	if response.Code != http.StatusOK || response.Body["personId"] != c.persons["Tom"] {
		t.Fatalf("got %d %s", response.Code, response.Raw)
	}
	for who, code := range map[*apptest.Organization]int{tom: http.StatusOK, eve: http.StatusNotFound,
		c.asPerson(t, "Xan", platformv1.ApiKey_ACCOUNTANT): http.StatusOK} {
		for _, path := range []string{"/v1/files/" + key, "/v1/files/" + key + ":content", "/v1/files:batchGet?ids=" + key} {
			if response := who.REST(t, "GET", path, ""); response.Code != code {
				t.Errorf("%s: got %d, want %d", path, response.Code, code)
			}
		}
		if got := len(subjects(t, who, `subject_id = "`+key+`"`)); (got > 0) != (code == http.StatusOK) {
			t.Errorf("got %d events of the file with the status %d", got, code)
		}
	}
}
