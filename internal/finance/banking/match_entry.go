package banking

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// readMatchEntries reads and locks the entries of a match and calculates what it takes of each. An
// entry without an account is matched on the bank account's own ledger account.
func readMatchEntries(
	ctx context.Context, tx *db.Tx, m *pb.BankMatch, account *pb.BankAccount, in *matchAmounts,
) error {
	in.entries = make([]matchedEntry, len(m.Entries))
	order := make([]int, len(m.Entries))
	seen := map[[2]string]bool{}
	for i, e := range m.Entries {
		order[i] = i
		if e.AccountId == "" {
			e.AccountId = account.LedgerAccountId
		}
		key := [2]string{e.JournalEntryId, e.AccountId}
		if seen[key] {
			return fault.Invalid(
				fault.At(fmt.Sprintf("entries[%d].journalEntryId", i), "names the same entry and account twice"),
			)
		}
		seen[key] = true
	}
	// Entries are locked sorted by id, so that concurrent matches do not deadlock.
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(m.Entries[a].JournalEntryId, m.Entries[b].JournalEntryId)
	})
	for _, i := range order {
		matched, err := readMatchEntry(ctx, tx, m.Entries[i], account, in, fmt.Sprintf("entries[%d]", i))
		if err != nil {
			return err
		}
		in.entries[i] = matched
	}
	return nil
}

// readMatchEntry locks an entry and calculates what the match takes of it. at is the path of the
// entry in the request.
func readMatchEntry(
	ctx context.Context, tx *db.Tx, e *pb.BankMatch_Entry, account *pb.BankAccount, in *matchAmounts, at string,
) (matchedEntry, error) {
	entry, err := ledger.LockUnreversedEntry(ctx, tx, at+".journalEntryId", e.JournalEntryId)
	if err != nil {
		return matchedEntry{}, err
	}
	if entry.Source == pb.JournalEntry_BANK_TRANSFER {
		return matchedEntry{}, fault.Refuse(
			optionsv1.Reason_JOURNAL_ENTRY_OF_TRANSFER,
			"The entry belongs to a bank transfer; pair the transfer with the line instead.",
		).WithSubject(entry.SourceId)
	}
	if e.AccountId != account.LedgerAccountId {
		if err := checkMatchAccount(ctx, tx, entry, e.AccountId, at+".accountId"); err != nil {
			return matchedEntry{}, err
		}
	}
	moved, err := amountOnAccount(entry, e.AccountId)
	if err != nil {
		return matchedEntry{}, err
	}
	if e.AccountId == account.LedgerAccountId && moved.currency != in.currency {
		return matchedEntry{}, fault.Refuse(optionsv1.Reason_MATCH_MOVES_NOTHING,
			"The entry's lines on the account are in %s, but the bank account is in %s.", moved.currency, in.currency).
			WithSubject(entry.Id)
	}
	open, err := openEntryAmount(ctx, tx, entry, account, e.AccountId, moved)
	if err != nil {
		return matchedEntry{}, err
	}
	part, err := readMatchAmount(at+".amount", e.Amount, open.minor, open.currency)
	if err != nil {
		return matchedEntry{}, err
	}
	matched := matchedEntry{
		onBank: open.onBank, currency: open.currency, minor: part, base: portion(part, open.minor, open.base),
	}
	e.Amount, e.BaseAmount = money.ToProto(part, matched.currency), money.ToProto(matched.base, in.base)
	return matched, nil
}

// documentSources are the sources of the entries that a sub-ledger of receivables or payables
// posts.
var documentSources = []pb.JournalEntry_Source{
	pb.JournalEntry_INVOICE, pb.JournalEntry_BILL, pb.JournalEntry_CUSTOMER_PAYMENT, pb.JournalEntry_ALLOCATION,
	pb.JournalEntry_REFUND, pb.JournalEntry_CREDIT_NOTE, pb.JournalEntry_WRITE_OFF, pb.JournalEntry_DUNNING_NOTICE,
}

// checkMatchAccount refuses to match an entry on an account that is not an asset or a liability of
// the business. Money on another bank account is moved by a transfer, and the entries of invoices
// and bills are paid in their sub-ledger.
func checkMatchAccount(ctx context.Context, tx *db.Tx, entry *pb.JournalEntry, accountID, field string) error {
	on, err := ledger.ResolveAccount(ctx, tx, field, accountID)
	if err != nil {
		return err
	}
	bank, err := isBankLedgerAccount(ctx, tx, accountID)
	if err != nil {
		return err
	}
	kept, err := isKeptByDocuments(ctx, tx, on, entry)
	switch {
	case err != nil:
		return err
	case bank || on.Type != pb.Account_ASSET && on.Type != pb.Account_LIABILITY:
		return fault.InvalidFor(optionsv1.Reason_MATCH_ACCOUNT_REFUSED, fault.At(
			field, "must be an ASSET or LIABILITY account that does not belong to a bank account",
		))
	case kept:
		return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IS_CONTROL, fault.At(
			field, "is maintained by a sub-ledger; add the payment of the invoice to payments, or record it and match its entry",
		))
	case entry.Source == pb.JournalEntry_BANK_MATCH:
		return fault.Refuse(
			optionsv1.Reason_JOURNAL_ENTRY_MATCHED,
			"The entry was posted by a bank match and cannot be matched on another account.",
		).WithSubject(entry.Id)
	}
	return nil
}

