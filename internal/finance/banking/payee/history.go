package payee

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// MaxScore is the score of a certain guess. A guess above Sure may be accepted without a look: at
// least three decisions in the history about the payee agree with it, and none about the payee, or
// one that may be the same, disagrees.
const (
	MaxScore = 100
	Sure     = 90
)

// Limits of the decisions that a history needs. A caller reads no more than these, however many
// there are.
const (
	MaxDecisions = 50 // the latest decisions about a payee
	MaxAlike     = 10 // payees before a payee in alphabetical order, and as many after it: see Alike
)

// Parameters of the score.
const (
	doubt          = 25  // weight in percent of a decision that was never made, so that a few are not certain
	oppositeWeight = 35  // weight in percent of a decision about money in for money out, and the reverse
	amountWeight   = 80  // part of the weight in percent that depends on the amount
	halfLife       = 365 // days after which a decision has half its weight
	minSure        = 3   // decisions that must agree for a score above Sure
	usualFactor    = 2   // how far an amount may be outside the earlier ones and still be usual

	percent     = 100
	wholeWeight = percent * percent * percent // weight of an equal decision
)

// Transaction is money in or out of a payee.
type Transaction struct {
	// Payee is the key of the payee.
	Payee string
	// Minor is the amount in minor units, negative for money out.
	Minor int64
	// Day is the date as a number of days.
	Day int
}

// Decision is an earlier decision about a transaction. Outcome identifies what was decided, such as
// an account.
type Decision struct {
	Transaction
	Outcome string
}

// Guess is an outcome that earlier decisions suggest.
type Guess struct {
	Outcome string
	// Score is the likelihood, from 0 to MaxScore.
	Score int32
	// Payee is the most similar payee with the outcome. Of is the number of decisions about it, and
	// Count the number of those with the outcome.
	Payee     string
	Count, Of int
	// Latest is the index in the history of the latest decision with the outcome.
	Latest int
}

// Reason says in a sentence why the outcome is suggested.
func (g Guess) Reason() string {
	switch {
	case g.Of == 1:
		return fmt.Sprintf("The only earlier payment of %q was decided this way.", g.Payee)
	case g.Count == g.Of && g.Of >= MaxDecisions:
		return fmt.Sprintf("All of the last %d payments of %q were decided this way.", g.Of, g.Payee)
	case g.Of >= MaxDecisions:
		return fmt.Sprintf("%d of the last %d payments of %q were decided this way.", g.Count, g.Of, g.Payee)
	case g.Count == g.Of:
		return fmt.Sprintf("All %d earlier payments of %q were decided this way.", g.Of, g.Payee)
	}
	return fmt.Sprintf("%d of %d earlier payments of %q were decided this way.", g.Count, g.Of, g.Payee)
}

// History are earlier decisions.
type History struct {
	decisions []Decision
	words     [][]string
	// byFirstWord are the indexes of decisions by the first word of their payee.
	byFirstWord map[string][]int
}

// NewHistory returns the history of decisions.
func NewHistory(decisions []Decision) *History {
	h := &History{decisions: decisions, words: make([][]string, len(decisions)), byFirstWord: map[string][]int{}}
	for i, d := range decisions {
		h.words[i] = strings.Fields(d.Payee)
		first := FirstWord(d.Payee)
		h.byFirstWord[first] = append(h.byFirstWord[first], i)
	}
	return h
}

// FirstWord returns the first word of a key. Decisions about payees with another first word do not
// count.
func FirstWord(key string) string {
	first, _, _ := strings.Cut(key, " ")
	return first
}

// evidence is what earlier decisions say about a transaction: those with one outcome, or all of
// them.
type evidence struct {
	weight int64
	// similarity is that of payee, the most similar payee.
	similarity int64
	payee      string
	// same counts the decisions with an equal key and money in the same direction. near counts
	// those whose key is equal or may be the same name, in either direction.
	same, near int
	// smallest and largest are the amounts of the same decisions, without sign.
	smallest, largest int64
	latest            int // index of the latest decision
}

