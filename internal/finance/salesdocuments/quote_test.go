package salesdocuments_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/metadata"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
)

// draftQuote creates a draft of a quote over 1,190 to the customer or a prospect.
func (s *shop) draftQuote(t testing.TB, q *pb.Quote) *pb.Quote {
	t.Helper()
	if q.CustomerId == "" && q.Prospect == nil {
		q.CustomerId = s.customer.GetId()
	}
	if q.Lines == nil {
		q.Lines = []*pb.DocumentLine{{Description: "Umbau der Theke", Quantity: "2", UnitPrice: "500", TaxCodeId: s.vat}}
	}
	return must(s.quotes.CreateQuote(t.Context(), &pb.CreateQuoteRequest{Quote: q}))(t)
}

// sendQuote creates a quote and mails it.
func (s *shop) sendQuote(t testing.TB, q *pb.Quote) *pb.Quote {
	t.Helper()
	draft := s.draftQuote(t, q)
	must(s.SendQuote(t.Context(), &pb.SendQuoteRequest{QuoteId: draft.GetId()}))(t)
	return s.quote(t, draft.GetId())
}

func (s *shop) quote(t testing.TB, key string) *pb.Quote {
	t.Helper()
	return must(s.quotes.GetQuote(t.Context(), &pb.GetQuoteRequest{QuoteId: key}))(t)
}

// contentOf returns the content of the only mail about a record to an address.
func (s *shop) contentOf(t testing.TB, subjectID, address string) *platformv1.EmailContent {
	t.Helper()
	list := slices.DeleteFunc(s.mailsAbout(t, subjectID),
		func(m *platformv1.SentEmail) bool { return m.GetRecipientEmail() != address })
	if len(list) != 1 {
		t.Fatalf("got %d mails to %s, want 1", len(list), address)
	}
	return must(platformv1.NewMailServiceClient(s).GetSentEmailContent(t.Context(),
		&platformv1.GetSentEmailContentRequest{SentEmailId: list[0].GetId()}))(t)
}

// TestSendingDraftOfQuoteGivesItsNumber mails a draft with link and file: it is sent, and its
// number is in the mail and in the name of the file. It keeps the number when it is mailed again.
func TestSendingDraftOfQuoteGivesItsNumber(t *testing.T) {
	t.Parallel()
	s := openShopIn(t, apptest.New(t, func(o *module.Options) { o.Mail.PublicURL = "https://books.example" }))
	draft := s.draftQuote(t, &pb.Quote{ExpireDate: "2027-01-31"})
	sent := must(s.SendQuote(t.Context(), &pb.SendQuoteRequest{QuoteId: draft.GetId(), Etag: draft.GetEtag(),
		Mail: &pb.DocumentMail{IncludeLink: true}}))(t)
	q := s.quote(t, draft.GetId())
	if q.GetState() != pb.Quote_SENT || q.GetNumber() != "QUO-2027-0001" || q.GetSendTime() == nil ||
		len(sent.GetSentEmailIds()) != 2 {
		t.Fatalf("got %v, %v", q, sent)
	}
	content := s.contentOf(t, q.GetId(), "ann@cafe.example")
	for _, want := range []string{"Angebot QUO-2027-0001 über 1.190,00", "bis zum 31.01.2027 annehmen",
		"https://books.example/v1/public/documents/"} {
		if !strings.Contains(content.GetText(), want) {
			t.Errorf("%q is missing in %s", want, content.GetText())
		}
	}
	f := must(platformv1.NewFilesServiceClient(s).GetFile(t.Context(),
		&platformv1.GetFileRequest{FileId: sent.GetFileId()}))(t)
	if f.GetFileName() != "Angebot QUO-2027-0001.pdf" {
		t.Errorf("got the file %s", f.GetFileName())
	}
	must(s.SendQuote(t.Context(), &pb.SendQuoteRequest{QuoteId: q.GetId()}))(t)
	if again := s.quote(t, q.GetId()); again.GetNumber() != q.GetNumber() || again.GetEtag() != q.GetEtag() {
		t.Errorf("got %v after the second mail", again)
	}
}

