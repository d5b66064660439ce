package ledger

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// Post stores a posted entry for a record of another capability, inside its unit of
// work. The entry names its source; it is checked like a caller's, but may post to
// the control accounts that the capability keeps.
func Post(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	return journalEntries.Insert(ctx, tx, e, post)
}

// post is the rule by which an entry is posted.
func post(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	known, err := accountsOf(ctx, tx, e)
	if err != nil {
		return err
	}
	return book(tx.Call(), known, e)
}

// draft is the rule by which an entry is kept without being posted.
func draft(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	known, err := accountsOf(ctx, tx, e)
	if err != nil {
		return err
	}
	return keep(tx.Call(), known, e)
}

// stillDraft refuses to change a posted entry.
func stillDraft(_ context.Context, _ *db.Tx, e *pb.JournalEntry) error {
	if isPosted(e) {
		return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_POSTED, "The entry is posted, and so immutable; reverse it instead.").About(e.Id)
	}
	return nil
}

// notPosted refuses to post an entry twice.
func notPosted(_ context.Context, _ *db.Tx, e *pb.JournalEntry) error {
	return entryLife.Move("post", &e.State)
}

// book makes an entry a posted one, or says all that keeps it from being posted.
func book(c *call.Call, known map[string]accountUse, e *pb.JournalEntry) error {
	if e.Source == pb.JournalEntry_SOURCE_UNSPECIFIED {
		e.Source = pb.JournalEntry_MANUAL
	}
	violations, sum, readable := read(e, known, c.Organization.CurrencyCode)
	gather(&violations, "", complete(e, known))
	if readable && len(e.Lines) > 1 {
		gather(&violations, "", balanced(e, sum))
	}
	if err := violations.Err(); err != nil {
		return err
	}
	stamp(c, e)
	return nil
}

// keep makes an entry a draft, which may be incomplete, or says all that is wrong
// with what is there.
func keep(c *call.Call, known map[string]accountUse, e *pb.JournalEntry) error {
	if e.Source == pb.JournalEntry_SOURCE_UNSPECIFIED {
		e.Source = pb.JournalEntry_MANUAL
	}
	e.State = pb.JournalEntry_DRAFT
	for _, l := range e.Lines {
		l.Id, l.JournalEntryId, l.Date = "", "", ""
	}
	violations, _, _ := read(e, known, c.Organization.CurrencyCode)
	return violations.Err()
}

// stamp gives a posted entry and its lines what posting makes.
func stamp(c *call.Call, e *pb.JournalEntry) {
	e.State = pb.JournalEntry_POSTED
	e.PostTime = timestamppb.New(c.Now())
	for _, l := range e.Lines {
		l.Id, l.JournalEntryId, l.Date = id.Format("jln", id.New()), e.Id, e.Date
	}
}

// accountUse is what posting needs to know of an account.
type accountUse struct{ archived, control bool }

// selectAccountUse holds the accounts, so that none is archived between the look at
// it and the posting. Postings do not wait for one another, only for a change of the
// account, as it does for them.
const selectAccountUse = `
select id, archive_time is not null, control
from finance.accounts
where org_id = $1
and id = any($2)
for share`

// accountsOf reads all accounts that the entries name, by identifier. What is no
// identifier names none.
func accountsOf(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) (map[string]accountUse, error) {
	named := map[uuid.UUID]bool{}
	for _, e := range entries {
		for _, l := range e.Lines {
			if key, err := id.Parse("acc", l.GetAccountId()); err == nil {
				named[key] = true
			}
		}
	}
	if len(named) == 0 {
		return nil, nil
	}
	return selectAccounts(ctx, tx, named)
}

func selectAccounts(ctx context.Context, tx *db.Tx, named map[uuid.UUID]bool) (map[string]accountUse, error) {
	keys := make([]uuid.UUID, 0, len(named))
	for key := range named {
		keys = append(keys, key)
	}
	rows, err := tx.Query(ctx, selectAccountUse, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	found := make(map[string]accountUse, len(keys))
	var key uuid.UUID
	var use accountUse
	_, err = pgx.ForEachRow(rows, []any{&key, &use.archived, &use.control}, func() error {
		found[id.Format("acc", key)] = use
		return nil
	})
	return found, err
}
