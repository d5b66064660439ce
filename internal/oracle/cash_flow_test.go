//go:build oracle

package oracle_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// cashClasses are the rows of a cash-flow statement by the direct method, with the subtypes of the
// accounts that they show.
var cashClasses = map[string][]pb.Account_Subtype{
	"operating/customers": {pb.Account_CUSTOMER_DEPOSIT, pb.Account_SALES},
	"operating/employees": {pb.Account_PAYROLL_EXPENSE, pb.Account_PAYROLL_LIABILITY},
	"operating/suppliers": {
		pb.Account_CREDIT_CARD, pb.Account_PREPAID_EXPENSE, pb.Account_COST_OF_SALES, pb.Account_OPERATING_EXPENSE,
	},
	"operating/taxes":    {pb.Account_TAX_EXPENSE},
	"operating/interest": {pb.Account_INTEREST},
	"operating/other":    {pb.Account_OTHER_INCOME, pb.Account_OTHER_EXPENSE, pb.Account_SUSPENSE},
	"investing":          {pb.Account_FIXED_ASSET},
	"financing":          {pb.Account_LOAN, pb.Account_OWNER_EQUITY, pb.Account_OWNER_DRAW},
}

// TestCashFlowByClass compares receipts and payments by class with the postings that hledger lists
// as related to cash. Counterparts are on the other side of cash, so that hledger needs no
// attribution. Other entries move no cash.
func TestCashFlowByClass(t *testing.T) {
	o := apptest.SignUp(t)
	c := company{
		o, pb.NewLedgerServiceClient(o), pb.NewReportsServiceClient(o), nil, rand.New(rand.NewPCG(7, 7)), map[string]bool{},
	}
	list, err := c.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	classOf, ids, codes := map[string]string{}, map[string][]string{}, []string(nil)
	for _, a := range list.GetAccounts() {
		for class, subtypes := range cashClasses {
			for _, subtype := range subtypes {
				if a.GetSubtype() == subtype {
					classOf[key(a.GetCode(), a.GetDisplayName())] = class
					ids[class] = append(ids[class], a.GetId())
				}
			}
		}
		if a.GetCashFlowSection() == pb.Account_CASH_AND_EQUIVALENTS {
			ids["cash"] = append(ids["cash"], a.GetId())
			codes = append(codes, a.GetCode())
		}
	}
	for range 200 {
		c.postCash(t, ids)
	}
	file := c.export(t, pb.ExportBooksRequest_HLEDGER, "")
	for _, start := range []string{"2026-01-01", "2026-03-15", "2026-08-01"} {
		const end, after = "2026-10-31", "2026-11-01"
		flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
			StartDate: start, EndDate: end, Method: pb.CashFlowStatement_DIRECT,
		})
		if err != nil {
			t.Fatal(err)
		}
		ours, theirs := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
		rows := append(flow.GetRows()[0].GetRows(), flow.GetRows()[1:3]...)
		for _, r := range rows {
			if sum := dec(t, r.GetAmounts()[0].GetAmount()); !sum.IsZero() {
				ours[r.GetKey()] = sum
			}
		}
		related := run(t, "hledger", "-f", file, "register", "--related", "acct::("+strings.Join(codes, "|")+") ",
			"-b", start, "-e", after, "-O", "csv")
		for _, row := range rowsOf(t, related)[1:] {
			if class := classOf[keyOf(row[4])]; class != "" {
				theirs[class] = theirs[class].Sub(amountOf(t, row[5]))
			}
		}
		same(t, "cash flow by class from "+start, ours, theirs)
	}
}

// postCash posts an entry of one or two lines beside cash, or an entry that moves no cash.
func (c *company) postCash(t *testing.T, ids map[string][]string) {
	any := func(list []string) string { return list[c.random.IntN(len(list))] }
	classes := []string{
		"operating/customers", "operating/employees", "operating/suppliers", "operating/taxes", "operating/interest",
		"operating/other", "investing", "financing",
	}
	sign := int64(1 - 2*c.random.IntN(2))
	e := &pb.JournalEntry{Date: fmt.Sprintf("2026-%02d-%02d", 1+c.random.IntN(10), 1+c.random.IntN(28))}
	var sum int64
	add := func(account string, minor int64) {
		sum += minor
		e.Lines = append(e.Lines, &pb.JournalLine{
			AccountId: account, Amount: &typepb.Money{Amount: money.Format(minor, "USD")},
		})
	}
	for range 1 + c.random.IntN(2) {
		add(any(ids[any(classes)]), sign*int64(1+c.random.IntN(100_000)))
	}
	if c.random.IntN(4) == 0 {
		add(any(ids["financing"]), -sum)
	} else {
		add(any(ids["cash"]), -sum)
	}
	if _, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
		t.Fatal(err)
	}
}
