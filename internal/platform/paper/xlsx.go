package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/paper/linebreak"
)

// labelsRow is the row of the column labels, below the rows of the head and an empty row.
const labelsRow = 6

// Heights of rows in points.
const rowHeight, titleHeight = 15, 21

// XLSX returns the table as a workbook with one sheet (ECMA-376). Amounts are numbers with their
// exact digits, dates are dates, and a row that adds up others is a formula with its result.
func (t Table) XLSX() ([]byte, error) {
	w := workbook{Table: t.grouped(), sheet: sheetName(t.Title)}
	w.writeSheet()
	var out bytes.Buffer
	packed := zip.NewWriter(&out)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes}, {"_rels/.rels", packageLinks}, {"docProps/core.xml", w.properties()},
		{"xl/workbook.xml", w.book()}, {"xl/_rels/workbook.xml.rels", bookLinks}, {"xl/styles.xml", w.formats.xml()},
		{"xl/worksheets/sheet1.xml", w.cells.String()},
	} {
		file, err := packed.Create(part.name)
		if err != nil {
			return nil, err
		}
		if _, err := file.Write([]byte(xml.Header + part.text)); err != nil {
			return nil, err
		}
	}
	err := packed.Close()
	return out.Bytes(), err
}

// workbook is the workbook under construction.
type workbook struct {
	Table
	sheet   string
	formats formats
	cells   strings.Builder
}

// sheetName returns a name that a sheet may have: at most 31 characters, without some marks.
func sheetName(title string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return ' '
		}
		return r
	}, title)
	for utf8.RuneCountInString(name) > 31 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.TrimSpace(name); name == "" {
		return "Sheet"
	}
	return name
}

const (
	mainNamespace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	linkNamespace = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	contentTypes  = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `.sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + sheetType + `.styles+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + sheetType + `.worksheet+xml"/></Types>`
	sheetType    = `application/vnd.openxmlformats-officedocument.spreadsheetml`
	packageLinks = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + linkNamespace + `/officeDocument" Target="xl/workbook.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/` +
		`core-properties" Target="docProps/core.xml"/></Relationships>`
	bookLinks = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + linkNamespace + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + linkNamespace + `/styles" Target="styles.xml"/></Relationships>`
)

// properties returns the title and the author of the workbook.
func (w *workbook) properties() string {
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + escapeXML(w.Title) + `</dc:title><dc:creator>` +
		escapeXML(w.Issuer.Name) + `</dc:creator><dc:language>` + w.Locale.Language() + `</dc:language></cp:coreProperties>`
}

// book returns the workbook with its only sheet. The labels are printed on each page.
func (w *workbook) book() string {
	return fmt.Sprintf(`<workbook %s xmlns:r="%s"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets>`+
		`<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">'%[3]s'!$%[4]d:$%[4]d</definedName>`+
		`</definedNames></workbook>`, mainNamespace, linkNamespace, escapeXML(w.sheet), labelsRow)
}

// writeSheet writes the sheet: the head, the labels and the rows, with column widths, frozen labels
// and the settings of printing.
func (w *workbook) writeSheet() {
	paper, orientation := 9, "portrait" // A4
	if w.Locale.UsesLetter() {
		paper = 1
	}
	if len(w.Columns) > 6 {
		orientation = "landscape"
	}
	fmt.Fprintf(&w.cells, `<worksheet %s><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>`+
		`<sheetView workbookViewId="0" showGridLines="0"><pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" `+
		`state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="%d"/><cols>`,
		mainNamespace, labelsRow, labelsRow+1, rowHeight)
	for i := range w.Columns {
		fmt.Fprintf(&w.cells, `<col min="%d" max="%[1]d" width="%d" customWidth="1"/>`, i+1, w.columnWidth(i))
	}
	w.cells.WriteString(`</cols><sheetData>`)
	w.writeHead()
	for i, r := range w.Rows {
		w.writeRow(i, r)
	}
	if len(w.Rows) == 0 && w.Empty != "" {
		w.writeLine(labelsRow+1, w.Empty, format{})
	}
	fmt.Fprintf(&w.cells, `</sheetData><pageMargins left="0.6" right="0.6" top="0.6" bottom="0.7" header="0.3" `+
		`footer="0.3"/><pageSetup paperSize="%d" orientation="%s" fitToWidth="1" fitToHeight="0"/><headerFooter>`+
		`<oddFooter>%s</oddFooter></headerFooter></worksheet>`,
		paper, orientation, escapeXML("&L"+strings.ReplaceAll(w.Footer, "&", "&&")+"&RPage &P of &N"))
}

// columnWidth returns the width of a column in characters, with which its cells and the words of
// its label fit.
func (w *workbook) columnWidth(i int) int {
	width := max(8, min(utf8.RuneCountInString(w.Columns[i].Label), 16))
	for _, word := range linebreak.Words(w.Columns[i].Label) {
		width = max(width, utf8.RuneCountInString(word))
	}
	for _, r := range w.Rows {
		if !w.spans(r, i) {
			width = max(width, utf8.RuneCountInString(w.cellText(r, i))+2*r.Level)
		}
	}
	return min(width, 60) + 2
}

// writeHead writes the rows above the column labels, and the labels.
func (w *workbook) writeHead() {
	for i, text := range w.head() {
		w.writeLine(i+1, text, format{bold: i < 2, isTitle: i == 1})
	}
	fmt.Fprintf(&w.cells, `<row r="%d" ht="%d" customHeight="1">`, labelsRow, rowHeight*w.labelLines())
	for i, c := range w.Columns {
		w.writeText(i, labelsRow, c.Label, format{bold: true, isLabel: true, right: c.Kind == Amount})
	}
	w.cells.WriteString(`</row>`)
}

