package chain

import (
	"slices"

	"github.com/google/uuid"

	"backoffice/internal/finance/banking/statement"
)

// Recorded are the lines of a stored statement with the deduplication keys that they had when it
// was imported, also those that were stored before.
type Recorded struct {
	Lines []statement.Line
	Keys  []string
}

// Keys returns the deduplication keys of the lines of a group, by statement of the file. A
// statement that was imported before keeps its keys. Other lines get keys that no other statement
// of the chain has, since these have other lines. A statement that stands twice in the file has the
// same keys both times. The balances prove nothing about a statement that looks like an earlier one
// but has another line.
//
// disproved is the number of keys that two stored statements of the chain have, because a line was
// taken for a line of the other before the balances proved that it is not. A statement that is
// imported again gets new keys for such lines.
func (g Group) Keys(
	file []statement.Statement, recorded map[uuid.UUID]Recorded,
) (keys map[int][]string, disproved int) {
	others := map[string]bool{}
	for _, mate := range g.Mates {
		for _, key := range recorded[mate].Keys {
			if others[key] {
				disproved++
			}
			others[key] = true
		}
	}
	kept, isAnother := g.keptKeys(file, recorded, others)
	keys = map[int][]string{}
	seen := statement.Occurrences{}
	first := map[identity]int{} // the first statement of the file with an identity
	for _, n := range g.Statements {
		if span, ok := NewSpan(file[n], n); ok {
			at, again := first[span.identity()]
			if again && slices.EqualFunc(file[at].Lines, file[n].Lines, isSameLine) {
				keys[n] = keys[at]
				continue
			}
			first[span.identity()] = n
		}
		if isAnother[n] {
			keys[n] = statement.Occurrences{}.Keys(file[n].Lines, kept[n], nil)
			continue
		}
		keys[n] = seen.Keys(file[n].Lines, kept[n], others)
	}
	return keys, disproved
}

// isSameLine reports whether two lines differ at most in their place in the file.
func isSameLine(a, b statement.Line) bool {
	a.Number = b.Number
	return a == b
}

// keptKeys returns the keys that the statements of the file had when they were imported before,
// except those that others have, and adds them to others. isAnother are the statements that look
// like an earlier one, but have another line.
func (g Group) keptKeys(
	file []statement.Statement, recorded map[uuid.UUID]Recorded, others map[string]bool,
) (kept map[int]statement.KeptKeys, isAnother map[int]bool) {
	kept, isAnother = map[int]statement.KeptKeys{}, map[int]bool{}
	first := map[uuid.UUID]int{} // the first statement of the file that is a stored one
	for _, n := range g.Statements {
		if len(g.Again[n]) == 0 {
			continue
		}
		earlier := statement.KeptKeys{}
		for _, id := range g.Again[n] {
			earlier.Add(recorded[id].Lines, recorded[id].Keys, nil)
		}
		isAnother[n] = !earlier.Have(file[n].Lines)
		if same, again := first[g.Again[n][0]]; again {
			kept[n] = kept[same] // each key is for one of their lines
			continue
		}
		first[g.Again[n][0]], kept[n] = n, statement.KeptKeys{}
		for _, id := range g.Again[n] {
			kept[n].Add(recorded[id].Lines, recorded[id].Keys, others)
		}
		for key := range kept[n].All() {
			others[key] = true
		}
	}
	return kept, isAnother
}
