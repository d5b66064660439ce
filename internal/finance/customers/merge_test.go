package customers_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

func merge(t *testing.T, o *apptest.Organization, from, into string) (*pb.Customer, error) {
	t.Helper()
	return pb.NewCustomersServiceClient(o).MergeCustomer(t.Context(),
		&pb.MergeCustomerRequest{CustomerId: from, IntoCustomerId: into})
}

func contact(name, email, phone string) *pb.Customer_Contact {
	return &pb.Customer_Contact{DisplayName: name, Email: email, Phone: phone}
}

// eventsOf returns the types of the events about a customer, in order.
func eventsOf(t *testing.T, o *apptest.Organization, key string) (types []string) {
	t.Helper()
	list, err := platformv1.NewHistoryServiceClient(o).ListEvents(t.Context(),
		&platformv1.ListEventsRequest{Filter: fmt.Sprintf("subject_id = %q", key)})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list.GetEvents() {
		types = append(types, e.GetType())
	}
	slices.Sort(types)
	return types
}

// TestMergeMovesDocumentsAndContacts merges a customer into another one, twice.
func TestMergeMovesDocumentsAndContacts(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	from := createCustomer(t, o, &pb.Customer{DisplayName: "Cafe", Contacts: []*pb.Customer_Contact{
		contact("Mia T.", "MIA@cafe.example", ""), contact("Ben", "", "123"), contact("ben", "", "123"),
		contact("Ben", "", "456"), contact("Lou", "lou@cafe.example", ""),
	}})
	into := createCustomer(t, o, &pb.Customer{DisplayName: "Harbor Cafe", Contacts: []*pb.Customer_Contact{
		contact("Mia Torres", "mia@cafe.example", "1"), contact("BEN", "ben@cafe.example", "123"),
	}})
	for range 2 {
		got, err := merge(t, o, from.GetId(), into.GetId())
		if err != nil || got.GetId() != into.GetId() || got.GetArchiveTime() != nil {
			t.Fatalf("got %v, %v", got, err)
		}
		var names []string
		for _, c := range got.GetContacts() {
			names = append(names, c.GetDisplayName()+c.GetPhone())
		}
		if want := []string{"Mia Torres1", "BEN123", "Ben456", "Lou"}; !slices.Equal(names, want) {
			t.Errorf("got the contacts %q, want %q", names, want)
		}
	}
	merged := getCustomer(t, o, from.GetId())
	if merged.GetMergedIntoId() != into.GetId() || merged.GetArchiveTime() == nil {
		t.Errorf("got %v", merged)
	}
	if moved, _ := moves.Load(from.GetId()); moved != into.GetId() {
		t.Errorf("got the documents moved to %v", moved)
	}
	if got := eventsOf(t, o, from.GetId()); !slices.Equal(got,
		[]string{"finance.customer.created", "finance.customer.merged"}) {
		t.Errorf("got the events %q", got)
	}
	if got := eventsOf(t, o, into.GetId()); !slices.Equal(got,
		[]string{"finance.customer.created", "finance.customer.updated"}) {
		t.Errorf("got the events %q", got)
	}
}

// TestMergeIsFinal checks what a merged customer refuses.
func TestMergeIsFinal(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	from := createCustomer(t, o, &pb.Customer{DisplayName: "Cafe"}).GetId()
	into := createCustomer(t, o, &pb.Customer{DisplayName: "Harbor Cafe"}).GetId()
	third := createCustomer(t, o, &pb.Customer{DisplayName: "Third"}).GetId()
	if _, err := merge(t, o, from, into); err != nil {
		t.Fatal(err)
	}
	client := pb.NewCustomersServiceClient(o)
	_, err := client.UnarchiveCustomer(t.Context(), &pb.UnarchiveCustomerRequest{CustomerId: from})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = merge(t, o, from, third)
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = merge(t, o, into, from)
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "intoCustomerId")
	_, err = client.DeleteCustomer(t.Context(), &pb.DeleteCustomerRequest{CustomerId: into})
	apptest.WantRefused(t, err, optionsv1.Reason_CUSTOMERS_IN_USE)
	if _, err := merge(t, o, into, third); err != nil {
		t.Errorf("got %v when the other was merged in turn", err)
	}
	if got, err := merge(t, o, from, into); err != nil || got.GetMergedIntoId() != third {
		t.Errorf("got %v, %v for the first merge again", got, err)
	}
}

