package banking_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// post posts a journal entry of one amount between two accounts.
func (b bank) post(
	t *testing.T, date, debit, credit, amount string, changes ...func(*pb.JournalEntry),
) *pb.JournalEntry {
	t.Helper()
	e := &pb.JournalEntry{Date: date, Lines: []*pb.JournalLine{
		{AccountId: debit, Amount: &typepb.Money{Amount: amount}},
		{AccountId: credit, Amount: &typepb.Money{Amount: "-" + amount}},
	}}
	for _, change := range changes {
		change(e)
	}
	posted, err := b.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

// euros changes an entry to euros at a rate.
func euros(rate string) func(*pb.JournalEntry) {
	return func(e *pb.JournalEntry) { e.CurrencyCode, e.ExchangeRate = "EUR", rate }
}

// importLines imports CSV rows into a bank account and returns the lines in order.
func (b bank) importLines(t *testing.T, account, rows string) []*pb.BankStatementLine {
	t.Helper()
	made := b.mustImportTo(t, account, &pb.StatementImport{Content: []byte("Date,Text,Amount\n" + rows)})
	return b.findLines(t, `statement_import_id = "`+made.GetId()+`"`)
}

func (b bank) createMatch(t *testing.T, m *pb.BankMatch) (*pb.BankMatch, error) {
	return b.CreateBankMatch(t.Context(), &pb.CreateBankMatchRequest{BankMatch: m})
}

// balance returns the debit and credit balance of a ledger account.
func (b bank) balance(t *testing.T, account string) string {
	t.Helper()
	r, err := b.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2030-12-31"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range r.GetRows() {
		if row.GetAccountId() == account {
			return row.GetAmounts()[0].GetAmount() + "/" + row.GetAmounts()[1].GetAmount()
		}
	}
	return ""
}

// lines returns match lines from statement lines, each optionally followed by its amount.
func lines(parts ...any) (out []*pb.BankMatch_Line) {
	for _, p := range parts {
		switch p := p.(type) {
		case *pb.BankStatementLine:
			out = append(out, &pb.BankMatch_Line{BankStatementLineId: p.GetId()})
		case string:
			out[len(out)-1].Amount = &typepb.Money{Amount: p}
		}
	}
	return out
}

// entries returns match entries from journal entries, each optionally followed by its amount.
func entries(parts ...any) (out []*pb.BankMatch_Entry) {
	for _, p := range parts {
		switch p := p.(type) {
		case *pb.JournalEntry:
			out = append(out, &pb.BankMatch_Entry{JournalEntryId: p.GetId()})
		case string:
			minor, currency, _ := strings.Cut(p, " ")
			out[len(out)-1].Amount = &typepb.Money{Amount: minor, CurrencyCode: currency}
		}
	}
	return out
}

// onAccount matches entries on an account other than the bank account's own ledger account.
func onAccount(account string, of []*pb.BankMatch_Entry) []*pb.BankMatch_Entry {
	for _, e := range of {
		e.AccountId = account
	}
	return of
}

