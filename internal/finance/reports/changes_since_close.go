package reports

import (
	"context"
	_ "embed"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// maxChanges is the maximum number of entries that the report lists.
const maxChanges = 1000

var (
	//go:embed changes_since_close.sql
	selectChanges string
	//go:embed change_effects.sql
	selectEffects string
)

// GetChangesSinceClose returns what was posted to a period or year after it was first closed.
func (s *Service) GetChangesSinceClose(
	ctx context.Context, req *pb.GetChangesSinceCloseRequest,
) (*pb.ChangesSinceClose, error) {
	return s.changesSinceClose(ctx, req, maxChanges)
}

// changesRequest is the selection of a report of changes.
type changesRequest interface {
	GetAccountingPeriodId() string
	GetFiscalYearId() string
	GetSince() *timestamppb.Timestamp
}

// changesSinceClose returns the report with at most limit entries.
func (s *Service) changesSinceClose(
	ctx context.Context, req changesRequest, limit int,
) (*pb.ChangesSinceClose, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ChangesSinceClose, error) {
		c, err := readClosedPeriods(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		if since := req.GetSince(); since != nil {
			at := since.AsTime()
			c.since = &at
		}
		out := c.message()
		if err := c.addEntries(ctx, tx, out, limit); err != nil {
			return nil, err
		}
		return out, c.addEffects(ctx, tx, out)
	})
}

// closedPeriods are the periods of a report that were ever closed.
type closedPeriods struct {
	// first and last are the days that the report covers.
	first, last string
	closings    []ledger.Closing
	// The periods: their days, when each was first closed, and whether it was reopened.
	starts, ends []string
	firstCloses  []time.Time
	reopened     []bool
	since        *time.Time
}

// readClosedPeriods reads the period or the periods of the year that a request names, and when they
// were closed.
func readClosedPeriods(ctx context.Context, tx *db.Tx, req changesRequest) (*closedPeriods, error) {
	key, condition, subject, err := parsePeriodOrYear(req)
	if err != nil {
		return nil, err
	}
	type period struct {
		ID                 uuid.UUID
		StartDate, EndDate string
	}
	periods, err := db.Collect[period](ctx, tx, `
select id, start_date::text as start_date, end_date::text as end_date
from finance.accounting_periods
where org_id = $1
and `+condition+`
order by start_date`, tx.Call().Organization.ID, key)
	if err != nil {
		return nil, err
	}
	if len(periods) == 0 {
		return nil, fault.NotFound("record", subject)
	}
	subjects := []string{subject}
	for _, p := range periods {
		subjects = append(subjects, id.Format("acp", p.ID))
	}
	c := &closedPeriods{first: periods[0].StartDate, last: periods[len(periods)-1].EndDate}
	if c.closings, err = ledger.Closings(ctx, tx, subjects); err != nil {
		return nil, err
	}
	for _, p := range periods {
		c.addPeriod(id.Format("acp", p.ID), p.StartDate, p.EndDate)
	}
	return c, nil
}

// parsePeriodOrYear returns the key of the period or year that a request names, and the condition
// that selects its periods. It refuses a request that names both or none.
func parsePeriodOrYear(req changesRequest) (key uuid.UUID, condition, subject string, err error) {
	prefix, field := "acp", "accountingPeriodId"
	condition, subject = "id = $2", req.GetAccountingPeriodId()
	if year := req.GetFiscalYearId(); (subject == "") == (year == "") {
		return key, "", "", fault.Invalid(fault.At(field, "or fiscalYearId is required, but not both"))
	} else if year != "" {
		prefix, field, condition, subject = "fsy", "fiscalYearId", "fiscal_year_id = $2", year
	}
	if key, err = id.Parse(prefix, subject); err != nil {
		return key, "", "", fault.Invalid(fault.At(field, "%s", err))
	}
	return key, condition, subject, nil
}

// addPeriod adds a period if it was ever closed.
func (c *closedPeriods) addPeriod(key, start, end string) {
	var first time.Time
	reopened := false
	for _, closing := range c.closings {
		switch {
		case closing.SubjectID != key:
		case !closing.Closed:
			reopened = true
		case first.IsZero():
			first = closing.Time
		}
	}
	if first.IsZero() {
		return
	}
	c.starts, c.ends = append(c.starts, start), append(c.ends, end)
	c.firstCloses, c.reopened = append(c.firstCloses, first), append(c.reopened, reopened)
}

// message returns the report without entries.
func (c *closedPeriods) message() *pb.ChangesSinceClose {
	out := &pb.ChangesSinceClose{StartDate: c.first, EndDate: c.last}
	for _, closing := range c.closings {
		m := &pb.ChangesSinceClose_Closing{
			Closed: closing.Closed, Time: timestamppb.New(closing.Time), PersonId: closing.ActorID,
			PersonDisplayName: closing.ActorName, Reason: closing.Reason,
		}
		if _, err := id.Parse("fsy", closing.SubjectID); err == nil {
			m.FiscalYearId = closing.SubjectID
		} else {
			m.AccountingPeriodId = closing.SubjectID
		}
		out.Closings = append(out.Closings, m)
	}
	return out
}

