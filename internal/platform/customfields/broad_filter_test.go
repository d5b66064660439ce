package customfields_test

import (
	"strconv"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestFilterThatManyRecordsMatchFindsThem filters 1,000 drafts, which is enough for the plan that
// reads records first.
func TestFilterThatManyRecordsMatchFindsThem(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	f := field("hours", pb.CustomField_NUMBER)
	f.Resource = "journalEntries"
	if _, err := define(t, o, f); err != nil {
		t.Fatal(err)
	}
	req := &financev1.BatchCreateJournalEntriesRequest{}
	for i := range 1000 {
		values, err := structpb.NewStruct(map[string]any{"hours": strconv.Itoa(i)})
		if err != nil {
			t.Fatal(err)
		}
		req.Requests = append(req.Requests, &financev1.CreateJournalEntryRequest{Draft: true,
			JournalEntry: &financev1.JournalEntry{Date: "2026-11-02", CustomFields: values}})
	}
	ledger := financev1.NewLedgerServiceClient(o)
	made, err := ledger.BatchCreateJournalEntries(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[string]int{"custom.hours >= 0": 0, "custom.hours >= 998": 998, "custom.hours:*": 0} {
		list, err := ledger.ListJournalEntries(t.Context(),
			&financev1.ListJournalEntriesRequest{Filter: filter, PageSize: 2})
		if err != nil || len(list.GetJournalEntries()) != 2 {
			t.Fatalf("%s: got %v, %v, want two entries", filter, list, err)
		}
		if got := list.GetJournalEntries()[0].GetId(); got != made.GetJournalEntries()[want].GetId() {
			t.Errorf("%s: got %s first, want the entry with %d hours", filter, got, want)
		}
	}
}
