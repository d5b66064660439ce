package files_test

import (
	"net/http"
	"strings"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// sign returns a signed link to a path.
func sign(t *testing.T, o *apptest.Organization, path string) string {
	t.Helper()
	res, err := pb.NewFilesServiceClient(o).SignLink(t.Context(), &pb.SignLinkRequest{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetLink()
}

// TestSignedLinks opens links to a file and to a report without a credential.
func TestSignedLinks(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	visitor := *o
	visitor.Key = ""
	fileID := post(t, o, "/v1/files?fileName=a.txt", strings.NewReader("hello")).Body["id"].(string)
	chart := "/v1/reports:chart?chart=CASH_BALANCE&endDate=2026-02-01&format=SVG&startDate=2026-01-01"
	for path, name := range map[string]string{
		"/v1/files/" + fileID + ":content":                     "a.txt",
		"/v1/reports:download?format=CSV&report=TRIAL_BALANCE": ".csv",
		"/v1/books:export?format=HLEDGER":                      ".journal",
		chart:                                                  ".svg",
	} {
		t.Run(path, func(t *testing.T) {
			want := o.REST(t, http.MethodGet, path, "")
			link := sign(t, o, path)
			got := visitor.REST(t, http.MethodGet, link, "")
			if want.Code != 200 || got.Code != 200 || string(got.Raw) != string(want.Raw) ||
				got.Header.Get("Content-Disposition") != want.Header.Get("Content-Disposition") ||
				!strings.Contains(got.Header.Get("Content-Disposition"), name) {
				t.Errorf("got %d %v, want %d %v as with the key", got.Code, got.Header, want.Code, want.Header)
			}
			if head := visitor.REST(t, http.MethodHead, link, ""); head.Code != 200 || len(head.Raw) > 0 {
				t.Errorf("HEAD: got %d with %d bytes", head.Code, len(head.Raw))
			}
		})
	}
}

// TestChangedLinksAreRefused checks that a link opens only what it was signed for.
func TestChangedLinksAreRefused(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	visitor := *o
	visitor.Key = ""
	first := post(t, o, "/v1/files", strings.NewReader("a")).Body["id"].(string)
	second := post(t, o, "/v1/files", strings.NewReader("b")).Body["id"].(string)
	link := sign(t, o, "/v1/files/"+first+":content")
	report := sign(t, o, "/v1/reports:download?format=CSV&report=TRIAL_BALANCE")
	for name, path := range map[string]string{
		"another file":   strings.Replace(link, first, second, 1),
		"another query":  strings.Replace(report, "TRIAL_BALANCE", "BALANCE_SHEET", 1),
		"no token":       "/v1/files/" + first + ":content?linkToken=",
		"a forged token": "/v1/files/" + first + ":content?linkToken=" + strings.Repeat("A", 96),
		"two tokens":     link + "&linkToken=a",
	} {
		if res := visitor.REST(t, http.MethodGet, path, ""); res.Code != 403 || res.Reason() != "LINK_INVALID" {
			t.Errorf("%s: got %d %s, want 403 LINK_INVALID", name, res.Code, res.Raw)
		}
	}
	record := strings.Replace(link, ":content", "", 1)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if res := visitor.REST(t, method, record, ""); res.Code != 401 || res.Reason() != "CREDENTIAL_MISSING" {
			t.Errorf("%s of the record: got %d %s, want 401 CREDENTIAL_MISSING", method, res.Code, res.Raw)
		}
	}
}

// TestLinksNeedTheRightsOfTheKey checks that a link is signed only for what the key may read, and
// ends when the key is revoked.
func TestLinksNeedTheRightsOfTheKey(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	employee, visitor := o.WithRole(t, pb.ApiKey_EMPLOYEE), *o
	visitor.Key = ""
	service := pb.NewFilesServiceClient(employee)
	_, err := service.SignLink(t.Context(), &pb.SignLinkRequest{Path: "/v1/books:export?format=HLEDGER"})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	for _, path := range []string{
		"/v1/files", "/v1/vendors", "https://example.com/v1/books:export", "//example.com/v1/books:export",
		"/v1/books:export?format=HLEDGER#x", "/v1/books:export?unknown=1", "/v1/../v1/books:export", "books:export",
	} {
		_, err := pb.NewFilesServiceClient(o).SignLink(t.Context(), &pb.SignLinkRequest{Path: path})
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "path")
	}
	identity := pb.NewIdentityServiceClient(o)
	created, err := identity.CreateApiKey(t.Context(), &pb.CreateApiKeyRequest{
		ApiKey: &pb.ApiKey{DisplayName: "Short", Role: pb.ApiKey_OWNER, PersonId: o.Owner.GetId()},
	})
	if err != nil {
		t.Fatal(err)
	}
	short := *o
	short.Key = created.GetSecret()
	link := sign(t, &short, "/v1/books:export?format=HLEDGER")
	_, err = identity.RevokeApiKey(t.Context(), &pb.RevokeApiKeyRequest{ApiKeyId: created.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if res := visitor.REST(t, http.MethodGet, link, ""); res.Code != 401 || res.Reason() != "CREDENTIAL_INVALID" {
		t.Errorf("got %d %s, want 401 after the key was revoked", res.Code, res.Raw)
	}
}
