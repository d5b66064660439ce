package onlinepayments_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// contextOf returns a context that outlives the test.
func contextOf(t testing.TB) context.Context { return context.WithoutCancel(t.Context()) }

// TestInvoiceIsPaidOnline follows an invoice through REST and the page of the provider, over a real
// connection: link, checkout, payment, payout, and the line of the bank.
func TestInvoiceIsPaidOnline(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	server := httptest.NewServer(s.App.Server.HTTP())
	defer server.Close()
	sold := s.sell(t, "120")
	link := s.REST(t, "POST", "/v1/documentLinks", `{"documentId": "`+sold.GetId()+`"}`)
	documents := "/v1/public/documents/" + link.Body["token"].(string)
	visitor := *s.Organization
	visitor.Key = ""
	shown := visitor.REST(t, "GET", documents, "")
	if payment, _ := shown.Body["payment"].(map[string]any); payment["payOnline"] != true {
		t.Fatalf("got %s", shown.Raw)
	}
	made := visitor.REST(t, "POST", documents+":checkout", `{"returnUrl": "https://shop.example/thanks"}`)
	page, _ := made.Body["url"].(string)
	if made.Code != 200 || page == "" || made.Body["test"] != true {
		t.Fatalf("got %d %s", made.Code, made.Raw)
	}
	for outcome, want := range map[string]string{"": "120.00 USD", "FAILED": "The card was declined."} {
		if got := browse(t, server, page, outcome); !strings.Contains(got, want) || !strings.Contains(got, "Test mode") {
			t.Errorf("%q: got the page %s", outcome, got)
		}
	}
	if got := browse(t, server, page, "SUCCEEDED"); !strings.Contains(got, "The checkout is SUCCEEDED") ||
		!strings.Contains(got, "https://shop.example/thanks") {
		t.Errorf("got the page %s", got)
	}
	s.wantOpen(t, sold, "0.00")
	s.wantBalances(t, [3]int64{117_60, 2_40, 0})
	if shown = visitor.REST(t, "GET", documents, ""); shown.Body["status"] != "PAID" || shown.Body["payment"] != nil {
		t.Errorf("got %s", shown.Raw)
	}
	sent := s.REST(t, "POST", "/v1/paymentProviderAccounts/"+s.account.GetId()+":simulateEvent", `{"type": "PAYOUT_PAID"}`)
	if sent.Body["state"] != "PROCESSED" {
		t.Fatalf("got %s", sent.Raw)
	}
	s.wantBalances(t, [3]int64{0, 2_40, 117_60})
	payout := s.REST(t, "GET", "/v1/payouts/"+sent.Body["payoutId"].(string), "")
	line := s.importLine(t, "2027-01-16", payout.Body["reference"].(string), "117.60")
	suggested := s.REST(t, "GET", "/v1/bankStatementLines/"+line+":suggest", "")
	best := suggested.Body["suggestions"].([]any)[0].(map[string]any)
	if best["journalEntryId"] != payout.Body["journalEntryId"] {
		t.Fatalf("got %s", suggested.Raw)
	}
	if got := s.REST(t, "POST", "/v1/bankStatementLines/"+line+":acceptSuggestion",
		`{"suggestion": `+string(must(json.Marshal(best))(t))+`}`); got.Code != 200 {
		t.Fatalf("got %s", got.Raw)
	}
	payout = s.REST(t, "GET", "/v1/payouts/"+sent.Body["payoutId"].(string), "")
	if payout.Body["matched"] != true {
		t.Errorf("got %s", payout.Raw)
	}
	s.wantBalances(t, [3]int64{0, 2_40, 117_60})
}

// browse opens a page, or sends its form with an outcome, and returns the HTML.
func browse(t testing.TB, server *httptest.Server, page, outcome string) string {
	t.Helper()
	var got *http.Response
	var err error
	if outcome == "" {
		got, err = http.Get(server.URL + page)
	} else {
		got, err = http.PostForm(server.URL+page+":pay", url.Values{"outcome": {outcome}})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body := must(io.ReadAll(got.Body))(t)
	policy := got.Header.Get("Content-Security-Policy")
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") ||
		!strings.Contains(policy, "form-action 'self'") {
		t.Errorf("got %s %v %s", got.Status, got.Header, body)
	}
	return string(body)
}

// importLine imports a line of the bank account, and returns its identifier.
func (s *shop) importLine(t testing.TB, date, text, amount string) string {
	t.Helper()
	made := must(s.banking.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId: s.bank.GetId(), StatementImport: &pb.StatementImport{FileName: "bank.csv",
			Content: []byte("Date,Text,Amount\n" + date + "," + text + "," + amount + "\n")}}))(t)
	lines := must(s.banking.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{
		Filter: `statement_import_id = "` + made.GetId() + `"`}))(t).GetBankStatementLines()
	if len(lines) != 1 {
		t.Fatalf("got %v of %v", lines, made)
	}
	return lines[0].GetId()
}
