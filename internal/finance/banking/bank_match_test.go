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
func (b bank) post(t *testing.T, date, debit, credit, amount string, changes ...func(*pb.JournalEntry)) *pb.JournalEntry {
	t.Helper()
	e := &pb.JournalEntry{Date: date, Lines: []*pb.JournalLine{
		{AccountId: debit, Amount: &typepb.Money{Amount: amount}}, {AccountId: credit, Amount: &typepb.Money{Amount: "-" + amount}},
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

// said imports CSV rows to a bank account and returns the lines in order.
func (b bank) said(t *testing.T, account, rows string) []*pb.BankStatementLine {
	t.Helper()
	made := b.imported(t, account, &pb.StatementImport{Content: []byte("Date,Text,Amount\n" + rows)})
	return b.booked(t, `statement_import_id = "`+made.GetId()+`"`)
}

func (b bank) match(t *testing.T, m *pb.BankMatch) (*pb.BankMatch, error) {
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

// on matches entries on an account other than the bank account's own ledger account.
func on(account string, of []*pb.BankMatch_Entry) []*pb.BankMatch_Entry {
	for _, e := range of {
		e.AccountId = account
	}
	return of
}

// TestLinesMatchSeveralEntries matches two lines to three entries, and undoes the match by undoing one of
// the lines.
func TestLinesMatchSeveralEntries(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	own, sales := b.account.GetLedgerAccountId(), b.codes["OTHER_INCOME"]
	paid := []*pb.JournalEntry{b.post(t, "2026-01-03", own, sales, "60"), b.post(t, "2026-01-04", own, sales, "25"), b.post(t, "2026-01-04", own, sales, "15")}
	said := b.said(t, b.account.GetId(), "2026-01-05,Card sales,70.00\n2026-01-06,Card sales more,30.00\n")
	before := proto.CloneOf(said[0])
	m, err := b.match(t, &pb.BankMatch{Lines: lines(said[0], said[1]), Entries: entries(paid[0], paid[1], paid[2])})
	if err != nil || m.GetState() != pb.BankMatch_MATCHED || m.GetJournalEntryId() != "" || m.GetEntries()[0].GetAmount().GetAmount() != "60.00" {
		t.Fatalf("got %v, %v", m, err)
	}
	for _, l := range b.booked(t, "") {
		if l.GetState() != pb.BankStatementLine_MATCHED || !slices.Equal(l.GetBankMatchIds(), []string{m.GetId()}) || l.GetOpenAmount().GetAmount() != "0.00" || l.GetJournalEntryId() != paid[0].GetId() {
			t.Errorf("got %v", l)
		}
	}
	for _, e := range paid {
		_, err = b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()})
		refusedFor(t, err, optionsv1.Reason_JOURNAL_ENTRY_MATCHED)
	}
	undone, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{BankStatementLineId: said[0].GetId()})
	if err != nil {
		t.Fatal(err)
	}
	undone.Etag, undone.UpdateTime, before.Etag, before.UpdateTime = "", nil, "", nil
	if !proto.Equal(undone, before) {
		t.Errorf("undoing the line: got %v, want %v", undone, before)
	}
	if l := b.booked(t, `id = "`+said[1].GetId()+`"`)[0]; l.GetState() != pb.BankStatementLine_UNMATCHED {
		t.Errorf("the other line: got %v, want it unmatched", l)
	}
	if again, err := b.match(t, &pb.BankMatch{Lines: lines(said[1], said[0]), Entries: entries(paid[2], paid[1], paid[0])}); err != nil {
		t.Errorf("matching again: got %v, %v", again, err)
	}
	_, err = b.UndoBankMatch(t.Context(), &pb.UndoBankMatchRequest{BankMatchId: m.GetId()})
	refusedFor(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	b.net(t, "100.00")
}

// TestUnmatchedPartsStayOpen matches a line and an entry in parts. The rest stays open until it is matched,
// and undoing a match opens its part again.
func TestUnmatchedPartsStayOpen(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	own := b.account.GetLedgerAccountId()
	check := b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")
	said := b.said(t, b.account.GetId(), "2026-01-05,First half,60.00\n2026-01-06,The rest and more,50.00\n")
	if _, err := b.HoldBankStatementLine(t.Context(), &pb.HoldBankStatementLineRequest{BankStatementLineId: said[1].GetId(), Reason: "Ask Ann"}); err != nil {
		t.Fatal(err)
	}
	first, err := b.match(t, &pb.BankMatch{Lines: lines(said[0]), Entries: entries(check, "60")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.match(t, &pb.BankMatch{Lines: lines(said[1]), Entries: entries(check, "50")})
	refusedFor(t, err, optionsv1.Reason_MATCH_EXCEEDS_OPEN)
	_, err = b.match(t, &pb.BankMatch{Lines: lines(said[1], "-40"), Entries: entries(check)})
	refusedFor(t, err, optionsv1.Reason_MATCH_EXCEEDS_OPEN)
	second, err := b.match(t, &pb.BankMatch{Lines: lines(said[1], "40"), Entries: entries(check)})
	if err != nil || second.GetEntries()[0].GetAmount().GetAmount() != "40.00" {
		t.Fatalf("got %v, %v", second, err)
	}
	rest := b.booked(t, "state = PARTIALLY_MATCHED")
	if len(rest) != 1 || rest[0].GetOpenAmount().GetAmount() != "10.00" || rest[0].GetJournalEntryId() != check.GetId() {
		t.Fatalf("got %v", rest)
	}
	_, err = b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{BankStatementLineId: rest[0].GetId(), Splits: []*pb.BankStatementLine_Split{b.split("OTHER_INCOME", "")}})
	refusedFor(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	more := b.post(t, "2026-01-06", own, b.codes["OTHER_INCOME"], "10")
	third, err := b.match(t, &pb.BankMatch{Lines: lines(said[1]), Entries: entries(more)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.UndoBankMatch(t.Context(), &pb.UndoBankMatchRequest{BankMatchId: second.GetId(), Etag: second.GetEtag()}); err != nil {
		t.Fatal(err)
	}
	if l := b.booked(t, `booked_date = "2026-01-06"`)[0]; l.GetState() != pb.BankStatementLine_PARTIALLY_MATCHED || l.GetOpenAmount().GetAmount() != "40.00" || l.GetJournalEntryId() != more.GetId() {
		t.Errorf("got %v", l)
	}
	for _, m := range []*pb.BankMatch{third, first} {
		if _, err := b.UndoBankMatch(t.Context(), &pb.UndoBankMatchRequest{BankMatchId: m.GetId()}); err != nil {
			t.Fatal(err)
		}
	}
	if l := b.booked(t, `booked_date = "2026-01-06"`)[0]; l.GetState() != pb.BankStatementLine_HELD || l.GetHoldReason() != "Ask Ann" || l.GetJournalEntryId() != "" {
		t.Errorf("the held line: got %v, want HELD", l)
	}
	if _, err := b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: check.GetId()}); err != nil {
		t.Errorf("reversing an entry without matches: %v", err)
	}
	if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: said[0].GetStatementImportId()}); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("undoing the import of a held line: got %v, want a refusal", err)
	}
}

// TestMatchBooksFees books the fee that the bank deducted, and reverses it when the match is undone.
func TestMatchBooksFees(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	own := b.account.GetLedgerAccountId()
	paid := b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")
	line := b.said(t, b.account.GetId(), "2026-01-05,Payout,97.10\n")[0]
	fee := func(amount string) []*pb.BankMatch_Fee {
		return []*pb.BankMatch_Fee{{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: amount}, Memo: "Card fee"}}
	}
	_, err := b.match(t, &pb.BankMatch{Lines: lines(line), Entries: entries(paid)})
	refusedFor(t, err, optionsv1.Reason_MATCH_AMOUNT_DIFFERS)
	_, err = b.match(t, &pb.BankMatch{Lines: lines(line), Entries: entries(paid), Fees: fee("2.00")})
	refusedFor(t, err, optionsv1.Reason_MATCH_AMOUNT_DIFFERS)
	m, err := b.match(t, &pb.BankMatch{Lines: lines(line), Entries: entries(paid), Fees: fee("2.90")})
	if err != nil || m.GetJournalEntryId() == "" {
		t.Fatalf("got %v, %v", m, err)
	}
	b.net(t, "97.10")
	if got := b.balance(t, own); got != "97.10/0.00" {
		t.Errorf("balance of the account: got %s", got)
	}
	_, err = b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: m.GetJournalEntryId()})
	refusedFor(t, err, optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE)
	if _, err := b.UndoBankMatch(t.Context(), &pb.UndoBankMatchRequest{BankMatchId: m.GetId()}); err != nil {
		t.Fatal(err)
	}
	b.net(t, "100.00")
}

