package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var journalEntries = resource.New(table.New("finance.journal_entries",
	table.Date("date", func(e *pb.JournalEntry) *string { return &e.Date }).Filter().Sort("journal_entries_by_date"),
	table.Text("description", func(e *pb.JournalEntry) *string { return &e.Description }).Filter(),
	table.Text("reference", func(e *pb.JournalEntry) *string { return &e.Reference }).Filter(),
	table.Text("currency_code", func(e *pb.JournalEntry) *string { return &e.CurrencyCode }).Filter(),
	table.Decimal("exchange_rate", rateDigits, func(e *pb.JournalEntry) *string { return &e.ExchangeRate }),
	table.Enum("state", func(e *pb.JournalEntry) *pb.JournalEntry_State { return &e.State }).Filter(),
	table.Enum("source", func(e *pb.JournalEntry) *pb.JournalEntry_Source { return &e.Source }).Filter(),
	table.Text("source_id", func(e *pb.JournalEntry) *string { return &e.SourceId }).Filter(),
	table.Ref("reverses_id", "jrn", func(e *pb.JournalEntry) *string { return &e.ReversesId }),
	table.Ref("reversed_by_id", "jrn", func(e *pb.JournalEntry) *string { return &e.ReversedById }),
	table.Date("reverse_date", func(e *pb.JournalEntry) *string { return &e.ReverseDate }).Filter(),
	table.Ref("recodes_id", "jrn", func(e *pb.JournalEntry) *string { return &e.RecodesId }),
	table.Enum("price_mode", func(e *pb.JournalEntry) *pb.TaxCalculation_Mode { return &e.PriceMode }),
	table.LinkedText[*pb.JournalEntry]("number", "finance.journal_seals", "entry_number", "journal_entry_id"),
	table.Text("notes", func(e *pb.JournalEntry) *string { return &e.Notes }).Filter(),
	table.Text("lock_exception_reason", func(e *pb.JournalEntry) *string { return &e.LockExceptionReason }),
	table.Timestamp("post_time", func(e *pb.JournalEntry) **timestamppb.Timestamp { return &e.PostTime }).Filter(),
	table.Messages("draft_lines", linesOf).When(isDraft),
	table.AppendOnlyLines("lines", "finance.journal_lines", "journal_entry_id", linesOf, nil,
		table.Ref("id", "jln", func(l *pb.JournalLine) *string { return &l.Id }),
		table.Ref("account_id", "acc", func(l *pb.JournalLine) *string { return &l.AccountId }),
		table.Money("amount", func(l *pb.JournalLine) **typepb.Money { return &l.Amount }),
		table.Minor("base_amount", func(l *pb.JournalLine) **typepb.Money { return &l.BaseAmount }),
		table.Decimal("exchange_rate", rateDigits, func(l *pb.JournalLine) *string { return &l.ExchangeRate }),
		table.Refs("dimension_value_ids", "dmv", func(l *pb.JournalLine) *[]string { return &l.DimensionValueIds }),
		table.Text("memo", func(l *pb.JournalLine) *string { return &l.Memo }),
		table.Date("date", func(l *pb.JournalLine) *string { return &l.Date }),
		table.Bool("closing", func(l *pb.JournalLine) *bool { return &l.Closing }),
		table.Ref("tax_code_id", "txk", func(l *pb.JournalLine) *string { return &l.TaxCodeId }),
		table.Ref("tax_component_id", "txc", func(l *pb.JournalLine) *string { return &l.TaxComponentId }),
	).When(isPosted),
	table.Predicate[*pb.JournalEntry]("awaiting_approval", awaitingApproval),
).Rank(db.RankJournalEntry)).Lifecycle(entryLife).Guard("post", guardPostable).GuardEach(guardReversible, "reverse").
	Guard("reverse", guardReversalTurnover).DeclareEvents("reversed", "postedIntoClosedPeriod").
	LoadLater(loadLater).Compute(func(_ *call.Call, e *pb.JournalEntry) {
	if isPosted(e) {
		setEntryID(e)
	}
}).Open().Searchable("description", "reference", "notes")

