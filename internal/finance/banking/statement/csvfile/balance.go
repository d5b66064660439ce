package csvfile

import (
	"slices"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/sheet"
)

// rowBalance is the balance after a line.
type rowBalance struct {
	row      int // index of the row; rows between two lines may have been left out
	textLine int
	amount   int64
	balance  int64
	isKnown  bool
}

// addBalance adds the balance after a line that was read.
func (r *reader) addBalance(a *account, index int, row sheet.Row, amount int64) {
	at := r.columns.at(BalanceColumn)
	if at < 0 {
		return
	}
	balance, err := r.parseAmount(row, at, r.currency)
	a.balances = append(a.balances, rowBalance{
		row: index, textLine: row.Line, amount: amount, balance: balance, isKnown: err == nil,
	})
}

// balanceChain is the result of following the balances in one direction of time with one sign.
type balanceChain struct {
	isBackward, isOpposite bool
	links, breaks          int
	firstBreak             int // text line of the first balance that does not follow
}

// followBalances follows the balances from line to line. Between two lines, no row may have a
// problem.
func followBalances(balances []rowBalance, hasProblem map[int]bool, isBackward, isOpposite bool) balanceChain {
	chain := balanceChain{isBackward: isBackward, isOpposite: isOpposite}
	for i := 1; i < len(balances); i++ {
		older, newer := balances[i-1], balances[i]
		if isBackward {
			older, newer = newer, older
		}
		if !older.isKnown || !newer.isKnown || hasProblem[i] {
			continue
		}
		amount := newer.amount
		if isOpposite {
			amount = -amount
		}
		chain.links++
		if older.balance+amount != newer.balance {
			if chain.breaks++; chain.breaks == 1 {
				chain.firstBreak = balances[i].textLine
			}
		}
	}
	return chain
}

// checkBalances compares the balances with the amounts. If all follow, they give the opening and
// the closing balance; otherwise it adds a warning.
func (r *reader) checkBalances(a *account) {
	s, gaps := &a.statement, r.gaps(a.balances)
	var best balanceChain
	for i, c := range []struct{ isBackward, isOpposite bool }{{}, {true, false}, {false, true}, {true, true}} {
		chain := followBalances(a.balances, gaps, c.isBackward, c.isOpposite)
		isNewestFirst := chain.isBackward && len(s.Lines) > 0 && s.Lines[len(s.Lines)-1].Date.Before(s.Lines[0].Date)
		if i == 0 || chain.breaks < best.breaks ||
			chain.breaks == best.breaks && isNewestFirst && !chain.isOpposite && !best.isOpposite {
			best = chain
		}
	}
	plain := followBalances(a.balances, gaps, best.isBackward, false)
	switch {
	case best.links == 0:
		if !r.found.MoneyOutPositive { // otherwise the balance may be what is owed
			a.setBalances(best)
		}
	case best.breaks == 0 && best.isOpposite && r.found.MoneyOutPositive:
		r.reportBalances(BalancesConsistent) // the balances are what is owed
	case best.breaks == 0 && best.isOpposite:
		r.reportBalances(BalancesOpposite)
		r.warn("The balances follow only if all signs are reversed: money out may be positive in this file.")
	case best.breaks > 0:
		r.reportBalances(BalancesContradicted)
		r.warn("The balances contradict the amounts in %d of %d lines, first in line %d of the file.",
			plain.breaks, plain.links, plain.firstBreak)
	default:
		r.reportBalances(BalancesConsistent)
		if r.found.SignBasis == Assumed {
			r.found.SignBasis = Shown
		}
		a.setBalances(best)
	}
}

// reportBalances sets the result for the file: the worst of its accounts.
func (r *reader) reportBalances(c BalanceCheck) {
	checks := []BalanceCheck{BalancesUnchecked, BalancesConsistent, BalancesOpposite, BalancesContradicted}
	worst := max(slices.Index(checks, c), slices.Index(checks, r.found.BalanceCheck))
	r.found.BalanceCheck = checks[worst]
}

// gaps returns the indexes of the balances before which a row could not be read.
func (r *reader) gaps(balances []rowBalance) map[int]bool {
	isProblem := make(map[int]bool, len(r.file.Problems))
	for _, p := range r.file.Problems {
		isProblem[p.Line] = true
	}
	gaps := map[int]bool{}
	for i := 1; i < len(balances); i++ {
		for row := balances[i-1].row + 1; row < balances[i].row; row++ {
			gaps[i] = gaps[i] || isProblem[row+1]
		}
	}
	return gaps
}

// setBalances sets the opening and the closing balance from the balances after the first and the
// last line, if every line has one.
func (a *account) setBalances(chain balanceChain) {
	if len(a.balances) == 0 || chain.links != len(a.balances)-1 || !a.balances[0].isKnown {
		return
	}
	first, last := a.balances[0], a.balances[len(a.balances)-1]
	if chain.isBackward {
		first, last = last, first
	}
	s := &a.statement
	s.OpeningBalance = &statement.Balance{Amount: first.balance - first.amount, Date: s.From}
	s.LedgerBalance = &statement.Balance{Amount: last.balance, Date: s.To}
}
