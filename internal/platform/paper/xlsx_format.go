package paper

import (
	"fmt"
	"strings"
)

// format is how a cell of a workbook looks.
type format struct {
	bold, isTitle, left, right bool
	// isLabel is true for a column label, isSum for a sum, isTotal for a total of the document.
	isLabel, isSum, isTotal bool
	indent                  int
	// number is the number format. Empty for text.
	number string
}

// formats are the formats of a workbook, numbered from 1 on as they are first used. Format 0 is
// that of cells without one.
type formats struct {
	numbers map[format]int
	inOrder []format
}

// number returns the number of a format.
func (f *formats) number(wanted format) int {
	n, known := f.numbers[wanted]
	if !known {
		if f.numbers == nil {
			f.numbers = map[format]int{}
		}
		f.inOrder = append(f.inOrder, wanted)
		n = len(f.inOrder)
		f.numbers[wanted] = n
	}
	return n
}

// Indexes of the fonts and borders of a workbook. All fonts are of one family.
const (
	fontsXML = `<fonts count="3"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>` +
		`<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font>` +
		`<font><b/><sz val="14"/><name val="Calibri"/><family val="2"/></font></fonts>`
	bordersXML = `<borders count="4"><border/><border><bottom style="thin"/></border>` +
		`<border><top style="thin"/></border><border><top style="thin"/><bottom style="double"/></border></borders>`
	fillsXML = `<fills count="2"><fill><patternFill patternType="none"/></fill>` +
		`<fill><patternFill patternType="gray125"/></fill></fills>`
	firstCustomFormat = 164
)

// xml returns the formats as the styles of a workbook.
func (f *formats) xml() string {
	var numbers, cells strings.Builder
	ids := map[string]int{"": 0}
	for _, one := range f.inOrder {
		id, known := ids[one.number]
		if !known {
			id = firstCustomFormat + len(ids)
			ids[one.number] = id
			fmt.Fprintf(&numbers, `<numFmt numFmtId="%d" formatCode="%s"/>`, id, escapeXML(one.number))
		}
		fmt.Fprintf(&cells, `<xf numFmtId="%d" fontId="%d" fillId="0" borderId="%d" xfId="0" applyNumberFormat="1" `+
			`applyFont="1" applyBorder="1" applyAlignment="1">%s</xf>`, id, one.font(), one.border(), one.alignment())
	}
	return fmt.Sprintf(`<styleSheet %s><numFmts count="%d">%s</numFmts>%s%s%s<cellStyleXfs count="1"><xf/>`+
		`</cellStyleXfs><cellXfs count="%d"><xf xfId="0"/>%s</cellXfs></styleSheet>`,
		mainNamespace, len(ids)-1, numbers.String(), fontsXML, fillsXML, bordersXML, len(f.inOrder)+1, cells.String())
}

func (f format) font() int {
	switch {
	case f.isTitle:
		return 2
	case f.bold:
		return 1
	}
	return 0
}

func (f format) border() int {
	switch {
	case f.isLabel:
		return 1
	case f.isTotal:
		return 3
	case f.isSum:
		return 2
	}
	return 0
}

func (f format) alignment() string {
	switch {
	case f.isLabel && f.right:
		return `<alignment horizontal="right" vertical="bottom" wrapText="1"/>`
	case f.isLabel:
		return `<alignment vertical="bottom" wrapText="1"/>`
	case f.left || f.indent > 0:
		return fmt.Sprintf(`<alignment horizontal="left" indent="%d"/>`, f.indent)
	}
	return ""
}