// changedEntry is an entry posted after the close.
type changedEntry struct {
	ID                                   uuid.UUID
	Date, Description, Reference, Source string
	LockExceptionReason                  string
	PostTime                             time.Time
	Minor, Total                         int64
}

// addEntries adds the entries, with the persons who posted them.
func (c *closedPeriods) addEntries(ctx context.Context, tx *db.Tx, out *pb.ChangesSinceClose, limit int) error {
	entries, err := db.Collect[changedEntry](ctx, tx, selectChanges, tx.Call().Organization.ID, c.starts, c.ends,
		c.firstCloses, c.reopened, c.since, limit)
	if err != nil || len(entries) == 0 {
		return err
	}
	out.EntryCount = int32(entries[0].Total)
	out.Truncated = int(out.EntryCount) > len(entries)
	subjects := make([]string, len(entries))
	for i, e := range entries {
		subjects[i] = id.Format("jrn", e.ID)
	}
	posters, err := readPosters(ctx, tx, subjects)
	if err != nil {
		return err
	}
	currency := tx.Call().Organization.CurrencyCode
	for i, e := range entries {
		by := posters[subjects[i]]
		out.Entries = append(out.Entries, &pb.ChangesSinceClose_Entry{
			Kind: e.kind(), JournalEntryId: subjects[i], Date: e.Date, Description: e.Description, Reference: e.Reference,
			Source:              pb.JournalEntry_Source(pb.JournalEntry_Source_value[e.Source]),
			LockExceptionReason: e.LockExceptionReason, PostTime: timestamppb.New(e.PostTime), PostedById: by.id,
			PostedByDisplayName: by.name, Amount: money.ToProto(e.Minor, currency),
		})
	}
	return nil
}

// kind returns why the entry could be posted.
func (e changedEntry) kind() pb.ChangesSinceClose_Entry_Kind {
	switch {
	case e.Source == pb.JournalEntry_YEAR_END.String():
		return pb.ChangesSinceClose_Entry_YEAR_END
	case e.LockExceptionReason != "":
		return pb.ChangesSinceClose_Entry_EXCEPTION
	}
	return pb.ChangesSinceClose_Entry_AFTER_REOPENING
}

// poster is the person who posted an entry, empty for a service.
type poster struct{ id, name string }

// readPosters returns who posted entries, by entry id, as the event log has it.
func readPosters(ctx context.Context, tx *db.Tx, entries []string) (map[string]poster, error) {
	type posting struct {
		SubjectID string
		ActorID   uuid.UUID
		Name      string
	}
	list, err := db.Collect[posting](ctx, tx, `
select distinct on (e.subject_id) e.subject_id, e.actor_id, coalesce(p.display_name, '') as name
from platform.events e
left join platform.persons p on p.org_id = $1 and p.id = e.actor_id
where e.org_id = $1
and e.subject_id = any($2)
and e.type in ('finance.journalEntry.created', 'finance.journalEntry.posted')
and e.actor_id is not null
order by e.subject_id, e.id desc`, tx.Call().Organization.ID, entries)
	posters := map[string]poster{}
	for _, p := range list {
		posters[p.SubjectID] = poster{id.Format("prs", p.ActorID), p.Name}
	}
	return posters, err
}

// addEffects adds what the entries change on each account, and on the net income.
func (c *closedPeriods) addEffects(ctx context.Context, tx *db.Tx, out *pb.ChangesSinceClose) error {
	type effect struct {
		AccountID               uuid.UUID
		Code, DisplayName, Type string
		Debit, Credit, YearEnd  *int64
	}
	effects, err := db.Collect[effect](ctx, tx, selectEffects, tx.Call().Organization.ID, c.starts, c.ends,
		c.firstCloses, c.reopened, c.since)
	if err != nil {
		return err
	}
	currency := tx.Call().Organization.CurrencyCode
	value := func(minor *int64) int64 {
		if minor == nil {
			return 0
		}
		return *minor
	}
	var income int64
	for _, e := range effects {
		kind, change := pb.Account_Type(pb.Account_Type_value[e.Type]), value(e.Debit)-value(e.Credit)
		if kind == pb.Account_INCOME || kind == pb.Account_EXPENSE {
			income -= change
		}
		out.Effects = append(out.Effects, &pb.ChangesSinceClose_Effect{
			AccountId: id.Format("acc", e.AccountID), AccountCode: e.Code, AccountDisplayName: e.DisplayName,
			AccountType: kind, Debit: money.ToProto(value(e.Debit), currency),
			Credit: money.ToProto(value(e.Credit), currency), Change: money.ToProto(change, currency),
			YearEndChange: money.ToProto(value(e.YearEnd), currency),
		})
	}
	out.NetIncomeChange = money.ToProto(income, currency)
	return nil
}