func TestMergeRefusals(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	foreign := createCustomer(t, apptest.SignUp(t), &pb.Customer{DisplayName: "Foreign"}).GetId()
	cafe := createCustomer(t, o, &pb.Customer{DisplayName: "Cafe"}).GetId()
	euro := createCustomer(t, o, &pb.Customer{DisplayName: "Paris", CurrencyCode: "EUR"}).GetId()
	held := createCustomer(t, o, &pb.Customer{DisplayName: heldName,
		Contacts: []*pb.Customer_Contact{contact("A", "", "")}})
	archived := createCustomer(t, o, &pb.Customer{DisplayName: "Archived"}).GetId()
	if _, err := pb.NewCustomersServiceClient(o).ArchiveCustomer(t.Context(),
		&pb.ArchiveCustomerRequest{CustomerId: archived}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from, into string
		reason     optionsv1.Reason
		fields     []string
	}{
		"into itself":  {cafe, cafe, optionsv1.Reason_FIELDS_INVALID, []string{"intoCustomerId"}},
		"into nothing": {cafe, "", optionsv1.Reason_FIELDS_INVALID, []string{"intoCustomerId"}},
		"into a vendor": {cafe, "ven_01k9zzzzzzzzzzzzzzzzzzzzzz", optionsv1.Reason_REFERENCE_NOT_FOUND,
			[]string{"intoCustomerId"}},
		"into an unknown one":      {cafe, unknownCustomer, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"intoCustomerId"}},
		"into another's":           {cafe, foreign, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"intoCustomerId"}},
		"into an archived one":     {cafe, archived, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"intoCustomerId"}},
		"into another currency":    {cafe, euro, optionsv1.Reason_CUSTOMER_CURRENCY_DIFFERS, nil},
		"an unknown one":           {unknownCustomer, cafe, optionsv1.Reason_RECORD_NOT_FOUND, nil},
		"another organization's":   {foreign, cafe, optionsv1.Reason_RECORD_NOT_FOUND, nil},
		"documents that stay back": {held.GetId(), cafe, optionsv1.Reason_CUSTOMER_CURRENCY_DIFFERS, nil},
	} {
		_, err := merge(t, o, c.from, c.into)
		if apptest.Reason(err) != c.reason || !slices.Equal(apptest.Fields(err), c.fields) {
			t.Errorf("%s: got %v at %q, want %s at %q", name, err, apptest.Fields(err), c.reason, c.fields)
		}
	}
	if got := getCustomer(t, o, held.GetId()); got.GetArchiveTime() != nil || got.GetEtag() != held.GetEtag() {
		t.Errorf("got %v after a merge that failed", got)
	}
	if got := getCustomer(t, o, cafe); len(got.GetContacts()) != 0 {
		t.Errorf("got %v after a merge that failed", got)
	}
	_, err := pb.NewCustomersServiceClient(o).MergeCustomer(t.Context(),
		&pb.MergeCustomerRequest{CustomerId: cafe, IntoCustomerId: held.GetId(), Etag: "99"})
	apptest.WantRefused(t, err, optionsv1.Reason_ETAG_MISMATCH)
}

// TestArchivedCustomerIsMerged merges a customer that was archived before. It stays archived since
// then.
func TestArchivedCustomerIsMerged(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	from := createCustomer(t, o, &pb.Customer{DisplayName: "Cafe"}).GetId()
	into := createCustomer(t, o, &pb.Customer{DisplayName: "Harbor Cafe"}).GetId()
	archived, err := pb.NewCustomersServiceClient(o).ArchiveCustomer(t.Context(),
		&pb.ArchiveCustomerRequest{CustomerId: from})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := merge(t, o, from, into); err != nil {
		t.Fatal(err)
	}
	got := getCustomer(t, o, from)
	if got.GetMergedIntoId() != into || !proto.Equal(got.GetArchiveTime(), archived.GetArchiveTime()) {
		t.Errorf("got %v", got)
	}
}

func TestMergeKeepsTheLimitOfContacts(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	persons := func(count int, name string) (list []*pb.Customer_Contact) {
		for i := range count {
			list = append(list, contact(fmt.Sprintf("%s %d", name, i), "", ""))
		}
		return list
	}
	from := createCustomer(t, o, &pb.Customer{DisplayName: "Cafe", Contacts: persons(41, "A")}).GetId()
	into := createCustomer(t, o, &pb.Customer{DisplayName: "Harbor Cafe", Contacts: persons(60, "B")}).GetId()
	_, err := merge(t, o, from, into)
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "intoCustomerId")
	if got := getCustomer(t, o, from); got.GetMergedIntoId() != "" {
		t.Errorf("got %v", got)
	}
}