// Suggest returns the outcomes that earlier decisions suggest for a transaction, most likely first.
// It returns none for a transaction without a payee.
func (h *History) Suggest(t Transaction) []Guess {
	if t.Payee == "" {
		return nil
	}
	byOutcome := map[string]*evidence{}
	all := &evidence{latest: -1}
	words := strings.Fields(t.Payee)
	for _, i := range h.byFirstWord[FirstWord(t.Payee)] {
		outcome := h.decisions[i].Outcome
		if byOutcome[outcome] == nil {
			byOutcome[outcome] = &evidence{latest: -1}
		}
		similarity := compareKeys(words, h.words[i])
		byOutcome[outcome].add(h, i, t, similarity)
		all.add(h, i, t, similarity)
	}
	guesses := make([]Guess, 0, len(byOutcome))
	for outcome, e := range byOutcome {
		g := Guess{Outcome: outcome, Score: e.score(t, all), Payee: e.payee, Latest: e.latest}
		g.Count, g.Of = h.count(g.Payee, outcome)
		guesses = append(guesses, g)
	}
	slices.SortFunc(guesses, func(a, b Guess) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Outcome, b.Outcome))
	})
	return guesses
}

// count returns the number of decisions about a payee, and of those with the outcome.
func (h *History) count(payee, outcome string) (count, of int) {
	for _, i := range h.byFirstWord[FirstWord(payee)] {
		if d := h.decisions[i]; d.Payee == payee {
			if of++; d.Outcome == outcome {
				count++
			}
		}
	}
	return count, of
}

// add adds the decision with index i.
func (e *evidence) add(h *History, i int, t Transaction, similarity int64) {
	d := h.decisions[i]
	e.weight += t.weigh(d, similarity)
	if similarity > e.similarity {
		e.similarity, e.payee = similarity, d.Payee
	}
	if e.latest < 0 || d.Day >= h.decisions[e.latest].Day {
		e.latest = i
	}
	if similarity < prefixSimilarity {
		return
	}
	if e.near++; similarity < sameSimilarity || (d.Minor < 0) != (t.Minor < 0) {
		return
	}
	minor := max(d.Minor, -d.Minor)
	if e.same == 0 || minor < e.smallest {
		e.smallest = minor
	}
	e.same, e.largest = e.same+1, max(e.largest, minor)
}

// weigh returns the weight of a decision. It is larger if the payee is more similar, the amount
// closer and the date nearer.
func (t Transaction) weigh(d Decision, similarity int64) int64 {
	weight := similarity * similarity * similarity
	if (d.Minor < 0) != (t.Minor < 0) {
		weight = weight * oppositeWeight / percent
	}
	days := int64(max(t.Day-d.Day, d.Day-t.Day))
	weight = weight * halfLife / (halfLife + days)
	return weight * (percent - amountWeight + amountWeight*closeness(t.Minor, d.Minor)/percent) / percent
}

// closeness returns how close two amounts are in percent: the square of the ratio of the smaller to
// the larger.
func closeness(a, b int64) int64 {
	a, b = max(a, -a), max(b, -b)
	if a > b {
		a, b = b, a
	}
	if a == b {
		return percent
	}
	ratio := a / max(b/percent, 1)
	if b < percent*percent {
		ratio = a * percent / b
	}
	return ratio * ratio / percent
}

// score returns the score of an outcome. It is above Sure only if at least minSure decisions about
// the payee have the outcome, none that may be about the payee has another, and the amount is
// usual.
func (e *evidence) score(t Transaction, all *evidence) int32 {
	if e.same >= minSure && e.near == all.near && e.isUsual(t.Minor) && NamesPayee(t.Payee) {
		return int32(min(Sure+e.same-minSure+1, MaxScore-1))
	}
	likelihood := Sure * e.weight / (all.weight + wholeWeight*doubt/percent*e.similarity/percent)
	return int32(likelihood * (percent + e.similarity) / (2 * percent))
}

// isUsual reports whether an amount is near the earlier ones.
func (e *evidence) isUsual(minor int64) bool {
	minor = max(minor, -minor)
	return minor >= e.smallest/usualFactor && minor/usualFactor <= e.largest
}
