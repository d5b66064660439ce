package banking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

type lineReview = pb.ListBankStatementLinesResponse_Review

// listReviews lists lines with their reviews, by booked date.
func (b bank) listReviews(t *testing.T, filter string) *pb.ListBankStatementLinesResponse {
	t.Helper()
	list, err := b.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{
		Filter: filter, OrderBy: "booked_date", PageSize: 500, View: pb.ListBankStatementLinesRequest_REVIEW,
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range list.GetBankStatementLines() {
		if list.GetReviews()[i].GetBankStatementLineId() != l.GetId() {
			t.Fatalf("review %d: got %v for %s", i, list.GetReviews()[i], l.GetId())
		}
	}
	return list
}

// namesOf returns the names of the records that a review refers to, with the prefixes of their
// identifiers.
func namesOf(r *lineReview) (names []string) {
	for _, reference := range r.GetReferences() {
		prefix, _, _ := strings.Cut(reference.GetSubjectId(), "_")
		names = append(names, prefix+" "+reference.GetDisplayName())
	}
	return names
}

// accountName returns the name of the account with a subtype.
func (b bank) accountName(t *testing.T, subtype string) string {
	t.Helper()
	a, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: b.codes[subtype]})
	if err != nil {
		t.Fatal(err)
	}
	return "acc " + a.GetDisplayName()
}

// TestReviewNamesSuggestedRecords checks that each undecided line of a page has its most likely
// suggestion, the same as SuggestMatches returns, with the names of the records that it would use.
func TestReviewNamesSuggestedRecords(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.acceptable(t)
	list := b.listReviews(t, "state = UNMATCHED")
	expense, supplies := b.accountName(t, "OTHER_EXPENSE"), b.accountName(t, "OPERATING_EXPENSE")
	for i, want := range [][]string{
		{supplies}, {b.accountName(t, "OWNER_DRAW")}, {expense, "bru Fees"}, {"jrn ", expense}, {"jrn ", expense},
		{"jrn ", expense}, {"bac USD account"}, {"bac Main account"},
	} {
		review, line := list.GetReviews()[i], list.GetBankStatementLines()[i]
		if got := namesOf(review); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", line.GetDescription(), got, want)
		}
		best := b.suggestMatches(t, line).GetSuggestions()[0]
		if got := review.GetSuggestion(); got.String() != best.String() {
			t.Errorf("%s: got %v, want %v", line.GetDescription(), got, best)
		}
	}
	if code := list.GetReviews()[0].GetReferences()[0].GetCode(); code == "" {
		t.Error("the account has no code")
	}
	if date := list.GetReviews()[3].GetReferences()[0].GetDate(); date != "2026-01-08" {
		t.Errorf("date of the entry: got %q", date)
	}
	rest := b.o.REST(t, "GET", "/v1/bankStatementLines?view=REVIEW&pageSize=3&orderBy=booked_date", "")
	reviews, _ := rest.Body["reviews"].([]any)
	if rest.Code != 200 || len(reviews) != 3 || rest.Body["nextPageToken"] == "" {
		t.Errorf("got %d %s, want three reviews and a next page", rest.Code, rest.Raw)
	}
	basic, err := b.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{})
	if err != nil || len(basic.GetReviews()) != 0 {
		t.Errorf("got %v, %v, want no reviews", basic.GetReviews(), err)
	}
}

// TestReviewNamesWhatLinesBecame checks that decided lines show with names what they became:
// accounts, entries with their accounts, transfers with the other bank account, and rules.
func TestReviewNamesWhatLinesBecame(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	lines := b.acceptable(t)
	if _, err := b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{
		Items: b.best(t, lines),
	}); err != nil {
		t.Fatal(err)
	}
	list := b.listReviews(t, `booked_date >= "2026-01-01"`)
	expense, supplies := b.accountName(t, "OTHER_EXPENSE"), b.accountName(t, "OPERATING_EXPENSE")
	transfer := "btr "
	for i, want := range [][]string{
		{supplies}, {b.accountName(t, "OWNER_DRAW")}, {expense, "bru Fees"}, {"jrn ", expense}, {"jrn ", expense},
		{"jrn ", expense}, {transfer, "bac USD account"}, {transfer, "bac Main account"},
	} {
		review, line := list.GetReviews()[i], list.GetBankStatementLines()[i]
		if got := namesOf(review); !slices.Equal(got, want) || review.GetSuggestion() != nil {
			t.Errorf("%s: got %q and %v, want %q", line.GetDescription(), got, review.GetSuggestion(), want)
		}
	}
	reader := b
	reader.BankingServiceClient = pb.NewBankingServiceClient(
		b.o.WithRole(t, platformv1.ApiKey_BOOKKEEPER, "finance.bankStatementLines.read"),
	)
	for _, r := range reader.listReviews(t, "state = MATCHED").GetReviews() {
		for _, reference := range r.GetReferences() {
			if reference.GetDisplayName()+reference.GetCode()+reference.GetDate() != "" {
				t.Errorf("got %v for a caller who may not read the record", reference)
			}
		}
	}
}

