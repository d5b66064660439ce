package quotes_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestQuoteIsNumberedWhenSent sends two quotes and compares their figures and numbers.
func TestQuoteIsNumberedWhenSent(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.draft(t, &pb.Quote{}, s.line("2", "100.00"), s.line("1", "50.50"))
	if d.GetNumber() != "" || d.GetState() != pb.Quote_DRAFT || d.GetTotalAmount().GetAmount() != "298.10" {
		t.Errorf("got %v", d)
	}
	p := must(s.PreviewQuote(t.Context(), &pb.PreviewQuoteRequest{Quote: &pb.Quote{Id: d.GetId()}}))(t)
	q := must(s.MarkSentQuote(t.Context(), &pb.MarkSentQuoteRequest{QuoteId: d.GetId(), Date: "2027-01-10"}))(t)
	if q.GetNumber() != "QUO-2027-0001" || q.GetQuoteDate() != "2027-01-10" || q.GetCustomerName() != "Harbor Cafe" ||
		q.GetState() != pb.Quote_SENT || q.GetRevision() != 1 || q.GetSendTime() == nil ||
		q.GetTotalAmount().GetAmount() != p.GetTotalAmount().GetAmount() || p.GetCustomerName() != "Harbor Cafe" {
		t.Errorf("got %v", q)
	}
	second := s.send(t, &pb.Quote{Prospect: &pb.Quote_Prospect{DisplayName: "Pier 9", Email: "pier@example.com",
		Address: &typepb.Address{City: "New York", RegionCode: "US"}}}, s.line("1", "1"))
	if second.GetNumber() != "QUO-2027-0002" || second.GetCustomerName() != "Pier 9" ||
		second.GetBillingAddress().GetCity() != "New York" || second.GetCurrencyCode() != "USD" {
		t.Errorf("got %v", second)
	}
}

// TestSentQuoteDoesNotChange changes and deletes a quote that was sent.
func TestSentQuoteDoesNotChange(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.send(t, &pb.Quote{ExpireDate: "2027-01-31"}, s.line("1", "10"))
	change := func(path string) error {
		_, err := s.UpdateQuote(t.Context(), &pb.UpdateQuoteRequest{QuoteId: q.GetId(),
			Quote:      &pb.Quote{Reference: "PO 7", ExpireDate: "2027-02-28", Note: "Call"},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{path}}})
		return err
	}
	for _, path := range []string{"lines", "reference", "quote_date"} {
		if err := change(path); apptest.Reason(err) != optionsv1.Reason_QUOTE_SENT {
			t.Errorf("%s: got %v, want QUOTE_SENT", path, err)
		}
	}
	for _, path := range []string{"note", "expire_date"} {
		if err := change(path); err != nil {
			t.Errorf("%s: got %v", path, err)
		}
	}
	_, err := s.DeleteQuote(t.Context(), &pb.DeleteQuoteRequest{QuoteId: q.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_QUOTE_SENT {
		t.Errorf("got %v, want QUOTE_SENT", err)
	}
	must(s.DeclineQuote(t.Context(), &pb.DeclineQuoteRequest{QuoteId: q.GetId()}))(t)
	if err := change("expire_date"); err != nil { // the same date as before
		t.Errorf("got %v", err)
	}
	must(s.DeleteQuote(t.Context(), &pb.DeleteQuoteRequest{QuoteId: s.draft(t, &pb.Quote{}).GetId()}))(t)
}

// TestExpiredQuoteIsNotAccepted accepts a quote after its expire date, and again after the date was
// extended. That it was accepted in time can be recorded later.
func TestExpiredQuoteIsNotAccepted(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.send(t, &pb.Quote{QuoteDate: "2027-01-01", ExpireDate: "2027-01-14"}, s.line("1", "10"))
	open := s.send(t, &pb.Quote{ExpireDate: "2027-01-15"}, s.line("1", "10"))
	if q.GetState() != pb.Quote_EXPIRED || open.GetState() != pb.Quote_SENT {
		t.Errorf("got %s and %s", q.GetState(), open.GetState())
	}
	for state, want := range map[string]string{"EXPIRED": q.GetId(), "SENT": open.GetId()} {
		list := must(s.ListQuotes(t.Context(), &pb.ListQuotesRequest{Filter: "state = " + state}))(t).GetQuotes()
		if len(list) != 1 || list[0].GetId() != want {
			t.Errorf("%s: got %v", state, list)
		}
	}
	accept := func(date string) (*pb.Quote, error) {
		return s.AcceptQuote(t.Context(), &pb.AcceptQuoteRequest{QuoteId: q.GetId(), AcceptedBy: "Maria Hill", Date: date})
	}
	if !allows(q, "accept") {
		t.Error("accept is not allowed")
	}
	for _, date := range []string{"", "2027-01-15"} {
		_, err := accept(date)
		apptest.WantRefused(t, err, optionsv1.Reason_QUOTE_EXPIRED, "date")
	}
	must(s.UpdateQuote(t.Context(), &pb.UpdateQuoteRequest{QuoteId: q.GetId(), Quote: &pb.Quote{ExpireDate: "2027-01-20"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"expire_date"}}}))(t)
	for _, date := range []string{"2026-12-31", "2027-01-16", "2027-01-21", "2072-01-15", "2027-02-30"} {
		if _, err := accept(date); !slices.Contains(apptest.Fields(err), "date") {
			t.Errorf("%s: got %v", date, err)
		}
	}
	must(s.UpdateQuote(t.Context(), &pb.UpdateQuoteRequest{QuoteId: q.GetId(), Quote: &pb.Quote{ExpireDate: "2027-01-14"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"expire_date"}}}))(t)
	a := must(accept("2027-01-14"))(t)
	if a.GetState() != pb.Quote_ACCEPTED || a.GetAcceptDate() != "2027-01-14" || a.GetAcceptedBy() != "Maria Hill" ||
		a.GetAcceptTime() == nil || a.GetAcceptIpAddress() != "" {
		t.Errorf("got %v", a)
	}
}