// TestSendingQuoteIsIdempotent sends a draft twice with a key. Though the quote was revised in
// between, the retry changes nothing.
func TestSendingQuoteIsIdempotent(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	draft := s.draftQuote(t, &pb.Quote{})
	ctx := metadata.AppendToOutgoingContext(t.Context(), "idempotency-key", "send-1")
	first := must(s.SendQuote(ctx, &pb.SendQuoteRequest{QuoteId: draft.GetId()}))(t)
	must(s.quotes.ReviseQuote(t.Context(), &pb.ReviseQuoteRequest{QuoteId: draft.GetId()}))(t)
	second := must(s.SendQuote(ctx, &pb.SendQuoteRequest{QuoteId: draft.GetId()}))(t)
	q := s.quote(t, draft.GetId())
	if !slices.Equal(first.GetSentEmailIds(), second.GetSentEmailIds()) || q.GetState() != pb.Quote_DRAFT ||
		len(s.mailsAbout(t, q.GetId())) != 2 {
		t.Errorf("got %v, %v and %v", first, second, q)
	}
}

// TestRefusedQuoteStaysDraft tries to send drafts that cannot be mailed, and a dry run. None gets a
// number.
func TestRefusedQuoteStaysDraft(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	silent := s.newCustomer(t, &pb.Customer{DisplayName: "No mail"})
	for name, c := range map[string]struct {
		quote *pb.Quote
		req   *pb.SendQuoteRequest
		want  optionsv1.Reason
	}{
		"no recipient": {&pb.Quote{CustomerId: silent.GetId()}, &pb.SendQuoteRequest{}, optionsv1.Reason_RECIPIENTS_MISSING},
		"unprintable":  {&pb.Quote{Introduction: "ᏣᎳᎩ"}, &pb.SendQuoteRequest{}, optionsv1.Reason_SCRIPT_NOT_PRINTABLE},
		"old version":  {&pb.Quote{}, &pb.SendQuoteRequest{Etag: "99"}, optionsv1.Reason_ETAG_MISMATCH},
		"no lines":     {&pb.Quote{Lines: []*pb.DocumentLine{}}, &pb.SendQuoteRequest{}, optionsv1.Reason_QUOTE_EMPTY},
	} {
		q := s.draftQuote(t, c.quote)
		c.req.QuoteId = q.GetId()
		if _, err := s.SendQuote(t.Context(), c.req); apptest.Reason(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if q = s.quote(t, q.GetId()); q.GetState() != pb.Quote_DRAFT || q.GetNumber() != "" {
			t.Errorf("%s: got %v", name, q)
		}
	}
	q := s.draftQuote(t, &pb.Quote{})
	sent := must(s.SendQuote(t.Context(), &pb.SendQuoteRequest{QuoteId: q.GetId(), ValidateOnly: true}))(t)
	if q = s.quote(t, q.GetId()); q.GetState() != pb.Quote_DRAFT || len(sent.GetSentEmailIds()) != 2 ||
		len(s.mailsAbout(t, q.GetId())) != 0 {
		t.Errorf("got %v of a dry run, %v", sent, q)
	}
	q = s.sendQuote(t, &pb.Quote{})
	must(s.quotes.DeclineQuote(t.Context(), &pb.DeclineQuoteRequest{QuoteId: q.GetId()}))(t)
	_, err := s.SendQuote(t.Context(), &pb.SendQuoteRequest{QuoteId: q.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_DOCUMENT_NOT_SENDABLE)
	q = s.sendQuote(t, &pb.Quote{ExpireDate: "2027-01-15"})
	s.advance(t, "2027-01-16")
	_, err = s.SendQuote(t.Context(), &pb.SendQuoteRequest{QuoteId: q.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_DOCUMENT_NOT_SENDABLE)
}

// TestProspectGetsQuote mails a quote to the address of a prospect.
func TestProspectGetsQuote(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.sendQuote(t, &pb.Quote{Prospect: &pb.Quote_Prospect{DisplayName: "Bakery", Email: "bea@bakery.example",
		Address: &typepb.Address{Lines: []string{"Markt 1"}, City: "Kiel", PostalCode: "24103", RegionCode: "DE"}}})
	if content := s.contentOf(t, q.GetId(), "bea@bakery.example"); !strings.Contains(content.GetText(), q.GetNumber()) {
		t.Errorf("got %s", content.GetText())
	}
}
