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

func (b books) line(code, amount string) *pb.JournalLine {
	account := code
	if known := b.codes[code]; known != "" {
		account = known
	}
	return &pb.JournalLine{AccountId: account, Amount: &typepb.Money{Amount: amount}}
}

func (b books) entry(lines ...*pb.JournalLine) *pb.JournalEntry {
	return &pb.JournalEntry{Date: "2026-11-02", Description: "Rent", Lines: lines}
}

// post posts an amount from one account to another.
func (b books) post(t *testing.T, debit, credit, amount string) *pb.JournalEntry {
	t.Helper()
	e, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line(debit, amount), b.line(credit, "-"+amount))})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (b books) lines(t *testing.T, filter string) []*pb.JournalLine {
	t.Helper()
	list, err := b.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: filter, PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetJournalLines()
}

func allowed(e *pb.JournalEntry) string {
	var verbs []string
	for _, a := range e.GetAllowedActions() {
		if a.GetAllowed() {
			verbs = append(verbs, a.GetVerb())
		}
	}
	return strings.Join(verbs, " ")
}

// TestEntryLife takes an entry from a draft to its reversal.
func TestEntryLife(t *testing.T) {
	t.Parallel()
	b := open(t)
	e, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{Draft: true, JournalEntry: b.entry(b.line("6100", "1200.5"))})
	if err != nil {
		t.Fatal(err)
	}
	if e.GetState() != pb.JournalEntry_DRAFT || allowed(e) != "" || e.GetLines()[0].GetAmount().GetAmount() != "1200.50" || e.GetPostTime() != nil {
		t.Errorf("the draft is %v", e)
	}
	if len(b.lines(t, "")) != 0 {
		t.Error("a draft is on the books")
	}
	_, err = b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: e.GetId(), Etag: e.GetEtag()})
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "lines")

	update := &pb.UpdateJournalEntryRequest{
		JournalEntryId: e.GetId(), JournalEntry: b.entry(b.line("6100", "1200.50"), b.line("1000", "-1200.5")),
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}},
	}
	_, err = b.UpdateJournalEntry(t.Context(), update)
	refused(t, err, optionsv1.Reason_ETAG_REQUIRED, "etag")
	update.JournalEntry.Etag = e.GetEtag()
	if e, err = b.UpdateJournalEntry(t.Context(), update); err != nil || len(e.GetLines()) != 2 || allowed(e) != "post" {
		t.Fatalf("completing the draft: %v, %v", e, err)
	}
	_, err = b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: e.GetId()})
	refused(t, err, optionsv1.Reason_ETAG_REQUIRED, "etag")
	posted, err := b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: e.GetId(), Etag: e.GetEtag()})
	if err != nil {
		t.Fatal(err)
	}
	b.holdsPosted(t, posted)
	_, err = b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: e.GetId(), Etag: posted.GetEtag()})
	refused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	update.JournalEntry.Etag = posted.GetEtag()
	_, err = b.UpdateJournalEntry(t.Context(), update)
	refused(t, err, optionsv1.Reason_JOURNAL_ENTRY_POSTED)
	b.holdsReversal(t, posted)
}

// holdsPosted holds an answer of a posted entry to be complete, and what is stored to
// be the same.
func (b books) holdsPosted(t *testing.T, e *pb.JournalEntry) {
	t.Helper()
	if e.GetState() != pb.JournalEntry_POSTED || allowed(e) != "reverse" || e.GetPostTime() == nil || e.GetSource() != pb.JournalEntry_MANUAL || e.GetCurrencyCode() != "USD" {
		t.Errorf("the posted entry is %v", e)
	}
	stored, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || !proto.Equal(stored, e) {
		t.Errorf("answered was %v, stored is %v, %v", e, stored, err)
	}
	listed := b.lines(t, fmt.Sprintf("journal_entry_id = %q", e.GetId()))
	if len(listed) != len(e.GetLines()) {
		t.Fatalf("%d lines are listed, want %d", len(listed), len(e.GetLines()))
	}
	for i, l := range e.GetLines() {
		if l.GetId() == "" || l.GetJournalEntryId() != e.GetId() || l.GetDate() != e.GetDate() || !proto.Equal(listed[i], l) {
			t.Errorf("line %d is answered %v and listed %v", i, l, listed[i])
		}
	}
}

