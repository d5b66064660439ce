package ledger

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// annotation is the external id, a value of the metadata, or the value of a custom field of an
// exported entry.
type annotation struct{ name, text string }

// readAnnotations returns the annotations of the entry. The names are different, and valid as names
// of tags in hledger and of metadata in beancount: a lowercase letter, then ASCII letters, digits,
// dashes and underscores.
func (l exportLine) readAnnotations() (out []annotation, err error) {
	if l.ExternalID != "" {
		out = append(out, annotation{"external_id", l.ExternalID})
	}
	taken := map[string]bool{}
	for _, source := range []struct{ prefix, values string }{{"metadata-", l.Metadata}, {"custom-", l.CustomFields}} {
		if source.values == "" {
			continue
		}
		values := map[string]any{}
		if err := json.Unmarshal([]byte(source.values), &values); err != nil {
			return nil, err
		}
		for _, key := range slices.Sorted(maps.Keys(values)) {
			name := source.prefix + strings.Map(annotationRune, key)
			for n := 2; taken[name]; n++ {
				name = fmt.Sprintf("%s%s-%d", source.prefix, strings.Map(annotationRune, key), n)
			}
			taken[name] = true
			text, err := annotationText(values[key])
			if err != nil {
				return nil, err
			}
			out = append(out, annotation{name, text})
		}
	}
	return out, nil
}

// annotationRune replaces the characters that a name cannot have.
func annotationRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
		return r
	}
	return '-'
}

// annotationText returns a value as text: an amount with its currency, such as `12.50 USD`, and
// other values as they are.
func annotationText(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case map[string]any:
		amount, isAmount := v["amount"].(string)
		currency, hasCurrency := v["currencyCode"].(string)
		if isAmount && hasCurrency {
			return amount + " " + currency, nil
		}
	}
	raw, err := json.Marshal(value)
	return string(raw), err
}
