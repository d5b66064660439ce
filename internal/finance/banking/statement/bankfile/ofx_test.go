package bankfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "ofx", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func read(t testing.TB, content string) File {
	t.Helper()
	file, err := Read(t.Context(), []byte(content), Options{})
	if err != nil {
		t.Fatalf("%v, in %.200q", err, content)
	}
	return file
}

func day(t testing.TB, text string) calendar.Date {
	t.Helper()
	date, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

func checkSame(t testing.TB, got, want any) {
	t.Helper()
	if difference := cmp.Diff(want, got, cmp.Comparer(func(a, b calendar.Date) bool { return a == b })); difference != "" {
		t.Error(difference)
	}
}

func TestOFXSampleBankMedium(t *testing.T) {
	file := read(t, string(sample(t, "bank_medium.ofx")))
	checkSame(t, file.File, statement.File{Format: statement.OFX, Statements: []statement.Statement{{
		AccountNumber: "12300 000012345678", BankCode: "160000100", AccountKind: "CHECKING", CurrencyCode: "CAD",
		From: day(t, "2009-04-01"), To: day(t, "2009-05-23"),
		LedgerBalance:    &statement.Balance{Amount: 38234, Date: day(t, "2009-05-23")},
		AvailableBalance: &statement.Balance{Amount: 68234, Date: day(t, "2009-05-23")},
		Lines: []statement.Line{
			{Number: 1, BankReference: "0000123456782009040100001", Date: day(t, "2009-04-01"), Amount: -660, Kind: "POS",
				CounterpartyName: "MCDONALD'S #112", Description: "POS MERCHANDISE;MCDONALD'S #112"},
			{Number: 2, BankReference: "0000123456782009040200004", Date: day(t, "2009-04-02"), Amount: -31667, Kind: "CHECK",
				CounterpartyName: "Joe's Bald Hairstyles", Description: "MISCELLANEOUS PAYMENTS;Joe's Bald Hairstyles"},
			{Number: 3, BankReference: "0000123456782009040300005", Date: day(t, "2009-04-03"), Amount: -2200, Kind: "POS",
				CounterpartyName: "CONNIE'S HAIR D", Description: "POS MERCHANDISE;CONNIE'S HAIR D"},
		},
	}}})
}

func TestOFXSampleChecking(t *testing.T) {
	file := read(t, string(sample(t, "checking.ofx")))
	checkSame(t, file.File, statement.File{Format: statement.OFX, Statements: []statement.Statement{{
		AccountNumber: "1452687~7", BankCode: "5472369148", AccountKind: "CHECKING", CurrencyCode: "USD",
		From: day(t, "2000-01-01"), To: day(t, "2013-05-25"),
		LedgerBalance:    &statement.Balance{Amount: 10099, Date: day(t, "2013-05-25")},
		AvailableBalance: &statement.Balance{Amount: 7599, Date: day(t, "2013-05-25")},
		Lines: []statement.Line{
			{Number: 1, BankReference: "0000486", Date: day(t, "2011-03-31"), Amount: 1, Kind: "CREDIT",
				CounterpartyName: "DIVIDEND EARNED FOR PERIOD OF 03",
				Description: "DIVIDEND EARNED FOR PERIOD OF 03/01/2011 THROUGH 03/31/2011 " +
					"ANNUAL PERCENTAGE YIELD EARNED IS 0.05%"},
			{Number: 2, BankReference: "0000487", Date: day(t, "2011-04-05"), Amount: -3451, Kind: "DEBIT",
				CounterpartyName: "AUTOMATIC WITHDRAWAL, ELECTRIC BILL",
				Description:      "AUTOMATIC WITHDRAWAL, ELECTRIC BILL WEB(S )"},
			{Number: 3, BankReference: "0000488", Date: day(t, "2011-04-07"), Amount: -2500, Kind: "CHECK", CheckNumber: "319",
				CounterpartyName: "RETURNED CHECK FEE, CHECK # 319",
				Description:      "RETURNED CHECK FEE, CHECK # 319 FOR $45.33 ON 04/07/11"},
		},
	}}})
}

func TestOFXSampleSuncorp(t *testing.T) {
	file := read(t, string(sample(t, "suncorp.ofx")))
	checkSame(t, file.File, statement.File{Format: statement.OFX, Statements: []statement.Statement{{
		AccountNumber: "123456789", BankCode: "SUNCORP", AccountKind: "CHECKING", CurrencyCode: "AUD",
		From: day(t, "2013-06-18"), To: day(t, "2013-12-15"),
		LedgerBalance:    &statement.Balance{Amount: 123412, Date: day(t, "2013-12-15")},
		AvailableBalance: &statement.Balance{Amount: 123412, Date: day(t, "2013-12-15")},
		Lines: []statement.Line{{Number: 1, BankReference: "1", Date: day(t, "2013-12-15"), Amount: -1685, Kind: "DEBIT",
			CounterpartyName: "EFTPOS WDL HANDYWAY ALDI STORE",
			Description:      "EFTPOS WDL HANDYWAY ALDI STORE   GEELONG WEST VICAU"}},
	}}})
}

func TestOFXSampleDecimalError(t *testing.T) {
	file := read(t, string(sample(t, "decimal_error.ofx")))
	checkSame(t, file.File, statement.File{Format: statement.OFX,
		Statements: []statement.Statement{{
			AccountNumber: "192639749", BankCode: "123845030", AccountKind: "CHECKING", CurrencyCode: "CAD",
			From: day(t, "2011-04-12"), To: day(t, "2011-06-14"),
			LedgerBalance: &statement.Balance{Date: day(t, "2011-06-14")},
		}},
		Problems: []statement.Problem{
			{Line: 1, TextLine: 36, Field: "DTPOSTED", Value: "201120000000",
				Message: "no such date: year 2011, month 20, day 0"},
			{Line: 1, TextLine: 37, Field: "TRNAMT", Value: "$120",
				Message: `not a decimal amount: "$120"; want digits with at most one point, such as 12.50 or -3`},
		}})
}

// bank returns a file with one bank statement in US dollars.
func bank(transactions string) string {
	return bankHeader + "<OFX>" + statementOf("USD", "42", transactions) + "</OFX>"
}

const bankHeader = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n\n"

func statementOf(currency, account, transactions string) string {
	return "<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>" + currency + "<BANKACCTFROM><BANKID>7<ACCTID>" + account +
		"<ACCTTYPE>SAVINGS</BANKACCTFROM><BANKTRANLIST>" + transactions +
		"</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1>"
}

// card returns a file with one card statement in US dollars.
func card(transactions string) string {
	return "<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD" +
		"<CCACCTFROM><ACCTID>4111</CCACCTFROM><BANKTRANLIST>" + transactions + "</BANKTRANLIST>" +
		"<LEDGERBAL><BALAMT>-9.99<DTASOF>20261121</LEDGERBAL></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>"
}

func transaction(fields string) string { return "<STMTTRN>" + fields + "</STMTTRN>" }

const bookedFields = "<TRNTYPE>DEBIT<DTPOSTED>20261121<TRNAMT>-1.00<FITID>REF001"

// onlyLine returns the only line of a file without problems.
func onlyLine(t testing.TB, file File) statement.Line {
	t.Helper()
	if len(file.Problems) > 0 || len(file.Statements) != 1 || len(file.Statements[0].Lines) != 1 {
		t.Fatalf("want one line, got %+v", file)
	}
	return file.Statements[0].Lines[0]
}

func TestOFXCardStatement(t *testing.T) {
	file := read(t, card(transaction(bookedFields)))
	onlyLine(t, file)
	s := file.Statements[0]
	if s.AccountNumber != "4111" || s.AccountKind != "CREDITCARD" || s.BankCode != "" || s.LedgerBalance.Amount != -999 {
		t.Errorf("%+v", s)
	}
}

func TestOFXLinesAreNumberedAcrossStatements(t *testing.T) {
	file := read(t, "<OFX>"+statementOf("USD", "1", transaction(bookedFields)+transaction("<TRNAMT>x"))+
		statementOf("JPY", "2", transaction("<TRNTYPE>CREDIT<DTPOSTED>20261121<TRNAMT>1200.00<FITID>J1"))+"</OFX>")
	if len(file.Statements) != 2 || len(file.Statements[1].Lines) != 1 {
		t.Fatalf("%+v", file)
	}
	if line := file.Statements[1].Lines[0]; line.Number != 3 || line.Amount != 1200 {
		t.Errorf("%+v", line)
	}
	for _, problem := range file.Problems {
		if problem.Line != 2 {
			t.Errorf("got %+v, want a problem with line 2", problem)
		}
	}
}

func TestOFXCounterpartyNames(t *testing.T) {
	for fields, want := range map[string]string{
		"<NAME>A":                             "A",
		"<NAME>A<PAYEE><NAME>B</PAYEE>":       "A",
		"<PAYEE><NAME>B<CITY>C</PAYEE>":       "B",
		"<PAYEE>B":                            "B",
		"<EXTDNAME>long":                      "long",
		"<NAME><MEMO>m<EXTDNAME>long":         "long",
		"":                                    "",
		"<NAME>A &amp; B &lt;C&gt;":           "A & B <C>",
		"<NAME>A & B":                         "A & B",
		"<NAME>A &unknown; B &amp":            "A &unknown; B &amp",
		"<NAME>A &amp;lt; B":                  "A &lt; B",
		"<NAME>A&nbsp;B":                      "A B",
		"<NAME>&#65;&#x42;&#X43;":             "ABC",
		"<NAME>it&#146;s &#8364;":             "it’s €",
		"<NAME>&#0;&#7;A&#1114112;&#xD800;":   "A\ufffd\ufffd",
		"<NAME>&#99999999999;":                "&#99999999999;",
		"<NAME>A < B":                         "A < B",
		"<NAME>A <3 B":                        "A <3 B",
		"<NAME>A <- B -> C":                   "A <- B -> C",
		"<NAME>A<<B":                          "A<<B",
		"<NAME>what <?":                       "what <?",
		"<NAME><![CDATA[A <b> &amp; ]]>":      "A <b> &amp;",
		"<NAME>one <![CDATA[two]]> three":     "one two three",
		"<NAME>one <!-- not this --> three":   "one  three",
		"<NAME>first\nsecond":                 "first second",
		"<name>lower</name>":                  "lower",
		"<NAME lang=\"en\">attributes</NAME>": "attributes",
		"<NAME/><EXTDNAME>self-closed":        "self-closed",
		"<INTU.X><NAME>not this</INTU.X>":     "",
	} {
		line := onlyLine(t, read(t, bank(transaction(bookedFields+fields))))
		if line.CounterpartyName != want || line.BankReference != "REF001" {
			t.Errorf("%s: got %q, want %q", fields, line.CounterpartyName, want)
		}
	}
}

func TestOFXDates(t *testing.T) {
	for value, want := range map[string]string{
		"20090401":                   "2009-04-01",
		"20090401122017":             "2009-04-01",
		"20090401122017.000[-5:EST]": "2009-04-01",
		"20090401235959[+5.30:IST]":  "2009-04-01",
		"20090401000000.000[0:GMT]":  "2009-04-01",
		"20090401120000[-3:BRT]":     "2009-04-01",
		"20090401 12:00":             "2009-04-01",
		"20090431":                   "",
		"2009-04-01":                 "",
		"2009040":                    "",
		"":                           "",
		"00000000":                   "",
		"20090401$":                  "",
		"20090401" + "00000000000000000" + "00000000000000000": "",
	} {
		got, err := parseOFXDate(value)
		if got.String() != want || (err != nil) != (want == "") {
			t.Errorf("parseOFXDate(%q) = %q, %v, want %q", value, got, err, want)
		}
	}
}

func TestOFXCurrencies(t *testing.T) {
	line := onlyLine(t, read(t, bank(transaction(bookedFields+"<ORIGCURRENCY><CURRATE>1.08<CURSYM>eur</ORIGCURRENCY>"))))
	if line.OriginalCurrencyCode != "EUR" || line.OriginalRate != "1.08" || line.Amount != -100 {
		t.Errorf("%+v", line)
	}
	for _, own := range []string{"<CURRENCY><CURRATE>1.0<CURSYM>USD</CURRENCY>", "<CURRENCY>USD"} {
		onlyLine(t, read(t, bank(transaction(bookedFields+own))))
	}
	for _, foreign := range []string{"<CURRENCY><CURRATE>1.08<CURSYM>EUR</CURRENCY>", "<CURRENCY>EUR"} {
		file := read(t, bank(transaction(bookedFields+foreign)))
		if len(file.Statements[0].Lines) != 0 || len(file.Problems) != 1 ||
			file.Problems[0].Value != "EUR" || file.Problems[0].Line != 1 {
			t.Errorf("an amount in euros: got %+v", file)
		}
	}
}

// failedResponse is an empty response, and the beginning of one with an error from the bank.
const failedResponse = "<CCSTMTTRNRS></CCSTMTTRNRS><CCSTMTTRNRS>" +
	"<STATUS><CODE>2003<SEVERITY>ERROR<MESSAGE>no such account</STATUS>"

func TestOFXProblems(t *testing.T) {
	for content, want := range map[string]statement.Problem{
		bank(transaction("<DTPOSTED>20261121")):                       {Line: 1, TextLine: 8, Field: "TRNAMT"},
		bank(transaction("<TRNAMT>1.00")):                             {Line: 1, TextLine: 8, Field: "DTPOSTED"},
		bank(transaction("<DTPOSTED>20261121<TRNAMT>")):               {Line: 1, TextLine: 8, Field: "TRNAMT"},
		bank(transaction(bookedFields + "<TRNAMT>2.00")):              {Line: 1, TextLine: 8, Field: "TRNAMT", Value: "2.00"},
		bank(transaction(bookedFields + "\n<FITID>REF2")):             {Line: 1, TextLine: 9, Field: "FITID", Value: "REF2"},
		bank("<TRNAMT>1.00"):                                          {TextLine: 8, Field: "TRNAMT", Value: "1.00"},
		bank("<DTSTART>20260230"):                                     {TextLine: 8, Field: "DTSTART", Value: "20260230"},
		"<OFX>" + statementOf("XYZ", "1", "") + "</OFX>":              {TextLine: 1, Field: "CURDEF", Value: "XYZ"},
		"<OFX>" + statementOf("", "1", "") + "</OFX>":                 {TextLine: 1, Field: "CURDEF"},
		strings.Replace(card(""), "<CCSTMTTRNRS>", failedResponse, 1): {TextLine: 1, Field: "CODE", Value: "2003"},
	} {
		file := read(t, content)
		if len(file.Problems) != 1 || file.Problems[0].Message == "" {
			t.Errorf("%s: got %+v, want one problem", content, file.Problems)
			continue
		}
		got := file.Problems[0]
		got.Message = ""
		if got != want || len(file.Statements) != 1 || len(file.Statements[0].Lines) != 0 {
			t.Errorf("%s: got %+v, want the problem %+v", content, file, want)
		}
	}
}

func TestOFXZeroPeriodIsEmpty(t *testing.T) {
	file := read(t, bank("<DTSTART>00000000<DTEND>00000000"))
	if s := file.Statements[0]; len(file.Problems) != 0 || !s.From.IsZero() || !s.To.IsZero() || s.LedgerBalance != nil {
		t.Errorf("%+v", file)
	}
}

// failedSignOn is a sign-on response with an error from the bank.
const failedSignOn = "<SONRS><STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>wrong password</STATUS></SONRS>"

func TestOFXRefusals(t *testing.T) {
	for content, want := range map[string]error{
		"<OFX></OFX>": statement.ErrNoStatement,
		"<OFX><SIGNONMSGSRSV1>" + failedSignOn + "</SIGNONMSGSRSV1></OFX>": statement.ErrNoStatement,
		"<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><INVTRANLIST><INVBANKTRAN>" + transaction(bookedFields) +
			"</INVBANKTRAN></INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>": statement.ErrUnsupported,
		"OFXHEADER:100\n": statement.ErrCorrupt,
		"OFXHEADER:100\nCOMPRESSION:GZIP\n\n<OFX></OFX>":                           statement.ErrUnsupported,
		"OFXHEADER:100\nENCODING:USASCII\nCHARSET:EBCDIC\n\n<OFX></OFX>":           statement.ErrCharset,
		`<?xml version="1.0" encoding="klingon"?><OFX></OFX>`:                      statement.ErrCharset,
		`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><OFX></OFX>`:           statement.ErrUnsupported,
		"<html><OFX></OFX></html>":                                                 statement.ErrFormat,
		"<OFX><STMTTRN></STMTTRN></OFX>":                                           statement.ErrCorrupt,
		"<OFX><STMTTRN></OFX>":                                                     statement.ErrCorrupt,
		"<OFX></STMTTRN></OFX>":                                                    statement.ErrCorrupt,
		"<OFX>text</OFX>":                                                          statement.ErrCorrupt,
		bank(strings.Repeat(transaction(""), statement.MaxProblems)):               statement.ErrLimit,
		"<OFX></OFX>text":                                                          statement.ErrCorrupt,
		"<OFX></OFX><OFX></OFX>":                                                   statement.ErrCorrupt,
		bank(transaction(bookedFields) + "stray"):                                  statement.ErrCorrupt,
		bank(transaction(bookedFields) + "STMTTRN>" + bookedFields + "</STMTTRN>"): statement.ErrCorrupt,
		bank("<STMTTRN>" + bookedFields + transaction(bookedFields)):               statement.ErrCorrupt,
		bank(transaction(bookedFields) + "<STMTTRN" + bookedFields + "</STMTTRN>"): statement.ErrCorrupt,
		bank(transaction(bookedFields + "<NAME><![CDATA[A]>")):                     statement.ErrCorrupt,
		"<OFX>" + strings.Repeat("<A>", 64) + "</OFX>":                             statement.ErrLimit,
		"<OFX><" + strings.Repeat("A", 65) + ">x</OFX>":                            statement.ErrLimit,
		bank(transaction(bookedFields + "<MEMO>" + strings.Repeat("long ", 4000))): statement.ErrLimit,
		"<OFX>" + strings.Repeat("<A/>", maxElements) + "</OFX>":                   statement.ErrLimit,
	} {
		file, err := Read(t.Context(), []byte(content), Options{Format: statement.OFX})
		if !errors.Is(err, want) || len(file.Statements)+len(file.Problems) > 0 {
			t.Errorf("%.200s: got %v, want %v", content, err, want)
		}
	}
}

func TestOFXRefusalsNameTheLine(t *testing.T) {
	const damaged = "the file is incomplete or damaged: "
	const noStatement = "the file contains no statement: "
	for content, want := range map[string]string{
		"<OFX>\n<BANKTRANLIST>\n<STMTTRN>\n<TRNAMT>1": damaged + "it ends within <STMTTRN> of line 3",
		"<OFX>\n<STMTTRN>\n<TRNAMT>1\n</OFX>":         damaged + "<STMTTRN> of line 2 is not closed before </OFX> in line 4",
		"<OFX>" + failedSignOn + "</OFX>":             noStatement + "the bank returned an error: wrong password",
	} {
		if _, err := Read(t.Context(), []byte(content), Options{}); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", content, err, want)
		}
	}
}
