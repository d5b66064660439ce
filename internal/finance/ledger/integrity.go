package ledger

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// integrityRules are what must hold of posted entries, each with the query for those that
// break it.
var integrityRules = []struct{ rule, query string }{
	{"Every entry adds up to zero.", `
select journal_entry_id
from finance.journal_lines
where org_id = $1
group by journal_entry_id
having sum(base_amount_minor) <> 0`},
	{"Every posted entry has two lines or more.", `
select e.id
from finance.journal_entries e
where e.org_id = $1
and e.state = 'POSTED'
and (
  select count(*)
  from finance.journal_lines l
  where l.org_id = e.org_id
  and l.journal_entry_id = e.id
) < 2`},
	{"Every line is dated as its entry.", `
select distinct l.journal_entry_id
from finance.journal_lines l
join finance.journal_entries e on e.org_id = l.org_id and e.id = l.journal_entry_id
where l.org_id = $1
and l.date <> e.date`},
	{"Nothing was posted into a closed period after its close without a reason.", `
select e.id
from finance.accounting_periods p
join finance.journal_entries e on e.org_id = p.org_id and e.date between p.start_date and p.end_date
where p.org_id = $1
and p.state <> 'OPEN'
and e.state = 'POSTED'
and e.post_time > p.close_time
and e.lock_exception_reason = ''
and e.source <> 'YEAR_END'`},
	{"An entry and its reversal cancel each other.", `
select r.id
from finance.journal_entries r
where r.org_id = $1
and r.reverses_id is not null
and exists (
  select
  from finance.journal_lines l
  where l.org_id = r.org_id
  and l.journal_entry_id in (r.id, r.reverses_id)
  group by l.account_id
  having sum(l.base_amount_minor) <> 0
)`},
}

// maxBroken is how many entries a check names.
const maxBroken = 100

// CheckIntegrity checks the books against themselves, in one snapshot.
func (s *Service) CheckIntegrity(ctx context.Context, _ *pb.CheckIntegrityRequest) (*pb.CheckIntegrityResponse, error) {
	return db.Read(ctx, s.db, Integrity)
}

// Integrity is CheckIntegrity inside a transaction.
func Integrity(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse, error) {
	out := &pb.CheckIntegrityResponse{Passed: true}
	add := func(rule string, broken int, entries ...string) {
		out.Checks = append(out.Checks, &pb.CheckIntegrityResponse_Check{Rule: rule, Passed: broken == 0, BrokenCount: int32(broken), JournalEntryIds: entries})
		out.Passed = out.Passed && broken == 0
	}
	for _, r := range integrityRules {
		broken, err := db.Collect[struct{ ID uuid.UUID }](ctx, tx, "select b.* from (\n"+r.query+"\n) b (id)", tx.Call().Organization.ID)
		if err != nil {
			return nil, err
		}
		var entries []string
		for _, b := range broken[:min(len(broken), maxBroken)] {
			entries = append(entries, id.Format("jrn", b.ID))
		}
		add(r.rule, len(broken), entries...)
	}
	differ, err := RollupsDiffer(ctx, tx)
	if err != nil {
		return nil, err
	}
	add("Rollups are the sums of their lines.", differ)
	chain, err := verify(ctx, tx)
	if err != nil {
		return nil, err
	}
	if chain.Verified {
		add("Seals match the entries.", 0)
	} else {
		add("Seals match the entries.", 1, chain.BrokenJournalEntryId)
	}
	return out, nil
}
