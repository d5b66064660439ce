package banking

import (
	"context"
	_ "embed"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

//go:embed suggestion.sql
var selectCandidates string

// maxSearchedEntries is the maximum number of entries for which suggestLineSets searches sets of
// lines.
const maxSearchedEntries = 10

// candidate is a journal entry that may explain a line, alone or with others.
type candidate struct {
	ID                                     uuid.UUID
	Date, Description, Reference, Transfer string
	Account                                uuid.UUID
	// Own reports whether Account is the bank account's own ledger account, so that the entry has
	// booked the money already. On other accounts the entry is a receivable or a debt.
	Own bool
	// Open is the part of the entry that is not matched, in minor units.
	Open int64
}

// suggestEntries suggests entries that explain a line: one entry, several entries together, or one entry
// for several lines. cut reports whether the search stopped at a limit.
func suggestEntries(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (all []*suggestion, cut bool, err error) {
	open, err := openLineAmount(ctx, tx, l)
	if err != nil || open == 0 {
		return nil, false, err
	}
	found, err := findCandidates(ctx, tx, l, open)
	if err != nil {
		return nil, false, err
	}
	var smaller, larger []candidate
	for _, c := range found {
		switch {
		case c.Open == open:
			all = append(all, c.suggestMatch(l))
		case !c.Own || c.Transfer != "":
		case magnitude(c.Open) < magnitude(open):
			smaller = append(smaller, c)
		default:
			larger = append(larger, c)
		}
	}
	together, cut := suggestEntrySets(l, open, smaller)
	lines, cutLines, err := suggestLineSets(ctx, tx, l, open, larger)
	return append(append(all, together...), lines...), cut || cutLines, err
}

// findCandidates returns the entries around a line's date that are not fully matched: entries on the
// bank account's own ledger account, and receivables and debts of the line's amount.
func findCandidates(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, open int64) ([]candidate, error) {
	account, err := bankAccounts.Table().Get(ctx, tx, l.BankAccountId)
	if err != nil {
		return nil, err
	}
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return nil, err
	}
	own, err := id.Parse("acc", account.LedgerAccountId)
	if err != nil {
		return nil, err
	}
	return db.Collect[candidate](
		ctx, tx, selectCandidates, tx.Call().Organization.ID, own, open, l.BookedDate, account.CurrencyCode, key,
	)
}

// suggestMatch scores how likely a single entry explains a line, with reasons.
func (c candidate) suggestMatch(l *pb.BankStatementLine) *suggestion {
	var s scorecard
	if c.Own {
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
	case !c.Own:
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
func suggestLineSets(
	ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, open int64, targets []candidate,
) (all []*suggestion, cut bool, err error) {
	if len(targets) == 0 {
		return nil, false, nil
	}
	others, parts, err := findOtherLines(ctx, tx, l, open)
	if err != nil {
		return nil, false, err
	}
	cut = len(targets) > maxSearchedEntries
	for _, c := range targets[:min(len(targets), maxSearchedEntries)] {
		sets, cutHere := findSums(magnitude(c.Open)-magnitude(open), parts, 1)
		cut = cut || cutHere
		for _, set := range sets {
			var s scorecard
			chosen := []*pb.BankStatementLine{l}
			for _, i := range set {
				chosen = append(chosen, others[i])
			}
			s.add(pointsTogether, "%d lines add up to the entry.", len(chosen))
			s.addDateDistance(c.Date, l.BookedDate)
			all = append(all, &suggestion{Score: s.score(), Reasons: s.reasons, BankMatch: newMatch(chosen, c)})
		}
	}
	return all, cut, nil
}

// findOtherLines returns other unmatched lines of a line's bank account, with the same sign and at most
// 30 days apart, nearest first, and their amounts without sign.
func findOtherLines(
	ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, open int64,
) (others []*pb.BankStatementLine, parts []int64, err error) {
	account, err := bankAccounts.Table().Key(l.BankAccountId)
	if err != nil {
		return nil, nil, err
	}
	waiting, _, err := bankStatementLines.Table().Select(ctx, tx, table.Query{
		Filter: withDates("", addDays(l.BookedDate, -30), addDays(l.BookedDate, 30)), OrderBy: "booked_date",
		Limit: maxRuleLines,
		Within: []table.Equal{
			{Column: "bank_account_id", Value: account}, {Column: "state", Value: pb.BankStatementLine_UNMATCHED.String()},
		},
	})
	for _, w := range sortByDistance(waiting, l) {
		if minor := minorOf(w); w.Id != l.Id && minor != 0 && (minor < 0) == (open < 0) {
			others, parts = append(others, w), append(parts, magnitude(minor))
		}
	}
	return others, parts, err
}