// labelLines returns the number of lines of the longest label, which is broken between words.
func (w *workbook) labelLines() int {
	most := 1
	for i, c := range w.Columns {
		lines, used := 1, 0
		for _, word := range linebreak.Words(c.Label) {
			length := utf8.RuneCountInString(word)
			if used > 0 && used+1+length > w.columnWidth(i) {
				lines, used = lines+1, 0
			}
			used += 1 + length
		}
		most = max(most, lines)
	}
	return most
}

// writeLine writes a row with one cell.
func (w *workbook) writeLine(row int, text string, f format) {
	height := rowHeight
	if f.isTitle {
		height = titleHeight
	}
	fmt.Fprintf(&w.cells, `<row r="%d" ht="%d" customHeight="1">`, row, height)
	w.writeText(0, row, text, f)
	w.cells.WriteString(`</row>`)
}

func (w *workbook) writeRow(index int, r Row) {
	row := rowNumber(index)
	fmt.Fprintf(&w.cells, `<row r="%d">`, row)
	for i, cell := range r.Cells {
		f := format{bold: r.Kind != Entry}
		if i == 0 {
			f.indent = r.Level
		}
		switch w.Columns[i].Kind {
		case Amount:
			w.writeAmount(i, index, r, f)
			continue
		case Date:
			if serial, isDate := dateSerial(cell); isDate {
				f.number, f.left = w.Locale.dateFormat(), true
				w.writeNumber(i, row, strconv.Itoa(serial), "", f)
				continue
			}
		}
		w.writeText(i, row, cell, f)
	}
	w.cells.WriteString(`</row>`)
}

// rowNumber returns the number of a row of the table in the sheet.
func rowNumber(index int) int { return labelsRow + 1 + index }

// writeText writes text, which is never run as a formula.
func (w *workbook) writeText(column, row int, text string, f format) {
	if text == "" && !f.isLabel {
		return
	}
	fmt.Fprintf(&w.cells, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`,
		cellName(column, row), w.formats.number(f), escapeXML(text))
}

// writeAmount writes an amount, as a formula if it is the sum of other rows. Its text becomes the
// number without conversion to binary floating point, which would lose digits.
func (w *workbook) writeAmount(column, index int, r Row, f format) {
	amount := r.Cells[column]
	f.isSum = index > 0 && (r.Kind == Subtotal || r.Kind == Total)
	f.isTotal = f.isSum && r.Kind == Total
	if amount == "" {
		return
	}
	_, fraction, _ := strings.Cut(amount, ".")
	f.number = "#,##0"
	if fraction != "" {
		f.number += "." + strings.Repeat("0", len(fraction))
	}
	f.number += ";-" + f.number
	formula := ""
	if w.isSum(column, r) {
		formula = w.sumFormula(column, r.Adds)
	}
	w.writeNumber(column, rowNumber(index), amount, formula, f)
}

// writeNumber writes a number, and the formula that computes it if there is one.
func (w *workbook) writeNumber(column, row int, value, formula string, f format) {
	if formula != "" {
		formula = "<f>" + formula + "</f>"
	}
	fmt.Fprintf(&w.cells, `<c r="%s" s="%d">%s<v>%s</v></c>`, cellName(column, row), w.formats.number(f), formula, value)
}

// isSum reports whether the amount of a row is the sum of the rows that it adds up.
func (w *workbook) isSum(column int, r Row) bool {
	var sum decimal.Decimal
	for _, i := range r.Adds {
		if cell := w.Rows[i].Cells[column]; cell != "" {
			amount, err := decimal.NewFromString(cell)
			if err != nil {
				return false
			}
			sum = sum.Add(amount)
		}
	}
	amount, err := decimal.NewFromString(r.Cells[column])
	return err == nil && len(r.Adds) > 0 && sum.Equal(amount)
}

// Limits of a formula in a workbook.
const (
	maxArguments     = 255
	maxFormulaLength = 8192
)

// sumFormula returns the formula that adds up the cells of rows in a column, such as
// SUM(B7:B9,B12). A range goes on over cells without an amount. It returns "" if a workbook cannot
// hold the formula.
func (w *workbook) sumFormula(column int, rows []int) string {
	var ranges []string
	for start := 0; start < len(rows); {
		end := start
		for end+1 < len(rows) && w.areEmpty(column, rows[end]+1, rows[end+1]) {
			end++
		}
		name := cellName(column, rowNumber(rows[start]))
		if end > start {
			name += ":" + cellName(column, rowNumber(rows[end]))
		}
		ranges = append(ranges, name)
		start = end + 1
	}
	formula := "SUM(" + strings.Join(ranges, ",") + ")"
	if len(ranges) > maxArguments || len(formula) > maxFormulaLength {
		return ""
	}
	return formula
}

// areEmpty reports whether no row from one up to and excluding another has an amount in a column.
func (w *workbook) areEmpty(column, from, to int) bool {
	return !slices.ContainsFunc(w.Rows[from:to], func(r Row) bool { return r.Cells[column] != "" })
}

// dateSerial returns a date as the number of days since the day before 1900 of the 1900 date
// system, which counts a day too many until February 1900.
func dateSerial(text string) (days int, isDate bool) {
	d, err := calendar.ParseDate(text)
	if err != nil {
		return 0, false
	}
	epoch, _ := calendar.NewDate(1899, 12, 30)
	days = epoch.DaysUntil(d)
	return days, days > 60
}

// cellName returns the name of a cell, such as A1. Columns start at 0, rows at 1.
func cellName(column, row int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name + strconv.Itoa(row)
}

// escapeXML escapes text for an XML document.
func escapeXML(text string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(text)) // writing to a buffer does not fail
	return out.String()
}
