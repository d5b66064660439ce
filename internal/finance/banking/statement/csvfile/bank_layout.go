package csvfile

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// bankLayout is the layout of a bank's or a service's CSV files. Files with a header are known by
// it. For files without a header, a profile names the layout; their columns are numbers.
type bankLayout struct {
	Bank   string   `json:"bank"`
	Header []string `json:"header,omitempty"`
	// Source is the public document or sample that shows the columns.
	Source           string              `json:"source"`
	Delimiter        string              `json:"delimiter,omitempty"`
	ColumnCount      int                 `json:"columnCount,omitempty"` // without a header; 0 if not known
	SkipRows         int                 `json:"skipRows,omitempty"`
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

// bankLayouts are the layouts by the keys of their headers, and those without a header by name.
type bankLayouts struct {
	byHeader, headerless map[string]bankLayout
	names                map[string]bool // of all banks
}

// loadBankLayouts returns the layouts in bankLayoutLines.
var loadBankLayouts = sync.OnceValue(func() bankLayouts {
	all := bankLayouts{map[string]bankLayout{}, map[string]bankLayout{}, map[string]bool{}}
	for i, line := range strings.Split(strings.TrimSpace(bankLayoutLines), "\n") {
		var l bankLayout
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			panic(fmt.Sprintf("csvfile: bank_layouts.jsonl, line %d: %v", i+1, err))
		}
		all.names[l.Bank] = true
		if len(l.Header) > 0 {
			all.byHeader[headerKey(l.Header)] = l
		} else {
			all.headerless[l.Bank] = l
		}
	}
	return all
})

// IsKnownBank reports whether a bank with a name has built-in layouts.
func IsKnownBank(name string) bool { return loadBankLayouts().names[name] }

// HeaderlessBanks returns the names of the layouts of files without a header, sorted.
func HeaderlessBanks() []string { return slices.Sorted(maps.Keys(loadBankLayouts().headerless)) }

// findBankLayout returns the layout of the bank whose files have a header.
func findBankLayout(header []string) (bankLayout, bool) {
	l, ok := loadBankLayouts().byHeader[headerKey(header)]
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

// layout returns the layout as one that reads no other columns.
func (b bankLayout) layout() Layout {
	columns := Columns{}
	for use := range columnUses {
		columns[use] = b.Columns[use.String()]
	}
	return Layout{
		Bank: b.Bank, Delimiter: b.Delimiter, SkipRows: b.SkipRows, NoHeader: len(b.Header) == 0,
		Columns: columns, columnCount: b.ColumnCount,
		DateOrder: b.DateOrder, DecimalMark: b.DecimalMark, MoneyOutPositive: b.MoneyOutPositive,
		MoneyOutWords: b.MoneyOutWords, MoneyInWords: b.MoneyInWords, BookedWords: b.BookedWords,
		LeftOutWords: b.LeftOutWords, isComplete: true,
	}
}

// withBank returns the layout completed from that of the bank that it names, if the bank's files
// have no header. Other layouts are completed once the header is found.
func (l Layout) withBank() (Layout, error) {
	if l.Bank == "" {
		return l, nil
	}
	banks := loadBankLayouts()
	if bank, ok := banks.headerless[l.Bank]; ok {
		return l.over(bank.layout()), nil
	}
	if !banks.names[l.Bank] {
		return l, fmt.Errorf("%w: the layout of %q is not known", statement.ErrUnsupported, sheet.Excerpt(l.Bank))
	}
	return l, nil
}

// over returns the layout with what it does not set taken from another one. Words of both count.
func (l Layout) over(other Layout) Layout {
	l.Delimiter, l.Charset = cmp.Or(l.Delimiter, other.Delimiter), cmp.Or(l.Charset, other.Charset)
	l.DateOrder, l.DecimalMark = cmp.Or(l.DateOrder, other.DateOrder), cmp.Or(l.DecimalMark, other.DecimalMark)
	l.SkipRows, l.NoHeader = cmp.Or(l.SkipRows, other.SkipRows), l.NoHeader || other.NoHeader
	l.MoneyOutPositive = l.MoneyOutPositive || other.MoneyOutPositive
	l.MoneyOutWords = slices.Concat(other.MoneyOutWords, l.MoneyOutWords)
	l.MoneyInWords = slices.Concat(other.MoneyInWords, l.MoneyInWords)
	l.BookedWords = slices.Concat(other.BookedWords, l.BookedWords)
	l.LeftOutWords = slices.Concat(other.LeftOutWords, l.LeftOutWords)
	columns := maps.Clone(other.Columns)
	for use, names := range l.Columns {
		if len(names) > 0 {
			columns[use] = names
		}
	}
	l.Columns, l.columnCount, l.isComplete = columns, other.columnCount, other.isComplete
	return l
}
