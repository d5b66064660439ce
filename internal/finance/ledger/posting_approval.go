package ledger

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/approval"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// postingApprovalName is the kind of approval of postings.
const postingApprovalName = "finance.journalEntryPosting"

// awaitingApproval is the condition that an entry t waits for approval. The array makes PostgreSQL
// look up the few entries by their keys, however many the organization has.
const awaitingApproval = `t.id = any(array(
  select r.subject_key
  from platform.approval_requests r
  where r.org_id = $1
  and r.kind = 'jrn'
  and r.approval_kind = '` + postingApprovalName + `'
  and r.state in ('PENDING', 'ASKED_BACK')
))`

type postingApproval = approval.Kind[*pb.JournalEntry, *pb.JournalEntryFacts]

// newPostingApproval returns the kind of approval of the postings that callers request. An entry
// that waits stays a draft: it is not on the books, can still be changed, and is reported with the
// other drafts when a period is closed.
func newPostingApproval(entries *resource.Kind[*pb.JournalEntry]) *postingApproval {
	return approval.Declare(postingApproval{
		Name: postingApprovalName, Description: "Posting a journal entry",
		Records: entries, Verb: "post",
		Title: func(e *pb.JournalEntry) string {
			for _, title := range []string{e.Description, e.Reference} {
				if title != "" {
					return title
				}
			}
			return e.Id
		},
		Facts: func(ctx context.Context, tx *db.Tx, list []*pb.JournalEntry) ([]*pb.JournalEntryFacts, error) {
			return entryFacts(ctx, tx, entries.EventPrefix(), list)
		},
		Descriptions: map[string]string{
			"amount": "Sum of the debits in the organization's currency, such as 12500.5. Zero if an exchange rate is " +
				"missing.",
			"currency_code": `ISO 4217 code of the entry's currency, such as "EUR".`,
			"source":        `Kind of record that created the entry, such as "MANUAL".`,
			"date":          `Accounting date, such as "2026-11-21".`,
			"description":   "Description of the entry.",
			"line_count":    "Number of lines.",
			"account_codes": `Codes of the accounts on the lines, such as ["1000", "4000"]. Accounts without a code are ` +
				"left out.",
			"account_types": `Types of the accounts on the lines, such as ["ASSET", "INCOME"].`,
			"maker_id":      `Person who created the entry, such as "prs_01k9…". Empty if no person did.`,
		},
		Material: materialOf,
		Execute: func(ctx context.Context, tx *db.Tx, key string) error {
			_, err := entries.StepIn(ctx, tx, key, "post", postEntry)
			return err
		},
		Recent: selectRecentEntries,
	})
}

// materialOf returns what matters of an entry for its approval: its date and that of its automatic
// reversal, and the accounts, amounts, dimension values and tax codes of its lines.
func materialOf(e *pb.JournalEntry) proto.Message {
	m := &pb.JournalEntry{
		Date: e.Date, ReverseDate: e.ReverseDate, CurrencyCode: e.CurrencyCode, ExchangeRate: e.ExchangeRate,
		PriceMode: e.PriceMode,
	}
	for _, l := range e.Lines {
		m.Lines = append(m.Lines, &pb.JournalLine{
			AccountId: l.AccountId, Amount: l.Amount, BaseAmount: l.BaseAmount, ExchangeRate: l.ExchangeRate,
			DimensionValueIds: slices.Sorted(slices.Values(l.DimensionValueIds)), TaxCodeId: l.TaxCodeId,
		})
	}
	return m
}