// TestMatchRealizesExchangeGains pays a receivable and a debt in euros from an account in dollars and a
// loan in euros from an account in euros. The gains appear in the report of realized gains.
func TestMatchRealizesExchangeGains(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	own := b.account.GetLedgerAccountId()
	prepaid, owed, loan := b.codes["PREPAID_EXPENSE"], b.codes["PAYROLL_LIABILITY"], b.codes["LOAN"]
	receivable := b.post(t, "2026-01-02", prepaid, b.codes["OTHER_INCOME"], "100", euros("1.10"))
	debt := b.post(t, "2026-01-02", b.codes["OTHER_EXPENSE"], owed, "100", euros("1.10"))
	said := b.said(t, b.account.GetId(), "2026-02-05,Customer,108.00\n2026-02-06,Supplier,-108.00\n")
	_, err := b.match(t, &pb.BankMatch{Lines: lines(said[0]), Entries: on(prepaid, entries(receivable))})
	refusedFor(t, err, optionsv1.Reason_MATCH_AMOUNT_DIFFERS)
	lost, err := b.match(t, &pb.BankMatch{Lines: lines(said[0]), Entries: on(prepaid, entries(receivable)), ExchangeDifference: true})
	if err != nil || lost.GetExchangeGain().GetAmount() != "-2.00" {
		t.Fatalf("got %v, %v", lost, err)
	}
	gained, err := b.match(t, &pb.BankMatch{Lines: lines(said[1]), Entries: on(owed, entries(debt)), ExchangeDifference: true})
	if err != nil || gained.GetExchangeGain().GetAmount() != "2.00" {
		t.Fatalf("got %v, %v", gained, err)
	}
	abroad := b.another(t, "EUR")
	borrowed := b.post(t, "2026-01-02", own, loan, "50", euros("1.20"))
	repaid := b.said(t, abroad, "2026-02-07,Repaid,-30.00\n2026-02-08,Repaid again,-20.00\n")
	_, err = b.match(t, &pb.BankMatch{Lines: lines(repaid[0]), Entries: on(loan, entries(borrowed, "-30 EUR"))})
	refusedFor(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING)
	for i, rate := range []string{"1.1", "1.3"} {
		m, err := b.match(t, &pb.BankMatch{Lines: lines(repaid[i]), Entries: on(loan, entries(borrowed, "-"+[]string{"30", "20"}[i]+" EUR")), ExchangeRate: rate})
		if err != nil || m.GetExchangeGain().GetAmount() != []string{"3.00", "-2.00"}[i] {
			t.Fatalf("got %v, %v", m, err)
		}
	}
	got, err := b.reports.GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{StartDate: "2026-01-01", EndDate: "2026-12-31"})
	if err != nil || len(got.GetGains()) != 4 || got.GetTotal().GetAmount() != "1.00" {
		t.Fatalf("got %v, %v", got, err)
	}
	for i, want := range []string{"-2.00", "2.00", "3.00", "-2.00"} {
		if g := got.GetGains()[i]; g.GetGain().GetAmount() != want || g.GetCurrencyCode() != "EUR" {
			t.Errorf("got %v, want %s", g, want)
		}
	}
	for _, account := range []string{prepaid, owed, loan} {
		if held := b.balance(t, account); held != "" && held != "0.00/0.00" {
			t.Errorf("a fully matched account has a balance of %s", held)
		}
	}
	if _, err := b.UndoBankMatch(t.Context(), &pb.UndoBankMatchRequest{BankMatchId: lost.GetId()}); err != nil {
		t.Fatal(err)
	}
	if got, err := b.reports.GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{StartDate: "2026-01-01", EndDate: "2026-12-31"}); err != nil || got.GetTotal().GetAmount() != "3.00" {
		t.Errorf("gains after the undo: got %v, %v, want 3.00", got, err)
	}
}

