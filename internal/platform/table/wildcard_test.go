package table_test

import (
	"slices"
	"testing"

	"backoffice/internal/platform/table"
)

func TestWildcardFindsBeginningAndEnd(t *testing.T) {
	t.Parallel()
	o := enter(t)
	insertNamed(t, o)
	for filter, want := range map[string][]string{
		`text = "fu*"`: {"full"}, `text = "*ll"`: {"full", "small"}, `text = "*ul*"`: {"full"}, `text = "FU*"`: nil,
		`text != "*l"`: {"empty", odd}, `text = "\\*full"`: nil, `text = "*"`: {"empty", "full", "small", odd},
	} {
		list, _, err := o.list(table.Query{Filter: filter, Limit: 10})
		if err != nil {
			t.Errorf("%s: %v", filter, err)
		}
		var got []string
		for _, r := range list {
			got = append(got, r.text)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", filter, got, want)
		}
	}
}