// selectRecentEntries returns the latest posted entries that were entered manually, newest first.
func selectRecentEntries(ctx context.Context, tx *db.Tx, count int) ([]*pb.JournalEntry, error) {
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select e.id
from finance.journal_entries e
where e.org_id = $1
and e.state = 'POSTED'
and e.source = 'MANUAL'
order by e.id desc
limit $2`, tx.Call().Organization.ID, count)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format("jrn", key)
	}
	return journalEntries.Table().GetMany(ctx, tx, ids)
}

// entryFacts returns the facts of entries, posted or drafts.
func entryFacts(
	ctx context.Context, tx *db.Tx, eventPrefix string, entries []*pb.JournalEntry,
) ([]*pb.JournalEntryFacts, error) {
	clones := make([]*pb.JournalEntry, len(entries))
	var drafts []*pb.JournalEntry
	var stored []string
	for i, e := range entries {
		clones[i] = proto.CloneOf(e)
		if isDraft(e) {
			drafts = append(drafts, clones[i])
		}
		if e.Etag != "" {
			stored = append(stored, e.Id)
		}
	}
	// A draft that cannot be taxed is refused when it is posted.
	if err := addTaxes(ctx, tx, drafts...); err != nil {
		return nil, err
	}
	// Posted entries have their base amounts, and new ones were made by the caller.
	k, err := loadReferences(ctx, tx, false, drafts)
	if err != nil {
		return nil, err
	}
	accounts, err := readAccountFacts(ctx, tx, clones)
	if err != nil {
		return nil, err
	}
	makers, err := approval.LoadMakers(ctx, tx, eventPrefix, stored)
	if err != nil {
		return nil, err
	}
	facts := make([]*pb.JournalEntryFacts, len(entries))
	for i, e := range clones {
		facts[i] = &pb.JournalEntryFacts{
			Amount: debits(e, k).InexactFloat64(), Source: e.Source.String(), Date: e.Date, Description: e.Description,
			LineCount: int32(len(e.Lines)), CurrencyCode: e.CurrencyCode, MakerId: id.Format("prs", tx.Call().PersonID),
		}
		if who := makers[e.Id]; len(who) > 0 {
			facts[i].MakerId = who[0]
		}
		facts[i].AccountCodes, facts[i].AccountTypes = accounts.of(e)
	}
	return facts, nil
}

// debits returns the sum of the debits of an entry in the organization's currency. The fact is the
// double nearest to it, as is a literal in a condition, so that comparing them is exact.
func debits(e *pb.JournalEntry, k *references) decimal.Decimal {
	_, figures := readEntry(e, k, k.base)
	convert(figures, k.base)
	digits, _ := money.Digits(k.base)
	var sum decimal.Decimal
	for _, f := range figures {
		sum = sum.Add(decimal.New(max(f.base, 0), -int32(digits)))
	}
	return sum
}

// accountFacts is what conditions can use of an account.
type accountFacts struct {
	ID         uuid.UUID
	Code, Type string
}

// knownAccounts are the accounts that a transaction has read, by identifier.
type knownAccounts map[string]accountFacts

// of returns the codes and the types of the accounts on the lines of an entry, each once.
func (k *knownAccounts) of(e *pb.JournalEntry) (codes, types []string) {
	for _, l := range e.Lines {
		a := (*k)[l.AccountId]
		if a.Code != "" && !slices.Contains(codes, a.Code) {
			codes = append(codes, a.Code)
		}
		if a.Type != "" && !slices.Contains(types, a.Type) {
			types = append(types, a.Type)
		}
	}
	return codes, types
}

// readAccountFacts returns the accounts on the lines of entries, and perhaps others. It reads each
// once in a transaction.
func readAccountFacts(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) (*knownAccounts, error) {
	known := db.TxLocal[knownAccounts](tx)
	if *known == nil {
		*known = knownAccounts{}
	}
	keys, _ := referencedKeys(entries)
	keys = slices.DeleteFunc(keys, func(key uuid.UUID) bool {
		_, isKnown := (*known)[id.Format("acc", key)]
		return isKnown
	})
	if len(keys) == 0 {
		return known, nil
	}
	found, err := db.Collect[accountFacts](ctx, tx, `
select a.id, coalesce(a.code, '') as code, a.type
from finance.accounts a
where a.org_id = $1
and a.id = any($2)`, tx.Call().Organization.ID, keys)
	for _, a := range found {
		(*known)[id.Format("acc", a.ID)] = a
	}
	return known, err
}

// requireApproval is the gate of posting a draft.
func (s *Service) requireApproval(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) (wait bool, err error) {
	return approval.Require(ctx, tx, s.postingApproval, e)
}

// renewApproval is the rule that asks again if a draft that waits has changed.
func (s *Service) renewApproval(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
	if isPosted(e) {
		return nil
	}
	return approval.Renew(ctx, tx, s.postingApproval, e)
}

// refuseUnapproved returns the posting rule for entries that callers create as posted: it refuses
// those that need approval. Without policies it costs no statement.
func (s *Service) refuseUnapproved(
	ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry,
) (resource.Rule[*pb.JournalEntry], error) {
	post, err := postingRule(ctx, tx, entries...)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
		if err := post(ctx, tx, was, e); err != nil {
			return err
		}
		return approval.CheckNotRequired(ctx, tx, s.postingApproval, e)
	}, nil
}

// loadAwaitingApproval sets which drafts wait for approval.
func loadAwaitingApproval(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) error {
	var drafts []string
	for _, e := range entries {
		if isDraft(e) {
			drafts = append(drafts, e.Id)
		}
	}
	waiting, err := approval.Waiting(ctx, tx, postingApprovalName, drafts)
	for _, e := range entries {
		e.AwaitingApproval = waiting[e.Id]
	}
	return err
}
