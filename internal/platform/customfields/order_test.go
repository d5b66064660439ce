package customfields_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// shop is an organization whose vendors have custom fields.
type shop struct {
	*apptest.Organization
	vendors financev1.PayablesServiceClient
}

func newShop(t *testing.T, fields ...*pb.CustomField) shop {
	t.Helper()
	o := apptest.SignUp(t)
	for _, f := range fields {
		if _, err := define(t, o, f); err != nil {
			t.Fatal(err)
		}
	}
	return shop{o, financev1.NewPayablesServiceClient(o)}
}

func (s shop) add(t *testing.T, name string, values map[string]any) {
	t.Helper()
	if _, err := s.vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{Vendor: &financev1.Vendor{
		DisplayName: name, CustomFields: structOf(t, values)}}); err != nil {
		t.Fatal(err)
	}
}

// names returns the names of the vendors of a list, read in pages of two.
func (s shop) names(t *testing.T, filter, orderBy string) string {
	t.Helper()
	var names []string
	for token := ""; ; {
		list, err := s.vendors.ListVendors(t.Context(), &financev1.ListVendorsRequest{
			Filter: filter, OrderBy: orderBy, PageSize: 2, PageToken: token})
		if err != nil {
			t.Fatalf("%s, %s: %v", filter, orderBy, err)
		}
		for _, v := range list.GetVendors() {
			names = append(names, v.GetDisplayName())
		}
		if token = list.GetNextPageToken(); token == "" {
			return strings.Join(names, " ")
		}
	}
}

func sizes(values ...string) *pb.CustomField {
	f := field("size", pb.CustomField_CHOICE)
	for _, value := range values {
		f.Choices = append(f.Choices, &pb.CustomField_Choice{Value: value})
	}
	return f
}

// TestChoicesAreOrderedAsDefined orders and filters by a choice, in lists of all records and of
// few.
func TestChoicesAreOrderedAsDefined(t *testing.T) {
	t.Parallel()
	s := newShop(t, sizes("small", "medium", "large"))
	for i, size := range []string{"medium", "large", "small", "", "small", "large", "medium", "small"} {
		values := map[string]any{}
		if size != "" {
			values["size"] = size
		}
		s.add(t, fmt.Sprint(i), values)
	}
	for _, filter := range []string{"", `display_name = "*"`} {
		for orderBy, want := range map[string]string{
			"custom.size": "2 4 7 0 6 1 5 3", "custom.size desc": "5 1 6 0 7 4 2 3",
		} {
			if got := s.names(t, filter, orderBy); got != want {
				t.Errorf("%q, %s: got %s, want %s", filter, orderBy, got, want)
			}
		}
	}
	for filter, want := range map[string]string{
		`custom.size > "small"`: "0 1 5 6", `custom.size >= "medium"`: "0 1 5 6", `custom.size < "large"`: "0 2 4 6 7",
		`custom.size <= "small"`: "2 4 7", `custom.size = "large"`: "1 5", `custom.size != "large"`: "0 2 3 4 6 7",
	} {
		if got := s.names(t, filter, ""); got != want {
			t.Errorf("%s: got %s, want %s", filter, got, want)
		}
	}
	_, err := s.vendors.ListVendors(t.Context(), &financev1.ListVendorsRequest{Filter: `custom.size > "huge"`})
	apptest.WantRefused(t, err, optionsv1.Reason_FILTER_INVALID, "filter")
}

// TestAmountsAreOrderedByCurrency orders and filters amounts in several currencies.
func TestAmountsAreOrderedByCurrency(t *testing.T) {
	t.Parallel()
	s := newShop(t, field("budget", pb.CustomField_MONEY))
	for _, v := range []struct{ name, amount, currency string }{
		{"u9", "9", "USD"}, {"e10", "10", "EUR"}, {"u100", "100", "USD"}, {"e-5", "-5", "EUR"}, {"j50", "50", "JPY"},
		{"e9", "9", "EUR"},
	} {
		s.add(t, v.name, map[string]any{"budget": map[string]any{"amount": v.amount, "currencyCode": v.currency}})
	}
	for _, filter := range []string{"", `display_name = "*"`} {
		for orderBy, want := range map[string]string{
			"custom.budget": "e-5 e9 e10 j50 u9 u100", "custom.budget desc": "u100 u9 j50 e10 e9 e-5",
		} {
			if got := s.names(t, filter, orderBy); got != want {
				t.Errorf("%q, %s: got %s, want %s", filter, orderBy, got, want)
			}
		}
	}
	for filter, want := range map[string]string{
		`custom.budget >= "9 EUR"`: "e10 e9", `custom.budget < "10 EUR"`: "e-5 e9", `custom.budget = "9 USD"`: "u9",
		`custom.budget > "10 JPY"`: "j50", `custom.budget <= "0 USD"`: "", `custom.budget >= 10`: "e10 u100 j50",
		`custom.budget = 9`: "u9 e9", `custom.budget != "9 EUR"`: "u9 e10 u100 e-5 j50",
	} {
		if got := s.names(t, filter, ""); got != want {
			t.Errorf("%s: got %q, want %q", filter, got, want)
		}
	}
	for _, filter := range []string{`custom.budget > "9 EURO"`, `custom.budget = "EUR"`, `custom.budget = "9 EUR 1"`} {
		_, err := s.vendors.ListVendors(t.Context(), &financev1.ListVendorsRequest{Filter: filter})
		apptest.WantRefused(t, err, optionsv1.Reason_FILTER_INVALID, "filter")
	}
}

// TestBatchNamesTakenExternalIDs creates entries of which two have external ids that are taken: by
// a stored entry, and by an earlier one of the batch.
func TestBatchNamesTakenExternalIDs(t *testing.T) {
	t.Parallel()
	ledger := financev1.NewLedgerServiceClient(apptest.SignUp(t))
	entry := func(externalID string) *financev1.CreateJournalEntryRequest {
		return &financev1.CreateJournalEntryRequest{Draft: true,
			JournalEntry: &financev1.JournalEntry{Date: "2026-11-02", ExternalId: externalID}}
	}
	if _, err := ledger.CreateJournalEntry(t.Context(), entry("a")); err != nil {
		t.Fatal(err)
	}
	_, err := ledger.BatchCreateJournalEntries(t.Context(), &financev1.BatchCreateJournalEntriesRequest{
		Requests: []*financev1.CreateJournalEntryRequest{entry("b"), entry(""), entry("a"), entry(""), entry("b")},
	})
	if got := apptest.Fields(err); apptest.Reason(err) != optionsv1.Reason_EXTERNAL_ID_TAKEN || !slices.Equal(got,
		[]string{"requests[2].journalEntry.externalId", "requests[4].journalEntry.externalId"}) {
		t.Errorf("got %v at %q", err, got)
	}
}
