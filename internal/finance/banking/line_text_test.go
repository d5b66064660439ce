package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestEntryCarriesPayeeAndText checks that the entry of each decision is described by the
// counterparty and the text of the line, once if the text contains the counterparty.
func TestEntryCarriesPayeeAndText(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	b.rule(t, &pb.BankRule{DisplayName: "Rent", Texts: []string{"birch"}, AccountId: b.codes["OTHER_EXPENSE"]})
	owed := b.post(t, "2026-01-02", b.codes["OTHER_EXPENSE"], b.codes["LOAN"], "80")
	made := b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte(
		"Date,Payee,Description,Amount\n2026-01-05,Paper Mill,Invoice 7,-60.00\n2026-01-06,Lego,LEGO STORE 12,-50.00\n" +
			"2026-01-07,Birch Property,Rent January,-900.00\n2026-01-08,Dr. Miller,Loan 4,-80.00\n2026-01-09,,To savings,-70.00\n",
	)})
	l := b.findLines(t, `statement_import_id = "`+made.GetId()+`"`)
	if _, err := b.categorize(t, l[0].GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: l[1].GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.createMatch(t, &pb.BankMatch{
		Lines:   []*pb.BankMatch_Line{{BankStatementLineId: l[3].GetId()}},
		Entries: []*pb.BankMatch_Entry{{JournalEntryId: owed.GetId(), AccountId: b.codes["LOAN"]}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: l[4].GetId(), ToBankAccountId: second}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"Paper Mill: Invoice 7", "LEGO STORE 12", "Birch Property: Rent January", "Dr. Miller: Loan 4",
		"Transfer from Main account to USD account: To savings",
	} {
		line, err := b.GetBankStatementLine(t.Context(), &pb.GetBankStatementLineRequest{BankStatementLineId: l[i].GetId()})
		if err != nil {
			t.Fatal(err)
		}
		entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
			JournalEntryId: line.GetJournalEntryId(),
		})
		if err != nil || entry.GetDescription() != want {
			t.Errorf("line %d: got %q, %v, want %q", i, entry.GetDescription(), err, want)
		}
	}
	named, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: b.importLines(t, b.account.GetId(), "2026-01-20,Kiosk,-3.00\n")[0].GetId(),
		Splits: []*pb.BankStatementLine_Split{{
			AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "3"}, Memo: "Stamps",
		}},
		Description: "Stamps for the office",
	})
	if err != nil {
		t.Fatal(err)
	}
	entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
		JournalEntryId: named.GetJournalEntryId(),
	})
	if err != nil || entry.GetDescription() != "Stamps for the office" {
		t.Errorf("got %q, %v, want the description of the request", entry.GetDescription(), err)
	}
}
