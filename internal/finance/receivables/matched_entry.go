package receivables

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// returnOfMatched returns the entry with which the money of a posted entry goes back on a day, by
// default today, or nil if the entry is not matched to the bank. posted is the day of the entry.
func returnOfMatched(ctx context.Context, tx *db.Tx, entryID, posted, date string) (*pb.JournalEntry, error) {
	matched, err := isMatched(ctx, tx, entryID)
	if err != nil || !matched {
		return nil, err
	}
	found, err := ledger.FindEntries(ctx, tx, []string{entryID})
	if err != nil {
		return nil, err
	}
	was := found[entryID]
	if was == nil {
		return nil, fmt.Errorf("receivables: the entry %s does not exist", entryID)
	}
	if date == "" {
		date = max(tx.Call().Today().String(), posted)
	}
	e := &pb.JournalEntry{Date: date, Source: was.Source, SourceId: was.SourceId, CurrencyCode: was.CurrencyCode,
		Description: "Return of " + was.Description, Reference: was.Reference}
	for _, l := range was.Lines {
		line := proto.CloneOf(l)
		line.Id, line.Amount, line.BaseAmount = "", money.Negated(l.Amount), money.Negated(l.BaseAmount)
		e.Lines = append(e.Lines, line)
	}
	return e, nil
}

// takeBack posts the return of an entry, or reverses the entry if there is none. It returns the
// entry that it posted.
func takeBack(
	ctx context.Context, tx *db.Tx, returned *pb.JournalEntry, entryID, date string,
) (*pb.JournalEntry, error) {
	if returned != nil {
		return returned, mapReturnFields(ledger.Post(ctx, tx, returned))
	}
	return ledger.Reverse(ctx, tx, entryID, date, "")
}

// mapReturnFields attributes errors of a return to its date, which is all that a caller chooses.
func mapReturnFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if f.Path == "date" {
			return f
		}
		return fault.Field{Path: "date", Message: "is of a return that cannot be posted: " + f.Path + " " + f.Message}
	})
}

// isMatched reports whether an entry is matched to lines of a bank statement, which keeps it from
// being reversed.
func isMatched(ctx context.Context, tx *db.Tx, entryID string) (matched bool, err error) {
	key, err := id.Parse("jrn", entryID)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, `
select exists (
  select
  from finance.bank_statement_lines l
  where l.org_id = $1
  and l.journal_entry_id = $2
) or exists (
  select
  from finance.bank_match_entries e
  join finance.bank_matches m on m.org_id = $1 and m.id = e.bank_match_id
  where e.org_id = $1
  and e.journal_entry_id = $2
  and m.state = 'MATCHED'
)`, tx.Call().Organization.ID, key).Scan(&matched)
	return matched, err
}

// TakeBack reverses an entry on a day. If it is matched to the bank, it stays, and the return of
// its money is posted instead. It returns the entry that it posted.
func TakeBack(ctx context.Context, tx *db.Tx, entryID, date string) (*pb.JournalEntry, error) {
	returned, err := returnOfMatched(ctx, tx, entryID, "", date)
	if err != nil {
		return nil, err
	}
	return takeBack(ctx, tx, returned, entryID, date)
}
