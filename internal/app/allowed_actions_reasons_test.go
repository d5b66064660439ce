package app_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// refusedActions contains books in which other records make verbs fail. prepare creates the books.
// refused maps each failing verb to a part of the expected reason.
var refusedActions = map[string]struct {
	prepare func(b books, o *apptest.Organization)
	refused map[string]string
}{
	"an archived closing account": {func(b books, _ *apptest.Organization) {
		b.archiveClosingAccount(b.accounts["OPERATING_EXPENSE"])
		b.post("2025-05-05", "10.00", false)
		b.close("2025-12-31")
	}, map[string]string{"FiscalYear.close": "The closing account of an income or expense account is archived"}},
	"amounts at their limit": {func(b books, o *apptest.Organization) {
		large := b.postLargeEntry()
		_, err := b.ReverseJournalEntry(b.t.Context(), &financev1.ReverseJournalEntryRequest{JournalEntryId: large})
		require(b.t, 0, err)
		account := createBankAccount(b.t, o)
		b.importLines(account, "2026-01-05,Too much,"+money.Format(-money.MaxMinor, "USD")+"\n")
		b.importLines(account, "2026-01-06,Coffee,-4.00\n")
	}, map[string]string{
		"JournalEntry.post":            "exceed the supported range",
		"JournalEntry.reverse":         "exceed the supported range",
		"BankStatementLine.categorize": "exceed the supported range",
	}},
}

// TestAllowedActionsExplainRefusals repeats TestAllowedActionsAreAccurate with books whose
// other records make a verb fail. Each refused verb must give the expected reason.
func TestAllowedActionsExplainRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range refusedActions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := apptest.SignUp(t)
			b := openBooks(t, o)
			c.prepare(b, o)
			found := tryActions(t, o, b.accounts["OPERATING_EXPENSE"])
			for verb, why := range c.refused {
				if got := found[verb]; got == nil || !slices.ContainsFunc(got.reasons,
					func(reason string) bool { return strings.Contains(reason, why) }) {
					t.Errorf("%s: got %+v, want a refusal with %q", verb, got, why)
				}
			}
		})
	}
}

// archiveClosingAccount gives an account a closing account that is archived.
func (b books) archiveClosingAccount(account string) {
	b.t.Helper()
	to, err := b.CreateAccount(b.t.Context(), &financev1.CreateAccountRequest{Account: &financev1.Account{
		DisplayName: "Reserve", Type: financev1.Account_EQUITY,
	}})
	require(b.t, to, err)
	_, err = b.UpdateAccount(b.t.Context(), &financev1.UpdateAccountRequest{
		AccountId: account, Account: &financev1.Account{ClosingAccountId: to.GetId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"closing_account_id"}},
	})
	require(b.t, 0, err)
	_, err = b.ArchiveAccount(b.t.Context(), &financev1.ArchiveAccountRequest{AccountId: to.GetId()})
	require(b.t, 0, err)
}

// postLargeEntry posts an entry of more than half the largest total, and saves the same entry as a
// draft.
func (b books) postLargeEntry() (key string) {
	b.t.Helper()
	maxAmount := money.Format(money.MaxMinor, "USD")
	e := &financev1.JournalEntry{Date: "2026-01-05"}
	for range 130 {
		e.Lines = append(e.Lines,
			&financev1.JournalLine{AccountId: b.accounts["OPERATING_EXPENSE"], Amount: &typev1.Money{Amount: maxAmount}},
			&financev1.JournalLine{AccountId: b.accounts["CASH"], Amount: &typev1.Money{Amount: "-" + maxAmount}})
	}
	_, err := b.CreateJournalEntry(b.t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: e, Draft: true})
	require(b.t, 0, err)
	posted, err := b.CreateJournalEntry(b.t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: e})
	return require(b.t, posted, err).GetId()
}
