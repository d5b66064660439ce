package ledger_test

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestEntriesAreNumberedWithoutGaps posts entries concurrently, some of which are refused. An entry
// that is sealed after the format was changed has the new one.
func TestEntriesAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	b := open(t)
	const callers, refused = 32, 8
	var posting sync.WaitGroup
	for i := range callers {
		posting.Go(func() {
			if i < refused {
				_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
					JournalEntry: &pb.JournalEntry{Date: "2026-01-10"},
				})
				apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "lines")
				return
			}
			if e := b.postOn(t, "2026-01-10", "6100", "1000", "1"); e.GetNumber() != "" {
				t.Errorf("got the number %s before the entry was sealed", e.GetNumber())
			}
		})
	}
	posting.Wait()
	b.seal(t, callers-refused)
	if got := b.numbers(t); !slices.Equal(got, sequence(1, callers-refused)) {
		t.Errorf("got the numbers %v", got)
	}
	client := platformv1.NewNumberSeriesServiceClient(b.Organization)
	list, err := client.ListNumberSeries(t.Context(), &platformv1.ListNumberSeriesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateNumberSeries(t.Context(), &platformv1.UpdateNumberSeriesRequest{
		NumberSeriesId: list.GetNumberSeries()[0].GetId(),
		NumberSeries:   &platformv1.NumberSeries{Format: "JE-{YYYY}-{NUMBER:4}"},
		UpdateMask:     &fieldmaskpb.FieldMask{Paths: []string{"format"}},
	}); err != nil {
		t.Fatal(err)
	}
	b.postOn(t, "2025-12-31", "6100", "1000", "1")
	b.seal(t, callers-refused+1)
	if got := b.numbers(t); got[len(got)-1] != "JE-2025-0025" {
		t.Errorf("got the last number %s, want JE-2025-0025", got[len(got)-1])
	}
}

// TestEntryIsFoundByNumber filters entries by a number, and by whether they have one.
func TestEntryIsFoundByNumber(t *testing.T) {
	t.Parallel()
	b := open(t)
	for range 3 {
		b.postOn(t, "2026-01-10", "6100", "1000", "1")
	}
	b.seal(t, 3)
	b.postOn(t, "2026-01-11", "6100", "1000", "1")
	for filter, want := range map[string]int{
		`number = "2"`: 1, `number = 3 AND state = POSTED`: 1, `number = "20"`: 0, `NOT number = "1"`: 3,
		`date = "2026-01-10" AND number:*`: 3,
	} {
		list, err := b.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{Filter: filter})
		if err != nil || len(list.GetJournalEntries()) != want {
			t.Errorf("%s: got %d entries, %v, want %d", filter, len(list.GetJournalEntries()), err, want)
		}
	}
}

// numbers returns the numbers of all entries, sorted by length and then by text.
func (b books) numbers(t *testing.T) (out []string) {
	t.Helper()
	list, err := b.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list.GetJournalEntries() {
		out = append(out, e.GetNumber())
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(len(a)-len(b), cmp.Compare(a, b)) })
	return out
}

func sequence(first, last int) (out []string) {
	for n := first; n <= last; n++ {
		out = append(out, strconv.Itoa(n))
	}
	return out
}
