package quotes_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// write runs a unit of work of another capability.
func (s *shop) write(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	c := must(s.App.Identity.SystemCall(t.Context(), must(id.Parse("org", s.Organization.Organization.GetId()))(t)))(t)
	d, _ := apptest.Databases(t)
	_, err := db.Write(call.With(t.Context(), c), d.WithKinds(s.App.Registry),
		func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			return &emptypb.Empty{}, fn(ctx, tx)
		})
	return err
}

// TestQuoteIsAnsweredByLink accepts and declines quotes as the package of public links does.
func TestQuoteIsAnsweredByLink(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	accepted, declined, expired := s.send(t, &pb.Quote{}, s.line("1", "10")), s.send(t, &pb.Quote{}, s.line("1", "10")),
		s.send(t, &pb.Quote{QuoteDate: "2027-01-01", ExpireDate: "2027-01-14"}, s.line("1", "10"))
	accept := func(q *pb.Quote, name string) error {
		return s.write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := quotes.AcceptByLink(ctx, tx, q.GetId(),
				quotes.LinkAnswer{Name: name, Comment: "In March", IPAddress: "203.0.113.7", Revision: 1})
			return err
		})
	}
	if err := accept(accepted, ""); apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("got %v, want FIELDS_INVALID", err)
	}
	if err := accept(expired, "Maria Hill"); apptest.Reason(err) != optionsv1.Reason_QUOTE_EXPIRED {
		t.Errorf("got %v, want QUOTE_EXPIRED", err)
	}
	if err := accept(accepted, "Maria Hill"); err != nil {
		t.Fatal(err)
	}
	if q := s.quote(t, accepted.GetId()); q.GetState() != pb.Quote_ACCEPTED || q.GetAcceptedBy() != "Maria Hill" ||
		q.GetAcceptComment() != "In March" || q.GetAcceptIpAddress() != "203.0.113.7" ||
		q.GetAcceptDate() != "2027-01-15" || q.GetAcceptTime() == nil {
		t.Errorf("got %v", q)
	}
	err := s.write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := quotes.DeclineByLink(ctx, tx, declined.GetId(),
			quotes.LinkAnswer{Name: "Maria Hill", Comment: "Too late", Revision: 2})
		if apptest.Reason(err) != optionsv1.Reason_QUOTE_REVISED {
			t.Errorf("got %v, want QUOTE_REVISED", err)
		}
		_, err = quotes.DeclineByLink(ctx, tx, declined.GetId(),
			quotes.LinkAnswer{Name: "Maria Hill", Comment: "Too late", Revision: 1})
		return err
	})
	if q := s.quote(t, declined.GetId()); err != nil || q.GetState() != pb.Quote_DECLINED ||
		q.GetDeclinedBy() != "Maria Hill" || q.GetDeclineReason() != "Too late" {
		t.Errorf("got %v, %v", q, err)
	}
}

// TestQuotesMoveWithMergedCustomer merges the customer of a quote into another one.
func TestQuotesMoveWithMergedCustomer(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{}, s.line("1", "10"))
	s.convert(t, q, &pb.ConvertQuoteRequest{Percent: "50"})
	into := s.newCustomer(t, "Harbor Cafe LLC")
	must(s.customers.MergeCustomer(t.Context(),
		&pb.MergeCustomerRequest{CustomerId: s.customer, IntoCustomerId: into}))(t)
	got := s.convert(t, q, &pb.ConvertQuoteRequest{})
	if got.GetQuote().GetCustomerId() != into || got.GetInvoice().GetCustomerId() != into ||
		got.GetQuote().GetUninvoicedAmount().GetAmount() != "0.00" {
		t.Errorf("got %v", got)
	}
}
