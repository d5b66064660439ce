package reports_test

import (
	"encoding/json"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func (c company) accountBalances(t *testing.T, req *pb.GetAccountBalancesRequest) map[string]*pb.AccountBalance {
	t.Helper()
	answer, err := c.reports.GetAccountBalances(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*pb.AccountBalance{}
	for _, b := range answer.GetBalances() {
		out[b.GetAccountId()] = b
	}
	return out
}

// createBankAccount creates an account of subtype BANK.
func (c company) createBankAccount(t *testing.T, a *pb.Account) string {
	t.Helper()
	a.Type, a.Subtype = pb.Account_ASSET, pb.Account_BANK
	made, err := c.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: a})
	if err != nil {
		t.Fatal(err)
	}
	return made.GetId()
}

// formatBalance formats a balance in the base currency, in the account's own currency, and with
// all accounts below it.
func formatBalance(b *pb.AccountBalance) string {
	return strings.Join([]string{
		b.GetBalance().GetAmount(), b.GetOwnBalance().GetAmount() + " " + b.GetOwnBalance().GetCurrencyCode(),
		b.GetTotal().GetAmount(),
	}, ", ")
}

// TestAccountBalances checks balances on a day and as known at an instant, in both currencies
// and along the account tree, before and after a rollup.
func TestAccountBalances(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	banks := c.createBankAccount(t, &pb.Account{DisplayName: "Banks", Code: "1090"})
	abroad := c.createBankAccount(t, &pb.Account{
		DisplayName: "Berlin", Code: "1091", CurrencyCode: "EUR", ParentAccountId: banks,
	})
	euros := func(date, amount, rate string) *pb.JournalEntry {
		e, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
			JournalEntry: &pb.JournalEntry{
				Date: date, CurrencyCode: "EUR", ExchangeRate: rate, Lines: []*pb.JournalLine{
					{AccountId: abroad, Amount: &typepb.Money{Amount: amount}},
					{AccountId: c.codes["4000"], Amount: &typepb.Money{Amount: "-" + amount}},
				}}})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	c.post(t, "2026-01-02", "1000", "3000", "500.00")
	first := euros("2026-01-10", "100", "1.10")
	euros("2026-01-20", "10", "1.20")
	euros("2026-02-01", "1", "1.30")
	if _, err := c.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{
		ExchangeRate: &pb.ExchangeRate{Date: "2026-02-28", FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: "2"},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ledger.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2026-02-28"},
	}); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		for _, want := range []struct {
			req            *pb.GetAccountBalancesRequest
			banks, berlin  string
			checking, sale string
		}{
			{
				&pb.GetAccountBalancesRequest{AsOf: "2026-01-31"}, "0.00, 0.00 USD, 122.00",
				"122.00, 110.00 EUR, 122.00", "500.00", "-122.00",
			},
			{
				&pb.GetAccountBalancesRequest{AsOf: "2026-02-27"}, "0.00, 0.00 USD, 123.30",
				"123.30, 111.00 EUR, 123.30", "500.00", "-123.30",
			},
			{
				&pb.GetAccountBalancesRequest{AsOf: "2026-02-28"}, "0.00, 0.00 USD, 222.00",
				"222.00, 111.00 EUR, 222.00", "500.00", "-123.30",
			},
			{
				&pb.GetAccountBalancesRequest{AsOf: "2026-02-27", KnownAt: first.GetPostTime()},
				"0.00, 0.00 USD, 110.00", "110.00, 100.00 EUR, 110.00", "500.00", "-110.00",
			},
			{
				&pb.GetAccountBalancesRequest{AsOf: "2025-12-31"}, "0.00, 0.00 USD, 0.00", "0.00, 0.00 EUR, 0.00",
				"0.00", "0.00",
			},
		} {
			got := c.accountBalances(t, want.req)
			if formatBalance(got[banks]) != want.banks || formatBalance(got[abroad]) != want.berlin ||
				got[c.codes["1000"]].GetBalance().GetAmount() != want.checking ||
				got[c.codes["4000"]].GetBalance().GetAmount() != want.sale {
				t.Errorf("%v: got %v", want.req, got)
			}
			if len(got) != len(c.codes)+2 {
				t.Errorf("got %d accounts, want %d", len(got), len(c.codes)+2)
			}
			trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{
				AsOf: want.req.AsOf, KnownAt: want.req.KnownAt,
			})
			if err != nil {
				t.Fatal(err)
			}
			for account, sides := range accountsOf(t, trial.GetRows(), map[string][]int64{}) {
				if minorUnits(t, got[account].GetBalance()) != sides[0]-sides[1] {
					t.Errorf("got %v, want the trial balance's %v", got[account], sides)
				}
			}
		}
	}
	check()
	c.rollUp(t)
	check()
	berlin := c.accountBalances(t, &pb.GetAccountBalancesRequest{AsOf: "2026-02-28"})[abroad]
	if berlin.GetLevel() != 1 || berlin.GetParentAccountId() != banks || berlin.GetCode() != "1091" ||
		berlin.GetDisplayName() != "Berlin" || berlin.GetType() != pb.Account_ASSET ||
		berlin.GetSubtype() != pb.Account_BANK {
		t.Errorf("got %v", berlin)
	}
	lines, err := c.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: berlin.GetDrillFilter()})
	var sum int64
	for _, l := range lines.GetJournalLines() {
		sum += minorUnits(t, l.GetBaseAmount())
	}
	if err != nil || sum != minorUnits(t, berlin.GetBalance()) {
		t.Errorf("filter %s: got lines %v, %v, want a sum of %v", berlin.GetDrillFilter(), lines, err,
			berlin.GetBalance())
	}
}

