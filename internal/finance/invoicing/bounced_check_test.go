package invoicing_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestBouncedCheckIsMatched pays an invoice by a check that the bank credits and later returns.
// Both lines of the statement are matched, and the invoice is owed again from the second day on.
func TestBouncedCheckIsMatched(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	bank := pb.NewBankingServiceClient(s)
	account := must(bank.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{
		DisplayName: "Checking"}}))(t)
	must(bank.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{BankAccountId: account.GetId(),
		StatementImport: &pb.StatementImport{Feed: &pb.StatementImport_Feed{Lines: []*pb.StatementImport_Feed_Line{
			{ExternalId: "1", BookedDate: "2027-01-12", Amount: usd("119"), Description: "Check deposit"},
			{ExternalId: "2", BookedDate: "2027-01-14", Amount: usd("-119"), Description: "Returned check"},
		}}}}))(t)
	lines := must(bank.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{
		OrderBy: "booked_date"}))(t).GetBankStatementLines()
	match := func(n int, entry string) {
		t.Helper()
		must(bank.MatchBankStatementLine(t.Context(), &pb.MatchBankStatementLineRequest{
			BankStatementLineId: lines[n].GetId(), JournalEntryId: entry}))(t)
	}
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	s.accounts["1000"] = account.GetLedgerAccountId()
	p := s.pay(t, "2027-01-12", "119", "USD", i.GetId())
	match(0, p.GetJournalEntryId())
	void := must(s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: p.GetId(), Date: "2027-01-14",
		Reason: "Check returned"}))(t)
	if void.GetVoidDate() != "2027-01-14" || s.invoice(t, i.GetId()).GetOpenAmount().GetAmount() != "119.00" {
		t.Errorf("got %v", void)
	}
	entries := must(s.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{
		Filter: `source_id = "` + p.GetId() + `" AND date = "2027-01-14"`}))(t).GetJournalEntries()
	if len(entries) != 1 {
		t.Fatalf("got %v", entries)
	}
	match(1, entries[0].GetId())
	for day, want := range map[string]string{"2027-01-11": "119.00", "2027-01-13": "0.00", "2027-01-14": "119.00"} {
		if _, report := s.age(t, &pb.GetAgedReceivablesRequest{AsOf: day}); report.GetTotal().GetAmount() != want {
			t.Errorf("%s: got %s, want %s", day, report.GetTotal().GetAmount(), want)
		}
	}
	s.wantSound(t)
}
