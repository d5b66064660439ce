package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// line returns a line of an amount on the account with a code or id.
func (b books) line(code, amount string) *pb.JournalLine {
	account := code
	if known := b.codes[code]; known != "" {
		account = known
	}
	return &pb.JournalLine{AccountId: account, Amount: &typepb.Money{Amount: amount}}
}

// entry returns an entry of 2026-11-02.
func (b books) entry(lines ...*pb.JournalLine) *pb.JournalEntry {
	return &pb.JournalEntry{Date: "2026-11-02", Description: "Rent", Lines: lines}
}

// post posts an amount as a debit of one account and a credit of another.
func (b books) post(t *testing.T, debit, credit, amount string) *pb.JournalEntry {
	t.Helper()
	e, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line(debit, amount), b.line(credit, "-"+amount))})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// lines lists the posted lines that match a filter.
func (b books) lines(t *testing.T, filter string) []*pb.JournalLine {
	t.Helper()
	list, err := b.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: filter, PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetJournalLines()
}

// allowedActions returns the verbs that a caller can use on an entry.
func allowedActions(e *pb.JournalEntry) string {
	var verbs []string
	for _, a := range e.GetAllowedActions() {
		if a.GetAllowed() {
			verbs = append(verbs, a.GetVerb())
		}
	}
	return strings.Join(verbs, " ")
}

// TestPostedEntryIsImmutable takes an entry from draft to posted to reversed.
func TestPostedEntryIsImmutable(t *testing.T) {
	t.Parallel()
	b := open(t)
	e, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{Draft: true, JournalEntry: b.entry(b.line("6100", "1200.5"))})
	if err != nil {
		t.Fatal(err)
	}
	if e.GetState() != pb.JournalEntry_DRAFT || allowedActions(e) != "" ||
		e.GetLines()[0].GetAmount().GetAmount() != "1200.50" || e.GetPostTime() != nil {
		t.Errorf("got draft %v", e)
	}
	if len(b.lines(t, "")) != 0 {
		t.Error("a draft has posted lines")
	}
	_, err = b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: e.GetId(), Etag: e.GetEtag()})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "lines")

	update := &pb.UpdateJournalEntryRequest{
		JournalEntryId: e.GetId(), JournalEntry: b.entry(b.line("6100", "1200.50"), b.line("1000", "-1200.5")),
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}},
	}
	_, err = b.UpdateJournalEntry(t.Context(), update)
	wantReason(t, err, optionsv1.Reason_ETAG_REQUIRED, "etag")
	update.JournalEntry.Etag = e.GetEtag()
	if e, err = b.UpdateJournalEntry(t.Context(), update); err != nil || len(e.GetLines()) != 2 ||
		allowedActions(e) != "post" {
		t.Fatalf("got completed draft %v, %v", e, err)
	}
	_, err = b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: e.GetId()})
	wantReason(t, err, optionsv1.Reason_ETAG_REQUIRED, "etag")
	posted, err := b.PostJournalEntry(t.Context(),
		&pb.PostJournalEntryRequest{JournalEntryId: e.GetId(), Etag: e.GetEtag()})
	if err != nil {
		t.Fatal(err)
	}
	b.checkPosted(t, posted)
	_, err = b.PostJournalEntry(t.Context(),
		&pb.PostJournalEntryRequest{JournalEntryId: e.GetId(), Etag: posted.GetEtag()})
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	update.JournalEntry.Etag = posted.GetEtag()
	_, err = b.UpdateJournalEntry(t.Context(), update)
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_POSTED)
	b.checkReversal(t, posted)
}

