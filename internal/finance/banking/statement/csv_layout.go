package statement

// CSVLayout describes the CSV files of a bank. Fields left empty are detected from the file.
type CSVLayout struct {
	// Delimiter separates the cells: `,`, `;`, a tab or `|`.
	Delimiter string
	// Charset is the file's character set, such as `windows-1252`.
	Charset string
	// SkipRows is the number of rows before the header, or before the first line without a header.
	SkipRows int
	// NoHeader is true if the file has no header. Columns are then given by number.
	NoHeader bool
	// DateOrder is the order of year, month and day.
	DateOrder DateOrder
	// DecimalMark is `.` or `,`.
	DecimalMark string
	// Columns are names from the header, in any case, or numbers from 1.
	Columns CSVColumns
	// MoneyOutPositive is true if positive amounts are money out, as on card statements.
	MoneyOutPositive bool
}