// TestLinesMatchSeveralEntries matches two lines to three entries, and undoes the match by undoing
// one of the lines.
func TestLinesMatchSeveralEntries(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own, sales := b.account.GetLedgerAccountId(), b.codes["OTHER_INCOME"]
	paid := []*pb.JournalEntry{b.post(
		t, "2026-01-03", own, sales, "60",
	), b.post(t, "2026-01-04", own, sales, "25"), b.post(t, "2026-01-04", own, sales, "15")}
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Card sales,70.00\n2026-01-06,Card sales more,30.00\n")
	before := proto.CloneOf(said[0])
	m, err := b.createMatch(t, &pb.BankMatch{Lines: lines(said[0], said[1]), Entries: entries(paid[0], paid[1], paid[2])})
	if err != nil || m.GetState() != pb.BankMatch_MATCHED || m.GetJournalEntryId() != "" || m.GetEntries()[0].GetAmount().
		GetAmount() != "60.00" {
		t.Fatalf("got %v, %v", m, err)
	}
	for _, l := range b.findLines(t, "") {
		if l.GetState() != pb.BankStatementLine_MATCHED || !slices.Equal(l.GetBankMatchIds(), []string{m.GetId()}) ||
			l.GetOpenAmount().GetAmount() != "0.00" || l.GetJournalEntryId() != paid[0].GetId() {
			t.Errorf("got %v", l)
		}
	}
	for _, e := range paid {
		_, err = b.reverse(t, e.GetId())
		wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_MATCHED)
	}
	undone, err := b.undoLine(t, said[0].GetId())
	if err != nil {
		t.Fatal(err)
	}
	undone.Etag, undone.UpdateTime, before.Etag, before.UpdateTime = "", nil, "", nil
	if !proto.Equal(undone, before) {
		t.Errorf("undoing the line: got %v, want %v", undone, before)
	}
	if l := b.findLines(t, `id = "`+said[1].GetId()+`"`)[0]; l.GetState() != pb.BankStatementLine_UNMATCHED {
		t.Errorf("the other line: got %v, want it unmatched", l)
	}
	if again, err := b.createMatch(t, &pb.BankMatch{
		Lines: lines(said[1], said[0]), Entries: entries(paid[2], paid[1], paid[0]),
	}); err != nil {
		t.Errorf("matching again: got %v, %v", again, err)
	}
	_, err = b.undoMatch(t, m.GetId())
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	b.checkNetIncome(t, "100.00")
}