// TestMatchRevaluesForeignEntryOnBankAccount matches an entry in euros on a bank account in dollars. The
// account's book balance then equals the statement's.
func TestMatchRevaluesForeignEntryOnBankAccount(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	own := b.account.GetLedgerAccountId()
	paid := b.post(t, "2026-01-02", own, b.codes["OTHER_INCOME"], "100", euros("1.10"))
	line := b.said(t, b.account.GetId(), "2026-01-05,From abroad,107.00\n")[0]
	m, err := b.match(t, &pb.BankMatch{
		Lines: lines(line), Entries: entries(paid), ExchangeDifference: true,
		Fees: []*pb.BankMatch_Fee{{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "1"}}},
	})
	if err != nil || m.GetExchangeGain().GetAmount() != "-2.00" {
		t.Fatalf("got %v, %v", m, err)
	}
	if got := b.balance(t, own); got != "107.00/0.00" {
		t.Errorf("balance of the account: got %s", got)
	}
	r, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
		BankAccountId: b.account.GetId(), StatementDate: "2026-01-31", StatementBalance: &typepb.Money{Amount: "107.00"},
	}})
	if err != nil || r.GetDifference().GetAmount() != "0.00" {
		t.Errorf("got %v, %v", r, err)
	}
	gains, err := b.reports.GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{StartDate: "2026-01-01", EndDate: "2026-12-31"})
	if err != nil || gains.GetTotal().GetAmount() != "-2.00" || gains.GetGains()[0].GetCurrencyCode() != "EUR" {
		t.Errorf("got %v, %v", gains, err)
	}
}