// holdsReversal reverses a posted entry and holds the two to undo each other.
func (b books) holdsReversal(t *testing.T, e *pb.JournalEntry) {
	t.Helper()
	_, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Etag: "77"})
	refused(t, err, optionsv1.Reason_ETAG_MISMATCH)
	_, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Date: "2026-02-30"})
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
	reversal, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Etag: e.GetEtag(), Date: "2026-11-30"})
	if err != nil {
		t.Fatal(err)
	}
	b.holdsPosted(t, reversal)
	if reversal.GetReversesId() != e.GetId() || reversal.GetDate() != "2026-11-30" || reversal.GetDescription() != "Reversal of Rent" {
		t.Errorf("the reversal is %v", reversal)
	}
	for i, l := range reversal.GetLines() {
		if l.GetAccountId() != e.GetLines()[i].GetAccountId() || !strings.HasSuffix(l.GetAmount().GetAmount()+e.GetLines()[i].GetAmount().GetAmount(), "1200.50") {
			t.Errorf("line %d is %v after %v", i, l, e.GetLines()[i])
		}
	}
	original, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || original.GetReversedById() != reversal.GetId() || allowed(original) != "" {
		t.Errorf("the original is %v, %v", original, err)
	}
	_, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()})
	refused(t, err, optionsv1.Reason_JOURNAL_ENTRY_REVERSED)
	if _, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: reversal.GetId()}); err != nil {
		t.Errorf("a reversal is an entry like others, and: %v", err)
	}
}

func TestEntryRefusals(t *testing.T) {
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
		"unbalanced":        {b.entry(b.line("6100", "1.01"), b.line("1000", "-1")), optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, []string{"lines"}},
		"one line":          {b.entry(b.line("6100", "1")), optionsv1.Reason_FIELDS_INVALID, []string{"lines"}},
		"no lines":          {b.entry(), optionsv1.Reason_FIELDS_INVALID, []string{"lines"}},
		"unknown account":   {b.entry(b.line("acc_01k9zzzzzzzzzzzzzzzzzzzzzz", "1"), b.line("1000", "-1")), optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"lines[0].accountId"}},
		"another's account": {b.entry(b.line("6100", "1"), b.line(other.codes["1000"], "-1")), optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"lines[1].accountId"}},
		"archived account":  {b.entry(b.line("6110", "1"), b.line("1000", "-1")), optionsv1.Reason_ACCOUNT_ARCHIVED, []string{"lines[0].accountId"}},
		"control account":   {b.entry(b.line("1200", "1"), b.line("1000", "-1")), optionsv1.Reason_ACCOUNT_IS_CONTROL, []string{"lines[0].accountId"}},
		"digits":            {b.entry(b.line("6100", "1.005"), b.line("1000", "-1.005")), optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount", "lines[1].amount.amount"}},
		"currency":          {b.entry(euros, b.line("1000", "-1")), optionsv1.Reason_EXCHANGE_RATE_MISSING, []string{"lines[0].exchangeRate"}},
		"zero":              {b.entry(b.line("6100", "0"), b.line("1000", "0.00")), optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount", "lines[1].amount.amount"}},
		"huge":              {b.entry(b.line("6100", "99999999999999999"), b.line("1000", "-99999999999999999")), optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount", "lines[1].amount.amount"}},
		"no date":           {&pb.JournalEntry{Lines: []*pb.JournalLine{b.line("6100", "1"), b.line("1000", "-1")}}, optionsv1.Reason_FIELDS_INVALID, []string{"date"}},
		"no such day":       {&pb.JournalEntry{Date: "2026-02-29", Lines: []*pb.JournalLine{b.line("6100", "1"), b.line("1000", "-1")}}, optionsv1.Reason_FIELDS_INVALID, []string{"date"}},
		"no account":        {b.entry(b.line("", "1"), b.line("1000", "-1")), optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].accountId"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: c.entry})
			refused(t, err, c.reason, c.fields...)
		})
	}
	list, err := b.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{})
	if err != nil || len(list.GetJournalEntries()) != 0 || len(b.lines(t, "")) != 0 {
		t.Errorf("after nothing but refusals there is %v, %v", list, err)
	}
}

// TestDraftValues holds a draft to have values that can be used.
func TestDraftValues(t *testing.T) {
	t.Parallel()
	b, other := open(t), open(t)
	_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{Draft: true, JournalEntry: b.entry(b.line(other.codes["1000"], "1"), b.line("1000", "1.001"))})
	refused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "lines[0].accountId", "lines[1].amount.amount")
	// What keeps it from being posted does not keep it from being kept.
	e, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{Draft: true, JournalEntry: b.entry(b.line("1200", "1"), b.line("1000", "2"))})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: e.GetId(), Etag: e.GetEtag()})
	refused(t, err, optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, "lines[0].accountId", "lines")
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	b := open(t)
	good := b.entry(b.line("6100", "1"), b.line("1000", "-1"))
	e, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: good, ValidateOnly: true})
	if err != nil || e.GetState() != pb.JournalEntry_POSTED || e.GetLines()[1].GetAmount().GetAmount() != "-1.00" {
		t.Errorf("got %v, %v", e, err)
	}
	_, err = b.BatchCreateJournalEntries(t.Context(), &pb.BatchCreateJournalEntriesRequest{ValidateOnly: true, Requests: []*pb.CreateJournalEntryRequest{{JournalEntry: good}}})
	if err != nil || len(b.lines(t, "")) != 0 {
		t.Errorf("a dry run stored something, or failed: %v", err)
	}
	_, err = b.BatchCreateJournalEntries(t.Context(), &pb.BatchCreateJournalEntriesRequest{Requests: []*pb.CreateJournalEntryRequest{{JournalEntry: good, ValidateOnly: true}}})
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "requests[0].validateOnly")
}

