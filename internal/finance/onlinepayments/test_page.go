package onlinepayments

import (
	"bytes"
	"context"
	"html/template"
	"net/http"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/secret"
)

const (
	// eventTimeout is how long a provider may take to send an event.
	eventTimeout = 30 * time.Second
	// maxFormBytes is the size of the largest form.
	maxFormBytes = 1 << 12
	formType     = "application/x-www-form-urlencoded"
	htmlType     = "text/html; charset=utf-8"
	// pagePolicy lets the page of TEST send its form, and nothing else.
	pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; " +
		"frame-ancestors 'none'"
)

// rawMethods returns the methods whose bodies are signed, or which browsers call.
func (s *Service) rawMethods() []rpc.RawMethod {
	header := map[string]string{"Content-Security-Policy": pagePolicy}
	return []rpc.RawMethod{
		{Method: pb.OnlinePaymentsService_ReceivePaymentProviderEvent_FullMethodName[1:], Signed: true,
			Deadline: eventTimeout, Handle: s.receiveEvent},
		{Method: pb.OnlinePaymentsService_GetTestCheckout_FullMethodName[1:], Deadline: eventTimeout, Header: header,
			Handle: func(ctx context.Context, m proto.Message, _ *http.Request) (proto.Message, error) {
				return s.GetTestCheckout(ctx, m.(*pb.GetTestCheckoutRequest))
			}, WriteResponse: writePage},
		{Method: pb.OnlinePaymentsService_PayTestCheckout_FullMethodName[1:], Deadline: eventTimeout, Header: header,
			Serves:     func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Content-Type"), formType) },
			ReadHeader: readForm, Handle: s.receiveForm, WriteResponse: writePage},
	}
}

// writePage writes a page.
func writePage(w http.ResponseWriter, _ *http.Request, response proto.Message) error {
	page, isPage := response.(*httpbody.HttpBody)
	if !isPage {
		return rpc.WriteJSON(context.Background(), w, response)
	}
	w.Header().Set("Content-Type", page.ContentType)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(page.Data)
	return nil
}

// pageTemplate is the page of TEST.
var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Test payment to {{.Seller}}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; }
.test { background: #fde68a; color: #451a03; padding: .25rem .75rem; border-radius: .25rem; }
button { font: inherit; padding: .5rem 1rem; margin-right: .5rem; }
</style>
<p class="test"><strong>Test mode.</strong> No money moves. Enter no card.</p>
<h1>{{.Amount}}</h1>
<p>{{.Number}} of {{.Seller}}</p>
{{if .Open}}{{with .Error}}<p role="alert">{{.}}</p>{{end}}
<form method="post" action="{{.Path}}:pay">
<button name="outcome" value="SUCCEEDED">Pay</button>
<button name="outcome" value="FAILED">Decline</button>
<button name="outcome" value="EXPIRED">Expire</button>
</form>{{else}}<p>The checkout is {{.State}}.</p>{{end}}
{{with .ReturnURL}}<p><a href="{{.}}">Return to the seller</a></p>{{end}}
</html>
`))

// GetTestCheckout returns the page of TEST for a checkout.
func (s *Service) GetTestCheckout(ctx context.Context, req *pb.GetTestCheckoutRequest) (*httpbody.HttpBody, error) {
	ctx, c, err := s.openPage(ctx, req.GetToken())
	if err != nil {
		return nil, err
	}
	return renderPage(ctx, c, req.GetToken())
}

func renderPage(ctx context.Context, c *checkout, token string) (*httpbody.HttpBody, error) {
	var page bytes.Buffer
	err := pageTemplate.Execute(&page, map[string]any{
		"Amount": c.Amount.GetAmount() + " " + c.Amount.GetCurrencyCode(), "Number": c.DocumentNumber,
		"Seller": call.From(ctx).Organization.DisplayName, "Open": isPageOpen(ctx, c), "State": c.State,
		"Error": c.LastError, "ReturnURL": c.ReturnUrl, "Path": "/v1/public/testCheckouts/" + token,
	})
	return &httpbody.HttpBody{ContentType: htmlType, Data: page.Bytes()}, err
}

// isPageOpen reports whether a page of TEST accepts a payment.
func isPageOpen(ctx context.Context, c *checkout) bool {
	return c.State == pb.Checkout_OPEN && (c.ExpireTime == nil || call.From(ctx).Now().Before(c.ExpireTime.AsTime()))
}

// openPage returns the checkout of a page of TEST, and the context in which the server acts for its
// organization.
func (s *Service) openPage(ctx context.Context, token string) (context.Context, *checkout, error) {
	ctx, key, err := s.enter(ctx, secret.TestCheckouts, token)
	if err != nil {
		return ctx, nil, err
	}
	checkoutID := id.Format(checkoutPrefix, key)
	if err := s.visits.Allow(checkoutID); err != nil {
		return ctx, nil, err
	}
	c, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*checkout, error) {
		return checkouts.Find(ctx, tx, checkoutID)
	})
	if isNotFound(err) {
		return ctx, nil, fault.New(codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND, "The token is unknown.")
	}
	return ctx, c, err
}

// readForm reads the form of a page of TEST, before the request is validated.
func readForm(m proto.Message, r *http.Request) error {
	r.Body = http.MaxBytesReader(nil, r.Body, maxFormBytes)
	if err := r.ParseForm(); err != nil {
		return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("body", "is not a form"))
	}
	m.(*pb.PayTestCheckoutRequest).Outcome = pb.PayTestCheckoutRequest_Outcome(
		pb.PayTestCheckoutRequest_Outcome_value[r.PostForm.Get("outcome")])
	return nil
}

// receiveForm sends the event of a form of a page of TEST, and returns the page again.
func (s *Service) receiveForm(ctx context.Context, m proto.Message, _ *http.Request) (proto.Message, error) {
	req := m.(*pb.PayTestCheckoutRequest)
	ctx, c, err := s.visitPage(ctx, req)
	if err != nil {
		return nil, err
	}
	return renderPage(ctx, c, req.GetToken())
}