// TestReviewTakesConstantStatements checks that the number of SQL statements of a review does not
// depend on the number of lines.
func TestReviewTakesConstantStatements(t *testing.T) {
	t.Parallel()
	app, counter := apptest.NewCounting(t)
	b := openBankFor(t, apptest.SignUpTo(t, app))
	b.acceptable(t)
	rows := ""
	for i := range 200 {
		rows += fmt.Sprintf("2026-01-%02d,STAPLES %d NO %d,-%d.00\n", 5+i%20, 1000+i, i, 30+i)
	}
	b.importLines(t, b.account.GetId(), rows)
	few := countFewest(counter, func() { b.listReviews(t, `booked_date <= "2026-01-10"`) })
	many := countFewest(counter, func() { b.listReviews(t, "") })
	if few == 0 || many > few {
		t.Errorf("got %d statements for a few lines and %d for more, want the same number", few, many)
	}
}

// TestOldTransferIsFoundAmongNewerLines imports a transfer, and more than 2,000 lines after it. The
// transfer is suggested for its line alone, in a review, and in a batch with a much newer line.
func TestOldTransferIsFoundAmongNewerLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	b.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	out := b.importLines(t, b.account.GetId(), "2026-01-10,To second,-500.00\n")[0]
	in := b.importLines(t, second, "2026-01-11,From first,500.00\n")[0]
	var rows strings.Builder
	for i := range 2100 {
		fmt.Fprintf(&rows, "2026-01-%02d,PAYEE%c%c %d,-%d.%02d\n", 15+i%15, 'A'+i%26, 'A'+i/26%26, i, 10+i%400, i%100)
	}
	b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte("Date,Text,Amount\n" + rows.String())})
	newest := b.importLines(t, b.account.GetId(), "2026-06-01,STAPLES 00998877,-41.00\n")[0]
	alone := b.suggestMatches(t, out)
	if len(alone.GetSuggestions()) != 1 || alone.GetTruncated() ||
		alone.GetSuggestions()[0].GetBankTransfer().GetIncomingLineId() != in.GetId() {
		t.Fatalf("got %v", alone)
	}
	reviews := b.listReviews(t, fmt.Sprintf("id = %q OR id = %q", out.GetId(), newest.GetId())).GetReviews()
	if len(reviews) != 2 || reviews[0].GetSuggestion().String() != alone.GetSuggestions()[0].String() {
		t.Errorf("got %v, want %v", reviews, alone)
	}
	done, err := b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{
		Items: b.best(t, []*pb.BankStatementLine{out, newest}),
	})
	if err != nil || done.GetBankStatementLines()[0].GetBankTransferId() == "" {
		t.Errorf("got %v, %v", done, err)
	}
}

// TestCutSearchIsReported checks that a response says so if a day has more lines than are searched.
func TestCutSearchIsReported(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	out := b.importLines(t, b.account.GetId(), "2026-01-10,To second,-500.00\n")[0]
	var rows strings.Builder
	for i := range 201 {
		fmt.Fprintf(&rows, "2026-01-12,PAYEE%c%c %d,-%d.00\n", 'A'+i%26, 'A'+i/26%26, i, 10+i)
	}
	b.mustImportTo(t, second, &pb.StatementImport{Content: []byte("Date,Text,Amount\n" + rows.String())})
	review := b.listReviews(t, fmt.Sprintf("id = %q", out.GetId())).GetReviews()[0]
	if !b.suggestMatches(t, out).GetTruncated() || !review.GetTruncated() {
		t.Errorf("got %v, want it truncated", review)
	}
}

// postEntries posts n entries of money out on the ledger account of the bank account, on many days.
func (b bank) postEntries(t *testing.T, n int) {
	t.Helper()
	for from := 0; from < n; from += 500 {
		req := &pb.BatchCreateJournalEntriesRequest{}
		for i := from; i < min(from+500, n); i++ {
			amount := fmt.Sprintf("%d.%02d", 10+i*7%400, i*13%100)
			e := &pb.JournalEntry{
				Date: fmt.Sprintf("2026-%02d-%02d", 1+i%10, 1+i/10%28), Description: "Check",
				Lines: []*pb.JournalLine{
					{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: amount}},
					{AccountId: b.account.GetLedgerAccountId(), Amount: &typepb.Money{Amount: "-" + amount}},
				},
			}
			req.Requests = append(req.Requests, &pb.CreateJournalEntryRequest{JournalEntry: e})
		}
		if _, err := b.ledger.BatchCreateJournalEntries(t.Context(), req); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReviewIsFastWithoutStatistics lists reviews of 500 lines in an organization with 20,000
// undecided lines and 5,000 unmatched entries, for which PostgreSQL has no statistics. It is not
// parallel, since it measures time.
func TestReviewIsFastWithoutStatistics(t *testing.T) {
	b := openBank(t, "USD")
	b.learn(t, 12, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	b.postEntries(t, 5000)
	var rows strings.Builder
	rows.WriteString("Date,Description,Amount\n")
	for i := range 20_000 {
		fmt.Fprintf(&rows, "2026-%02d-%02d,PAYEE%c%c STORE %d,-%d.%02d\n",
			1+i/2000, 1+i%28, 'A'+i%26, 'A'+i/26%26, 1000+i, 10+i%400, i%100)
	}
	b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte(rows.String())})
	shortest := time.Hour
	for range 3 {
		start := time.Now()
		if list := b.listReviews(t, ""); len(list.GetReviews()) != 500 {
			t.Fatalf("got %d reviews, want 500", len(list.GetReviews()))
		}
		shortest = min(shortest, time.Since(start))
	}
	if shortest > 2*time.Second {
		t.Errorf("took %s, want at most 2 s", shortest)
	}
	t.Logf("500 reviews took %s", shortest)
}