func TestBatch(t *testing.T) {
	t.Parallel()
	b := open(t)
	req := &pb.BatchCreateJournalEntriesRequest{}
	for i := range 1000 {
		amount := fmt.Sprintf("%d.25", i+1)
		req.Requests = append(req.Requests, &pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line("6100", amount), b.line("1000", "-"+amount)), Draft: i == 7})
	}
	made, err := b.BatchCreateJournalEntries(t.Context(), req)
	if err != nil || len(made.GetJournalEntries()) != 1000 {
		t.Fatalf("got %d entries, %v", len(made.GetJournalEntries()), err)
	}
	for _, i := range []int{0, 500, 999} {
		b.holdsPosted(t, made.GetJournalEntries()[i])
	}
	if e := made.GetJournalEntries()[7]; e.GetState() != pb.JournalEntry_DRAFT || len(e.GetLines()) != 2 {
		t.Errorf("the draft among them is %v", e)
	}
	req.Requests = append(req.Requests, req.Requests[0])
	_, err = b.BatchCreateJournalEntries(t.Context(), req)
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "requests")
}

// TestBatchIsAllOrNone holds a batch to say what is wrong with each entry and to store
// none.
func TestBatchIsAllOrNone(t *testing.T) {
	t.Parallel()
	b := open(t)
	batch := func(entries ...*pb.JournalEntry) error {
		req := &pb.BatchCreateJournalEntriesRequest{}
		for _, e := range entries {
			req.Requests = append(req.Requests, &pb.CreateJournalEntryRequest{JournalEntry: e})
		}
		_, err := b.BatchCreateJournalEntries(t.Context(), req)
		return err
	}
	good := b.entry(b.line("6100", "1"), b.line("1000", "-1"))
	refused(t, batch(good, b.entry(b.line("6100", "1"), b.line("1000", "-2")), nil, b.entry(b.line("1200", "1"), b.line("acc_x", "-1"))),
		optionsv1.Reason_ACCOUNT_IS_CONTROL,
		"requests[1].journalEntry.lines", "requests[2].journalEntry.date",
		"requests[3].journalEntry.lines[1].accountId", "requests[3].journalEntry.lines[0].accountId")
	same := proto.CloneOf(good)
	same.Id = "jrn_01k9zzzzzzzzzzzzzzzzzzzzzz"
	if err := batch(same, good, same); err == nil {
		t.Error("one identifier for two entries is taken")
	}
	if len(b.lines(t, "")) != 0 {
		t.Error("a refused batch stored lines")
	}
}

// TestReversalAfterArchiving holds a mistake to be put right whatever became of its
// account.
func TestReversalAfterArchiving(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.post(t, "6100", "1000", "10.00")
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["6100"]}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()}); err != nil {
		t.Error(err)
	}
}

// TestYen posts in a currency without digits.
func TestYen(t *testing.T) {
	t.Parallel()
	b := open(t, func(r *platformv1.SignUpRequest) { r.CurrencyCode = "JPY" })
	e := b.post(t, "6100", "1000", "1200")
	if got := e.GetLines()[0].GetAmount(); got.GetAmount() != "1200" || got.GetCurrencyCode() != "JPY" {
		t.Errorf("got %v", got)
	}
	_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line("6100", "12.00"), b.line("1000", "-12.00"))})
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "lines[0].amount.amount", "lines[1].amount.amount")
}

func TestJournalLineFilters(t *testing.T) {
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
			t.Errorf("%s lists %d lines, want %d", filter, got, want)
		}
	}
	_, err := b.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: `line_number = 1`})
	refused(t, err, optionsv1.Reason_FILTER_INVALID, "filter")
}

// TestLimits holds a batch to a thousand entries, and a reversal to its entry's
// date or later.
func TestLimits(t *testing.T) {
	t.Parallel()
	b := open(t)
	req := &pb.BatchCreateJournalEntriesRequest{}
	for range 1001 {
		req.Requests = append(req.Requests, &pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line("6100", "1"), b.line("1000", "-1"))})
	}
	_, err := b.BatchCreateJournalEntries(t.Context(), req)
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "requests")
	e := b.post(t, "6100", "1000", "5")
	_, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Date: "2020-01-01"})
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
}
