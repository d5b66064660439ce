package banking_test

import (
	"context"
	"fmt"
	"path"
	"strings"
	"testing"

	"google.golang.org/grpc"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// callCounter counts the API calls of an organization, by the names of the methods.
type callCounter struct {
	*apptest.Organization
	calls []string
}

// Invoke implements grpc.ClientConnInterface.
func (c *callCounter) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	c.calls = append(c.calls, path.Base(method))
	return c.Organization.Invoke(ctx, method, args, reply, opts...)
}

// monthlyPayees are the payees of a company with their accounts. On the card each is paid three
// times a month, and from the checking account the first five twice and the others once.
var monthlyPayees = map[string][]struct{ text, amount, code string }{
	"checking": {
		{"VERIZON WIRELESS DES:PAYMENTS ID:%d INDN:ACME CO ID:%d WEB", "-150.00", "OPERATING_EXPENSE"},
		{"CON ED OF NY DES:INTELL CK ID:%d INDN:ACME CO ID:%d PPD", "-210.00", "OPERATING_EXPENSE"},
		{"GUSTO DES:NET %d ID:%d INDN:ACME CCD", "-9000.00", "COST_OF_SALES"},
		{"GUSTO DES:FEE %d ID:%d INDN:ACME CCD", "-49.00", "OPERATING_EXPENSE"},
		{"STATE FARM RO DES:CPC-CLIENT ID:%d INDN:ACME CO ID:%d PPD", "-212.00", "OPERATING_EXPENSE"},
		{"ZELLE PAYMENT TO BIRCH PROPERTY MGMT CONF# %d %d", "-2400.00", "OPERATING_EXPENSE"},
		{"STRIPE DES:TRANSFER ID:ST-%d INDN:ACME CO ID:%d CCD", "14000.00", "OTHER_INCOME"},
		{"SQUARE INC DES:SQ%d ID:T%d INDN:ACME CCD", "12000.00", "OTHER_INCOME"},
		{"MONTHLY SERVICE FEE %d %d", "-15.00", "OTHER_EXPENSE"},
		{"INTUIT *QUICKBOOKS %d-%d CA", "-90.00", "OPERATING_EXPENSE"},
	},
	"card": {
		{"STAPLES %d %d BOISE ID", "-60.00", "OPERATING_EXPENSE"},
		{"SHELL OIL %d %d RENO NV", "-55.00", "OPERATING_EXPENSE"},
		{"UBER *TRIP %d %d HELP.UBER.COM CA", "-21.00", "OPERATING_EXPENSE"},
		{"AMZN MKTP US*%dX9 %d AMZN.COM/BILL WA", "-48.00", "OPERATING_EXPENSE"},
		{"DELTA AIR %d %d ATLANTA GA", "-320.00", "OPERATING_EXPENSE"},
		{"ADOBE *CREATIVE CLOUD %d %d CA", "-60.00", "OPERATING_EXPENSE"},
		{"FEDEX %d %d MEMPHIS TN", "-33.00", "OPERATING_EXPENSE"},
		{"SQ *BLUE BOTTLE COFFEE %d %d CA", "-12.00", "OPERATING_EXPENSE"},
		{"NETFLIX.COM %d %d CA", "-15.00", "OWNER_DRAW"},
		{"COSTCO WHSE #%d %d RENO NV", "-120.00", "COST_OF_SALES"},
	},
}

// monthRows returns the lines that one month's payees cause on an account.
func monthRows(account string, month int) (rows []string) {
	for time := range 3 {
		for i, p := range monthlyPayees[account] {
			if account == "checking" && (time == 2 || time == 1 && i >= 5) {
				continue
			}
			text := fmt.Sprintf(p.text, 48213+97*month+time, 77120+31*i+month)
			rows = append(rows, fmt.Sprintf("2026-%02d-%02d,%s,%s", month, 1+i+9*time, text, p.amount))
		}
	}
	return rows
}

// decideMonth decides the lines of a past month one account of its payees after the other.
func (b bank) decideMonth(t *testing.T, account, name string, month int) {
	t.Helper()
	var items []*categorizeItem
	for _, l := range b.importLines(t, account, strings.Join(monthRows(name, month), "\n")+"\n") {
		for _, p := range monthlyPayees[name] {
			word, _, _ := strings.Cut(p.text, "%")
			switch {
			case !strings.HasPrefix(l.GetDescription(), word):
			case p.code == "OWNER_DRAW":
				if _, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
					BankStatementLineId: l.GetId(),
				}); err != nil {
					t.Fatal(err)
				}
			default:
				items = append(items, &categorizeItem{
					BankStatementLineId: l.GetId(), Splits: b.splits(p.code, ""),
				})
			}
		}
	}
	if _, err := b.batchCategorize(t, items...); err != nil {
		t.Fatal(err)
	}
}