// TestQuoteIsRevised declines, reopens and revises a quote. The revision keeps the number.
func TestQuoteIsRevised(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.send(t, &pb.Quote{ExpireDate: "2027-01-17"}, s.line("1", "10"))
	decline := &pb.DeclineQuoteRequest{QuoteId: q.GetId(), Date: "2027-01-16", Reason: "Too expensive"}
	_, err := s.DeclineQuote(t.Context(), decline)
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
	s.advance(t, "2027-01-16")
	d := must(s.DeclineQuote(t.Context(), decline))(t)
	if d.GetState() != pb.Quote_DECLINED || d.GetDeclineDate() != "2027-01-16" || d.GetDeclineReason() != "Too expensive" {
		t.Errorf("got %v", d)
	}
	o := must(s.ReopenQuote(t.Context(), &pb.ReopenQuoteRequest{QuoteId: q.GetId()}))(t)
	if o.GetState() != pb.Quote_SENT || o.GetDeclineDate() != "" {
		t.Errorf("got %v", o)
	}
	r := must(s.ReviseQuote(t.Context(), &pb.ReviseQuoteRequest{QuoteId: q.GetId()}))(t)
	r.Lines[0].UnitPrice = "8"
	must(s.UpdateQuote(t.Context(), &pb.UpdateQuoteRequest{QuoteId: q.GetId(), Quote: r,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}}}))(t)
	send := &pb.MarkSentQuoteRequest{QuoteId: q.GetId(), Date: "2027-01-18"}
	_, err = s.MarkSentQuote(t.Context(), send)
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
	must(s.UpdateQuote(t.Context(), &pb.UpdateQuoteRequest{QuoteId: q.GetId(), Quote: &pb.Quote{ExpireDate: "2027-01-18"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"expire_date"}}}))(t)
	again := must(s.MarkSentQuote(t.Context(), send))(t)
	if again.GetNumber() != q.GetNumber() || again.GetRevision() != 2 || again.GetTotalAmount().GetAmount() != "9.52" ||
		again.GetQuoteDate() != "2027-01-18" {
		t.Errorf("got %v", again)
	}
	_, err = s.DeleteQuote(t.Context(), &pb.DeleteQuoteRequest{QuoteId: q.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_QUOTE_SENT)
	twin := must(s.DuplicateQuote(t.Context(), &pb.DuplicateQuoteRequest{QuoteId: q.GetId()}))(t)
	if twin.GetNumber() != "" || twin.GetRevision() != 1 || twin.GetTotalAmount().GetAmount() != "9.52" ||
		twin.GetLines()[0].GetId() == again.GetLines()[0].GetId() {
		t.Errorf("got %v", twin)
	}
}