func TestMergeIsTriedWithoutSaving(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	from := createCustomer(t, o, &pb.Customer{DisplayName: "Cafe", Contacts: []*pb.Customer_Contact{contact("A", "", "")}})
	into := createCustomer(t, o, &pb.Customer{DisplayName: "Harbor Cafe"})
	got, err := pb.NewCustomersServiceClient(o).MergeCustomer(t.Context(), &pb.MergeCustomerRequest{
		CustomerId: from.GetId(), IntoCustomerId: into.GetId(), ValidateOnly: true,
	})
	if err != nil || len(got.GetContacts()) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
	if got := getCustomer(t, o, from.GetId()); got.GetMergedIntoId() != "" {
		t.Errorf("got %v", got)
	}
	if got := getCustomer(t, o, into.GetId()); len(got.GetContacts()) != 0 {
		t.Errorf("got %v", got)
	}
}

// TestRivalsMergeInOppositeDirections merges pairs of customers into each other at the same time.
// One of both merges is done, the other is refused.
func TestRivalsMergeInOppositeDirections(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for i := range 20 {
		a := createCustomer(t, o, &pb.Customer{DisplayName: fmt.Sprintf("A %d", i)}).GetId()
		b := createCustomer(t, o, &pb.Customer{DisplayName: fmt.Sprintf("B %d", i)}).GetId()
		var errs [2]error
		var rivals sync.WaitGroup
		rivals.Go(func() { _, errs[0] = merge(t, o, a, b) })
		rivals.Go(func() { _, errs[1] = merge(t, o, b, a) })
		rivals.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("got %v and %v, want one of them refused", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil && apptest.Reason(err) != optionsv1.Reason_REFERENCE_ARCHIVED &&
				apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
				t.Errorf("got %v", err)
			}
		}
	}
}

// TestDocumentsWaitForMerge resolves a customer for a document while it is merged: the merge waits
// for the document, and later documents are refused.
func TestDocumentsWaitForMerge(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	from := createCustomer(t, o, &pb.Customer{DisplayName: "Cafe"}).GetId()
	into := createCustomer(t, o, &pb.Customer{DisplayName: "Harbor Cafe"}).GetId()
	merged := make(chan error, 1)
	err := write(t, o, func(ctx context.Context, tx *db.Tx) error {
		if _, err := customers.Resolve(ctx, tx, "customerId", from); err != nil {
			return err
		}
		go func() {
			_, err := merge(t, o, from, into)
			merged <- err
		}()
		return waitForLock(ctx, tx, merged)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-merged; err != nil {
		t.Fatal(err)
	}
	resolve := func(key string) error {
		return write(t, o, func(ctx context.Context, tx *db.Tx) error {
			_, err := customers.Resolve(ctx, tx, "customerId", key)
			return err
		})
	}
	apptest.WantRefused(t, resolve(from), optionsv1.Reason_REFERENCE_ARCHIVED, "customerId")
	apptest.WantRefused(t, resolve(unknownCustomer), optionsv1.Reason_REFERENCE_NOT_FOUND, "customerId")
	apptest.WantRefused(t, resolve("x"), optionsv1.Reason_REFERENCE_NOT_FOUND, "customerId")
	if err := resolve(into); err != nil {
		t.Error(err)
	}
}

// waitForLock waits until another transaction waits for this one. It fails if the merge ends
// first.
func waitForLock(ctx context.Context, tx *db.Tx, merged <-chan error) error {
	for {
		select {
		case err := <-merged:
			return fmt.Errorf("the merge did not wait: %v", err)
		default:
		}
		waiting, err := db.CollectColumn[bool](ctx, tx, `
select exists (
  select
  from pg_locks
  where not granted
  and pg_backend_pid() = any(pg_blocking_pids(pid))
)`)
		if err != nil || waiting[0] {
			return err
		}
	}
}

// write runs a unit of work of another capability in an organization.
func write(t *testing.T, o *apptest.Organization, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := apptest.Databases(t)
	_, err = db.Write(call.With(t.Context(), c), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}
