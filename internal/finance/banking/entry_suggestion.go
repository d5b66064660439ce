package banking

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"slices"
	"sort"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

//go:embed entry_suggestion.sql
var selectEntries string

//go:embed debt_suggestion.sql
var selectDebts string

// Limits of the search for entries.
const (
	maxSearchedEntries = 10     // entries for which suggestLineSets searches sets of lines
	maxCandidates      = 200    // entries of a line's amount that are suggested
	maxDebts           = 10_000 // receivables and debts of the amounts of all lines
	entryDays          = 30     // days between a line and an entry on the bank account's ledger account
	debtDays           = 180    // days between a line and a receivable or debt
)

// candidate is a journal entry that may explain a line, alone or with others. The fields are the
// columns of entry_suggestion.sql and debt_suggestion.sql.
type candidate struct {
	ID                                     uuid.UUID
	Date, Description, Reference, Transfer string
	Account                                uuid.UUID
	// BankAccount is the bank account whose ledger account Account is, so that the entry has booked
	// the money already. It is uuid.Nil if the entry is a receivable or a debt.
	BankAccount uuid.UUID
	Currency    string
	// Open is the part of the entry that is not matched, in minor units.
	Open int64
}

// isOwn reports whether the entry has booked the money already.
func (c candidate) isOwn() bool { return c.BankAccount != uuid.Nil }

// candidates are the entries that may explain lines.
type candidates struct {
	// own are the entries on the ledger accounts of bank accounts, and counts their numbers.
	own    map[accountDay][]candidate
	counts dayCounts
	// debts are the receivables and debts by their open amounts, the latest first. areCut is true
	// if more than maxDebts were found.
	debts  map[openSum][]debt
	areCut bool
}

// openSum is an open amount in minor units of a currency.
type openSum struct {
	currency string
	minor    int64
}

// debt is a receivable or debt with the number of its day.
type debt struct {
	candidate
	day int
}

// loadEntries reads the entries that may explain lines, and what is open of the lines.
func (s *suggester) loadEntries(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	taken, _, err := matchedAmounts(ctx, tx, lines)
	if err != nil {
		return err
	}
	s.open = map[string]int64{}
	for _, l := range lines {
		s.open[l.Id] = minorOf(l) - taken[l.Id]
	}
	if err := s.loadOwnEntries(ctx, tx, lines); err != nil {
		return err
	}
	return s.loadDebts(ctx, tx, lines)
}

// loadOwnEntries reads the open entries on the ledger accounts of the bank accounts of lines.
func (s *suggester) loadOwnEntries(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	spans := daySpans(lines, (*pb.BankStatementLine).GetBankAccountId, entryDays, entryDays)
	accounts, err := id.ParseEach("bac", spans, func(w daySpan) string { return w.account })
	if err != nil {
		return err
	}
	ledgerAccounts, err := id.ParseEach("acc", spans, func(w daySpan) string {
		return s.accounts[w.account].GetLedgerAccountId()
	})
	if err != nil {
		return err
	}
	first, last := boundsOf(spans)
	found, err := db.Collect[candidate](
		ctx, tx, selectEntries, tx.Call().Organization.ID, ledgerAccounts, accounts, first, last, maxPerDay+1,
		s.openAmounts(lines),
	)
	s.entries.own, s.entries.counts = map[accountDay][]candidate{}, dayCounts{}
	names := map[uuid.UUID]string{}
	for i, w := range spans {
		names[accounts[i]] = w.account
	}
	asked := map[int64]bool{}
	for _, open := range s.openAmounts(lines) {
		asked[open] = true
	}
	for _, c := range found {
		at := accountDay{names[c.BankAccount], dayNumber(c.Date)}
		if s.entries.counts[at]++; s.entries.counts[at] <= maxPerDay || asked[c.Open] {
			s.entries.own[at] = append(s.entries.own[at], c)
		}
	}
	return err
}

// openAmounts returns the open amounts of lines other than zero.
func (s *suggester) openAmounts(lines []*pb.BankStatementLine) (amounts []int64) {
	for _, l := range lines {
		if open := s.open[l.Id]; open != 0 {
			amounts = append(amounts, open)
		}
	}
	return amounts
}

