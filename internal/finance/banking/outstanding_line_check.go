package banking

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// checkOutstandingLines refuses to list lines as outstanding that do not exist, belong to another
// account, are dated after the statement, or were booked by the bank. Lines that were listed before
// are not checked again, because the bank may have booked them since.
func checkOutstandingLines(ctx context.Context, tx *db.Tx, r *pb.Reconciliation, before []string) error {
	keys, err := parseLineIDs(r.OutstandingJournalLineIds)
	if err != nil || len(keys) == 0 {
		return err
	}
	account, err := bankAccounts.Table().Get(ctx, tx, r.BankAccountId)
	if err != nil {
		return err
	}
	posted, err := postedLines(ctx, tx, keys)
	if err != nil {
		return err
	}
	open, err := listedOutstanding(ctx, tx, r)
	if err != nil {
		return err
	}
	var violations fault.List
	for i, key := range keys {
		if slices.Contains(before, r.OutstandingJournalLineIds[i]) {
			continue
		}
		at := fmt.Sprintf("outstandingJournalLineIds[%d]", i)
		l, exists := posted[key]
		isOpen := slices.ContainsFunc(open, func(l outstandingLine) bool { return l.ID == key })
		violations.MergeViolations(at, l.checkOutstanding(exists, isOpen, account.LedgerAccountId, r.StatementDate))
	}
	return violations.Err()
}

// postedLine is the account and the date of a posted journal line.
type postedLine struct{ account, date string }

// checkOutstanding returns the reason why a line is not outstanding on a ledger account on a day,
// or nil.
func (l postedLine) checkOutstanding(exists, open bool, account, day string) error {
	refuse := func(why string, args ...any) error {
		return fault.InvalidFor(optionsv1.Reason_RECONCILIATION_LINE_NOT_OUTSTANDING, fault.At("", why, args...))
	}
	switch {
	case !exists:
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At("", "names a record that does not exist"))
	case l.account != account:
		return refuse("belongs to an account other than the bank account's ledger account")
	case l.date > day:
		return refuse("is dated %s, after the statement", l.date)
	case !open:
		return refuse("is not outstanding: it is reversed, or statement lines up to the statement date explain it")
	}
	return nil
}

// postedLines returns the posted lines with the given keys; keys that do not exist are missing.
func postedLines(ctx context.Context, tx *db.Tx, keys []uuid.UUID) (map[uuid.UUID]postedLine, error) {
	rows, err := tx.Query(ctx, `
select id, account_id, date::text
from finance.journal_lines
where org_id = $1
and id = any($2)`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]postedLine{}
	var key, account uuid.UUID
	var date string
	_, err = pgx.ForEachRow(rows, []any{&key, &account, &date}, func() error {
		out[key] = postedLine{id.Format("acc", account), date}
		return nil
	})
	return out, err
}
