package paper

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetName is the name of the only sheet.
const sheetName = "Sheet1"

// firstRow is the row of the column labels, below the title and the period.
const firstRow = 5

// XLSX returns the table as a workbook with one sheet.
func (t Table) XLSX() ([]byte, error) {
	w := workbook{File: excelize.NewFile(), table: t, numbers: map[numberKey]int{}}
	defer w.Close()
	for _, step := range []func() error{w.styles, w.head, w.rows, w.frame} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	out, err := w.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// workbook is the workbook under construction.
type workbook struct {
	*excelize.File
	table        Table
	bold, indent map[int]int // text styles by level
	numbers      map[numberKey]int
	right        int // style of the labels of amount columns
}

// numberKey identifies a number style.
type numberKey struct {
	digits int
	bold   bool
}

// styles creates the text styles of each level.
func (w *workbook) styles() (err error) {
	bold := &excelize.Font{Bold: true}
	right := &excelize.Alignment{Horizontal: "right"}
	if w.right, err = w.NewStyle(&excelize.Style{Alignment: right, Font: bold}); err != nil {
		return err
	}
	w.bold, w.indent = map[int]int{}, map[int]int{}
	deepest := 0
	for _, r := range w.table.Rows {
		deepest = max(deepest, r.Level)
	}
	for level := range deepest + 1 {
		aligned := &excelize.Alignment{Indent: level}
		if w.indent[level], err = w.NewStyle(&excelize.Style{Alignment: aligned}); err != nil {
			return err
		}
		if w.bold[level], err = w.NewStyle(&excelize.Style{Alignment: aligned, Font: bold}); err != nil {
			return err
		}
	}
	return nil
}

// numberStyle returns the style of an amount. It creates one style per number of decimal digits.
func (w *workbook) numberStyle(amount string, bold bool) (int, error) {
	_, fraction, _ := strings.Cut(amount, ".")
	key := numberKey{len(fraction), bold}
	if style, made := w.numbers[key]; made {
		return style, nil
	}
	format := "#,##0"
	if fraction != "" {
		format += "." + strings.Repeat("0", len(fraction))
	}
	format += ";-" + format
	style, err := w.NewStyle(&excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Bold: bold}})
	w.numbers[key] = style
	return style, err
}

// head writes the title rows and the column labels.
func (w *workbook) head() error {
	for i, text := range []string{w.table.Organization, w.table.Title, w.table.Subtitle} {
		if err := w.SetCellStr(sheetName, cellName(0, i+1), text); err != nil {
			return err
		}
	}
	for i, c := range w.table.Columns {
		style := w.bold[0]
		if c.Amount {
			style = w.right
		}
		place := cellName(i, firstRow)
		err := cmp.Or(w.SetCellStr(sheetName, place, c.Label), w.SetCellStyle(sheetName, place, place, style))
		if err != nil {
			return err
		}
	}
	return w.SetCellStyle(sheetName, cellName(0, 1), cellName(0, 2), w.bold[0])
}

// rows writes the cells. The text of an amount becomes the number without conversion to binary
// floating point, which would lose digits.
func (w *workbook) rows() error {
	for n, r := range w.table.Rows {
		for i, cell := range r.Cells {
			place := cellName(i, firstRow+1+n)
			if w.table.Columns[i].Amount {
				if cell == "" {
					continue
				}
				style, err := w.numberStyle(cell, r.Total)
				if err != nil {
					return err
				}
				err = cmp.Or(w.SetCellDefault(sheetName, place, cell), w.SetCellStyle(sheetName, place, place, style))
				if err != nil {
					return err
				}
				continue
			}
			style := w.indent[0]
			if i == 0 {
				style = w.indent[r.Level]
				if r.Total {
					style = w.bold[r.Level]
				}
			}
			if err := cmp.Or(w.SetCellStr(sheetName, place, cell), w.SetCellStyle(sheetName, place, place, style)); err != nil {
				return err
			}
		}
	}
	return nil
}

// frame sets column widths, freezes the labels, and sets up printing.
func (w *workbook) frame() error {
	for i, c := range w.table.Columns {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		width := 18.0
		if i == 0 && !c.Amount {
			width = 42
		}
		if err := w.SetColWidth(sheetName, column, column, width); err != nil {
			return err
		}
	}
	// Print one page wide and as many pages high as needed, with the labels on each.
	fits, width, height, across := true, 1, 0, "landscape"
	last, err := excelize.ColumnNumberToName(len(w.table.Columns))
	if err != nil {
		return err
	}
	layout := &excelize.PageLayoutOptions{FitToWidth: &width, FitToHeight: &height}
	if len(w.table.Columns) > 6 {
		layout.Orientation = &across
	}
	return cmp.Or(
		w.SetPanes(sheetName, &excelize.Panes{
			Freeze: true, YSplit: firstRow, TopLeftCell: cellName(0, firstRow+1), ActivePane: "bottomLeft",
		}),
		w.SetSheetProps(sheetName, &excelize.SheetPropsOptions{FitToPage: &fits}),
		w.SetPageLayout(sheetName, layout),
		w.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", Scope: sheetName, RefersTo: fmt.Sprintf("%s!$A$%d:$%s$%[2]d", sheetName, firstRow, last),
		}))
}

// cellName returns the name of a cell, such as A1.
func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		return "A1"
	}
	return name
}
