package csvfile

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"backoffice/internal/finance/banking/statement/datetext"
	"backoffice/internal/platform/sheet"
)

// bankLayout is the layout of a bank's or a service's CSV files, which are known by their header.
type bankLayout struct {
	Bank   string   `json:"bank"`
	Header []string `json:"header"`
	// Source is the public document or sample that shows the header.
	Source           string              `json:"source"`
	DateOrder        datetext.Order      `json:"dateOrder,omitempty"`
	DecimalMark      string              `json:"decimalMark,omitempty"`
	MoneyOutPositive bool                `json:"moneyOutPositive,omitempty"`
	Columns          map[string][]string `json:"columns"`
	MoneyOutWords    []string            `json:"moneyOutWords,omitempty"`
	MoneyInWords     []string            `json:"moneyInWords,omitempty"`
	BookedWords      []string            `json:"bookedWords,omitempty"`
	LeftOutWords     []string            `json:"leftOutWords,omitempty"`
	// Sample is a row of a file, with its day and its amount, or without a day if the row is left out.
	Sample         []string `json:"sample,omitempty"`
	SampleCurrency string   `json:"sampleCurrency,omitempty"`
	SampleDate     string   `json:"sampleDate,omitempty"`
	SampleAmount   string   `json:"sampleAmount,omitempty"`
}

// bankLayoutLines holds a bankLayout in each line.
//
//go:embed bank_layouts.jsonl
var bankLayoutLines string

// loadBankLayouts returns the layouts by the keys of their headers.
var loadBankLayouts = sync.OnceValue(func() map[string]bankLayout {
	layouts := map[string]bankLayout{}
	for i, line := range strings.Split(strings.TrimSpace(bankLayoutLines), "\n") {
		var l bankLayout
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			panic(fmt.Sprintf("statement: bank_layouts.jsonl, line %d: %v", i+1, err))
		}
		layouts[headerKey(l.Header)] = l
	}
	return layouts
})

// findBankLayout returns the layout of the bank whose files have a header.
func findBankLayout(header []string) (bankLayout, bool) {
	l, ok := loadBankLayouts()[headerKey(header)]
	return l, ok
}

// headerKey returns the cells of a header as one text, whatever their case, without empty cells at
// the end.
func headerKey(header []string) string {
	cells := make([]string, len(header))
	for i, cell := range header {
		cells[i] = strings.ToLower(sheet.CleanText(cell))
	}
	return strings.TrimRight(strings.Join(cells, "\x1f"), "\x1f")
}

// layout returns the layout as one that is told.
func (b bankLayout) layout() Layout {
	columns := Columns{}
	for use := range columnUses {
		columns[use] = b.Columns[use.String()]
	}
	return Layout{
		Columns: columns, DateOrder: b.DateOrder, DecimalMark: b.DecimalMark, MoneyOutPositive: b.MoneyOutPositive,
		MoneyOutWords: b.MoneyOutWords, MoneyInWords: b.MoneyInWords, BookedWords: b.BookedWords,
		LeftOutWords: b.LeftOutWords, isComplete: true,
	}
}
