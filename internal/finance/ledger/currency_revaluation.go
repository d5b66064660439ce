package ledger

import (
	"cmp"
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var currencyRevaluations = resource.New(table.New("finance.currency_revaluations",
	table.Date(
		"date", func(r *pb.CurrencyRevaluation) *string { return &r.Date },
	).Filter().Sort("currency_revaluations_by_date"),
	table.Enum("state", func(r *pb.CurrencyRevaluation) *pb.CurrencyRevaluation_State { return &r.State }).Filter(),
	table.Ref("journal_entry_id", "jrn", func(r *pb.CurrencyRevaluation) *string { return &r.JournalEntryId }),
	table.Ref("reversal_entry_id", "jrn", func(r *pb.CurrencyRevaluation) *string { return &r.ReversalEntryId }),
	table.Money("gain", func(r *pb.CurrencyRevaluation) **typepb.Money { return &r.Gain }),
	table.Messages(
		"valuations", func(r *pb.CurrencyRevaluation) *[]*pb.CurrencyRevaluation_Valuation { return &r.Valuations },
	),
).Rank(db.RankDocument)).Lifecycle(revaluationLifecycle).Guard("undo", checkRevaluationUndo).Open()

var revaluationLifecycle = state.New(func(r *pb.CurrencyRevaluation) *pb.CurrencyRevaluation_State {
	return &r.State
}, []state.Step[pb.CurrencyRevaluation_State]{
	{
		Verb: "undo", Event: "undone",
		From: []pb.CurrencyRevaluation_State{pb.CurrencyRevaluation_POSTED}, To: pb.CurrencyRevaluation_UNDONE,
	},
})

// CreateCurrencyRevaluation values balances in foreign currencies at the rates of a day.
func (s *Service) CreateCurrencyRevaluation(
	ctx context.Context, req *pb.CreateCurrencyRevaluationRequest,
) (*pb.CurrencyRevaluation, error) {
	return currencyRevaluations.Create(ctx, s.db, req.GetCurrencyRevaluation(), revalue)
}

// GetCurrencyRevaluation returns a revaluation.
func (s *Service) GetCurrencyRevaluation(
	ctx context.Context, req *pb.GetCurrencyRevaluationRequest,
) (*pb.CurrencyRevaluation, error) {
	return currencyRevaluations.Get(ctx, s.db, req.GetCurrencyRevaluationId())
}

// BatchGetCurrencyRevaluations returns several revaluations.
func (s *Service) BatchGetCurrencyRevaluations(
	ctx context.Context, req *pb.BatchGetCurrencyRevaluationsRequest,
) (*pb.BatchGetCurrencyRevaluationsResponse, error) {
	list, err := currencyRevaluations.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCurrencyRevaluationsResponse{CurrencyRevaluations: list}, err
}

// ListCurrencyRevaluations returns a page of revaluations.
func (s *Service) ListCurrencyRevaluations(
	ctx context.Context, req *pb.ListCurrencyRevaluationsRequest,
) (*pb.ListCurrencyRevaluationsResponse, error) {
	page, err := currencyRevaluations.List(ctx, s.db, req)
	return &pb.ListCurrencyRevaluationsResponse{
		CurrencyRevaluations: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateCurrencyRevaluation updates the metadata and the external id of a currency revaluation.
func (s *Service) UpdateCurrencyRevaluation(
	ctx context.Context, req *pb.UpdateCurrencyRevaluationRequest,
) (*pb.CurrencyRevaluation, error) {
	return currencyRevaluations.Update(ctx, s.db, req.GetCurrencyRevaluationId(), req.GetCurrencyRevaluation(),
		req.GetUpdateMask())
}

// UndoCurrencyRevaluation reverses the two entries of a revaluation, each on its date.
func (s *Service) UndoCurrencyRevaluation(
	ctx context.Context, req *pb.UndoCurrencyRevaluationRequest,
) (*pb.CurrencyRevaluation, error) {
	return currencyRevaluations.Step(ctx, s.db, req.GetCurrencyRevaluationId(), "undo", undoRevaluation)
}

// undoRevaluation reverses the entry of a revaluation and the entry that reversed it on the next
// day.
func undoRevaluation(ctx context.Context, tx *db.Tx, _, r *pb.CurrencyRevaluation) error {
	if r.JournalEntryId == "" {
		return nil
	}
	entry, err := journalEntries.Find(ctx, tx, r.JournalEntryId)
	if err != nil {
		return err
	}
	undo := newUndoEntry(entry)
	if _, err := journalEntries.Table().Lock(ctx, tx, r.ReversalEntryId); err != nil {
		return err
	}
	if err := LockForPosting(ctx, tx, undo, &pb.JournalEntry{Date: nextDay(entry.Date)}); err != nil {
		return err
	}
	if err := journalEntries.Insert(ctx, tx, undo, postEntry); err != nil {
		return err
	}
	_, err = Reverse(ctx, tx, r.ReversalEntryId, nextDay(entry.Date), "Revaluation undone")
	return err
}

// newUndoEntry returns the entry that undoes a revaluation's entry on the same date. It is not
// linked as the entry's reversal, which is the entry on the next day.
func newUndoEntry(entry *pb.JournalEntry) *pb.JournalEntry {
	undo := newReversal(entry, entry.Date, "Revaluation undone")
	undo.ReversesId = ""
	return undo
}

// checkRevaluationUndo is the guard that refuses to undo a revaluation if one of its two dates is
// in a closed period, or one of its accounts cannot be posted to.
func checkRevaluationUndo(ctx context.Context, tx *db.Tx, revaluations []*pb.CurrencyRevaluation) ([]error, error) {
	keys := make([]string, 0, len(revaluations))
	for _, r := range revaluations {
		if r.JournalEntryId != "" {
			keys = append(keys, r.JournalEntryId)
		}
	}
	posted, err := journalEntries.Table().GetExisting(ctx, tx, keys)
	if err != nil || len(keys) == 0 {
		return make([]error, len(revaluations)), err
	}
	// A revaluation without an entry can always be undone.
	var entries []*pb.JournalEntry
	firstOf := map[string]int{} // index of a revaluation's first entry
	for _, r := range revaluations {
		if entry := posted[r.JournalEntryId]; entry != nil {
			firstOf[r.Id] = len(entries)
			// Both entries are posted, so the turnover of the second is checked with that of the first.
			undo := newUndoEntry(entry)
			entries = append(entries, undo, &pb.JournalEntry{
				Date: nextDay(entry.Date), Lines: slices.Concat(undo.Lines, undo.Lines),
			})
		}
	}
	found, err := CheckPostings(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(revaluations))
	for i, r := range revaluations {
		if first, ok := firstOf[r.Id]; ok {
			refusals[i] = cmp.Or(found[first], found[first+1])
		}
	}
	return refusals, nil
}

// nextDay returns the day after a stored date.
func nextDay(date string) string {
	d, _ := calendar.ParseDate(date)
	return d.AddDays(1).String()
}

// revalue posts the unrealized gains and losses of foreign balances, and reverses them on the next
// day.
func revalue(ctx context.Context, tx *db.Tx, _, r *pb.CurrencyRevaluation) error {
	on, err := calendar.ParseDate(r.Date)
	if err != nil {
		return fault.Invalid(fault.At("date", "must be a date such as \"2026-11-21\""))
	}
	if err := checkNotRevalued(ctx, tx, r.Date); err != nil {
		return err
	}
	if err := checkRevaluationDates(ctx, tx, r.Date); err != nil {
		return err
	}
	balances, kept, err := readForeignBalances(ctx, tx, on)
	if err != nil {
		return err
	}
	base := tx.Call().Organization.CurrencyCode
	if r.Valuations, err = valueBalances("date", balances, kept, base, on); err != nil {
		return err
	}
	noteSettledBalances(tx, r, balances)
	gain, err := TotalGain(r.Valuations)
	if err != nil {
		return err
	}
	r.State, r.Gain = pb.CurrencyRevaluation_POSTED, money.ToProto(gain, base)
	gains, err := RoleAccount(ctx, tx, pb.AccountRole_UNREALIZED_GAINS)
	if err != nil {
		return err
	}
	return postRevaluation(ctx, tx, r, newRevaluationEntry(r, gains))
}

// postRevaluation posts the entry of a revaluation, and reverses it on the next day. Without an
// entry it only creates the missing periods of both days.
func postRevaluation(ctx context.Context, tx *db.Tx, r *pb.CurrencyRevaluation, entry *pb.JournalEntry) error {
	if entry == nil {
		return LockForPosting(ctx, tx, &pb.JournalEntry{Date: r.Date}, &pb.JournalEntry{Date: nextDay(r.Date)})
	}
	if err := LockForPosting(ctx, tx, entry, &pb.JournalEntry{Date: nextDay(r.Date)}); err != nil {
		return err
	}
	if err := journalEntries.Insert(ctx, tx, entry, postEntry); err != nil {
		return err
	}
	reversal, err := Reverse(ctx, tx, entry.Id, nextDay(r.Date), "")
	r.JournalEntryId, r.ReversalEntryId = entry.Id, reversal.GetId()
	return err
}

// checkNotRevalued refuses a second revaluation on a date.
func checkNotRevalued(ctx context.Context, tx *db.Tx, date string) error {
	var exists bool
	err := tx.QueryRow(ctx, `
select exists (
  select
  from finance.currency_revaluations
  where org_id = $1
  and date = $2
  and state = 'POSTED'
)`, tx.Call().Organization.ID, date).Scan(&exists)
	if err != nil || !exists {
		return err
	}
	return fault.Refuse(
		optionsv1.Reason_CURRENCY_REVALUED, "Balances are already revalued at %s; undo that revaluation first.", date,
	)
}

// checkRevaluationDates refuses a revaluation on a date that is in a closed period, or whose next
// day is, also if there is nothing to post. It locks the periods so that they stay open. A missing
// period is created by the posting, after the accounts are locked.
func checkRevaluationDates(ctx context.Context, tx *db.Tx, date string) error {
	dated := []*pb.JournalEntry{
		{Date: date, Source: pb.JournalEntry_CURRENCY_REVALUATION},
		{Date: nextDay(date), Source: pb.JournalEntry_CURRENCY_REVALUATION},
	}
	if _, err := lockReferences(ctx, tx, dated...); err != nil {
		return err
	}
	refusals, err := CheckPostings(ctx, tx, dated)
	if err != nil {
		return err
	}
	return cmp.Or(refusals...)
}

// newRevaluationEntry returns the entry that changes the base amount of each balance, but not its
// foreign amount, against the account for unrealized gains. It returns nil if no value changed. A
// gain on a liability is a debit too: its balance is negative, and its value rises toward zero.
func newRevaluationEntry(r *pb.CurrencyRevaluation, gains string) *pb.JournalEntry {
	e := &pb.JournalEntry{
		Date: r.Date, Description: "Revaluation of foreign currencies at " + r.Date, CurrencyCode: r.Gain.CurrencyCode,
		Source: pb.JournalEntry_CURRENCY_REVALUATION, SourceId: r.Id,
	}
	for _, v := range r.Valuations {
		if isZero(v.Gain) {
			continue
		}
		zero := money.ToProto(0, v.Balance.CurrencyCode)
		e.Lines = append(e.Lines,
			&pb.JournalLine{AccountId: v.AccountId, Amount: zero, BaseAmount: v.Gain, Memo: "At " + v.ExchangeRate},
			&pb.JournalLine{AccountId: gains, Amount: money.Negated(v.Gain)})
	}
	if len(e.Lines) == 0 {
		return nil
	}
	return e
}

func isZero(m *typepb.Money) bool {
	minor, err := money.Parse(m.Amount, m.CurrencyCode)
	return err == nil && minor == 0
}

// noteSettledBalances realizes the value that balances of zero still carry. A revaluation would be
// reversed, but nothing is left to reverse it for (IAS 21.28).
func noteSettledBalances(tx *db.Tx, r *pb.CurrencyRevaluation, balances []foreignBalance) {
	for _, f := range balances {
		if f.minor != 0 {
			continue
		}
		noteSettlement(tx, &pb.JournalEntry{
			Date: r.Date, SourceId: r.Id, Description: "Revaluation",
			Lines: []*pb.JournalLine{{AccountId: id.Format("acc", f.account), Amount: money.ToProto(0, f.currency)}},
		})
	}
}
