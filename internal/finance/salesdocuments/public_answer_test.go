package salesdocuments_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// publicQuote is what a link tells of a quote.
type publicQuote struct {
	Kind, Number string
	Quote        struct {
		Answer, ExpireDate, AnswerDate, AnsweredBy, Comment string
		Revision                                            int
		DepositAmount                                       *struct{ Amount string }
	}
}

// answer sends the answer of a visitor: `accept` or `decline`. It waits while the link is limited.
func (s *shop) answer(t testing.TB, token, verb, body string) apptest.Response {
	t.Helper()
	visitor := *s.Organization
	visitor.Key = ""
	got := visitor.REST(t, "POST", "/v1/public/documents/"+token+":"+verb, body)
	for end := time.Now().Add(time.Minute); got.Code == 429 && time.Now().Before(end); {
		got = visitor.REST(t, "POST", "/v1/public/documents/"+token+":"+verb, body)
	}
	return got
}

// wantAnswer checks the answer of a quote that a response shows.
func wantAnswer(t *testing.T, got apptest.Response, want string) publicQuote {
	t.Helper()
	var p publicQuote
	if err := json.Unmarshal(got.Raw, &p); err != nil || got.Code != 200 || p.Kind != "QUOTE" || p.Quote.Answer != want {
		t.Errorf("got %d %s, want %s", got.Code, got.Raw, want)
	}
	return p
}

// TestQuoteIsAcceptedByItsLink reads a quote, accepts it twice under the same name, and reads the
// answer. The deposit request follows from it.
func TestQuoteIsAcceptedByItsLink(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.sendQuote(t, &pb.Quote{ExpireDate: "2027-01-31", DepositPercent: "30", DepositTaxed: true})
	token := s.link(t, q.GetId()).GetToken()
	p := wantAnswer(t, s.visit(t, "/v1/public/documents/"+token), "AWAITED")
	if p.Number != q.GetNumber() || p.Quote.ExpireDate != "2027-01-31" || p.Quote.Revision != 1 ||
		p.Quote.DepositAmount.Amount != "357.00" {
		t.Errorf("got %+v", p)
	}
	name := `<b onclick=\"x()\">Maria</b> Hill`
	for range 2 {
		p = wantAnswer(t, s.answer(t, token, "accept",
			`{"name": " `+name+` ", "comment": "Bitte ab März", "revision": 1}`), "ACCEPTED")
		if p.Quote.AnsweredBy != `<b onclick="x()">Maria</b> Hill` || p.Quote.AnswerDate != "2027-01-15" ||
			p.Quote.Comment != "Bitte ab März" {
			t.Errorf("got %+v", p)
		}
	}
	q = s.quote(t, q.GetId())
	if q.GetState() != pb.Quote_ACCEPTED || q.GetAcceptedBy() != `<b onclick="x()">Maria</b> Hill` ||
		q.GetAcceptIpAddress() == "" || q.GetAcceptComment() != "Bitte ab März" {
		t.Errorf("got %v", q)
	}
	r := must(s.deposits.GetDepositRequest(t.Context(),
		&pb.GetDepositRequestRequest{DepositRequestId: q.GetDepositRequestId()}))(t)
	if r.GetTotalAmount().GetAmount() != "357.00" || r.GetTaxAmount().GetAmount() != "57.00" ||
		r.GetLines()[0].GetDescription() != "Anzahlung zum Angebot "+q.GetNumber() {
		t.Errorf("got %v", r)
	}
	for verb, body := range map[string]string{
		"accept": `{"name": "Bob", "revision": 1}`, "decline": `{"name": "Maria Hill", "revision": 1}`,
	} {
		got := s.answer(t, token, verb, body)
		if got.Reason() != "STATE_REFUSES_ACTION" || strings.Contains(string(got.Raw), q.GetId()) {
			t.Errorf("%s: got %s", verb, got.Raw)
		}
	}
}

func TestQuoteIsDeclinedByItsLink(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.sendQuote(t, &pb.Quote{ExpireDate: "2027-01-15"})
	token := s.link(t, q.GetId()).GetToken()
	s.advance(t, "2027-01-16")
	wantAnswer(t, s.visit(t, "/v1/public/documents/"+token), "EXPIRED")
	if got := s.answer(t, token, "accept", `{"name": "Maria Hill", "revision": 1}`); got.Reason() != "QUOTE_EXPIRED" {
		t.Errorf("got %s", got.Raw)
	}
	p := wantAnswer(t, s.answer(t, token, "decline", `{"name": "Maria Hill", "comment": "Zu teuer", "revision": 1}`), "DECLINED")
	if q = s.quote(t, q.GetId()); p.Quote.AnsweredBy != "Maria Hill" || p.Quote.Comment != "Zu teuer" ||
		q.GetDeclinedBy() != "Maria Hill" || q.GetDeclineReason() != "Zu teuer" {
		t.Errorf("got %+v, %v", p, q)
	}
}