// TestMonthIsClosedInTwentyCalls closes a month of three bank accounts with 60 lines in at most 20
// calls: it imports the statements, reviews and decides the lines, reconciles the accounts and
// closes the period.
func TestMonthIsClosedInTwentyCalls(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	checking, card, savings := b.account.GetId(), b.addBankAccount(t, "USD"), ""
	made, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Savings", Kind: pb.BankAccount_SAVINGS},
	})
	if err != nil {
		t.Fatal(err)
	}
	savings = made.GetId()
	for month := 1; month <= 3; month++ { // the months before
		b.decideMonth(t, checking, "checking", month)
		b.decideMonth(t, card, "card", month)
	}
	b.closeMonths(t, "2026-03-31")
	counted := &callCounter{Organization: b.o}
	b.BankingServiceClient, b.ledger = pb.NewBankingServiceClient(counted), pb.NewLedgerServiceClient(counted)

	// Calls 1 to 3: import the statements of April.
	extra := map[string][]string{
		checking: {
			"2026-04-20,TRANSFER TO SAVINGS 4711,-1000.00", "2026-04-21,CARD PAYMENT THANK YOU 4712,-700.00",
			"2026-04-22,OFFICE PLANTS AND MORE 1,-80.00", "2026-04-23,CARPET CLEANERS 2,-190.00",
			"2026-04-24,RETURNED ITEM 3,-25.00", "2026-04-24,RETURNED ITEM REVERSAL 3,25.00",
			"2026-04-25,NOTARY 5,-60.00", "2026-04-27,STADIUM PARKING 7,-30.00",
			"2026-04-28,SIGN MAKER 8,-410.00", "2026-04-29,LOCKSMITH 9,-130.00",
		},
		card: {"2026-04-21,PAYMENT RECEIVED 4712,700.00"},
		savings: {
			"2026-04-02,BONUS 1,1.00", "2026-04-20,TRANSFER FROM CHECKING 4711,1000.00", "2026-04-28,STATEMENT COPY 2,-2.00",
			"2026-04-30,INTEREST PAID,2.10",
		},
	}
	statements := map[string]string{checking: "14412.00", card: "-8228.00", savings: "1001.10"}
	for account, rows := range map[string][]string{
		checking: monthRows("checking", 4), card: monthRows("card", 4), savings: nil,
	} {
		content := "Date,Description,Amount\n" + strings.Join(append(rows, extra[account]...), "\n") + "\n"
		b.mustImportTo(t, account, &pb.StatementImport{Content: []byte(content)})
	}

	// Call 4: review the lines of all accounts.
	review := b.listReviews(t, `state = UNMATCHED AND booked_date >= "2026-04-01"`)
	lines := len(review.GetBankStatementLines())

	// Call 5: accept what is sure, and the transfers that the person has looked at.
	var accepted []*acceptItem
	open := map[string]*pb.BankStatementLine{}
	for i, l := range review.GetBankStatementLines() {
		s := review.GetReviews()[i].GetSuggestion()
		if s.GetScore() > 90 || s.GetBankTransfer() != nil || s.GetPersonal() {
			accepted = append(accepted, &acceptItem{BankStatementLineId: l.GetId(), Suggestion: s, Etag: l.GetEtag()})
		} else {
			open[l.GetDescription()] = l
		}
	}
	if _, err := b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{Items: accepted}); err != nil {
		t.Fatal(err)
	}

	// Call 6: exclude what the bank reversed.
	var excluded []*excludeItem
	for _, text := range []string{"RETURNED ITEM 3", "RETURNED ITEM REVERSAL 3"} {
		excluded = append(excluded, &excludeItem{BankStatementLineId: open[text].GetId(), Reason: "Reversed by the bank"})
		delete(open, text)
	}
	if _, err := b.batchExclude(t, excluded...); err != nil {
		t.Fatal(err)
	}

	// Call 7: mark what is personal.
	if _, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: open["STADIUM PARKING 7"].GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	delete(open, "STADIUM PARKING 7")

	// Call 8: categorize the new payees.
	var categorized []*categorizeItem
	for _, l := range open {
		categorized = append(categorized, &categorizeItem{
			BankStatementLineId: l.GetId(), Splits: b.splits("OTHER_EXPENSE", ""),
		})
	}
	if _, err := b.batchCategorize(t, categorized...); err != nil {
		t.Fatal(err)
	}

	// Calls 9 to 14: reconcile the accounts.
	for _, account := range []string{checking, card, savings} {
		r, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
			BankAccountId: account, StatementDate: "2026-04-30",
			StatementBalance: &typepb.Money{Amount: statements[account]},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.complete(t, r.GetId()); err != nil {
			t.Fatal(err)
		}
	}

	// Calls 15 to 17: check for blockers, and close the month.
	list, err := b.ledger.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		Filter: `end_date = "2026-04-30"`,
	})
	if err != nil {
		t.Fatal(err)
	}
	april := list.GetAccountingPeriods()[0].GetId()
	b.checkBlockers(t, april)
	if _, err := b.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: april, Reason: "The month is complete",
	}); err != nil {
		t.Fatal(err)
	}

	if lines != 60 || len(counted.calls) > 20 {
		t.Errorf("closed %d lines with %d calls, want 60 lines with at most 20 calls: %q",
			lines, len(counted.calls), counted.calls)
	}
}
