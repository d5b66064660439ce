package banking

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed consumer_merchants.txt
var consumerMerchants string

// merchant is a kind of merchant at which people mostly spend for themselves.
type merchant struct {
	kind    string
	pattern *regexp.Regexp
}

var merchants = readMerchants(consumerMerchants)

// readMerchants reads a kind a line, with what names of its merchants contain.
func readMerchants(text string) (all []merchant) {
	for line := range strings.Lines(text) {
		kind, names, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found || strings.HasPrefix(kind, "#") {
			continue
		}
		var parts []string
		for name := range strings.SplitSeq(names, "|") {
			parts = append(parts, regexp.QuoteMeta(strings.TrimSpace(name)))
		}
		all = append(all, merchant{kind, regexp.MustCompile(`(^|[^\pL\pN])(` + strings.Join(parts, "|") + `)($|[^\pL\pN])`)})
	}
	return all
}

// consumerMerchant finds a known merchant in what a bank wrote, in small letters: its kind,
// and the name that stands there.
func consumerMerchant(written string) (kind, name string) {
	for _, m := range merchants {
		if found := m.pattern.FindStringSubmatch(written); found != nil {
			return m.kind, found[2]
		}
	}
	return "", ""
}
