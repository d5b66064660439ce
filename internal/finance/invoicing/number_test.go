package invoicing_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestRivalsGetNumbersWithoutGaps issues 32 invoices to several customers at once. Two of them are
// refused, and take no number.
func TestRivalsGetNumbersWithoutGaps(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	customers := []string{s.customer, s.newCustomer(t, &pb.Customer{DisplayName: "Mill"}),
		s.newCustomer(t, &pb.Customer{DisplayName: "Quarry"})}
	numbers := make(chan string, 34)
	for n := range cap(numbers) {
		line := s.line("10")
		if n%16 == 15 {
			line.UnitPrice = "-1"
		}
		d := s.draft(t, &pb.Invoice{CustomerId: customers[n%3]}, line)
		go func() {
			i, _ := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()})
			numbers <- i.GetNumber()
		}()
	}
	var got []string
	for range cap(numbers) {
		if number := <-numbers; number != "" {
			got = append(got, number)
		}
	}
	slices.Sort(got)
	if len(got) != 32 {
		t.Fatalf("%d invoices were issued, want 32", len(got))
	}
	for n, number := range got {
		if want := fmt.Sprintf("INV-2027-%04d", n+1); number != want {
			t.Errorf("got %s, want %s", number, want)
		}
	}
}
