package banking

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

//go:embed entry_suggestion.sql
var selectCandidates string

// Limits of the search for entries.
const (
	maxSearchedEntries = 10     // entries for which suggestLineSets searches sets of lines
	maxCandidates      = 200    // entries around a line's date that are searched
	maxEntries         = 10_000 // entries that are read for all lines, the newest first
	entryDays          = 30     // days between a line and an entry on the bank account's ledger account
	debtDays           = 180    // days between a line and a receivable or debt
)

// candidate is a journal entry that may explain a line, alone or with others. The fields are the columns
// of entry_suggestion.sql.
type candidate struct {
	ID                                     uuid.UUID
	Date, Description, Reference, Transfer string
	Account                                uuid.UUID
	// BankAccount is the bank account whose ledger account Account is, so that the entry has booked the
	// money already. It is uuid.Nil if the entry is a receivable or a debt.
	BankAccount uuid.UUID
	Currency    string
	// Open is the part of the entry that is not matched, in minor units.
	Open int64
}

// isOwn reports whether the entry has booked the money already.
func (c candidate) isOwn() bool { return c.BankAccount != uuid.Nil }

// loadEntries reads the entries that may explain lines, and what is open of the lines.
func (s *suggester) loadEntries(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	taken, _, err := matchedAmounts(ctx, tx, lines)
	if err != nil {
		return err
	}
	s.open = map[string]int64{}
	var amounts []int64
	first, last := lines[0].BookedDate, lines[0].BookedDate
	for _, l := range lines {
		s.open[l.Id] = minorOf(l) - taken[l.Id]
		amounts = append(amounts, s.open[l.Id])
		first, last = min(first, l.BookedDate), max(last, l.BookedDate)
	}
	var ledgerAccounts, accounts []uuid.UUID
	var from, to []string
	for _, w := range daySpans(lines) {
		bankAccount, err := id.Parse("bac", w.account)
		if err != nil {
			return err
		}
		own, err := id.Parse("acc", s.accounts[w.account].LedgerAccountId)
		if err != nil {
			return err
		}
		ledgerAccounts, accounts = append(ledgerAccounts, own), append(accounts, bankAccount)
		from, to = append(from, w.first), append(to, w.last)
	}
	s.entries, err = db.Collect[candidate](
		ctx, tx, selectCandidates, tx.Call().Organization.ID, ledgerAccounts, accounts, from, to, first, last, amounts,
		maxEntries,
	)
	return err
}

// daySpan is a span of days of a bank account.
type daySpan struct{ account, first, last string }

// daySpans returns the spans of days that are at most entryDays from a line, by bank account. They do not
// overlap.
func daySpans(lines []*pb.BankStatementLine) (spans []daySpan) {
	lines = slices.SortedFunc(slices.Values(lines), func(a, b *pb.BankStatementLine) int {
		return cmp.Or(cmp.Compare(a.BankAccountId, b.BankAccountId), cmp.Compare(a.BookedDate, b.BookedDate))
	})
	for _, l := range lines {
		first, last := addDays(l.BookedDate, -entryDays), addDays(l.BookedDate, entryDays)
		if n := len(spans); n > 0 && spans[n-1].account == l.BankAccountId && spans[n-1].last >= first {
			spans[n-1].last = last
		} else {
			spans = append(spans, daySpan{l.BankAccountId, first, last})
		}
	}
	return spans
}

// suggestEntries suggests entries that explain a line: one entry, several entries together, or one entry
// for several lines. cut reports whether the search stopped at a limit.
func (s *suggester) suggestEntries(l *pb.BankStatementLine) (all []*suggestion, cut bool) {
	open := s.open[l.Id]
	if open == 0 {
		return nil, false
	}
	var smaller, larger []candidate
	for _, c := range s.candidatesFor(l, open) {
		switch {
		case c.Open == open:
			all = append(all, c.suggestMatch(l))
		case !c.isOwn() || c.Transfer != "":
		case magnitude(c.Open) < magnitude(open):
			smaller = append(smaller, c)
		default:
			larger = append(larger, c)
		}
	}
	together, cut := suggestEntrySets(l, open, smaller)
	lines, cutLines := s.suggestLineSets(l, open, larger)
	return append(append(all, together...), lines...), cut || cutLines || len(s.entries) == maxEntries
}

// candidatesFor returns the entries around a line's date that may explain what is open of it, the nearest
// first: entries on the ledger account of its bank account, and receivables and debts of its amount.
func (s *suggester) candidatesFor(l *pb.BankStatementLine, open int64) (found []candidate) {
	days := map[uuid.UUID]int{}
	for _, c := range s.entries {
		if c.Currency != l.Amount.CurrencyCode || (c.Open < 0) != (open < 0) {
			continue
		}
		distance := daysBetween(c.Date, l.BookedDate)
		if c.isOwn() {
			if id.Format("bac", c.BankAccount) != l.BankAccountId || distance > entryDays {
				continue
			}
		} else if c.Open != open || c.Date > l.BookedDate || distance > debtDays {
			continue
		}
		found, days[c.ID] = append(found, c), distance
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(days[a.ID], days[b.ID]), bytes.Compare(a.ID[:], b.ID[:]),
			bytes.Compare(a.Account[:], b.Account[:]))
	})
	return found[:min(len(found), maxCandidates)]
}

