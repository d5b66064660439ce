package demo

import (
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

func TestTheYear(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2026-11-22", "2026-01-01", "2024-02-29", "2026-03-31"} {
		today, err := calendar.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		b := &bookkeeper{today: today, accounts: allAccounts(), currency: "CAD"}
		b.year()
		if len(b.entries) < 100 || len(b.entries) > 999 {
			t.Errorf("%s: %d entries, want what one call takes and fills a year", text, len(b.entries))
		}
		for _, e := range b.entries {
			checkEntry(t, e, today)
		}
	}
}

func checkEntry(t *testing.T, e *financev1.JournalEntry, today calendar.Date) {
	t.Helper()
	date, err := calendar.ParseDate(e.GetDate())
	if err != nil || date.After(today) || date.Before(firstMonth(today)) {
		t.Errorf("%s is dated %s, outside of the year to %s", e.GetDescription(), e.GetDate(), today)
	}
	var sum int64
	for _, l := range e.GetLines() {
		cents, err := money.Parse(l.GetAmount().GetAmount(), l.GetAmount().GetCurrencyCode())
		if err != nil || cents == 0 || l.GetAccountId() == "" {
			t.Errorf("%s: bad line %v (%v)", e.GetDescription(), l, err)
		}
		sum += cents
	}
	if sum != 0 {
		t.Errorf("%s on %s is %d out of balance", e.GetDescription(), e.GetDate(), sum)
	}
}

func allAccounts() map[string]*financev1.Account {
	accounts := map[string]*financev1.Account{}
	for _, code := range []string{
		checking, equipment, depreciated, salesTax, payrollDue, ownersEquity, ownersDraw, revenue, subcontractors, materials,
		wages, rent, utilities, telephone, software, insurance, depreciation,
	} {
		accounts[code] = &financev1.Account{Id: "acc_" + code}
	}
	return accounts
}
