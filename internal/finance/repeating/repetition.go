package repeating

import (
	"context"
	"errors"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/recurrence"
	"backoffice/internal/platform/schedule"
)

// scheduleKind is the kind of the schedules that create the entries.
const scheduleKind = "finance.repeatingEntry"

// maxSkips is the number of skipped days that a repeating entry shows. Its events have all of them.
const maxSkips = 100

// setDefaults sets the default values of a repeating entry.
func setDefaults(_ context.Context, tx *db.Tx, _, r *pb.RepeatingEntry) error {
	if r.Mode == pb.RepeatingEntry_MODE_UNSPECIFIED {
		r.Mode = pb.RepeatingEntry_DRAFT
	}
	if r.Reversal == pb.RepeatingEntry_REVERSAL_UNSPECIFIED {
		r.Reversal = pb.RepeatingEntry_NONE
	}
	if r.PriceMode == pb.TaxCalculation_MODE_UNSPECIFIED {
		r.PriceMode = pb.TaxCalculation_EXCLUSIVE
	}
	if r.CurrencyCode == "" {
		r.CurrencyCode = tx.Call().Organization.CurrencyCode
	}
	recurrence.SetDefaults(r.Recurrence)
	var violations fault.List
	if r.PriceMode == pb.TaxCalculation_NO_TAX {
		violations.Append(fault.At("priceMode", "must be EXCLUSIVE or INCLUSIVE"))
	}
	for field, value := range map[string]string{"timeOfDay": r.Recurrence.TimeOfDay, "timeZone": r.Recurrence.TimeZone} {
		if value != "" {
			violations.Append(fault.At("recurrence."+field, "must be empty"))
		}
	}
	return violations.Err()
}

// checkLines checks the lines of the entries if they are new.
func checkLines(ctx context.Context, tx *db.Tx, was, r *pb.RepeatingEntry) error {
	before, after := entryOf(was, calendar.Date{}), entryOf(r, calendar.Date{})
	if proto.Equal(before, after) && was.Mode == r.Mode {
		return nil
	}
	return ledger.CheckTemplate(ctx, tx, entryOf(r, tx.Call().Today()), r.Mode == pb.RepeatingEntry_POST)
}

// entryOf returns the entry of a day.
func entryOf(r *pb.RepeatingEntry, day calendar.Date) *pb.JournalEntry {
	e := &pb.JournalEntry{
		Description: r.Description, Reference: r.Reference, CurrencyCode: r.CurrencyCode,
		Source: pb.JournalEntry_REPEATING_ENTRY, SourceId: r.Id, PriceMode: r.PriceMode,
	}
	if !day.IsZero() {
		e.Date, e.ReverseDate = day.String(), reverseDate(r.Reversal, day)
	}
	if e.Description == "" {
		e.Description = r.DisplayName
	}
	for _, l := range r.Lines {
		e.Lines = append(e.Lines, &pb.JournalLine{
			AccountId: l.AccountId, Amount: proto.CloneOf(l.Amount), Memo: l.Memo, DimensionValueIds: l.DimensionValueIds,
			TaxCodeId: l.TaxCodeId,
		})
	}
	return e
}

// reverseDate returns the day on which an entry of a day is reversed, "" if it is not reversed.
func reverseDate(r pb.RepeatingEntry_Reversal, day calendar.Date) string {
	switch r {
	case pb.RepeatingEntry_NEXT_DAY:
		return day.AddDays(1).String()
	case pb.RepeatingEntry_NEXT_MONTH:
		return day.FirstOfMonth().AddMonths(1).String()
	default:
		return ""
	}
}

// setSchedule sets the schedule of a repeating entry. It starts today, or on the day after the last
// entry if that is later.
func setSchedule(ctx context.Context, tx *db.Tx, was, r *pb.RepeatingEntry) error {
	if r.ArchiveTime != nil {
		return nil
	}
	p := schedule.Plan{
		Kind: scheduleKind, SubjectID: r.Id, DisplayName: r.DisplayName, Recurrence: r.Recurrence,
		CatchUp: platformv1.Schedule_RUN_ALL,
	}
	if !proto.Equal(was.Recurrence, r.Recurrence) || was.ArchiveTime != nil {
		first := tx.Call().Today()
		if last, err := calendar.ParseDate(r.LastDate); err == nil && !last.Before(first) {
			first = last.AddDays(1)
		}
		p.After = first.Midnight(tx.Call().Organization.Zone).Add(-time.Microsecond)
	}
	_, err := schedule.Set(ctx, tx, p)
	var violations fault.List
	if err := violations.Merge("recurrence", err); err != nil {
		return err
	}
	return violations.Err()
}

// removeSchedule is the rule that stops a repeating entry.
func removeSchedule(ctx context.Context, tx *db.Tx, _, r *pb.RepeatingEntry) error {
	return schedule.Remove(ctx, tx, r.Id)
}

// createEntry creates the entry of a day. If the ledger refuses it, for example because its period
// is closed, the day is skipped, and the repeating entry shows the reason. A day on or before the
// last entry gets none: it can come again if the organization moves to another time zone.
func createEntry(ctx context.Context, tx *db.Tx, f schedule.Firing) error {
	// The record is locked before those of the ledger.
	r, err := repeatingEntries.Table().Lock(ctx, tx, f.SubjectID)
	if err != nil {
		return err
	}
	if f.Day.String() <= r.LastDate {
		return nil
	}
	e := entryOf(r, f.Day)
	store := ledger.SaveDraft
	if r.Mode == pb.RepeatingEntry_POST {
		store = ledger.Post
	}
	err = store(ctx, tx, e)
	var refusal *fault.Error
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	return countDay(ctx, tx, r.Id, f.Day.String(), refusal)
}

// countDay notes that the entry of a day was created, or why it was refused.
func countDay(ctx context.Context, tx *db.Tx, key, day string, refusal *fault.Error) error {
	event, note := "repeated", func(_ context.Context, _ *db.Tx, _, r *pb.RepeatingEntry) error {
		r.LastDate = day
		r.CreatedCount++
		return nil
	}
	if refusal != nil {
		event, note = "skipped", func(_ context.Context, _ *db.Tx, _, r *pb.RepeatingEntry) error {
			skip := &pb.RepeatingEntry_Skip{Date: day, Reason: refusal.Reason.String(), Message: messageOf(refusal)}
			r.Skips = slices.Insert(r.Skips, 0, skip)
			r.Skips = r.Skips[:min(len(r.Skips), maxSkips)]
			r.SkippedCount++
			return nil
		}
	}
	_, err := repeatingEntries.Modify(ctx, tx, key, event, note)
	return err
}

// messageOf returns the message of a refusal, with its first violation if it has any.
func messageOf(e *fault.Error) string {
	if len(e.Fields) > 0 {
		return e.Fields[0].Path + " " + e.Fields[0].Message
	}
	return e.Message
}

// setNextDates fills in the days of the next entries.
func setNextDates(ctx context.Context, tx *db.Tx, list []*pb.RepeatingEntry) error {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.Id
	}
	dates, err := schedule.NextDates(ctx, tx, ids)
	for _, r := range list {
		r.NextDate = dates[r.Id]
	}
	return err
}