// TestQuotesAreChecked refuses quotes that cannot be stored or sent.
func TestQuotesAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	line := s.line("1", "5")
	for name, c := range map[string]struct {
		quote *pb.Quote
		field string
	}{
		"nobody": {&pb.Quote{Lines: []*pb.DocumentLine{line}}, "customerId"},
		"customer and prospect": {&pb.Quote{CustomerId: s.customer, Prospect: &pb.Quote_Prospect{DisplayName: "x"}},
			"prospect"},
		"prospect without a name": {&pb.Quote{Prospect: &pb.Quote_Prospect{}}, "prospect.displayName"},
		"no e-mail address":       {&pb.Quote{Prospect: &pb.Quote_Prospect{DisplayName: "x", Email: "x"}}, "prospect.email"},
		"unknown region": {&pb.Quote{Prospect: &pb.Quote_Prospect{DisplayName: "x",
			Address: &typepb.Address{RegionCode: "XQ"}}}, "prospect.address.regionCode"},
		"price in words": {&pb.Quote{CustomerId: s.customer,
			Lines: []*pb.DocumentLine{{Description: "x", UnitPrice: "ten"}}}, "lines[0].unitPrice"},
		"expired before it is sent": {&pb.Quote{CustomerId: s.customer, QuoteDate: "2027-01-10", ExpireDate: "2027-01-09"},
			"expireDate"},
		"unknown currency": {&pb.Quote{CustomerId: s.customer, CurrencyCode: "XXY"}, "currencyCode"},
		"no date":          {&pb.Quote{CustomerId: s.customer, QuoteDate: "soon"}, "quoteDate"},
	} {
		_, err := s.CreateQuote(t.Context(), &pb.CreateQuoteRequest{Quote: c.quote})
		if !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s", name, err, apptest.Fields(err), c.field)
		}
	}
	empty, negative := s.draft(t, &pb.Quote{}), s.draft(t, &pb.Quote{}, s.line("1", "-5"))
	for key, want := range map[string]optionsv1.Reason{
		empty.GetId(): optionsv1.Reason_QUOTE_EMPTY, negative.GetId(): optionsv1.Reason_QUOTE_NEGATIVE,
	} {
		if _, err := s.MarkSentQuote(t.Context(), &pb.MarkSentQuoteRequest{QuoteId: key}); apptest.Reason(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	q := s.send(t, &pb.Quote{}, line)
	if _, err := s.AcceptQuote(t.Context(), &pb.AcceptQuoteRequest{QuoteId: q.GetId()}); !slices.Contains(
		apptest.Fields(err), "acceptedBy") {
		t.Errorf("got %v", err)
	}
	for _, err := range []error{
		second(s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId()})),
		second(s.ReopenQuote(t.Context(), &pb.ReopenQuoteRequest{QuoteId: q.GetId()})),
		second(s.MarkSentQuote(t.Context(), &pb.MarkSentQuoteRequest{QuoteId: q.GetId()})),
	} {
		if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
			t.Errorf("got %v, want STATE_REFUSES_ACTION", err)
		}
	}
}

// allows reports whether a verb of a quote is allowed.
func allows(q *pb.Quote, verb string) bool {
	return slices.ContainsFunc(q.GetAllowedActions(), func(a *typepb.AllowedAction) bool {
		return a.GetVerb() == verb && a.GetAllowed()
	})
}

// second returns the error of a call.
func second[T any](_ T, err error) error { return err }