// TestAccountBalanceFilters filters balances by account, type, subtype and dimension value. The
// order stays the same, and unknown accounts are rejected.
func TestAccountBalanceFilters(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	under := c.createBankAccount(t, &pb.Account{DisplayName: "Till", Code: "9999", ParentAccountId: c.codes["1000"]})
	project, err := c.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: "Client"},
	})
	if err != nil {
		t.Fatal(err)
	}
	value, err := c.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: project.GetId(), DisplayName: "Website"},
	})
	if err != nil {
		t.Fatal(err)
	}
	sale := c.entry("2026-03-01", "1000", "4000", "7.00")
	sale.JournalEntry.Lines[1].DimensionValueIds = []string{value.GetId()}
	if _, err := c.ledger.CreateJournalEntry(t.Context(), sale); err != nil {
		t.Fatal(err)
	}
	all, err := c.reports.GetAccountBalances(t.Context(), &pb.GetAccountBalancesRequest{})
	if err != nil || all.GetBalances()[0].GetAccountId() != c.codes["1000"] ||
		all.GetBalances()[1].GetAccountId() != under {
		t.Errorf("got %v, %v, want each parent before its children", all, err)
	}
	for name, a := range map[string]struct {
		req  *pb.GetAccountBalancesRequest
		want func(*pb.AccountBalance) bool
	}{
		"accounts": {&pb.GetAccountBalancesRequest{
			AccountIds: []string{under, c.codes["4000"]},
		}, func(b *pb.AccountBalance) bool {
			return b.AccountId == under || b.Code == "4000"
		}},
		"a type": {&pb.GetAccountBalancesRequest{Type: pb.Account_EQUITY}, func(b *pb.AccountBalance) bool {
			return b.Type == pb.Account_EQUITY
		}},
		"a subtype": {&pb.GetAccountBalancesRequest{Subtype: pb.Account_BANK}, func(b *pb.AccountBalance) bool {
			return b.Subtype == pb.Account_BANK
		}},
		"contradiction": {&pb.GetAccountBalancesRequest{
			Subtype: pb.Account_BANK, Type: pb.Account_EQUITY,
		}, func(*pb.AccountBalance) bool {
			return false
		}},
	} {
		got := c.accountBalances(t, a.req)
		for _, b := range all.GetBalances() {
			if (got[b.AccountId] != nil) != a.want(b) {
				t.Errorf("filter by %s: got %v included: %t, want %t", name, b, got[b.AccountId] != nil, a.want(b))
			}
		}
	}
	within := c.accountBalances(t, &pb.GetAccountBalancesRequest{
		AsOf: "2026-12-31", DimensionValueIds: []string{value.GetId()},
	})
	if within[c.codes["4000"]].GetBalance().GetAmount() != "-7.00" ||
		within[c.codes["1000"]].GetBalance().GetAmount() != "0.00" {
		t.Errorf("got %v", within)
	}
	if _, err := c.ledger.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: under}); err != nil {
		t.Fatal(err)
	}
	if b := c.accountBalances(t, &pb.GetAccountBalancesRequest{})[under]; !b.GetArchived() {
		t.Errorf("got %v", b)
	}
	for _, r := range []struct {
		req    *pb.GetAccountBalancesRequest
		reason optionsv1.Reason
		field  string
	}{
		{&pb.GetAccountBalancesRequest{AsOf: "soon"}, optionsv1.Reason_FIELDS_INVALID, "asOf"},
		{
			&pb.GetAccountBalancesRequest{DimensionValueIds: []string{"x"}}, optionsv1.Reason_FIELDS_INVALID,
			"dimensionValueIds[0]",
		},
		{
			&pb.GetAccountBalancesRequest{AccountIds: []string{under, "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"}},
			optionsv1.Reason_REFERENCE_NOT_FOUND, "accountIds[1]",
		},
		{
			&pb.GetAccountBalancesRequest{AccountIds: []string{"x"}}, optionsv1.Reason_REFERENCE_NOT_FOUND,
			"accountIds[0]",
		},
		{&pb.GetAccountBalancesRequest{Type: 99}, optionsv1.Reason_FIELDS_INVALID, "type"},
	} {
		_, err := c.reports.GetAccountBalances(t.Context(), r.req)
		if apptest.Reason(err) != r.reason || apptest.Fields(err)[0] != r.field {
			t.Errorf("%v: got %v", r.req, err)
		}
	}
	answer := c.REST(t, "GET", "/v1/accounts:balances?asOf=2026-12-31&subtype=BANK&accountIds="+c.codes["1000"], "")
	var body struct {
		Balances []struct{ Balance, OwnBalance struct{ Amount string } }
	}
	if err := json.Unmarshal(answer.Raw, &body); err != nil || len(body.Balances) != 1 ||
		body.Balances[0].Balance.Amount != "7.00" || body.Balances[0].OwnBalance.Amount != "7.00" {
		t.Errorf("got %s, %v", answer.Raw, err)
	}
}
