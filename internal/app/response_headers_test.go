package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"backoffice/internal/app/apptest"
)

// TestEveryResponseHasSecurityHeaders checks that browsers do not frame a response, guess its type
// or run it as a page: files, reports, charts, exports, records, errors and pages.
func TestEveryResponseHasSecurityHeaders(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/files?fileName=page.html",
		strings.NewReader("<script>alert(1)</script>"))
	file := o.Send(t, r, "Content-Type: text/html")
	const strict = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	for path, policy := range map[string]string{
		"/v1/files/" + file.Body["id"].(string) + ":content":   strict,
		"/v1/reports:download?report=BALANCE_SHEET&format=PDF": strict,
		"/v1/reports:chart?chart=CASH_BALANCE&format=SVG":      strict,
		"/v1/books:export?format=HLEDGER":                      strict,
		"/v1/me":                                               strict,
		"/v1/vendors/ven_01k9zzzzzzzzzzzzzzzzzzzzzz":           strict,
		"/v1/nonsense":                                         strict,
		"/nonsense":                                            strict,
		"/openapi.json":                                        strict,
		"/livez":                                               strict,
		"/docs/":                                               "script-src 'self';",
		"/docs/docs.js":                                        "script-src 'self';",
		"/docs/swagger-ui.css":                                 "script-src 'self';",
	} {
		header := o.REST(t, http.MethodGet, path, "").Header
		if got := header.Get("Content-Security-Policy"); got != policy && !(policy != strict &&
			strings.Contains(got, policy) && strings.Contains(got, "frame-ancestors 'none'")) {
			t.Errorf("%s: got the policy %q, want %q", path, got, policy)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: got the headers %v", path, header)
		}
	}
}

// TestDownloadFileNames checks the file names under which browsers save reports, charts and
// exports.
func TestDownloadFileNames(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	const october = "&startDate=2026-10-01&endDate=2026-10-31"
	for path, name := range map[string]string{
		"/v1/reports:download?report=BALANCE_SHEET&format=PDF&asOf=2026-10-31": `"Balance Sheet in USD - ` +
			`2026-10-31.pdf"`,
		"/v1/reports:download?report=JOURNAL&format=CSV" + october: `"Journal in USD - 2026-10-01 to ` +
			`2026-10-31.csv"`,
		"/v1/reports:chart?chart=CASH_BALANCE&format=SVG" + october: "" +
			`"Cash at the End of Each Day in USD - 2026-10-01 to 2026-10-31.svg"`,
		"/v1/books:export?format=HLEDGER&startDate=2026-10-01": `"Books - from 2026-10-01.journal"`,
		"/v1/books:export?format=BEANCOUNT&endDate=2026-10-31": `"Books - to 2026-10-31.beancount"`,
		"/v1/books:export?format=CSV":                          `Books.csv`,
	} {
		want := "attachment; filename=" + name
		response := o.REST(t, http.MethodGet, path, "")
		if got := response.Header.Get("Content-Disposition"); response.Code != 200 || got != want {
			t.Errorf("%s: got %d as %s, want %s", path, response.Code, got, want)
		}
	}
	refused := o.REST(t, http.MethodGet, "/v1/books:export?format=CSV&startDate=2026-02-30", "")
	if refused.Code != 400 || refused.Header.Get("Content-Disposition") != "" {
		t.Errorf("an invalid date: got %d %v", refused.Code, refused.Header)
	}
}

// TestFileNamesLoseTheirPaths uploads files with names that lead out of a folder, and with names
// that must be encoded in a header.
func TestFileNamesLoseTheirPaths(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	upload := func(name string) apptest.Response {
		return o.Send(t, httptest.NewRequestWithContext(t.Context(), http.MethodPost,
			"/v1/files?fileName="+url.QueryEscape(name), strings.NewReader("bytes")))
	}
	for sent, want := range map[string]struct{ name, disposition string }{
		"../../etc/passwd":      {"passwd", `attachment; filename=passwd`},
		`C:\Users\Ada\bill.pdf`: {"bill.pdf", `attachment; filename=bill.pdf`},
		`..`:                    {"", `attachment`},
		"folder/":               {"", `attachment`},
		`a "fine" file.txt`:     {`a "fine" file.txt`, `attachment; filename="a \"fine\" file.txt"`},
		"Übersicht.csv": {
			"Übersicht.csv", `attachment; filename=_bersicht.csv; filename*=utf-8''%C3%9Cbersicht.csv`,
		},
	} {
		file := upload(sent)
		if file.Code != 200 || file.Body["fileName"] != want.name {
			t.Errorf("%q: got %s, want the name %q", sent, file.Raw, want.name)
			continue
		}
		down := o.REST(t, http.MethodGet, "/v1/files/"+file.Body["id"].(string)+":content", "")
		if got := down.Header.Get("Content-Disposition"); got != want.disposition {
			t.Errorf("%q: got %s, want %s", sent, got, want.disposition)
		}
	}
	for sent, want := range map[string]string{"a\x7f.txt": "a.txt", "txt.\u202eexe": "txt.exe"} {
		if file := upload(sent); file.Code != 200 || file.Body["fileName"] != want {
			t.Errorf("%q: got %s, want the name %q", sent, file.Raw, want)
		}
	}
	if refused := upload("a\u0085.txt"); refused.Code != 400 || refused.Reason() != "FIELDS_INVALID" {
		t.Errorf("a name with a line break: got %d %s", refused.Code, refused.Raw)
	}
	account := o.REST(t, http.MethodPost, "/v1/bankAccounts", `{"displayName": "Checking"}`).Body["id"].(string)
	made := o.REST(t, http.MethodPost, "/v1/bankAccounts/"+account+"/statementImports",
		`{"fileName": "C:\\x\\y.csv", "content": "RGF0ZSxEZXNjcmlwdGlvbixBbW91bnQKMjAyNi0xMS0xMyxDb2ZmZWUsLTQuOTAK"}`)
	if made.Code != 200 || made.Body["fileName"] != "y.csv" {
		t.Errorf("an import: got %d %s", made.Code, made.Raw)
	}
}
