package bankfile

import (
	"fmt"
	"strings"
	"testing"
)

// camtStatement returns a message with one statement of these elements.
func camtStatement(elements string) string {
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>` +
		`<Acct><Id><IBAN>FI2112345600000785</IBAN></Id><Ccy>EUR</Ccy></Acct>` + elements +
		`</Stmt></BkToCstmrStmt></Document>`
}

// camtBooking returns an entry of money out with these details.
func camtBooking(amount, date, details string) string {
	return fmt.Sprintf(`<Ntry><NtryRef>77</NtryRef><Amt Ccy="EUR">%s</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>`+
		`<BookgDt>%s</BookgDt><ValDt><Dt>2026-03-09</Dt></ValDt><NtryDtls>%s</NtryDtls></Ntry>`, amount, date, details)
}

func readCamt(t testing.TB, content string) File {
	t.Helper()
	file, err := Read(t.Context(), []byte(content), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCamtKeepsEveryText reads each reference, name and text of an entry and its transaction.
func TestCamtKeepsEveryText(t *testing.T) {
	t.Parallel()
	content := camtStatement(camtBooking("5.00", "<Dt>2026-03-05</Dt>", `<Btch><PmtInfId>PAY-1</PmtInfId></Btch><TxDtls>
<Refs><EndToEndId>E2E-1</EndToEndId><MndtId>NOTPROVIDED</MndtId><Prtry><Tp>OTHR</Tp><Ref>P-9</Ref></Prtry></Refs>
<RltdPties><Cdtr><Pty><Nm>Paper Mill</Nm></Pty></Cdtr><UltmtCdtr><Pty><Nm>Forest Owner</Nm></Pty></UltmtCdtr></RltdPties>
<RmtInf><Ustrd>Invoice 9</Ustrd><Strd><CdtrRefInf><Ref>RF18539</Ref></CdtrRefInf>
<AddtlRmtInf>second reminder</AddtlRmtInf></Strd></RmtInf></TxDtls>`))
	l := onlyLine(t, readCamt(t, content))
	if l.Description != "Invoice 9" || l.CounterpartyName != "Paper Mill" {
		t.Errorf("got %+v", l)
	}
	for _, want := range []string{
		"Refs/EndToEndId: E2E-1", "Refs/Prtry/Ref: P-9", "RltdPties/UltmtCdtr/Pty/Nm: Forest Owner", "NtryRef: 77",
		"RmtInf/Strd/CdtrRefInf/Ref: RF18539", "RmtInf/Strd/AddtlRmtInf: second reminder", "NtryDtls/Btch/PmtInfId: PAY-1",
	} {
		if !strings.Contains(l.Details, want) {
			t.Errorf("got the details %q, want %q in them", l.Details, want)
		}
	}
	if strings.Contains(l.Details, "NOTPROVIDED") || strings.Contains(l.Details, "2026") {
		t.Errorf("got the details %q, want no placeholders or dates", l.Details)
	}
}

// TestCamtBatchSaysWhatItIsOf reads a batch that cannot be split. Its line has the texts of all
// parts.
func TestCamtBatchSaysWhatItIsOf(t *testing.T) {
	t.Parallel()
	part := `<TxDtls><Amt Ccy="EUR">2.00</Amt><RltdPties><Cdtr><Nm>%s</Nm></Cdtr></RltdPties>` +
		`<RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls>`
	l := onlyLine(t, readCamt(t, camtStatement(camtBooking("5.00", "<Dt>2026-03-05</Dt>",
		fmt.Sprintf(part, "Ann Example", "rent of March")+fmt.Sprintf(part, "Ben Example", "rent of April")))))
	if l.Amount != -500 || l.Description != "rent of March; rent of April" ||
		!strings.Contains(l.Details, "Ann Example") || !strings.Contains(l.Details, "Ben Example") {
		t.Errorf("got %+v", l)
	}
}

// TestCamtDates keeps the day that the bank wrote, and never takes the value date for a booking
// date that cannot be read.
func TestCamtDates(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"<Dt>2026-03-05</Dt>": "2026-03-05", "<Dt>2026-03-05+02:00</Dt>": "2026-03-05",
		"<Dt> 2026-03-05Z </Dt>":                 "2026-03-05",
		"<DtTm>2026-03-05T00:30:00+02:00</DtTm>": "2026-03-05", "<Dt>2026-03-05-11:00</Dt>": "2026-03-05", "": "2026-03-09",
		"<Dt>5 March</Dt>": "",
	} {
		file := readCamt(t, camtStatement(camtBooking("5.00", written, "")))
		if want == "" {
			if len(file.Problems) != 1 || file.Problems[0].Field != "BookgDt" {
				t.Errorf("%s: got %+v, want a problem", written, file)
			}
		} else if l := onlyLine(t, file); l.Date != day(t, want) {
			t.Errorf("%s: got %s, want %s", written, l.Date, want)
		}
	}
}

// TestCamtBalances reads the interim balances of a page, and warns of a balance that cannot be
// read.
func TestCamtBalances(t *testing.T) {
	t.Parallel()
	balance := func(kind, amount string) string {
		return `<Bal><Tp><CdOrPrtry><Cd>` + kind + `</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + amount +
			`</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-05Z</Dt></Dt></Bal>`
	}
	for balances, want := range map[string][2]int64{
		balance("OPBD", "9") + balance("CLBD", "4"):                        {900, 400},
		balance("OPBD", "9") + balance("ITBD", "4"):                        {900, 400},
		balance("ITBD", "9") + balance("CLBD", "4"):                        {900, 400},
		balance("ITBD", "9") + balance("ITBD", "4"):                        {900, 400},
		balance("OPBD", "9") + balance("ITBD", "7") + balance("CLBD", "4"): {900, 400},
	} {
		s := readCamt(t, camtStatement(balances)).Statements[0]
		if got := [2]int64{s.OpeningBalance.Amount, s.LedgerBalance.Amount}; got != want ||
			s.LedgerBalance.Date != day(t, "2026-03-05") {
			t.Errorf("%s: got %v, want %v", balances, got, want)
		}
	}
	file := readCamt(t, camtStatement(balance("CLBD", "")+camtBooking("5.00", "<Dt>2026-03-05</Dt>", "")))
	if l := onlyLine(t, file); l.Amount != -500 || len(file.Warnings) != 1 || file.Statements[0].LedgerBalance != nil {
		t.Errorf("got %+v, want the line and a warning", file)
	}
}

// TestCamtInEnvelope reads a message within another element and after a header.
func TestCamtInEnvelope(t *testing.T) {
	t.Parallel()
	message := camtStatement(camtBooking("5.00", "<Dt>2026-03-05</Dt>", ""))
	for _, envelope := range []string{
		`<BizMsgEnvlp xmlns="urn:iso:std:iso:20022:tech:xsd:nvlp.001.001.01"><AppHdr/>` + message + `</BizMsgEnvlp>`,
		`<e:Envelope xmlns:e="x"><e:Body>` + message + `</e:Body><e:Trailer/></e:Envelope>`,
	} {
		if l := onlyLine(t, readCamt(t, envelope)); l.Amount != -500 {
			t.Errorf("got %+v", l)
		}
		if _, err := Read(t.Context(), []byte(envelope[:len(envelope)-12]), Options{}); err == nil {
			t.Error("a cut envelope: got no error")
		}
	}
}