// entryLife lists the state changes of an entry. A reversed entry stays POSTED.
var entryLife = state.New(
	func(r *pb.JournalEntry) *pb.JournalEntry_State { return &r.State },
	[]state.Step[pb.JournalEntry_State]{{
		Verb: "post", Event: "posted", From: []pb.JournalEntry_State{pb.JournalEntry_DRAFT}, To: pb.JournalEntry_POSTED,
	}},
)

func linesOf(e *pb.JournalEntry) *[]*pb.JournalLine { return &e.Lines }
func isDraft(e *pb.JournalEntry) bool               { return e.State == pb.JournalEntry_DRAFT }
func isPosted(e *pb.JournalEntry) bool              { return e.State == pb.JournalEntry_POSTED }

// loadLater fills in what entries get after they are created: numbers, and requests for approval.
func loadLater(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) error {
	if err := loadNumbers(ctx, tx, entries); err != nil {
		return err
	}
	return loadAwaitingApproval(ctx, tx, entries)
}

// setEntryID sets journal_entry_id in the lines of a posted entry.
func setEntryID(e *pb.JournalEntry) {
	for _, l := range e.Lines {
		l.JournalEntryId = e.Id
	}
}

// CreateJournalEntry posts an entry, or saves it as a draft if draft is set.
func (s *Service) CreateJournalEntry(ctx context.Context, req *pb.CreateJournalEntryRequest) (*pb.JournalEntry, error) {
	if req.GetDraft() {
		return s.entries.Create(ctx, s.db, req.GetJournalEntry(), saveDraft)
	}
	date := req.GetJournalEntry().GetDate()
	if err := CheckPlausibleDate(call.From(ctx), date, req.GetConfirmUnusualDate()); err != nil {
		return nil, err
	}
	return s.groupPoster.Create(ctx, req.GetJournalEntry())
}

// BatchCreateJournalEntries posts entries or saves them as drafts. If one fails, none is stored.
func (s *Service) BatchCreateJournalEntries(
	ctx context.Context, req *pb.BatchCreateJournalEntriesRequest,
) (*pb.BatchCreateJournalEntriesResponse, error) {
	if err := checkBatch(call.From(ctx), req); err != nil {
		return nil, err
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BatchCreateJournalEntriesResponse, error) {
		entries, draft := entriesFromRequests(req.GetRequests())
		posted := slices.DeleteFunc(slices.Clone(entries), func(e *pb.JournalEntry) bool { return draft[e] })
		if err := addTaxes(ctx, tx, posted...); err != nil {
			return nil, err
		}
		// Locks the references of all entries at once. The two calls below lock those of posted
		// entries and of drafts separately, which could violate the lock order.
		if _, err := lockReferences(ctx, tx, entries...); err != nil {
			return nil, err
		}
		post, err := s.refuseUnapproved(ctx, tx, posted...)
		if err != nil {
			return nil, err
		}
		keep, err := draftRule(ctx, tx, slices.Collect(maps.Keys(draft))...)
		if err != nil {
			return nil, err
		}
		at := func(i int) string { return fmt.Sprintf("requests[%d].journalEntry", i) }
		rule := func(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
			if draft[e] {
				return keep(ctx, tx, was, e)
			}
			return post(ctx, tx, was, e)
		}
		return &pb.BatchCreateJournalEntriesResponse{JournalEntries: entries},
			s.entries.InsertMany(ctx, tx, entries, at, rule)
	})
}

// entriesFromRequests returns the entries of a batch, and the set of those to save as drafts.
func entriesFromRequests(
	requests []*pb.CreateJournalEntryRequest,
) (entries []*pb.JournalEntry, draft map[*pb.JournalEntry]bool) {
	entries = make([]*pb.JournalEntry, len(requests))
	draft = map[*pb.JournalEntry]bool{}
	for i, r := range requests {
		entries[i] = journalEntries.FromRequest(r.GetJournalEntry())
		if r.GetDraft() {
			draft[entries[i]] = true
		}
	}
	return entries, draft
}

