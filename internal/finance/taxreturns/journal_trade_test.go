package taxreturns_test

import (
	"fmt"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// journalCodes are the tax codes of random journal lines and bank lines.
var journalCodes = []string{"", "GB-STD", "GB-RED", "GB-EXEMPT", "GB-RC", "HALF", "QC"}

// journal is what a trade posts without documents.
type journal struct {
	*books
	bankAccount string
	entries     []string
	lines       []string
}

// postOne posts an entry with up to three lines, whose amounts include the taxes.
func (m *trade) postOne() {
	e := &pb.JournalEntry{Date: m.day(), PriceMode: pb.TaxCalculation_INCLUSIVE}
	var sum int64
	for range rapid.IntRange(1, 3).Draw(m.r, "lines") {
		amount := rapid.Int64Range(-9_999, 9_999).Filter(func(n int64) bool { return max(n, -n) > 1 }).Draw(m.r, "amount")
		sum += amount
		e.Lines = append(e.Lines, m.journal.at(
			rapid.SampledFrom([]string{"SALES", "OPERATING_EXPENSE", "FIXED_ASSET"}).Draw(m.r, "account"),
			money.Format(amount, "GBP"), rapid.SampledFrom(journalCodes).Draw(m.r, "code")))
	}
	if sum != 0 {
		e.Lines = append(e.Lines, m.journal.at("BANK", money.Format(-sum, "GBP"), ""))
	}
	if len(e.Lines) > 1 {
		m.journal.entries = append(m.journal.entries, m.journal.post(m.t, e).GetId())
	}
}

// reverseOne reverses an entry, unless it is reversed or dated later.
func (m *trade) reverseOne() {
	if len(m.journal.entries) == 0 {
		return
	}
	key := rapid.SampledFrom(m.journal.entries).Draw(m.r, "entry")
	e := must(m.journal.ledger.GetJournalEntry(m.t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: key}))(m.t)
	_, _ = m.journal.ledger.ReverseJournalEntry(m.t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: key,
		Date: m.day(), Etag: e.GetEtag()})
}

// categorizeOne imports a bank line and categorizes it to two accounts.
func (m *trade) categorizeOne() {
	bank := pb.NewBankingServiceClient(m.shop)
	part := rapid.Int64Range(2, 9_999).Draw(m.r, "part")
	sign := rapid.SampledFrom([]int64{1, -1}).Draw(m.r, "sign")
	text := fmt.Sprintf("Date,Text,Amount\n%s,Line %d,%s\n", m.day(), len(m.journal.lines),
		money.Format(sign*(part+500), "GBP"))
	made := must(bank.CreateStatementImport(m.t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId:   m.journal.bankAccount,
		StatementImport: &pb.StatementImport{FileName: "lines.csv", Content: []byte(text)}}))(m.t)
	list := must(bank.ListBankStatementLines(m.t.Context(), &pb.ListBankStatementLinesRequest{
		Filter: fmt.Sprintf("statement_import_id = %q", made.GetId())}))(m.t).GetBankStatementLines()
	if len(list) == 0 {
		return // it repeats a line
	}
	var splits []*pb.BankStatementLine_Split
	for _, amount := range []int64{part, 500} {
		l := m.journal.at(rapid.SampledFrom([]string{"SALES", "OPERATING_EXPENSE"}).Draw(m.r, "account"), "0",
			rapid.SampledFrom(journalCodes).Draw(m.r, "code"))
		splits = append(splits, &pb.BankStatementLine_Split{AccountId: l.GetAccountId(), TaxCodeId: l.GetTaxCodeId(),
			Amount: money.ToProto(sign*amount, "GBP")})
	}
	must(bank.CategorizeBankStatementLine(m.t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: list[0].GetId(), Splits: splits}))(m.t)
	m.journal.lines = append(m.journal.lines, list[0].GetId())
}

// undoOne undoes the decision about a bank line, unless it is undone.
func (m *trade) undoOne() {
	if len(m.journal.lines) > 0 {
		_, _ = pb.NewBankingServiceClient(m.shop).UndoBankStatementLine(m.t.Context(), &pb.UndoBankStatementLineRequest{
			BankStatementLineId: rapid.SampledFrom(m.journal.lines).Draw(m.r, "line")})
	}
}
