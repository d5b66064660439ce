package ledger_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestAccountOfRoleIsFoundOrCreated posts an entry with a rounding difference. The difference goes
// to the account chosen for the role, or else to the rounding account of the template. If that one
// was archived before its first use, the server creates a new account.
func TestAccountOfRoleIsFoundOrCreated(t *testing.T) {
	t.Parallel()
	post := func(b books) *pb.Account {
		t.Helper()
		e := b.entry(b.line("6100", "10.01"), b.line("6110", "10.01"), b.line("1000", "-22.13"))
		for _, l := range e.Lines[:2] {
			l.Amount, l.ExchangeRate = &typepb.Money{Amount: "10.01", CurrencyCode: "EUR"}, "1.1055"
		}
		posted, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
		if err != nil {
			t.Fatal(err)
		}
		if len(posted.GetLines()) != 4 || posted.GetLines()[2].GetAmount().GetAmount() != "-22.13" ||
			posted.GetLines()[3].GetBaseAmount().GetAmount() != "-0.01" {
			t.Errorf("got lines %v", posted.GetLines())
		}
		account, err := b.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: posted.GetLines()[3].GetAccountId()})
		if err != nil {
			t.Fatal(err)
		}
		return account
	}
	b := open(t)
	first := post(b)
	if again := post(b); again.GetId() != first.GetId() || first.GetCode() != "6980" {
		t.Errorf("got accounts %v and %v, want the template's", first, again)
	}
	_, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: first.GetId()})
	wantReason(t, err, optionsv1.Reason_ACCOUNTS_IN_USE)
	if used := post(b); used.GetAllowedActions()[0].GetVerb() != "archive" || used.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("got actions %v, want no archive", used.GetAllowedActions())
	}
	chosen := b.create(t, &pb.Account{DisplayName: "Cents", Type: pb.Account_EXPENSE})
	b.chooseAccount(t, pb.AccountRole_ROUNDING, chosen.GetId())
	if got := post(b); got.GetId() != chosen.GetId() {
		t.Errorf("got account %v, want the chosen one", got)
	}
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: first.GetId()}); err != nil {
		t.Error(err)
	}
	unused := open(t)
	if _, err := unused.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{
		AccountId: unused.codes["6980"],
	}); err != nil {
		t.Fatal(err)
	}
	if created := post(unused); created.GetId() == unused.codes["6980"] || created.GetCode() != "" {
		t.Errorf("got account %v, want a new one without the code that is taken", created)
	}
}

// chooseAccount sets the account of a role.
func (b books) chooseAccount(t *testing.T, role pb.AccountRole_Role, account string) {
	t.Helper()
	if err := b.tryAccount(t, role, account); err != nil {
		t.Fatal(err)
	}
}

// tryAccount sets the account of a role and returns the error.
func (b books) tryAccount(t *testing.T, role pb.AccountRole_Role, account string) error {
	t.Helper()
	list, err := b.ListAccountRoles(t.Context(), &pb.ListAccountRolesRequest{Filter: `role = "` + role.String() + `"`})
	if err != nil || len(list.GetAccountRoles()) != 1 {
		t.Fatalf("got %v, %v, want one role", list, err)
	}
	_, err = b.UpdateAccountRole(t.Context(), &pb.UpdateAccountRoleRequest{
		AccountRoleId: list.GetAccountRoles()[0].GetId(), AccountRole: &pb.AccountRole{AccountId: account},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"account_id"}},
	})
	return err
}

// TestAccountOfRoleMustFit checks that the server refuses accounts of another type, and control
// accounts for other roles.
func TestAccountOfRoleMustFit(t *testing.T) {
	t.Parallel()
	b := open(t)
	invalid, missing := optionsv1.Reason_FIELDS_INVALID, optionsv1.Reason_REFERENCE_NOT_FOUND
	for name, c := range map[string]struct {
		role    pb.AccountRole_Role
		account string
		want    optionsv1.Reason
	}{
		"rejects income for wages":                  {pb.AccountRole_WAGES, b.codes["4000"], invalid},
		"rejects a bank account for receivables":    {pb.AccountRole_RECEIVABLE, b.codes["1000"], invalid},
		"rejects other income for exchange gains":   {pb.AccountRole_REALIZED_GAINS, b.codes["4900"], invalid},
		"rejects receivables for undeposited funds": {pb.AccountRole_UNDEPOSITED_FUNDS, b.codes["1200"], invalid},
		"rejects an account that does not exist":    {pb.AccountRole_WAGES, "acc_01k9zzzzzzzzzzzzzzzzzzzzzz", missing},
		"accepts another expense for wages":         {pb.AccountRole_WAGES, b.codes["6500"], 0},
	} {
		if err := b.tryAccount(t, c.role, c.account); apptest.Reason(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}
