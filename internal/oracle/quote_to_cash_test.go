//go:build oracle

package oracle_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// client calls the API as a frontend does: with JSON over REST.
type client struct{ *apptest.Organization }

// object is a JSON object.
type object map[string]any

// post sends an object, and returns the answer.
func (c client) post(t *testing.T, path string, body object) object {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return c.send(t, "POST", path, string(raw))
}

func (c client) get(t *testing.T, path string) object {
	t.Helper()
	return c.send(t, "GET", path, "")
}

func (c client) send(t *testing.T, method, path, body string) object {
	t.Helper()
	r := c.REST(t, method, "/v1/"+path, body)
	if r.Code != 200 {
		t.Fatalf("%s %s: %d %s", method, path, r.Code, r.Raw)
	}
	return r.Body
}

// at returns the text of a value by its path, such as `lines.0.amount.amount`. Money is its amount.
func (o object) at(path string) string {
	var value any = map[string]any(o)
	for _, key := range strings.Split(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[key]
		case []any:
			var n int
			if _, err := fmt.Sscan(key, &n); err != nil || n >= len(v) {
				return ""
			}
			value = v[n]
		}
	}
	if money, ok := value.(map[string]any); ok && money["amount"] != nil {
		value = money["amount"]
	}
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// wantAt compares values of an object by their paths.
func (o object) wantAt(t *testing.T, want map[string]string) {
	t.Helper()
	for path, w := range want {
		if got := o.at(path); got != w {
			t.Errorf("%s is %q, want %q", path, got, w)
		}
	}
}

// paper returns the text of a PDF file, as an independent program reads it, with single spaces.
func (c client) paper(t *testing.T, path string) string {
	t.Helper()
	r := c.REST(t, "GET", "/v1/"+path, "")
	program := exec.Command("pdftotext", "-layout", "-", "-")
	program.Stdin = bytes.NewReader(r.Raw)
	text, err := program.CombinedOutput()
	if err != nil || r.Code != 200 {
		t.Fatalf("%s: %d, %v, %s", path, r.Code, err, text)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// wantText checks that a text has parts.
func wantText(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("the %s lacks %q: %s", what, part, text)
		}
	}
}

// studio is a German business that sells a project.
type studio struct {
	client
	// ledger is the account of the bank account.
	project, customer, vat, bank, ledger string
}

func openStudio(t *testing.T) studio {
	s := studio{client: client{apptest.SignUp(t, func(r *platformv1.SignUpRequest) {
		r.CurrencyCode, r.RegionCode, r.TimeZone = "EUR", "DE", "Europe/Berlin"
	})}}
	s.post(t, "taxTemplates/de:apply", object{})
	s.vat = s.get(t, "taxCodes?filter="+url.QueryEscape(`code = "DE-STD"`)).at("taxCodes.0.id")
	dimension := s.post(t, "dimensions", object{"displayName": "Exhibition"}).at("id")
	s.project = s.post(t, "dimensionValues", object{"dimensionId": dimension, "displayName": "Museum"}).at("id")
	s.customer = s.post(t, "customers", object{"displayName": "Museum Bremen", "languageCode": "en"}).at("id")
	s.ledger = s.get(t, "accounts?filter="+url.QueryEscape(`code = "1000"`)).at("accounts.0.id")
	s.bank = s.post(t, "bankAccounts", object{"displayName": "Sparkasse", "ledgerAccountId": s.ledger}).at("id")
	return s
}

// arrive imports a line of the bank, and returns its id.
func (s studio) arrive(t *testing.T, date, text, amount string) string {
	t.Helper()
	content := "Date,Text,Amount\n" + date + "," + text + "," + amount + "\n"
	s.post(t, "bankAccounts/"+s.bank+"/statementImports", object{"content": []byte(content)})
	return s.get(t, "bankStatementLines?filter="+url.QueryEscape(`state = UNMATCHED`)).at("bankStatementLines.0.id")
}

// wantEntry compares the lines of a journal entry, as `code amount`.
func (s studio) wantEntry(t *testing.T, what, key string, want ...string) {
	t.Helper()
	accounts, codes := s.get(t, "accounts?pageSize=500"), map[string]string{}
	for n := range accounts["accounts"].([]any) {
		prefix := fmt.Sprintf("accounts.%d.", n)
		codes[accounts.at(prefix+"id")] = accounts.at(prefix + "code")
	}
	e := s.get(t, "journalEntries/"+key)
	var lines []string
	for n := range e["lines"].([]any) {
		prefix := fmt.Sprintf("lines.%d.", n)
		lines = append(lines, codes[e.at(prefix+"accountId")]+" "+e.at(prefix+"amount"))
	}
	if slices.Sort(lines); !slices.Equal(lines, want) {
		t.Errorf("the %s posts %q, want %q", what, lines, want)
	}
}

