package ledger_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/status"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// TestAccountsOfQuickBooksNeedNoType imports a trial balance of QuickBooks, which has no types. The
// accounts that QuickBooks creates itself are known by name. Only those of the business are asked
// for.
func TestAccountsOfQuickBooksNeedNoType(t *testing.T) {
	t.Parallel()
	b := open(t)
	file := []byte("Account,Debit,Credit\nChecking,500.00,\nAccounts Receivable (A/R),300.00,\n" +
		"Accounts Payable (A/P),,200.00\nOpening Balance Equity,,550.00\nUndeposited Funds,50.00,\nDesign income,,100.00\n")
	_, err := b.importOpening(t, &pb.ImportOpeningBalancesRequest{Content: file, CreateAccounts: true})
	wantReason(t, err, optionsv1.Reason_OPENING_BALANCES_ROWS_INVALID, "content")
	if !strings.Contains(status.Convert(err).Message(), `line 7: "Design income" is new`) {
		t.Errorf("got %v, want only the business's own account asked for", err)
	}
	done, err := b.importOpening(t, &pb.ImportOpeningBalancesRequest{
		Content: file, CreateAccounts: true, AccountChoices: []*pb.ImportOpeningBalancesRequest_AccountChoice{
			{LineNumber: 7, AccountId: b.codes["4000"]},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := done.GetJournalEntry().GetLines()[1].GetAccountId(); got != b.codes["1200"] {
		t.Errorf("got account %s for receivables, want the chart's", got)
	}
}