// suggestMatch scores how likely a single entry explains a line, with reasons.
func (c candidate) suggestMatch(l *pb.BankStatementLine) *suggestion {
	var s scorecard
	if c.isOwn() {
		s.add(pointsAmount, "The amount is the same.")
	} else {
		s.add(pointsOpenEntry, "The entry is open and has the same amount.")
	}
	s.addDateDistance(c.Date, l.BookedDate)
	written := searchText(l) + " " + strings.ToLower(l.CheckNumber)
	if c.Reference != "" && strings.Contains(written, strings.ToLower(c.Reference)) {
		s.add(pointsReference, "The bank's text contains the reference %q.", c.Reference)
	}
	if word := sharedWord(c.Description, written); word != "" {
		s.add(pointsWords, "The line and the entry both contain %q.", word)
	}
	if name := strings.ToLower(l.CounterpartyName); len(name) >= 3 &&
		strings.Contains(strings.ToLower(c.Description), name) {
		s.add(pointsCounterparty, "The entry names %s.", l.CounterpartyName)
	}
	out := &suggestion{Score: s.score(), Reasons: s.reasons}
	switch {
	case c.Transfer != "":
		out.BankTransferId = c.Transfer
	case !c.isOwn():
		out.BankMatch = newMatch([]*pb.BankStatementLine{l}, c)
		out.BankMatch.Entries[0].AccountId = id.Format("acc", c.Account)
	default:
		out.JournalEntryId, out.BankMatch = id.Format("jrn", c.ID), newMatch([]*pb.BankStatementLine{l}, c)
	}
	return out
}

// newMatch returns the match of lines to entries that a suggestion proposes to create.
func newMatch(lines []*pb.BankStatementLine, entries ...candidate) *pb.BankMatch {
	m := &pb.BankMatch{}
	for _, l := range lines {
		m.Lines = append(m.Lines, &pb.BankMatch_Line{BankStatementLineId: l.Id})
	}
	for _, c := range entries {
		m.Entries = append(m.Entries, &pb.BankMatch_Entry{JournalEntryId: id.Format("jrn", c.ID)})
	}
	return m
}

// suggestEntrySets suggests sets of entries that add up to the open amount of a line.
func suggestEntrySets(l *pb.BankStatementLine, open int64, from []candidate) (all []*suggestion, cut bool) {
	parts := make([]int64, len(from))
	for i, c := range from {
		parts[i] = magnitude(c.Open)
	}
	sets, cut := findSums(magnitude(open), parts, 2)
	for _, set := range sets {
		var s scorecard
		var chosen []candidate
		farthest := l.BookedDate
		for _, i := range set {
			chosen = append(chosen, from[i])
			if daysBetween(from[i].Date, l.BookedDate) > daysBetween(farthest, l.BookedDate) {
				farthest = from[i].Date
			}
		}
		s.add(pointsTogether, "%d entries add up to the amount.", len(set))
		s.addDateDistance(farthest, l.BookedDate)
		all = append(all, &suggestion{
			Score: s.score(), Reasons: s.reasons, BankMatch: newMatch([]*pb.BankStatementLine{l}, chosen...),
		})
	}
	return all, cut
}

// suggestLineSets suggests sets of UNMATCHED lines that, together with a line, add up to one entry.
func (s *suggester) suggestLineSets(
	l *pb.BankStatementLine, open int64, targets []candidate,
) (all []*suggestion, cut bool) {
	if len(targets) == 0 {
		return nil, false
	}
	others, parts := s.otherLines(l, open)
	cut = len(targets) > maxSearchedEntries
	for _, c := range targets[:min(len(targets), maxSearchedEntries)] {
		sets, cutHere := findSums(magnitude(c.Open)-magnitude(open), parts, 1)
		cut = cut || cutHere
		for _, set := range sets {
			var score scorecard
			chosen := []*pb.BankStatementLine{l}
			for _, i := range set {
				chosen = append(chosen, others[i])
			}
			score.add(pointsTogether, "%d lines add up to the entry.", len(chosen))
			score.addDateDistance(c.Date, l.BookedDate)
			all = append(all, &suggestion{Score: score.score(), Reasons: score.reasons, BankMatch: newMatch(chosen, c)})
		}
	}
	return all, cut
}

// otherLines returns other UNMATCHED lines of a line's bank account, with the same sign and at most
// entryDays apart, nearest first, and their amounts without sign.
func (s *suggester) otherLines(l *pb.BankStatementLine, open int64) (others []*pb.BankStatementLine, parts []int64) {
	for _, w := range s.waiting {
		if minor := minorOf(w); w.Id != l.Id && w.BankAccountId == l.BankAccountId && minor != 0 &&
			(minor < 0) == (open < 0) && daysBetween(w.BookedDate, l.BookedDate) <= entryDays {
			others = append(others, w)
		}
	}
	for _, w := range sortByDistance(others, l) {
		parts = append(parts, magnitude(minorOf(w)))
	}
	return others, parts
}
