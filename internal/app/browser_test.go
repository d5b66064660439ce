package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"backoffice/internal/app/apptest"
)

// TestEveryAnswerIsGuarded checks that no answer can be framed, sniffed for another type or
// run as a page: files, reports, charts, exports, records, errors and pages alike.
func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/files?fileName=page.html", strings.NewReader("<script>alert(1)</script>"))
	file := o.Send(t, r, "Content-Type: text/html")
	const strict = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
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
		if got := header.Get("Content-Security-Policy"); got != policy && !(policy != strict && strings.Contains(got, policy) && strings.Contains(got, "frame-ancestors 'none'")) {
			t.Errorf("%s has the policy %q", path, got)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s has the headers %v", path, header)
		}
	}
}

// TestAttachmentsAreNamed checks the names under which browsers save reports, charts and
// exports.
func TestAttachmentsAreNamed(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for path, want := range map[string]string{
		"/v1/reports:download?report=BALANCE_SHEET&format=PDF&asOf=2026-10-31":                    `attachment; filename="Balance sheet in USD - As of 2026-10-31.pdf"`,
		"/v1/reports:download?report=JOURNAL&format=CSV&startDate=2026-10-01&endDate=2026-10-31":  `attachment; filename="Journal in USD - 2026-10-01 to 2026-10-31.csv"`,
		"/v1/reports:chart?chart=CASH_BALANCE&format=SVG&startDate=2026-10-01&endDate=2026-10-31": `attachment; filename="Cash at the end of each day in USD - 2026-10-01 to 2026-10-31.svg"`,
		"/v1/books:export?format=HLEDGER&startDate=2026-10-01":                                    `attachment; filename="Books - from 2026-10-01.journal"`,
		"/v1/books:export?format=BEANCOUNT&endDate=2026-10-31":                                    `attachment; filename="Books - to 2026-10-31.beancount"`,
		"/v1/books:export?format=CSV":                                                             `attachment; filename=Books.csv`,
	} {
		answer := o.REST(t, http.MethodGet, path, "")
		if got := answer.Header.Get("Content-Disposition"); answer.Code != 200 || got != want {
			t.Errorf("%s is answered by %d as %s, want %s", path, answer.Code, got, want)
		}
	}
	if refused := o.REST(t, http.MethodGet, "/v1/books:export?format=CSV&startDate=2026-02-30", ""); refused.Code != 400 || refused.Header.Get("Content-Disposition") != "" {
		t.Errorf("a refusal is answered by %d %v", refused.Code, refused.Header)
	}
}

// TestFileNamesLoseTheirPaths uploads files by names that would lead out of a folder, and
// names that a header must not take as they are.
func TestFileNamesLoseTheirPaths(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	upload := func(name string) apptest.Response {
		return o.Send(t, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/files?fileName="+url.QueryEscape(name), strings.NewReader("bytes")))
	}
	for sent, want := range map[string]struct{ name, disposition string }{
		"../../etc/passwd":      {"passwd", `attachment; filename=passwd`},
		`C:\Users\Ada\bill.pdf`: {"bill.pdf", `attachment; filename=bill.pdf`},
		`..`:                    {"", `attachment`},
		"folder/":               {"", `attachment`},
		`a "fine" file.txt`:     {`a "fine" file.txt`, `attachment; filename="a \"fine\" file.txt"`},
		"Übersicht.csv":         {"Übersicht.csv", `attachment; filename*=utf-8''%C3%9Cbersicht.csv`},
	} {
		file := upload(sent)
		if file.Code != 200 || file.Body["fileName"] != want.name {
			t.Errorf("%q is stored as %s", sent, file.Raw)
			continue
		}
		down := o.REST(t, http.MethodGet, "/v1/files/"+file.Body["id"].(string)+":content", "")
		if got := down.Header.Get("Content-Disposition"); got != want.disposition {
			t.Errorf("%q is sent as %s, want %s", sent, got, want.disposition)
		}
	}
	for sent, want := range map[string]string{"a\x7f.txt": "a.txt", "txt.\u202eexe": "txt.exe"} {
		if file := upload(sent); file.Code != 200 || file.Body["fileName"] != want {
			t.Errorf("%q is stored as %s, want %q", sent, file.Raw, want)
		}
	}
	if refused := upload("a\u0085.txt"); refused.Code != 400 || refused.Reason() != "FIELDS_INVALID" {
		t.Errorf("a name on two lines is answered by %d %s", refused.Code, refused.Raw)
	}
	account := o.REST(t, http.MethodPost, "/v1/bankAccounts", `{"displayName": "Checking"}`).Body["id"].(string)
	made := o.REST(t, http.MethodPost, "/v1/bankAccounts/"+account+"/statementImports",
		`{"fileName": "C:\\x\\y.csv", "content": "RGF0ZSxEZXNjcmlwdGlvbixBbW91bnQKMjAyNi0xMS0xMyxDb2ZmZWUsLTQuOTAK"}`)
	if made.Code != 200 || made.Body["fileName"] != "y.csv" {
		t.Errorf("an import is answered by %d %s", made.Code, made.Raw)
	}
}
