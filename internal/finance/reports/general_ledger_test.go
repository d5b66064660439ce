package reports_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// generalLedger returns all pages of a general ledger of 2026.
func (c company) generalLedger(t *testing.T, ask *pb.GetGeneralLedgerRequest) (lines []*pb.GeneralLedgerLine) {
	t.Helper()
	ask.StartDate, ask.EndDate = "2026-01-01", "2026-12-31"
	for {
		page, err := c.reports.GetGeneralLedger(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, page.GetLines()...)
		if ask.PageToken = page.GetNextPageToken(); ask.PageToken == "" {
			return lines
		}
	}
}

func TestGeneralLedgerNewestFirst(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	for _, account := range []string{"", c.codes["1000"]} {
		oldest := c.generalLedger(t, &pb.GetGeneralLedgerRequest{AccountId: account, PageSize: 500})
		for _, size := range []int32{1, 2, 3, 500} {
			newest := c.generalLedger(t, &pb.GetGeneralLedgerRequest{AccountId: account, PageSize: size, NewestFirst: true})
			if len(newest) != len(oldest) {
				t.Fatalf("pages of %d: got %d lines, want %d", size, len(newest), len(oldest))
			}
			// Within an account, the order is reversed.
			for first := 0; first < len(newest); {
				last := first
				for last+1 < len(newest) && newest[last+1].GetAccountId() == newest[first].GetAccountId() {
					last++
				}
				slices.Reverse(newest[first : last+1])
				first = last + 1
			}
			for i := range oldest {
				if newest[i].String() != oldest[i].String() {
					t.Errorf("pages of %d, line %d: got %v, want %v", size, i, newest[i], oldest[i])
				}
			}
		}
	}
}

func TestGeneralLedgerOfSeveralAccounts(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	lines := c.generalLedger(t, &pb.GetGeneralLedgerRequest{
		AccountIds: []string{c.codes["6100"], c.codes["1000"]}, PageSize: 2,
	})
	var codes []string
	for _, l := range lines {
		codes = append(codes, l.GetAccountCode())
	}
	if got := fmt.Sprint(slices.Compact(codes)); got != "[1000 6100]" || len(lines) != 11 {
		t.Errorf("got %d lines of %s", len(lines), got)
	}
	for name, ids := range map[string][]string{"unknown": {"acc_01k9zzzzzzzzzzzzzzzzzzzzzz"}, "malformed": {"x"}} {
		_, err := c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{AccountIds: ids})
		want := optionsv1.Reason_RECORD_NOT_FOUND
		if name == "malformed" {
			want = optionsv1.Reason_FIELDS_INVALID
		}
		if apptest.Reason(err) != want {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestGeneralLedgerSearch(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for i, text := range []string{"Rent March", "Paper", "Rent 100% April", "Pens"} {
		if _, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
			JournalEntry: &pb.JournalEntry{
				Date: fmt.Sprintf("2026-03-0%d", i+1), Description: text, Notes: "Seen by " + strconv.Itoa(i),
				Lines: []*pb.JournalLine{
					{AccountId: c.codes["6100"], Amount: &typepb.Money{Amount: "10"}},
					{AccountId: c.codes["1000"], Amount: &typepb.Money{Amount: "-10"}, Memo: "by bank"},
				},
			},
		}); err != nil {
			t.Fatal(err)
		}
	}
	for q, want := range map[string]string{
		"rent": "6100 Rent March 10.00, 6100 Rent 100% April 30.00", "100%": "6100 Rent 100% April 30.00", "none": "",
		"seen BY 3": "6100 Pens 40.00",
		"":          "opening, 6100 Rent March 10.00, 6100 Paper 20.00, 6100 Rent 100% April 30.00, 6100 Pens 40.00, closing",
	} {
		for _, newest := range []bool{false, true} {
			lines := c.generalLedger(t, &pb.GetGeneralLedgerRequest{
				AccountId: c.codes["6100"], Q: q, PageSize: 1, NewestFirst: newest,
			})
			var got []string
			for _, l := range lines {
				switch l.GetKind() {
				case pb.GeneralLedgerLine_POSTED_LINE:
					got = append(got, l.GetAccountCode()+" "+l.GetDescription()+" "+l.GetBalance().GetAmount())
				case pb.GeneralLedgerLine_OPENING_BALANCE:
					got = append(got, "opening")
				default:
					got = append(got, "closing")
				}
			}
			if newest {
				slices.Reverse(got)
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%q, newest first %t: got %q, want %s", q, newest, got, want)
			}
		}
	}
	if lines := c.generalLedger(t, &pb.GetGeneralLedgerRequest{Q: "BY BANK"}); len(lines) != 4 {
		t.Errorf("memo in all accounts: got %v", lines)
	}
}

