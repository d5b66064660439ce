package app_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// TestAllowedActionsKnowWhatBooksLack is TestAllowedActionsTellTheTruth for books to which a verb is
// refused by what other records say, with the reason that the records give.
func TestAllowedActionsKnowWhatBooksLack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keep    func(b books, o *apptest.Organization)
		refused map[string]string
	}{
		"no account for retained earnings": {func(b books, _ *apptest.Organization) {
			b.post("2025-05-05", "10.00", false)
			b.close("2025-12-31")
			_, err := b.ArchiveAccount(b.t.Context(), &financev1.ArchiveAccountRequest{AccountId: b.accounts["RETAINED_EARNINGS"]})
			made(b.t, 0, err)
		}, map[string]string{"FiscalYear.close": "The chart has no account of subtype RETAINED_EARNINGS"}},
		"an archived closing account": {func(b books, _ *apptest.Organization) {
			b.closeTo(b.accounts["OPERATING_EXPENSE"])
			b.post("2025-05-05", "10.00", false)
			b.close("2025-12-31")
		}, map[string]string{"FiscalYear.close": "The closing account of results is archived"}},
		"a sub-ledger that differs": {breakMatch, map[string]string{"AccountingPeriod.close": "Accounts that do not agree with the bankStatementLines"}},
		"amounts at their limit": {func(b books, o *apptest.Organization) {
			large := b.postLarge()
			_, err := b.ReverseJournalEntry(b.t.Context(), &financev1.ReverseJournalEntryRequest{JournalEntryId: large})
			made(b.t, 0, err)
			account := bankAccount(b.t, o)
			b.said(account, "2026-01-05,Too much,"+money.Format(-money.MaxMinor, "USD")+"\n")
			b.said(account, "2026-01-06,Coffee,-4.00\n")
		}, map[string]string{
			"JournalEntry.post":            "more than can be added up",
			"JournalEntry.reverse":         "more than can be added up",
			"BankStatementLine.categorize": "more than can be added up",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := apptest.SignUp(t)
			b := openBooks(t, o)
			c.keep(b, o)
			found := tryActions(t, o, b.accounts["OPERATING_EXPENSE"])
			for verb, why := range c.refused {
				if got := found[verb]; got == nil || !slices.ContainsFunc(got.reasons, func(reason string) bool { return strings.Contains(reason, why) }) {
					t.Errorf("%s: tried %+v, want it refused because %q", verb, got, why)
				}
			}
		})
	}
}

// closeTo makes an account close to one that is archived.
func (b books) closeTo(account string) {
	b.t.Helper()
	to, err := b.CreateAccount(b.t.Context(), &financev1.CreateAccountRequest{Account: &financev1.Account{
		DisplayName: "Reserve", Type: financev1.Account_EQUITY,
	}})
	made(b.t, to, err)
	_, err = b.UpdateAccount(b.t.Context(), &financev1.UpdateAccountRequest{
		AccountId: account, Account: &financev1.Account{ClosingAccountId: to.GetId()}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"closing_account_id"}},
	})
	made(b.t, 0, err)
	_, err = b.ArchiveAccount(b.t.Context(), &financev1.ArchiveAccountRequest{AccountId: to.GetId()})
	made(b.t, 0, err)
}

// breakMatch makes books in which a match took more than its entry moved.
func breakMatch(b books, o *apptest.Organization) {
	b.t.Helper()
	line := b.said(bankAccount(b.t, o), "2026-01-12,Paper,-5.00\n")[0]
	paper := b.post("2026-01-12", "5.00", false)
	_, err := b.CreateBankMatch(b.t.Context(), &financev1.CreateBankMatchRequest{BankMatch: &financev1.BankMatch{
		Lines:   []*financev1.BankMatch_Line{{BankStatementLineId: line}},
		Entries: []*financev1.BankMatch_Entry{{JournalEntryId: paper, AccountId: b.accounts["CASH"]}},
	}})
	made(b.t, 0, err)
	org, err := id.Parse("org", o.Organization.GetId())
	made(b.t, 0, err)
	_, err = owner(b.t).Exec(b.t.Context(), "update finance.bank_match_entries set amount_minor = 2 * amount_minor where org_id = $1", org)
	made(b.t, 0, err)
}

// postLarge posts an entry of more than half of what can be added up, and keeps the same as a draft.
func (b books) postLarge() (key string) {
	b.t.Helper()
	most := money.Format(money.MaxMinor, "USD")
	e := &financev1.JournalEntry{Date: "2026-01-05"}
	for range 130 {
		e.Lines = append(e.Lines,
			&financev1.JournalLine{AccountId: b.accounts["OPERATING_EXPENSE"], Amount: &typev1.Money{Amount: most}},
			&financev1.JournalLine{AccountId: b.accounts["CASH"], Amount: &typev1.Money{Amount: "-" + most}})
	}
	_, err := b.CreateJournalEntry(b.t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: e, Draft: true})
	made(b.t, 0, err)
	posted, err := b.CreateJournalEntry(b.t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: e})
	return made(b.t, posted, err).GetId()
}