// owed returns what is open by the aging at the end of a day, the credit of the customer, and the
// balance of the control account.
func (s studio) owed(t *testing.T, day string) string {
	t.Helper()
	aged := s.get(t, "receivables:age?asOf="+day)
	balances := s.get(t, "accounts:balances?asOf="+day)
	balance := "0.00"
	for n := range balances["balances"].([]any) {
		if balances.at(fmt.Sprintf("balances.%d.code", n)) == receivableAccount {
			balance = balances.at(fmt.Sprintf("balances.%d.balance", n))
		}
	}
	return aged.at("total") + " " + aged.at("credit") + " " + balance
}

// TestQuoteToCash sells a project from the quote to the last payment: a deposit with its tax, the
// final invoice, a part from the bank, a credit note, a notice with interest and a fee, and the
// rest. The figures agree in documents, paper, journal, aging and reports.
func TestQuoteToCash(t *testing.T) {
	s := openStudio(t)
	line := func(text, quantity, price string) object {
		return object{"description": text, "quantity": quantity, "unitPrice": price, "taxCodeId": s.vat,
			"dimensionValueIds": []string{s.project}}
	}
	quote := s.post(t, "quotes", object{"customerId": s.customer, "quoteDate": "2026-03-02", "expireDate": "2026-03-31",
		"depositPercent": "30", "depositTaxed": true,
		"lines": []object{line("Exhibition design", "10", "120"), line("Models", "1", "500")}})
	quote.wantAt(t, map[string]string{"netAmount": "1700.00", "taxAmount": "323.00", "totalAmount": "2023.00"})
	key := quote.at("id")
	number := s.post(t, "quotes/"+key+":markSent", object{"date": "2026-03-03"}).at("number")
	wantText(t, "quote", s.paper(t, "quotes/"+key+":download"), number, "Exhibition design", "1,700.00", "323.00",
		"2,023.00", "606.90")
	quote = s.post(t, "quotes/"+key+":accept", object{"date": "2026-03-10", "acceptedBy": "Ada Lovelace"})
	deposit := s.get(t, "depositRequests/"+quote.at("depositRequestId"))
	deposit.wantAt(t, map[string]string{"state": "ISSUED", "totalAmount": "606.90", "taxAmount": "96.90"})
	wantText(t, "deposit request", s.paper(t, "depositRequests/"+deposit.at("id")+":download"), deposit.at("number"),
		"606.90")

	paid := s.post(t, "payments", object{"customerId": s.customer, "date": "2026-03-16", "accountId": s.ledger,
		"amount": object{"amount": "606.90"}, "depositRequestId": deposit.at("id")})
	s.wantEntry(t, "deposit", paid.at("journalEntryId"), "1000 606.90", "1350 96.90", "2200 -96.90", "2400 -606.90")
	s.post(t, "bankStatementLines/"+s.arrive(t, "2026-03-16", "Museum deposit", "606.90")+":match",
		object{"journalEntryId": paid.at("journalEntryId")})

	draft := s.post(t, "quotes/"+key+":convert", object{"issueDate": "2026-05-04"}).at("invoice.id")
	s.send(t, "PATCH", "invoices/"+draft+"?updateMask=deposits,dueDate",
		fmt.Sprintf(`{"dueDate": "2026-06-03", "deposits": [{"customerCreditId": %q}]}`, paid.at("id")))
	invoice := s.post(t, "invoices/"+draft+":issue", object{})
	invoice.wantAt(t, map[string]string{"netAmount": "1700.00", "taxAmount": "323.00", "totalAmount": "2023.00",
		"openAmount": "1416.10", "deposits.0.amount": "606.90", "deposits.0.taxAmount": "96.90"})
	s.wantEntry(t, "invoice", invoice.at("journalEntryId"), "1200 2023.00", "2200 -323.00", "4000 -1700.00")

	part := s.arrive(t, "2026-05-20", "Museum "+invoice.at("number"), "1000.00")
	suggested := s.get(t, "bankStatementLines/"+part+":suggest")
	if !strings.Contains(fmt.Sprint(suggested), invoice.at("number")) {
		t.Errorf("the line suggests %v, want the invoice", suggested)
	}
	match := s.post(t, "bankMatches", object{"lines": []object{{"bankStatementLineId": part}}, "payments": []object{
		{"customerId": s.customer, "allocations": []object{{"receivableId": draft}}}}})
	received := s.get(t, "payments/"+match.at("payments.0.paymentId"))
	s.wantEntry(t, "payment", received.at("journalEntryId"), "1000 1000.00", "2400 -1000.00")
	note := s.post(t, "creditNotes", object{"invoiceId": draft, "issueDate": "2026-05-28",
		"lines": []object{{"invoiceLineId": invoice.at("lines.1.id"), "amount": object{"amount": "100"}}}})
	note.wantAt(t, map[string]string{"totalAmount": "119.00", "taxAmount": "19.00"})
	s.wantEntry(t, "credit note", note.at("journalEntryId"), "2200 19.00", "2400 -119.00", "4000 100.00")
	s.get(t, "invoices/"+draft).wantAt(t, map[string]string{"openAmount": "297.10"})
	wantText(t, "credit note", s.paper(t, "creditNotes/"+note.at("id")+":download"), note.at("number"), "119.00")

	policy := s.post(t, "dunningPolicies", object{"displayName": "Standard", "defaultPolicy": true,
		"interestRates": []object{{"percent": "9"}}, "steps": []object{{"days": 14, "displayName": "Reminder",
			"chargeInterest": true, "fees": []object{{"amount": "5", "currencyCode": "EUR"}}}}})
	run := s.post(t, "dunning:run", object{"runDate": "2026-06-17", "dunningPolicyId": policy.at("id")})
	notice := object(run["notices"].([]any)[0].(map[string]any))
	notice.wantAt(t, map[string]string{"openAmount": "297.10", "fee": "5.00", "interestAmount": "1.03",
		"chargedAmount": "6.03", "totalAmount": "303.13", "lines.0.daysOverdue": "14"})
	s.wantEntry(t, "notice", notice.at("journalEntryId"), "1200 6.03", "4870 -1.03", "4870 -5.00")
	wantText(t, "notice", s.paper(t, "dunningNotices/"+notice.at("id")+":download"), notice.at("number"),
		invoice.at("number"), "297.10", "1.03", "303.13")
	wantText(t, "invoice", s.paper(t, "invoices/"+draft+":download"), invoice.at("number"), "1,700.00", "323.00",
		"2,023.00", "606.90", "1,000.00", "119.00", "297.10")

	last := s.arrive(t, "2026-06-25", "Museum rest", "303.13")
	s.post(t, "bankMatches", object{"lines": []object{{"bankStatementLineId": last}}, "payments": []object{
		{"customerId": s.customer, "allocations": []object{{"receivableId": draft},
			{"receivableId": notice.at("receivableId")}}}}})
	s.get(t, "invoices/"+draft).wantAt(t, map[string]string{"paymentStatus": "PAID", "openAmount": "0.00",
		"payDate": "2026-06-25"})

	for day, want := range map[string]string{
		"2026-03-16": "0.00 606.90 0.00", "2026-05-04": "1416.10 0.00 1416.10", "2026-05-20": "416.10 0.00 416.10",
		"2026-05-28": "297.10 0.00 297.10", "2026-06-17": "303.13 0.00 303.13", "2026-06-25": "0.00 0.00 0.00",
	} {
		if got := s.owed(t, day); got != want {
			t.Errorf("on %s aging, credit and control account are %s, want %s", day, got, want)
		}
	}
	const year = "?startDate=2026-01-01&endDate=2026-12-31"
	s.get(t, "reports/profitAndLoss"+year+"&dimensionValueIds="+s.project).wantAt(t,
		map[string]string{"totalIncome": "1600.00"})
	s.get(t, "reports/profitAndLoss"+year+"&basis=CASH&dimensionValueIds="+s.project).wantAt(t,
		map[string]string{"totalIncome": "1600.00"})
	s.get(t, "reports/profitAndLoss"+year).wantAt(t, map[string]string{"totalIncome": "1606.03"})
	s.get(t, "reports/sales"+year+"&dimensionValueIds="+s.project).wantAt(t,
		map[string]string{"total": "1600.00", "credited": "-100.00"})
	s.get(t, "taxes:summary"+year).wantAt(t, map[string]string{"agencies.0.netTax": "304.00"})
	s.get(t, "taxes:summary"+year+"&basis=CASH").wantAt(t, map[string]string{"agencies.0.netTax": "304.00"})
	trial := s.get(t, "reports/trialBalance?asOf=2026-06-25")
	trial.wantAt(t, map[string]string{"totalDebit": trial.at("totalCredit")})
}