// isKeptByDocuments reports whether an entry on an account belongs to documents of a sub-ledger, by
// which it is settled. The opening balances do once open documents were taken over.
func isKeptByDocuments(ctx context.Context, tx *db.Tx, on *pb.Account, entry *pb.JournalEntry) (bool, error) {
	switch {
	case !on.Control && on.Subtype != pb.Account_CUSTOMER_DEPOSIT:
		return false, nil
	case entry.Source == pb.JournalEntry_OPENING_BALANCE_IMPORT:
		return receivables.HasOpenings(ctx, tx, on.Id)
	}
	return slices.Contains(documentSources, entry.Source), nil
}

// isBankLedgerAccount reports whether a ledger account belongs to a bank account.
func isBankLedgerAccount(ctx context.Context, tx *db.Tx, accountID string) (bank bool, err error) {
	key, err := id.Parse("acc", accountID)
	if err != nil {
		return false, err
	}
	return bank, tx.QueryRow(ctx, `
select exists (
  select
  from finance.bank_accounts
  where org_id = $1
  and ledger_account_id = $2
)`, tx.Call().Organization.ID, key).Scan(&bank)
}

// amountOnAccount returns the total of an entry's lines on an account. It fails with
// MATCH_MOVES_NOTHING if the total is zero or the lines have different currencies.
func amountOnAccount(entry *pb.JournalEntry, accountID string) (moved matchedEntry, err error) {
	for _, l := range entry.Lines {
		if l.AccountId != accountID {
			continue
		}
		if moved.currency != "" && moved.currency != l.Amount.CurrencyCode {
			return moved, fault.Refuse(
				optionsv1.Reason_MATCH_MOVES_NOTHING, "The entry has lines in several currencies on the account.",
			).WithSubject(entry.Id)
		}
		moved.currency = l.Amount.CurrencyCode
		minor, base, err := parseAmounts(l.Amount, l.BaseAmount)
		if err != nil {
			return moved, err
		}
		moved.minor, moved.base = moved.minor+minor, moved.base+base
	}
	if moved.minor == 0 {
		return moved, fault.Refuse(optionsv1.Reason_MATCH_MOVES_NOTHING, "The entry's lines on the account add up to zero.").
			WithSubject(entry.Id)
	}
	return moved, nil
}

// parseAmounts parses an amount and its base amount into minor units.
func parseAmounts(a, b *typepb.Money) (minor, base int64, err error) {
	if minor, err = money.Parse(a.GetAmount(), a.GetCurrencyCode()); err != nil {
		return 0, 0, err
	}
	base, err = money.Parse(b.GetAmount(), b.GetCurrencyCode())
	return minor, base, err
}

// selectEntryMatches reads how much of an entry on an account is matched, and whether the entry was
// posted to explain a line of the bank account.
const selectEntryMatches = `
select
  coalesce(sum(e.amount_minor), 0)::bigint,
  coalesce(sum(e.base_amount_minor), 0)::bigint,
  exists (
    select
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.journal_entry_id = $2
    and l.bank_account_id = $4
    and not l.existing_entry
  ) or exists (
    select
    from finance.bank_matches m
    where m.org_id = $1
    and m.journal_entry_id = $2
    and m.bank_account_id = $4
    and m.state = 'MATCHED'
  )
from finance.bank_match_entries e
join finance.bank_matches m on m.org_id = $1 and m.id = e.bank_match_id
where e.org_id = $1
and e.journal_entry_id = $2
and e.account_id = $3
and m.state = 'MATCHED'`

// openEntryAmount returns the part of an entry's total on an account that is not matched yet. It
// fails with JOURNAL_ENTRY_MATCHED if nothing is left, or if the entry was posted to explain a line
// of this bank account.
func openEntryAmount(
	ctx context.Context, tx *db.Tx, entry *pb.JournalEntry, account *pb.BankAccount, on string, moved matchedEntry,
) (matchedEntry, error) {
	var keys [3]uuid.UUID
	for i, key := range [][2]string{{"jrn", entry.Id}, {"acc", on}, {"bac", account.Id}} {
		var err error
		if keys[i], err = id.Parse(key[0], key[1]); err != nil {
			return matchedEntry{}, err
		}
	}
	var minor, base int64
	var explains bool
	if err := tx.QueryRow(ctx, selectEntryMatches, tx.Call().Organization.ID, keys[0], keys[1], keys[2]).
		Scan(&minor, &base, &explains); err != nil {
		return matchedEntry{}, err
	}
	own := on == account.LedgerAccountId
	if own && explains || moved.minor == minor {
		return matchedEntry{}, fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_MATCHED, "The entry is already matched.").
			WithSubject(entry.Id)
	}
	return matchedEntry{onBank: own, currency: moved.currency, minor: moved.minor - minor, base: moved.base - base}, nil
}
