package salesdocuments_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
)

// visit opens a path without a credential.
func (s *shop) visit(t testing.TB, path string) apptest.Response {
	t.Helper()
	visitor := *s.Organization
	visitor.Key = ""
	return visitor.REST(t, "GET", path, "")
}

func (s *shop) link(t testing.TB, documentID string) *pb.DocumentLink {
	t.Helper()
	return must(s.CreateDocumentLink(t.Context(), &pb.CreateDocumentLinkRequest{
		DocumentLink: &pb.DocumentLink{DocumentId: documentID}}))(t)
}

// wantNothing checks that a link shows nothing, in the same words as an unknown token.
func (s *shop) wantNothing(t testing.TB, token string) {
	t.Helper()
	for _, path := range []string{token, token + ":download"} {
		got := s.visit(t, "/v1/public/documents/"+path)
		if got.Code != 404 || got.Reason() != "RECORD_NOT_FOUND" ||
			!strings.Contains(string(got.Raw), "There is no such document.") {
			t.Errorf("got %d %s", got.Code, got.Raw)
		}
	}
}

// TestLinkShowsOneDocument opens an invoice by its link. It has the amounts of the record as of
// today, and nothing internal.
func TestLinkShowsOneDocument(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	i := s.longInvoice(t)
	s.pay(t, "500.00", i.GetId())
	i = must(s.GetInvoice(t.Context(), &pb.GetInvoiceRequest{InvoiceId: i.GetId()}))(t)
	l := s.link(t, i.GetId())
	got := s.visit(t, "/v1/public/documents/"+l.GetToken())
	var public struct {
		Number, Status string
		TotalAmount    struct{ Amount string }
		OpenAmount     struct{ Amount string }
		Lines          []struct{ Amount struct{ Amount string } }
		Seller         struct{ DisplayName string }
		Payment        struct{ AccountNumber, Reference, TransferCode string }
	}
	if err := json.Unmarshal(got.Raw, &public); err != nil || got.Code != 200 {
		t.Fatalf("got %d %s", got.Code, got.Raw)
	}
	if public.Number != i.GetNumber() || public.Status != "OPEN" || len(public.Lines) != 3 ||
		public.TotalAmount.Amount != i.GetTotalAmount().GetAmount() ||
		public.OpenAmount.Amount != i.GetOpenAmount().GetAmount() ||
		public.Lines[0].Amount.Amount != i.GetLines()[0].GetAmount().GetAmount() ||
		public.Seller.DisplayName != "Müller & Söhne GmbH" || public.Payment.AccountNumber != "DE89370400440532013000" ||
		public.Payment.Reference != i.GetNumber() || !strings.HasPrefix(public.Payment.TransferCode, "BCD\n") {
		t.Errorf("got %s", got.Raw)
	}
	for _, secret := range []string{"internal note", i.GetId(), i.GetCustomerId(), i.GetLines()[0].GetAccountId(),
		i.GetLines()[0].GetTaxCodeId(), i.GetJournalEntryId(), "_0"} {
		if strings.Contains(string(got.Raw), secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	file := s.visit(t, "/v1/public/documents/"+l.GetToken()+":download")
	if file.Code != 200 || !bytes.HasPrefix(file.Raw, []byte("%PDF-")) {
		t.Errorf("got %d %.100s", file.Code, file.Raw)
	}
	l = must(s.GetDocumentLink(t.Context(), &pb.GetDocumentLinkRequest{DocumentLinkId: l.GetId()}))(t)
	if l.GetViewCount() != 2 || l.GetLastViewTime() == nil {
		t.Errorf("got %v", l)
	}
}

// TestLinkShowsNothing after it was revoked or has expired, the document is void, or the token was
// changed.
func TestLinkShowsNothing(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{})
	revoked, expired, void := s.link(t, i.GetId()), s.link(t, i.GetId()), s.link(t, i.GetId())
	s.wantNothing(t, "x")
	s.wantNothing(t, strings.Map(func(r rune) rune {
		if r == 'a' {
			return 'b'
		}
		return r
	}, "a"+revoked.GetToken()[1:]))
	must(s.RevokeDocumentLink(t.Context(), &pb.RevokeDocumentLinkRequest{DocumentLinkId: revoked.GetId()}))(t)
	s.wantNothing(t, revoked.GetToken())
	must(s.UpdateDocumentLink(t.Context(), &pb.UpdateDocumentLinkRequest{DocumentLinkId: expired.GetId(),
		DocumentLink: &pb.DocumentLink{ExpireDate: "2027-01-15"},
		UpdateMask:   &fieldmaskpb.FieldMask{Paths: []string{"expire_date"}}}))(t)
	if got := s.visit(t, "/v1/public/documents/"+expired.GetToken()); got.Code != 200 {
		t.Errorf("on its last day: got %d %s", got.Code, got.Raw)
	}
	s.advance(t, "2027-01-16")
	s.wantNothing(t, expired.GetToken())
	must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId(), Reason: "Wrong"}))(t)
	s.wantNothing(t, void.GetToken())
	_, err := s.RevokeDocumentLink(t.Context(), &pb.RevokeDocumentLinkRequest{DocumentLinkId: revoked.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// TestLinksNeedAnIssuedDocument refuses links to drafts, to other records and to those of others.
func TestLinksNeedAnIssuedDocument(t *testing.T) {
	t.Parallel()
	s, other := openShop(t), openShop(t)
	for documentID, want := range map[string]optionsv1.Reason{
		s.draft(t, &pb.Invoice{}).GetId():     optionsv1.Reason_DOCUMENT_NOT_SENDABLE,
		s.draftQuote(t, &pb.Quote{}).GetId():  optionsv1.Reason_DOCUMENT_NOT_SENDABLE,
		s.customer.GetId():                    optionsv1.Reason_FIELDS_INVALID,
		other.issue(t, &pb.Invoice{}).GetId(): optionsv1.Reason_REFERENCE_NOT_FOUND,
	} {
		_, err := s.CreateDocumentLink(t.Context(), &pb.CreateDocumentLinkRequest{
			DocumentLink: &pb.DocumentLink{DocumentId: documentID}})
		if apptest.Reason(err) != want {
			t.Errorf("%s: got %v, want %s", documentID, err, want)
		}
	}
}

// TestLinkIsRateLimited opens a link more often than allowed.
func TestLinkIsRateLimited(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	l, limited := s.link(t, s.issue(t, &pb.Invoice{}).GetId()), false
	for range 50 {
		got := s.visit(t, "/v1/public/documents/"+l.GetToken())
		limited = limited || got.Code == 429 && got.Header.Get("Retry-After") != ""
	}
	if !limited {
		t.Error("a link could be opened 50 times at once")
	}
}

// TestMailHasTheLink sends an invoice twice with a link, which stays the same.
func TestMailHasTheLink(t *testing.T) {
	t.Parallel()
	a := apptest.New(t, func(o *module.Options) { o.Mail.PublicURL = "https://books.example" })
	s := openShopIn(t, a)
	i := s.issue(t, &pb.Invoice{})
	for range 2 {
		must(s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId(),
			Mail: &pb.DocumentMail{IncludeLink: true, RecipientEmails: []string{"ann@cafe.example"}}}))(t)
	}
	links := must(s.ListDocumentLinks(t.Context(),
		&pb.ListDocumentLinksRequest{Filter: `document_id = "` + i.GetId() + `"`}))(t).GetDocumentLinks()
	if len(links) != 1 || !strings.HasPrefix(links[0].GetUrl(), "https://books.example/v1/public/documents/") {
		t.Fatalf("got %v", links)
	}
	for _, m := range s.mailsAbout(t, i.GetId()) {
		content := must(platformv1.NewMailServiceClient(s).GetSentEmailContent(t.Context(),
			&platformv1.GetSentEmailContentRequest{SentEmailId: m.GetId()}))(t)
		if !strings.Contains(content.GetText(), links[0].GetUrl()) {
			t.Errorf("got %s", content.GetText())
		}
	}
}