// loadDebts reads the receivables and debts of which exactly the open amount of a line is open.
func (s *suggester) loadDebts(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	first, last := boundsOf(daySpans(lines, anyAccount, debtDays, 0))
	found, err := db.Collect[candidate](
		ctx, tx, selectDebts, tx.Call().Organization.ID, first, last, s.openAmounts(lines), maxDebts+1,
	)
	s.entries.debts, s.entries.areCut = map[openSum][]debt{}, len(found) > maxDebts
	for _, c := range found[:min(len(found), maxDebts)] {
		key := openSum{c.Currency, c.Open}
		s.entries.debts[key] = append(s.entries.debts[key], debt{c, dayNumber(c.Date)})
	}
	return err
}

// suggestEntries suggests entries that explain a line: one entry, several entries together, or one
// entry for several lines. cut reports whether the search stopped at a limit.
func (s *suggester) suggestEntries(l *pb.BankStatementLine) (all []*suggestion, cut bool) {
	open := s.open[l.Id]
	if open == 0 {
		return nil, false
	}
	equal, smaller, larger := s.entries.ownNear(l, open)
	debts := s.entries.debtsBefore(l, open)
	cut = s.entries.areCut || len(equal) > maxCandidates || len(debts) > maxCandidates ||
		s.entries.counts.isCut(l.BankAccountId, dayNumber(l.BookedDate), entryDays)
	for _, c := range slices.Concat(equal[:min(len(equal), maxCandidates)], debts[:min(len(debts), maxCandidates)]) {
		all = append(all, c.suggestMatch(l))
	}
	together, cutTogether := suggestEntrySets(l, open, smaller)
	lines, cutLines := s.suggestLineSets(l, open, larger)
	return append(append(all, together...), lines...), cut || cutTogether || cutLines
}

// ownNear returns the entries on the ledger account of a line's bank account that are at most
// entryDays from the line and have the sign of open, the nearest first: those of exactly that
// amount, and smaller and larger ones that are not of transfers. It returns one more of each than
// are used, so that the search reports the limit.
func (c candidates) ownNear(l *pb.BankStatementLine, open int64) (equal, smaller, larger []candidate) {
	for distance, days := range daysFrom(dayNumber(l.BookedDate)) {
		if distance > entryDays {
			break
		}
		var found []candidate
		for _, day := range days {
			found = append(found, c.own[accountDay{l.BankAccountId, day}]...)
		}
		slices.SortFunc(found, func(a, b candidate) int {
			return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), bytes.Compare(a.Account[:], b.Account[:]))
		})
		for _, e := range found {
			switch {
			case e.Currency != l.Amount.CurrencyCode || (e.Open < 0) != (open < 0):
			case e.Open == open && len(equal) <= maxCandidates:
				equal = append(equal, e)
			case e.Open == open, e.Transfer != "":
			case magnitude(e.Open) < magnitude(open) && len(smaller) <= maxParts:
				smaller = append(smaller, e)
			case magnitude(e.Open) > magnitude(open) && len(larger) <= maxSearchedEntries:
				larger = append(larger, e)
			}
		}
	}
	return equal, smaller, larger
}

// debtsBefore returns the receivables and debts of an open amount that are at most debtDays before
// a line, the latest first, and at most one more than are suggested.
func (c candidates) debtsBefore(l *pb.BankStatementLine, open int64) (found []candidate) {
	all, day := c.debts[openSum{l.Amount.CurrencyCode, open}], dayNumber(l.BookedDate)
	first := sort.Search(len(all), func(i int) bool { return all[i].day <= day })
	for _, d := range all[first:] {
		if d.day < day-debtDays || len(found) > maxCandidates {
			break
		}
		found = append(found, d.candidate)
	}
	return found
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
	others, parts := s.waiting.near(l, open)
	cut = len(targets) > maxSearchedEntries ||
		s.waiting.counts.isCut(l.BankAccountId, dayNumber(l.BookedDate), entryDays)
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