// TestAnswersAreRefused tries answers that must not be recorded.
func TestAnswersAreRefused(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.sendQuote(t, &pb.Quote{})
	token := s.link(t, q.GetId()).GetToken()
	revoked := s.link(t, q.GetId())
	must(s.RevokeDocumentLink(t.Context(), &pb.RevokeDocumentLinkRequest{DocumentLinkId: revoked.GetId()}))(t)
	invoice := s.link(t, s.issue(t, &pb.Invoice{}).GetId()).GetToken()
	for name, c := range map[string]struct{ token, body, want string }{
		"unknown token": {"x", `{"name": "Maria", "revision": 1}`, "RECORD_NOT_FOUND"},
		"revoked link":  {revoked.GetToken(), `{"name": "Maria", "revision": 1}`, "RECORD_NOT_FOUND"},
		"invoice":       {invoice, `{"name": "Maria", "revision": 1}`, "DOCUMENT_NOT_A_QUOTE"},
		"no name":       {token, `{"name": "  ", "revision": 1}`, "FIELDS_INVALID"},
		"long name":     {token, fmt.Sprintf(`{"name": %q, "revision": 1}`, strings.Repeat("x", 201)), "FIELDS_INVALID"},
		"revision":      {token, `{"name": "Maria", "revision": 2}`, "QUOTE_REVISED"},
		"no revision":   {token, `{"name": "Maria"}`, "FIELDS_INVALID"},
	} {
		for _, verb := range []string{"accept", "decline"} {
			if got := s.answer(t, c.token, verb, c.body); got.Reason() != c.want {
				t.Errorf("%s, %s: got %d %s, want %s", name, verb, got.Code, got.Raw, c.want)
			}
		}
	}
	must(s.quotes.ReviseQuote(t.Context(), &pb.ReviseQuoteRequest{QuoteId: q.GetId()}))(t)
	if got := s.answer(t, token, "accept", `{"name": "Maria", "revision": 1}`); got.Reason() != "RECORD_NOT_FOUND" {
		t.Errorf("revision that is not sent: got %s", got.Raw)
	}
	must(s.SendQuote(t.Context(), &pb.SendQuoteRequest{QuoteId: q.GetId()}))(t)
	if got := s.answer(t, token, "accept", `{"name": "Maria", "revision": 1}`); got.Reason() != "QUOTE_REVISED" {
		t.Errorf("old revision: got %s", got.Raw)
	}
	wantAnswer(t, s.answer(t, token, "accept", `{"name": "Maria", "revision": 2}`), "ACCEPTED")
}

// TestLinkLeavesDepositToStaff accepts quotes whose deposit cannot be requested: the name of the
// prospect is that of a customer, or the customer is archived. The visitor learns nothing of that,
// and staff request the deposit.
func TestLinkLeavesDepositToStaff(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	deposit := &typepb.Money{Amount: "100.00", CurrencyCode: "EUR"}
	prospect := s.sendQuote(t, &pb.Quote{DepositAmount: deposit,
		Prospect: &pb.Quote_Prospect{DisplayName: "Harbor Cafe", Email: "x@cafe.example"}})
	archived := s.sendQuote(t, &pb.Quote{DepositAmount: deposit})
	other := must(pb.NewCustomersServiceClient(s).CreateCustomer(t.Context(), &pb.CreateCustomerRequest{
		Customer: &pb.Customer{DisplayName: "Harbor Cafe LLC"}}))(t)
	must(pb.NewCustomersServiceClient(s).ArchiveCustomer(t.Context(),
		&pb.ArchiveCustomerRequest{CustomerId: s.customer.GetId()}))(t)
	for _, q := range []*pb.Quote{prospect, archived} {
		token := s.link(t, q.GetId()).GetToken()
		got := s.answer(t, token, "accept", `{"name": "Maria", "revision": 1}`)
		wantAnswer(t, got, "ACCEPTED")
		if strings.Contains(string(got.Raw), q.GetId()) || strings.Contains(string(got.Raw), "archived") {
			t.Errorf("got %s", got.Raw)
		}
		if q = s.quote(t, q.GetId()); q.GetState() != pb.Quote_ACCEPTED || q.GetDepositRequestId() != "" {
			t.Errorf("got %v", q)
		}
	}
	q := must(s.quotes.RequestDepositQuote(t.Context(), &pb.RequestDepositQuoteRequest{QuoteId: prospect.GetId(),
		CustomerId: other.GetId()}))(t)
	if q.GetDepositRequestId() == "" || q.GetCustomerId() != other.GetId() {
		t.Errorf("got %v", q)
	}
}
