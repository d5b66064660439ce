package banking_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/finance/banking/statement/bankfile"
	"backoffice/internal/finance/ledger/trial"
)

// expiringContext is a context whose Err reports a deadline after it was called a number of times.
type expiringContext struct {
	context.Context
	asked, last int
}

// Err implements context.Context.
func (e *expiringContext) Err() error {
	if e.asked++; e.asked > e.last {
		return context.DeadlineExceeded
	}
	return nil
}

// TestReadersStopWhenContextEnds checks that each reader of files checks its context throughout the
// file, and stops soon after the context ends.
func TestReadersStopWhenContextEnds(t *testing.T) {
	t.Parallel()
	const rows = 2000
	repeat := func(before, row, after string) []byte { return []byte(before + strings.Repeat(row, rows) + after) }
	statements := func(format statement.Format) func(context.Context, []byte) error {
		return func(ctx context.Context, content []byte) error {
			_, err := bankfile.Read(ctx, content, bankfile.Options{Format: format, CurrencyCode: "EUR"})
			return err
		}
	}
	balances := func(ctx context.Context, content []byte) error {
		_, err := trial.Read(ctx, content, "EUR", nil)
		return err
	}
	for name, c := range map[string]struct {
		read    func(context.Context, []byte) error
		content []byte
	}{
		"OFX": {statements(statement.OFX), repeat(
			"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM><BANKTRANLIST>",
			"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261121<TRNAMT>-1.00</STMTTRN>\n",
			"</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>")},
		"QIF": {statements(statement.QIF), repeat("!Type:Bank\n", "D31.1.26\nT1\nPTea\n^\n", "")},
		"camt.053": {statements(statement.CAMT053), repeat(
			`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>`,
			`<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-21</Dt></BookgDt></Ntry>`,
			`</Stmt></BkToCstmrStmt></Document>`)},
		"MT940": {
			statements(statement.MT940),
			repeat(":20:X\n:25:1/2\n:60F:C260101EUR1,00\n", ":61:2601020102C1,00NTRF\n:86:Tea\n", ":62F:C260102EUR1,00\n-\n"),
		},
		"CSV": {statements(statement.CSV), repeat("Date,Text,Amount\n", "2026-11-21,Tea,1.00\n", "")},
		"trial balance in CSV": {
			balances, repeat("Account,Debit,Credit\nBank,5.00,\nEquity,,5.00\n", "A heading in the middle of the chart,,\n", ""),
		},
		"trial balance in XLSX": {balances, workbook(t, rows)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := &expiringContext{Context: t.Context(), last: math.MaxInt}
			if err := c.read(whole, c.content); err != nil {
				t.Fatal(err)
			}
			if bytes := len(c.content) / whole.asked; name != "trial balance in XLSX" && bytes > 16<<10 {
				t.Errorf("the reader checks its context every %d bytes, want at most 16 KiB", bytes)
			}
			half := &expiringContext{Context: t.Context(), last: whole.asked / 2}
			if err := c.read(half, c.content); err == nil {
				t.Error("got no error after the context ended")
			}
			if more := half.asked - half.last; more > 3 {
				t.Errorf("the reader checked its ended context %d more times, of %d in all", more, whole.asked)
			}
		})
	}
}

func workbook(t *testing.T, rows int) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range [][]any{{"Account", "Debit", "Credit"}, {"Bank", 5}, {"Equity", "", 5}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for i := range rows {
		if err := f.SetCellStr("Sheet1", fmt.Sprintf("A%d", i+4), fmt.Sprintf("Heading %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
