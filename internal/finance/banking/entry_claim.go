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
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// takeEntries takes from the entries what the match says.
func takeEntries(ctx context.Context, tx *db.Tx, m *pb.BankMatch, account *pb.BankAccount, in *matching) error {
	in.claims = make([]claim, len(m.Entries))
	order := make([]int, len(m.Entries))
	seen := map[[2]string]bool{}
	for i, e := range m.Entries {
		order[i] = i
		if e.AccountId == "" {
			e.AccountId = account.LedgerAccountId
		}
		key := [2]string{e.JournalEntryId, e.AccountId}
		if seen[key] {
			return fault.Invalid(fault.At(fmt.Sprintf("entries[%d].journalEntryId", i), "names an entry twice"))
		}
		seen[key] = true
	}
	// In one order for all, since each is locked.
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(m.Entries[a].JournalEntryId, m.Entries[b].JournalEntryId) })
	for _, i := range order {
		taken, err := takeEntry(ctx, tx, m.Entries[i], account, in, fmt.Sprintf("entries[%d]", i))
		if err != nil {
			return err
		}
		in.claims[i] = taken
	}
	return nil
}

// takeEntry takes from one entry.
func takeEntry(ctx context.Context, tx *db.Tx, e *pb.BankMatch_Entry, account *pb.BankAccount, in *matching, at string) (claim, error) {
	entry, err := ledger.LockUnreversedEntry(ctx, tx, at+".journalEntryId", e.JournalEntryId)
	if err != nil {
		return claim{}, err
	}
	if entry.Source == pb.JournalEntry_BANK_TRANSFER {
		return claim{}, fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_OF_TRANSFER, "The entry is a transfer's; pair the transfer with the line.").WithSubject(entry.SourceId)
	}
	if e.AccountId != account.LedgerAccountId {
		if err := settleable(ctx, tx, entry, e.AccountId, at+".accountId"); err != nil {
			return claim{}, err
		}
	}
	moved, err := movedOn(entry, e.AccountId)
	if err != nil {
		return claim{}, err
	}
	open, err := unmatched(ctx, tx, entry, account, e.AccountId, moved)
	if err != nil {
		return claim{}, err
	}
	part, err := takePart(at+".amount", e.Amount, open.minor, open.currency)
	if err != nil {
		return claim{}, err
	}
	taken := claim{own: open.own, currency: open.currency, minor: part, base: portion(part, open.minor, open.base)}
	e.Amount, e.BaseAmount = money.ToProto(part, taken.currency), money.ToProto(taken.base, in.base)
	return taken, nil
}

// settleable refuses to settle on an account that holds no claim or debt of the business's
// own: money is moved by a transfer, and what a sub-ledger made is paid there.
func settleable(ctx context.Context, tx *db.Tx, entry *pb.JournalEntry, accountID, field string) error {
	on, err := ledger.ResolveAccount(ctx, tx, field, accountID)
	if err != nil {
		return err
	}
	bank, err := ofLedgerAccount(ctx, tx, accountID)
	switch {
	case err != nil:
		return err
	case bank || on.Type != pb.Account_ASSET && on.Type != pb.Account_LIABILITY:
		return fault.InvalidFor(optionsv1.Reason_MATCH_ACCOUNT_REFUSED, fault.At(field, "names an account that holds neither a claim nor a debt"))
	case on.Control && (entry.Source == pb.JournalEntry_INVOICE || entry.Source == pb.JournalEntry_BILL):
		return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IS_CONTROL, fault.At(field, "is kept by the record behind the entry; record its payment there, and match the entry of that"))
	case entry.Source == pb.JournalEntry_BANK_MATCH:
		return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_MATCHED, "The entry settles others, and is no claim.").WithSubject(entry.Id)
	}
	return nil
}

// ofLedgerAccount tells whether a ledger account is a bank account's.
func ofLedgerAccount(ctx context.Context, tx *db.Tx, accountID string) (bank bool, err error) {
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

// movedOn is what an entry moved on an account.
func movedOn(entry *pb.JournalEntry, accountID string) (moved claim, err error) {
	for _, l := range entry.Lines {
		if l.AccountId != accountID {
			continue
		}
		if moved.currency != "" && moved.currency != l.Amount.CurrencyCode {
			return moved, fault.Refuse(optionsv1.Reason_MATCH_MOVES_NOTHING, "The entry moves amounts in several currencies on the account.").WithSubject(entry.Id)
		}
		moved.currency = l.Amount.CurrencyCode
		minor, base, err := minors(l.Amount, l.BaseAmount)
		if err != nil {
			return moved, err
		}
		moved.minor, moved.base = moved.minor+minor, moved.base+base
	}
	if moved.minor == 0 {
		return moved, fault.Refuse(optionsv1.Reason_MATCH_MOVES_NOTHING, "The entry moves nothing on the account.").WithSubject(entry.Id)
	}
	return moved, nil
}

func minors(a, b *typepb.Money) (minor, base int64, err error) {
	if minor, err = money.Parse(a.GetAmount(), a.GetCurrencyCode()); err != nil {
		return 0, 0, err
	}
	base, err = money.Parse(b.GetAmount(), b.GetCurrencyCode())
	return minor, base, err
}

// What matches took of an entry on an account, and whether the entry was made to explain a
// line of the bank account.
const selectMatched = `
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

// unmatched is what matches have left of what an entry moved on an account.
func unmatched(ctx context.Context, tx *db.Tx, entry *pb.JournalEntry, account *pb.BankAccount, on string, moved claim) (claim, error) {
	var keys [3]uuid.UUID
	for i, key := range [][2]string{{"jrn", entry.Id}, {"acc", on}, {"bac", account.Id}} {
		var err error
		if keys[i], err = id.Parse(key[0], key[1]); err != nil {
			return claim{}, err
		}
	}
	var minor, base int64
	var explains bool
	if err := tx.QueryRow(ctx, selectMatched, tx.Call().Organization.ID, keys[0], keys[1], keys[2]).Scan(&minor, &base, &explains); err != nil {
		return claim{}, err
	}
	own := on == account.LedgerAccountId
	if own && explains || moved.minor == minor {
		return claim{}, fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_MATCHED, "The entry is matched already.").WithSubject(entry.Id)
	}
	return claim{own: own, currency: moved.currency, minor: moved.minor - minor, base: moved.base - base}, nil
}