// checkBatch refuses validate_only on a single request, because the others would be stored. It
// also refuses unusual dates of entries to be posted.
func checkBatch(c *call.Call, req *pb.BatchCreateJournalEntriesRequest) error {
	var violations fault.List
	for i, r := range req.GetRequests() {
		at := fmt.Sprintf("requests[%d]", i)
		if r.GetValidateOnly() && !req.GetValidateOnly() {
			violations.Append(fault.At(at+".validateOnly", "must be set on the batch, not on one of its requests"))
		}
		violations.MergeViolations(at+".journalEntry",
			CheckPlausibleDate(c, r.GetJournalEntry().GetDate(), r.GetConfirmUnusualDate() || r.GetDraft()))
	}
	return violations.Err()
}

// GetJournalEntry returns a journal entry.
func (s *Service) GetJournalEntry(ctx context.Context, req *pb.GetJournalEntryRequest) (*pb.JournalEntry, error) {
	return s.entries.Get(ctx, s.db, req.GetJournalEntryId())
}

// BatchGetJournalEntries returns journal entries by id.
func (s *Service) BatchGetJournalEntries(
	ctx context.Context, req *pb.BatchGetJournalEntriesRequest,
) (*pb.BatchGetJournalEntriesResponse, error) {
	list, err := s.entries.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetJournalEntriesResponse{JournalEntries: list}, err
}

// ListJournalEntries lists journal entries.
func (s *Service) ListJournalEntries(
	ctx context.Context, req *pb.ListJournalEntriesRequest,
) (*pb.ListJournalEntriesResponse, error) {
	page, err := s.entries.List(ctx, s.db, req)
	return &pb.ListJournalEntriesResponse{
		JournalEntries: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateJournalEntry updates a draft, or the notes of a posted entry.
func (s *Service) UpdateJournalEntry(ctx context.Context, req *pb.UpdateJournalEntryRequest) (*pb.JournalEntry, error) {
	if err := resource.RequireEtag(call.From(ctx)); err != nil {
		return nil, err
	}
	return s.entries.Update(ctx, s.db, req.GetJournalEntryId(), req.GetJournalEntry(), req.GetUpdateMask(),
		checkOnlyNotesChange, saveUpdated, s.renewApproval)
}

// DeleteJournalEntry deletes a draft.
func (s *Service) DeleteJournalEntry(ctx context.Context, req *pb.DeleteJournalEntryRequest) (*emptypb.Empty, error) {
	if err := resource.RequireEtag(call.From(ctx)); err != nil {
		return nil, err
	}
	return s.entries.Delete(ctx, s.db, req.GetJournalEntryId(), checkDraft)
}

// PostJournalEntry posts a draft, or opens a request if that needs approval.
func (s *Service) PostJournalEntry(ctx context.Context, req *pb.PostJournalEntryRequest) (*pb.JournalEntry, error) {
	if err := resource.RequireEtag(call.From(ctx)); err != nil {
		return nil, err
	}
	return s.entries.Change(ctx, s.db, req.GetJournalEntryId(), entryLife.Event("post"),
		plausibleDateRule(req.GetConfirmUnusualDate()), s.entries.Transition("post"), postEntry)
}

// ReverseJournalEntry posts the opposite of an entry and returns it.
func (s *Service) ReverseJournalEntry(
	ctx context.Context, req *pb.ReverseJournalEntryRequest,
) (*pb.JournalEntry, error) {
	// The default is the entry's date, which was checked when it was posted.
	if err := CheckPlausibleDate(call.From(ctx), req.GetDate(), req.GetConfirmUnusualDate()); err != nil {
		return nil, err
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.JournalEntry, error) {
		return reverse(ctx, tx, req.GetJournalEntryId(), req.GetDate(), req.GetDescription(), s.entries.CheckEtag,
			s.checkReverseGuards)
	})
}