// checkPosted checks that a returned entry is complete, and equals the stored one.
func (b books) checkPosted(t *testing.T, e *pb.JournalEntry) {
	t.Helper()
	if e.GetState() != pb.JournalEntry_POSTED || allowedActions(e) != "reverse" || e.GetPostTime() == nil ||
		e.GetSource() != pb.JournalEntry_MANUAL || e.GetCurrencyCode() != "USD" {
		t.Errorf("got posted entry %v", e)
	}
	stored, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || !proto.Equal(stored, e) {
		t.Errorf("got %v returned and %v stored, %v", e, stored, err)
	}
	listed := b.lines(t, fmt.Sprintf("journal_entry_id = %q", e.GetId()))
	if len(listed) != len(e.GetLines()) {
		t.Fatalf("got %d listed lines, want %d", len(listed), len(e.GetLines()))
	}
	for i, l := range e.GetLines() {
		if l.GetId() == "" || l.GetJournalEntryId() != e.GetId() || l.GetDate() != e.GetDate() ||
			!proto.Equal(listed[i], l) {
			t.Errorf("line %d: got %v returned and %v listed", i, l, listed[i])
		}
	}
}

// checkReversal reverses a posted entry and checks that the two cancel each other.
func (b books) checkReversal(t *testing.T, e *pb.JournalEntry) {
	t.Helper()
	_, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Etag: "77"})
	wantReason(t, err, optionsv1.Reason_ETAG_MISMATCH)
	_, err = b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Date: "2026-02-30"})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
	reversal, err := b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Etag: e.GetEtag(), Date: "2026-11-30"})
	if err != nil {
		t.Fatal(err)
	}
	b.checkPosted(t, reversal)
	if reversal.GetReversesId() != e.GetId() || reversal.GetDate() != "2026-11-30" ||
		reversal.GetDescription() != "Reversal of Rent" {
		t.Errorf("got reversal %v", reversal)
	}
	for i, l := range reversal.GetLines() {
		if l.GetAccountId() != e.GetLines()[i].GetAccountId() ||
			!strings.HasSuffix(l.GetAmount().GetAmount()+e.GetLines()[i].GetAmount().GetAmount(), "1200.50") {
			t.Errorf("line %d: got %v as the opposite of %v", i, l, e.GetLines()[i])
		}
	}
	original, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || original.GetReversedById() != reversal.GetId() || allowedActions(original) != "" {
		t.Errorf("got original %v, %v", original, err)
	}
	_, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_REVERSED)
	if _, err = b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: reversal.GetId()}); err != nil {
		t.Errorf("reversing the reversal: %v", err)
	}
}

func TestInvalidEntryIsRefused(t *testing.T) {
	t.Parallel()
	b, other := open(t), open(t)
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["6110"]}); err != nil {
		t.Fatal(err)
	}
	euros := b.line("6100", "1")
	euros.Amount.CurrencyCode = "EUR"
	for name, c := range map[string]struct {
		entry  *pb.JournalEntry
		reason optionsv1.Reason
		fields []string
	}{
		"unbalanced": {b.entry(b.line("6100", "1.01"), b.line("1000", "-1")),
			optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, []string{"lines"}},
		"one line": {b.entry(b.line("6100", "1")), optionsv1.Reason_FIELDS_INVALID, []string{"lines"}},
		"no lines": {b.entry(), optionsv1.Reason_FIELDS_INVALID, []string{"lines"}},
		"unknown account": {b.entry(b.line("acc_01k9zzzzzzzzzzzzzzzzzzzzzz", "1"), b.line("1000", "-1")),
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"lines[0].accountId"}},
		"account of another organization": {b.entry(b.line("6100", "1"), b.line(other.codes["1000"], "-1")),
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"lines[1].accountId"}},
		"archived account": {b.entry(b.line("6110", "1"), b.line("1000", "-1")), optionsv1.Reason_ACCOUNT_ARCHIVED,
			[]string{"lines[0].accountId"}},
		"control account": {b.entry(b.line("1200", "1"), b.line("1000", "-1")), optionsv1.Reason_ACCOUNT_IS_CONTROL,
			[]string{"lines[0].accountId"}},
		"too many digits": {b.entry(b.line("6100", "1.005"), b.line("1000", "-1.005")),
			optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount", "lines[1].amount.amount"}},
		"no exchange rate": {b.entry(euros, b.line("1000", "-1")), optionsv1.Reason_EXCHANGE_RATE_MISSING,
			[]string{"lines[0].exchangeRate"}},
		"zero": {b.entry(b.line("6100", "0"), b.line("1000", "0.00")), optionsv1.Reason_FIELDS_INVALID,
			[]string{"lines[0].amount.amount", "lines[1].amount.amount"}},
		"amount out of range": {b.entry(b.line("6100", "99999999999999999"),
			b.line("1000", "-99999999999999999")), optionsv1.Reason_FIELDS_INVALID,
			[]string{"lines[0].amount.amount", "lines[1].amount.amount"}},
		"no date": {&pb.JournalEntry{Lines: []*pb.JournalLine{b.line("6100", "1"), b.line("1000", "-1")}},
			optionsv1.Reason_FIELDS_INVALID, []string{"date"}},
		"invalid date": {&pb.JournalEntry{Date: "2026-02-29",
			Lines: []*pb.JournalLine{b.line("6100", "1"), b.line("1000", "-1")}}, optionsv1.Reason_FIELDS_INVALID,
			[]string{"date"}},
		"no account": {b.entry(b.line("", "1"), b.line("1000", "-1")), optionsv1.Reason_FIELDS_INVALID,
			[]string{"lines[0].accountId"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: c.entry})
			wantReason(t, err, c.reason, c.fields...)
		})
	}
	list, err := b.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{})
	if err != nil || len(list.GetJournalEntries()) != 0 || len(b.lines(t, "")) != 0 {
		t.Errorf("got %v, %v after refusals, want no entries", list, err)
	}
}

