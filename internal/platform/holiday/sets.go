package holiday

import (
	"slices"
	"strings"
	"sync"
)

// sets returns all sets, sorted by key.
var sets = sync.OnceValue(func() []*Set {
	all := slices.Concat(
		australia(), canada(), france(), germany(), ireland(), unitedKingdom(), unitedStates(),
	)
	slices.SortFunc(all, func(a, b *Set) int { return strings.Compare(a.Key, b.Key) })
	return all
})

// place returns a set that is complete since a year.
func place(key, name string, since int, rules ...[]rule) *Set {
	return &Set{Key: key, Name: name, Since: since, rules: slices.Concat(rules...)}
}
