package banking

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

//go:embed waiting_line.sql
var selectWaitingLines string

// maxPerDay is the number of UNMATCHED lines, and of open entries, of a bank account on one day
// that are searched. The limit of a day does not depend on the other lines that are searched for,
// so that a line has the same suggestions alone and together with others.
const maxPerDay = 200

// waitingLine is an UNMATCHED line. The fields are the columns of waiting_line.sql.
type waitingLine struct {
	ID, Account                   uuid.UUID
	Date, Currency                string
	Minor                         int64
	CounterpartyName, Description string
}

// line returns the line with the fields that suggestions need.
func (w waitingLine) line(account string) *pb.BankStatementLine {
	return &pb.BankStatementLine{
		Id: id.Format("bsl", w.ID), BankAccountId: account, BookedDate: w.Date, CounterpartyName: w.CounterpartyName,
		Description: w.Description, Amount: money.ToProto(w.Minor, w.Currency), State: pb.BankStatementLine_UNMATCHED,
	}
}

// accountDay is a day of a bank account, as dayNumber returns it.
type accountDay struct {
	account string
	day     int
}

// dayCounts counts what was read for each day of a bank account.
type dayCounts map[accountDay]int

// isCut reports whether more than maxPerDay were found for a day of the bank account that is at
// most days from another.
func (c dayCounts) isCut(account string, day, days int) bool {
	for at := day - days; at <= day+days; at++ {
		if c[accountDay{account, at}] > maxPerDay {
			return true
		}
	}
	return false
}

// waitingLines are the UNMATCHED lines around the dates of lines.
type waitingLines struct {
	on     map[accountDay][]waiting
	counts dayCounts
	// accounts are the ids of the bank accounts with lines, sorted. accountOf is that of each line.
	accounts  []string
	accountOf map[string]string
}

// waiting is an UNMATCHED line with its amount in minor units.
type waiting struct {
	*pb.BankStatementLine
	minor int64
}

// loadWaitingLines reads the UNMATCHED lines that may explain lines: those of their bank accounts
// at most entryDays from a line, and those of other bank accounts at most defaultDays from it.
func loadWaitingLines(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine,
) (w waitingLines, all []*pb.BankStatementLine, err error) {
	own := daySpans(lines, (*pb.BankStatementLine).GetBankAccountId, entryDays, entryDays)
	ownFrom, ownTo := boundsOf(own)
	otherFrom, otherTo := boundsOf(daySpans(lines, anyAccount, defaultDays, defaultDays))
	accounts, err := id.ParseEach("bac", own, func(s daySpan) string { return s.account })
	if err != nil {
		return w, nil, err
	}
	found, err := db.Collect[waitingLine](
		ctx, tx, selectWaitingLines, tx.Call().Organization.ID, accounts, ownFrom, ownTo, otherFrom, otherTo, maxPerDay+1,
	)
	w = waitingLines{on: map[accountDay][]waiting{}, counts: dayCounts{}, accountOf: map[string]string{}}
	names := map[uuid.UUID]string{}
	for _, f := range found {
		account, known := names[f.Account]
		if !known {
			account = id.Format("bac", f.Account)
			names[f.Account], w.accounts = account, append(w.accounts, account)
		}
		at := accountDay{account, dayNumber(f.Date)}
		if w.counts[at]++; w.counts[at] > maxPerDay {
			continue
		}
		l := f.line(account)
		all = append(all, l)
		w.on[at] = append(w.on[at], waiting{l, f.Minor})
		w.accountOf[l.Id] = account
	}
	slices.Sort(w.accounts)
	return w, all, err
}

// near returns the lines of a line's bank account with an amount of the sign of open, the nearest
// first, and their amounts without sign. It returns one more than are considered, so that the
// search reports the limit.
func (w waitingLines) near(l *pb.BankStatementLine, open int64) (lines []*pb.BankStatementLine, parts []int64) {
	var found []waiting
	for distance, days := range daysFrom(dayNumber(l.BookedDate)) {
		if distance > entryDays || len(found) > maxParts {
			break
		}
		at := len(found)
		for _, day := range days {
			for _, o := range w.on[accountDay{l.BankAccountId, day}] {
				if o.Id != l.Id && o.minor != 0 && (o.minor < 0) == (open < 0) {
					found = append(found, o)
				}
			}
		}
		slices.SortFunc(found[at:], func(a, b waiting) int { return strings.Compare(a.Id, b.Id) })
	}
	for _, o := range found {
		lines, parts = append(lines, o.BankStatementLine), append(parts, magnitude(o.minor))
	}
	return lines, parts
}

// daysFrom yields the numbers of the days at each distance from a day.
func daysFrom(day int) func(yield func(distance int, days []int) bool) {
	return func(yield func(int, []int) bool) {
		if !yield(0, []int{day}) {
			return
		}
		for distance := 1; yield(distance, []int{day - distance, day + distance}); distance++ {
		}
	}
}

// daySpan is a span of days, of a bank account or of all.
type daySpan struct{ account, first, last string }

// anyAccount groups the spans of all bank accounts.
func anyAccount(*pb.BankStatementLine) string { return "" }

// daySpans returns the spans of days around the dates of lines, for each bank account that account
// returns. They do not overlap.
func daySpans(
	lines []*pb.BankStatementLine, account func(*pb.BankStatementLine) string, before, after int,
) (spans []daySpan) {
	for _, l := range lines {
		spans = append(spans, daySpan{account(l), addDays(l.BookedDate, -before), addDays(l.BookedDate, after)})
	}
	slices.SortFunc(spans, func(a, b daySpan) int {
		return strings.Compare(a.account+a.first, b.account+b.first)
	})
	merged := spans[:0]
	for _, s := range spans {
		if n := len(merged); n > 0 && merged[n-1].account == s.account && merged[n-1].last >= s.first {
			merged[n-1].last = s.last
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// boundsOf returns the first and the last days of spans.
func boundsOf(spans []daySpan) (first, last []string) {
	for _, s := range spans {
		first, last = append(first, s.first), append(last, s.last)
	}
	return first, last
}