// TestGeneralLedgerInOwnCurrency checks that the report shows the lines of a foreign account in its
// currency too.
func TestGeneralLedgerInOwnCurrency(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	euros, err := c.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: &pb.Account{
		Code: "1060", DisplayName: "Euros", Type: pb.Account_ASSET, Subtype: pb.Account_BANK, CurrencyCode: "EUR",
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i, amount := range []string{"100.00", "-30.00"} {
		e := &pb.JournalEntry{
			Date: fmt.Sprintf("2026-03-0%d", i+1), CurrencyCode: "EUR", ExchangeRate: "1.1", Lines: []*pb.JournalLine{
				{AccountId: euros.GetId(), Amount: &typepb.Money{Amount: amount, CurrencyCode: "EUR"}},
				{AccountId: c.codes["3000"], Amount: &typepb.Money{
					Amount: strings.TrimPrefix("-"+amount, "--"), CurrencyCode: "EUR",
				}},
			},
		}
		if _, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
			t.Fatal(err)
		}
	}
	lines := c.generalLedger(t, &pb.GetGeneralLedgerRequest{AccountId: euros.GetId(), PageSize: 1})
	if len(lines) != 4 || lines[1].GetOwnDebit().GetAmount() != "100.00" || lines[1].GetDebit().GetAmount() != "110.00" ||
		lines[2].GetOwnCredit().GetAmount() != "30.00" || lines[2].GetOwnBalance().GetAmount() != "70.00" ||
		lines[3].GetOwnBalance().GetCurrencyCode() != "EUR" || lines[3].GetBalance().GetAmount() != "77.00" {
		t.Errorf("got %v", lines)
	}
	if base := c.generalLedger(t, &pb.GetGeneralLedgerRequest{AccountId: c.codes["3000"]}); base[1].OwnDebit != nil ||
		base[1].OwnBalance != nil || base[1].GetSource() != pb.JournalEntry_MANUAL {
		t.Errorf("got %v", base)
	}
}

// TestGeneralLedgerNamesPayees imports a bank statement line and shows who paid.
func TestGeneralLedgerNamesPayees(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	banking := pb.NewBankingServiceClient(c.Organization)
	bank, err := banking.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{
		DisplayName: "Checking", LedgerAccountId: c.codes["1000"],
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := banking.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId: bank.GetId(), StatementImport: &pb.StatementImport{
			FileName: "rows.csv", Content: []byte("Date,Payee,Description,Amount\n2026-03-02,Jane Roe,Gift,50.00\n"),
		},
	}); err != nil {
		t.Fatal(err)
	}
	list, err := banking.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{})
	if err != nil || len(list.GetBankStatementLines()) != 1 {
		t.Fatal(list, err)
	}
	if _, err := banking.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: list.GetBankStatementLines()[0].GetId(),
		Splits:              []*pb.BankStatementLine_Split{{AccountId: c.codes["4000"]}},
	}); err != nil {
		t.Fatal(err)
	}
	lines := c.generalLedger(t, &pb.GetGeneralLedgerRequest{AccountId: c.codes["4000"]})
	if len(lines) != 3 || lines[1].GetPayee() != "Jane Roe" || lines[1].GetSource() != pb.JournalEntry_BANK {
		t.Errorf("got %v", lines)
	}
}
