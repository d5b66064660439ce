package cashflow

import "testing"

// TestAccountsDecideWhatIsRead checks which accounts are part of the changes in operating accounts,
// which make their entries special, and which lines are shown where other lines of the entry are.
func TestAccountsDecideWhatIsRead(t *testing.T) {
	for name, want := range map[string]struct{ operating, special, contextual bool }{
		"bank":       {},
		"receivable": {operating: true},
		"sales":      {operating: true},
		"equipment":  {special: true},
		// It reduces equipment, whatever section it has.
		"accumulated":       {special: true},
		"loan":              {special: true},
		"tax":               {operating: true, contextual: true},
		"rounding":          {operating: true, contextual: true},
		"realized":          {operating: true, special: true, contextual: true},
		"interest financed": {operating: true, special: true},
	} {
		a := chart[name]
		if a == nil {
			t.Fatalf("there is no account %s", name)
		}
		if a.IsOperating() != want.operating || a.IsSpecial() != want.special || a.IsContextual() != want.contextual {
			t.Errorf("%s: got operating %t, special %t, contextual %t", name, a.IsOperating(), a.IsSpecial(), a.IsContextual())
		}
	}
}