// TestUnmatchedPartsStayOpen matches a line and an entry in parts. The rest stays open until it is
// matched, and undoing a match opens its part again.
func TestUnmatchedPartsStayOpen(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own := b.account.GetLedgerAccountId()
	check := b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")
	said := b.importLines(t, b.account.GetId(), "2026-01-05,First half,60.00\n2026-01-06,The rest and more,50.00\n")
	if _, err := b.hold(t, said[1].GetId(), "Ask Ann"); err != nil {
		t.Fatal(err)
	}
	first, err := b.createMatch(t, &pb.BankMatch{Lines: lines(said[0]), Entries: entries(check, "60")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.createMatch(t, &pb.BankMatch{Lines: lines(said[1]), Entries: entries(check, "50")})
	wantReason(t, err, optionsv1.Reason_MATCH_EXCEEDS_OPEN)
	_, err = b.createMatch(t, &pb.BankMatch{Lines: lines(said[1], "-40"), Entries: entries(check)})
	wantReason(t, err, optionsv1.Reason_MATCH_EXCEEDS_OPEN)
	second, err := b.createMatch(t, &pb.BankMatch{Lines: lines(said[1], "40"), Entries: entries(check)})
	if err != nil || second.GetEntries()[0].GetAmount().GetAmount() != "40.00" {
		t.Fatalf("got %v, %v", second, err)
	}
	rest := b.findLines(t, "state = PARTIALLY_MATCHED")
	if len(rest) != 1 || rest[0].GetOpenAmount().GetAmount() != "10.00" || rest[0].GetJournalEntryId() != check.GetId() {
		t.Fatalf("got %v", rest)
	}
	_, err = b.categorize(t, rest[0].GetId(), b.split("OTHER_INCOME", ""))
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	more := b.post(t, "2026-01-06", own, b.codes["OTHER_INCOME"], "10")
	third, err := b.createMatch(t, &pb.BankMatch{Lines: lines(said[1]), Entries: entries(more)})
	if err != nil {
		t.Fatal(err)
	}
	b.undoParts(t, more.GetId(), first, second, third)
	if _, err := b.reverse(t, check.GetId()); err != nil {
		t.Errorf("reversing an entry without matches: %v", err)
	}
	if _, err := b.undoImport(
		t, said[0].GetStatementImportId(),
	); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("undoing the import of a held line: got %v, want a refusal", err)
	}
}

// undoParts undoes three matches. The line of the second and third, which the third matches to the
// entry more, stays partially matched until both are undone, and is then held again.
func (b bank) undoParts(t *testing.T, more string, first, second, third *pb.BankMatch) {
	t.Helper()
	if _, err := b.UndoBankMatch(t.Context(), &pb.UndoBankMatchRequest{
		BankMatchId: second.GetId(), Etag: second.GetEtag(),
	}); err != nil {
		t.Fatal(err)
	}
	if l := b.findLines(t, `booked_date = "2026-01-06"`)[0]; l.GetState() != pb.BankStatementLine_PARTIALLY_MATCHED ||
		l.GetOpenAmount().GetAmount() != "40.00" || l.GetJournalEntryId() != more {
		t.Errorf("got %v", l)
	}
	for _, m := range []*pb.BankMatch{third, first} {
		if _, err := b.undoMatch(t, m.GetId()); err != nil {
			t.Fatal(err)
		}
	}
	if l := b.findLines(t, `booked_date = "2026-01-06"`)[0]; l.GetState() != pb.BankStatementLine_HELD ||
		l.GetHoldReason() != "Ask Ann" || l.GetJournalEntryId() != "" {
		t.Errorf("the held line: got %v, want HELD", l)
	}
}

// TestMatchBooksFees checks that a match books the fee that the bank deducted, and that undoing the
// match reverses it.
func TestMatchBooksFees(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own := b.account.GetLedgerAccountId()
	paid := b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")
	line := b.importLines(t, b.account.GetId(), "2026-01-05,Payout,97.10\n")[0]
	fee := func(amount string) []*pb.BankMatch_Fee {
		return []*pb.BankMatch_Fee{
			{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: amount}, Memo: "Card fee"},
		}
	}
	_, err := b.createMatch(t, &pb.BankMatch{Lines: lines(line), Entries: entries(paid)})
	wantReason(t, err, optionsv1.Reason_MATCH_AMOUNT_DIFFERS)
	_, err = b.createMatch(t, &pb.BankMatch{Lines: lines(line), Entries: entries(paid), Fees: fee("2.00")})
	wantReason(t, err, optionsv1.Reason_MATCH_AMOUNT_DIFFERS)
	m, err := b.createMatch(t, &pb.BankMatch{Lines: lines(line), Entries: entries(paid), Fees: fee("2.90")})
	if err != nil || m.GetJournalEntryId() == "" {
		t.Fatalf("got %v, %v", m, err)
	}
	b.checkNetIncome(t, "97.10")
	if got := b.balance(t, own); got != "97.10/0.00" {
		t.Errorf("balance of the account: got %s", got)
	}
	_, err = b.reverse(t, m.GetJournalEntryId())
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE)
	if _, err := b.undoMatch(t, m.GetId()); err != nil {
		t.Fatal(err)
	}
	b.checkNetIncome(t, "100.00")
}

// TestConcurrentMatchesDoNotExceedEntry matches one entry to four lines at once. No more than its
// amount may be matched.
func TestConcurrentMatchesDoNotExceedEntry(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	receivable := b.post(t, "2026-01-03", b.codes["PREPAID_EXPENSE"], b.codes["OTHER_INCOME"], "100")
	var competing []*pb.BankStatementLine
	for range 4 {
		competing = append(competing, b.importLines(t, b.addBankAccount(t, "USD"), "2026-01-05,Paid,50.00\n")[0])
	}
	matched := make(chan bool, len(competing))
	var group sync.WaitGroup
	for _, l := range competing {
		group.Go(func() {
			_, err := b.createMatch(t, &pb.BankMatch{
				Lines: lines(l), Entries: onAccount(b.codes["PREPAID_EXPENSE"], entries(receivable, "50")),
			})
			if err != nil && apptest.Reason(err) != optionsv1.Reason_JOURNAL_ENTRY_MATCHED {
				t.Errorf("a competing match: got %v, want JOURNAL_ENTRY_MATCHED", err)
			}
			matched <- err == nil
		})
	}
	group.Wait()
	count := 0
	for range competing {
		if <-matched {
			count++
		}
	}
	if count != 2 {
		t.Errorf("%d lines of 50 matched an entry of 100, want 2", count)
	}
}
