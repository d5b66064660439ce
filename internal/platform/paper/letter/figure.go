package letter

import (
	"strings"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/paper"
)

// figure is a text in a column of numbers, split at its decimal point: what stands before the
// point, and the point with what follows.
type figure struct{ whole, fraction string }

// newFigure returns a decimal number as a language writes it, with a typographic minus. Other text
// has no fraction. isNumber is false for it.
func newFigure(l paper.Language, text string) (f figure, isNumber bool) {
	if _, err := decimal.NewFromString(text); err != nil {
		return figure{whole: text}, false
	}
	whole, fraction, hasFraction := strings.Cut(text, ".")
	written := strings.Replace(l.Decimal(whole), "-", "−", 1)
	if !hasFraction {
		return figure{whole: written}, true
	}
	return figure{written, strings.TrimPrefix(l.Decimal("0."+fraction), "0")}, true
}

// String returns the figure in one piece.
func (f figure) String() string { return f.whole + f.fraction }