// TestInvalidMatchIsRefused checks the reason of each refusal.
func TestInvalidMatchIsRefused(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	own, savings := b.account.GetLedgerAccountId(), b.another(t, "USD")
	paid := b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")
	reversed := b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")
	if _, err := b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: reversed.GetId()}); err != nil {
		t.Fatal(err)
	}
	line, there := b.said(t, b.account.GetId(), "2026-01-05,Sale,100.00\n")[0], b.said(t, savings, "2026-01-05,Interest,1.00\n")[0]
	second, err := b.GetBankAccount(t.Context(), &pb.GetBankAccountRequest{BankAccountId: savings})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		match  *pb.BankMatch
		reason optionsv1.Reason
	}{
		"rejects an empty match":                             {&pb.BankMatch{}, optionsv1.Reason_FIELDS_INVALID},
		"rejects a line twice":                               {&pb.BankMatch{Lines: lines(line, "50", line, "50"), Entries: entries(paid)}, optionsv1.Reason_FIELDS_INVALID},
		"rejects an entry twice":                             {&pb.BankMatch{Lines: lines(line), Entries: entries(paid, "50", paid, "50")}, optionsv1.Reason_FIELDS_INVALID},
		"rejects an unknown line":                            {&pb.BankMatch{Lines: []*pb.BankMatch_Line{{BankStatementLineId: "bsl_01k9zzzzzzzzzzzzzzzzzzzzzz"}}, Entries: entries(paid)}, optionsv1.Reason_REFERENCE_NOT_FOUND},
		"rejects an unknown entry":                           {&pb.BankMatch{Lines: lines(line), Entries: []*pb.BankMatch_Entry{{JournalEntryId: "jrn_01k9zzzzzzzzzzzzzzzzzzzzzz"}}}, optionsv1.Reason_REFERENCE_NOT_FOUND},
		"rejects lines of two bank accounts":                 {&pb.BankMatch{Lines: lines(line, there), Entries: entries(paid)}, optionsv1.Reason_MATCH_ACROSS_ACCOUNTS},
		"rejects a reversed entry":                           {&pb.BankMatch{Lines: lines(line), Entries: entries(reversed)}, optionsv1.Reason_JOURNAL_ENTRY_REVERSED},
		"rejects an entry without lines on the account":      {&pb.BankMatch{Lines: lines(there), Entries: entries(paid)}, optionsv1.Reason_MATCH_MOVES_NOTHING},
		"rejects an income account":                          {&pb.BankMatch{Lines: lines(line), Entries: on(b.codes["OTHER_INCOME"], entries(paid))}, optionsv1.Reason_MATCH_ACCOUNT_REFUSED},
		"rejects the ledger account of another bank account": {&pb.BankMatch{Lines: lines(line), Entries: on(second.GetLedgerAccountId(), entries(paid))}, optionsv1.Reason_MATCH_ACCOUNT_REFUSED},
		"rejects an exchange difference within one currency": {&pb.BankMatch{Lines: lines(line), Entries: entries(paid), ExchangeDifference: true}, optionsv1.Reason_MATCH_WITHOUT_EXCHANGE},
		"rejects a rate within one currency":                 {&pb.BankMatch{Lines: lines(line), Entries: entries(paid), ExchangeRate: "1.1"}, optionsv1.Reason_FIELDS_INVALID},
		"rejects a fee on a control account":                 {&pb.BankMatch{Lines: lines(line), Entries: entries(paid, "99"), Fees: []*pb.BankMatch_Fee{{AccountId: b.codes["ACCOUNTS_PAYABLE"], Amount: &typepb.Money{Amount: "-1"}}}}, optionsv1.Reason_ACCOUNT_IS_CONTROL},
		"rejects a fee of zero":                              {&pb.BankMatch{Lines: lines(line), Entries: entries(paid), Fees: []*pb.BankMatch_Fee{{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "0"}}}}, optionsv1.Reason_FIELDS_INVALID},
		"rejects more than the open amount":                  {&pb.BankMatch{Lines: lines(line, "120"), Entries: entries(paid)}, optionsv1.Reason_MATCH_EXCEEDS_OPEN},
	} {
		_, err := b.match(t, c.match)
		if apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
	if l := b.booked(t, `id = "`+line.GetId()+`"`)[0]; l.GetState() != pb.BankStatementLine_UNMATCHED {
		t.Errorf("line after refused matches: got %v, want it unmatched", l)
	}
}

// TestConcurrentMatchesOfOneEntry matches one entry to four lines at once. No more than its amount may be
// matched.
func TestConcurrentMatchesOfOneEntry(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	receivable := b.post(t, "2026-01-03", b.codes["PREPAID_EXPENSE"], b.codes["OTHER_INCOME"], "100")
	var competing []*pb.BankStatementLine
	for range 4 {
		competing = append(competing, b.said(t, b.another(t, "USD"), "2026-01-05,Paid,50.00\n")[0])
	}
	matched := make(chan bool, len(competing))
	var group sync.WaitGroup
	for _, l := range competing {
		group.Go(func() {
			_, err := b.match(t, &pb.BankMatch{Lines: lines(l), Entries: on(b.codes["PREPAID_EXPENSE"], entries(receivable, "50"))})
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
