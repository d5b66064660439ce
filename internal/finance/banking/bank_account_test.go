package banking_test

import (
	"sync"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestBankAccountNeedsOwnLedgerAccount creates or checks the ledger account of a bank account: it
// must fit the kind of bank account and belong to no other.
func TestBankAccountNeedsOwnLedgerAccount(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	made, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: b.account.GetLedgerAccountId()})
	if err != nil || made.GetSubtype() != pb.Account_BANK || made.GetType() != pb.Account_ASSET || made.GetCode() == "" {
		t.Errorf("ledger account of a checking account: got %v, %v", made, err)
	}
	card, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Card", Kind: pb.BankAccount_CREDIT_CARD},
	})
	if err != nil {
		t.Fatal(err)
	}
	owed, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: card.GetLedgerAccountId()})
	if err != nil || owed.GetType() != pb.Account_LIABILITY {
		t.Errorf("ledger account of a credit card: got %v, %v, want a liability", owed, err)
	}
	for name, c := range map[string]struct {
		account *pb.BankAccount
		reason  optionsv1.Reason
	}{
		"rejects an expense account": {&pb.BankAccount{
			DisplayName: "X", LedgerAccountId: b.codes["OPERATING_EXPENSE"],
		}, optionsv1.Reason_LEDGER_ACCOUNT_NOT_BANK},
		"rejects the ledger account of another bank account": {&pb.BankAccount{
			DisplayName: "X", LedgerAccountId: b.account.GetLedgerAccountId(),
		}, optionsv1.Reason_BANK_ACCOUNTS_LEDGER_ACCOUNT_TAKEN},
		"rejects an unknown currency": {
			&pb.BankAccount{DisplayName: "X", CurrencyCode: "XXQ"}, optionsv1.Reason_FIELDS_INVALID,
		},
	} {
		_, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: c.account})
		if apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
	b.mustImport(t, file(t, "checking.ofx"))
	if _, err := b.DeleteBankAccount(t.Context(), &pb.DeleteBankAccountRequest{
		BankAccountId: b.account.GetId(),
	}); apptest.Reason(err) != optionsv1.Reason_BANK_ACCOUNTS_IN_USE {
		t.Errorf("deleting a bank account with statements: got %v, want BANK_ACCOUNTS_IN_USE", err)
	}
}

// TestLedgerAccountOfBankAccountHoldsOneCurrency checks that the server refuses euros on the
// account of a bank account in dollars, and a bank account for an account that has euros.
func TestLedgerAccountOfBankAccountHoldsOneCurrency(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own, cash, card := b.account.GetLedgerAccountId(), b.codes["CASH"], b.codes["CREDIT_CARD"]
	postEuros := func(account string) error {
		_, err := b.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{
			Date: "2026-01-05", CurrencyCode: "EUR", ExchangeRate: "1.10", Lines: []*pb.JournalLine{
				{AccountId: account, Amount: &typepb.Money{Amount: "10"}},
				{AccountId: b.codes["OTHER_INCOME"], Amount: &typepb.Money{Amount: "-10"}},
			},
		}})
		return err
	}
	link := func(account string, kind pb.BankAccount_Kind) (*pb.BankAccount, error) {
		return b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{
			DisplayName: "Linked", Kind: kind, LedgerAccountId: account,
		}})
	}
	wantReason(t, postEuros(own), optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY)
	if err := postEuros(cash); err != nil {
		t.Fatal(err)
	}
	_, err := link(cash, pb.BankAccount_CHECKING)
	wantReason(t, err, optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY)
	linked, err := link(card, pb.BankAccount_CREDIT_CARD)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: card}); err != nil ||
		got.GetBankAccountId() != linked.GetId() {
		t.Errorf("got %v, %v, want the bank account", got, err)
	}
	wantReason(t, postEuros(card), optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY)
	if _, err := b.DeleteBankAccount(t.Context(), &pb.DeleteBankAccountRequest{
		BankAccountId: linked.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	if err := postEuros(card); err != nil {
		t.Errorf("after the bank account is deleted: %v", err)
	}
}

// TestConcurrentBankAccountsGetDistinctCodes creates several bank accounts at once, each of which
// needs a free account code.
func TestConcurrentBankAccountsGetDistinctCodes(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			if _, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
				BankAccount: &pb.BankAccount{DisplayName: "Reserve"},
			}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}