// TestDraftCanBeIncompleteButNotInvalid checks which values of a draft are refused.
func TestDraftCanBeIncompleteButNotInvalid(t *testing.T) {
	t.Parallel()
	b, other := open(t), open(t)
	_, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{Draft: true,
			JournalEntry: b.entry(b.line(other.codes["1000"], "1"), b.line("1000", "1.001"))})
	wantReason(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "lines[0].accountId", "lines[1].amount.amount")
	// A draft can have lines that posting refuses.
	e, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{Draft: true, JournalEntry: b.entry(b.line("1200", "1"), b.line("1000", "2"))})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: e.GetId(), Etag: e.GetEtag()})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, "lines[0].accountId", "lines")
}

// TestEntryOnArchivedAccountCanBeReversed reverses an entry after its account was archived.
func TestEntryOnArchivedAccountCanBeReversed(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.post(t, "6100", "1000", "10.00")
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["6100"]}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()}); err != nil {
		t.Error(err)
	}
}

// TestAmountsHaveDigitsOfCurrency posts in a currency without minor units.
func TestAmountsHaveDigitsOfCurrency(t *testing.T) {
	t.Parallel()
	b := open(t, func(r *platformv1.SignUpRequest) { r.CurrencyCode = "JPY" })
	e := b.post(t, "6100", "1000", "1200")
	if got := e.GetLines()[0].GetAmount(); got.GetAmount() != "1200" || got.GetCurrencyCode() != "JPY" {
		t.Errorf("got %v", got)
	}
	_, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line("6100", "12.00"), b.line("1000", "-12.00"))})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "lines[0].amount.amount", "lines[1].amount.amount")
}

func TestJournalLinesAreFiltered(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.post(t, "6100", "1000", "10.00")
	b.post(t, "6110", "1000", "5.00")
	for filter, want := range map[string]int{
		fmt.Sprintf("account_id = %q", b.codes["1000"]):                                                   2,
		fmt.Sprintf(`account_id = %q AND date >= "2026-11-01" AND date <= "2026-11-02"`, b.codes["6100"]): 1,
		fmt.Sprintf(`account_id = %q AND date > "2026-11-02"`, b.codes["6100"]):                           0,
		fmt.Sprintf("journal_entry_id = %q", e.GetId()):                                                   2,
		fmt.Sprintf("account_id = %q OR account_id = %q", b.codes["6100"], b.codes["6110"]):               2,
		`memo = ""`: 4,
	} {
		if got := len(b.lines(t, filter)); got != want {
			t.Errorf("%s: got %d lines, want %d", filter, got, want)
		}
	}
	_, err := b.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: `line_number = 1`})
	wantReason(t, err, optionsv1.Reason_FILTER_INVALID, "filter")
}
