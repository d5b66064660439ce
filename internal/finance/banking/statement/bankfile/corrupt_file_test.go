package bankfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

var sampleNames = []string{"bank_medium.ofx", "checking.ofx", "suncorp.ofx", "decimal_error.ofx"}

// TestTruncatedOFXIsRefused reads every prefix of a file. Only trailing white space may be missing.
func TestTruncatedOFXIsRefused(t *testing.T) {
	for _, name := range sampleNames {
		content := sample(t, name)
		whole := read(t, string(content))
		end := len(bytes.TrimRight(content, whiteSpace))
		for length := range content {
			file, err := Read(t.Context(), content[:length], Options{Format: statement.OFX})
			if length >= end {
				if err != nil {
					t.Errorf("%s without trailing white space: %v", name, err)
				}
				checkSame(t, file, whole)
				continue
			}
			if err == nil {
				t.Errorf("%s cut to %d of %d bytes: got %+v, want an error", name, length, end, file)
			}
		}
	}
}

// TestDetectsMissingText removes rows of text from a file. The file is then refused, has a problem,
// or still has all remaining transactions. (A gap that begins and ends at the same place of two
// fields leaves no trace. Only the bank's balance can show it.)
func TestDetectsMissingText(t *testing.T) {
	content := string(sample(t, "checking.ofx"))
	rows := strings.SplitAfter(content, "\n")
	for from := range rows {
		for to := from + 1; to <= len(rows); to++ {
			corrupt := strings.Join(rows[:from], "") + strings.Join(rows[to:], "")
			file, err := Read(t.Context(), []byte(corrupt), Options{Format: statement.OFX})
			if err != nil || len(file.Problems) > 0 {
				continue
			}
			lines := 0
			for _, s := range file.Statements {
				lines += len(s.Lines)
			}
			if kept := strings.Count(corrupt, "<STMTTRN>"); lines != kept {
				t.Errorf("without rows %d to %d: got %d lines, want %d", from+1, to, lines, kept)
			}
		}
	}
}

// TestDetectsMissingTag removes each tag of a file in turn. The statement never silently gets
// shorter.
func TestDetectsMissingTag(t *testing.T) {
	for _, name := range sampleNames[:3] {
		content := string(sample(t, name))
		whole := read(t, content)
		for at := 0; at < len(content); at++ {
			if content[at] != '<' {
				continue
			}
			tag := content[at : at+strings.IndexByte(content[at:], '>')+1]
			file, err := Read(t.Context(), []byte(content[:at]+content[at+len(tag):]), Options{Format: statement.OFX})
			if err != nil || len(file.Problems) > 0 {
				continue
			}
			if len(file.Statements) != len(whole.Statements) ||
				len(file.Statements[0].Lines) != len(whole.Statements[0].Lines) {
				t.Errorf("%s without %s at %d: got %+v", name, tag, at, file)
			}
		}
	}
}

// TestHostileOFXIsReadInTime reads large files that are made to be slow to read. An algorithm with
// quadratic time would take hours.
func TestHostileOFXIsReadInTime(t *testing.T) {
	for name, content := range map[string]string{
		"signs":              "<OFX><A>" + fill("<"),
		"half tags":          "<OFX><A>" + fill("<a "),
		"open comments":      "<OFX><A>" + fill("<!--"),
		"open CDATA":         "<OFX><A>" + fill("<![CDATA["),
		"closed CDATA":       "<OFX><A>" + fill("<![CDATA[]]>"),
		"comments":           "<OFX><A>" + fill("<!-- -->"),
		"instructions":       "<OFX>" + fill("<?a?>"),
		"open instructions":  "<OFX>" + fill("<?a "),
		"ampersands":         "<OFX><A>" + fill("&"),
		"entities":           "<OFX><A>" + fill("&#65;"),
		"open tags":          "<OFX>" + fill("<A>"),
		"fields":             "<OFX>" + fill("<A>b"),
		"closing tags":       "<OFX>" + fill("</A>"),
		"transactions":       bank(fill(transaction(""))),
		"equal transactions": bank(fill(transaction(bookedFields))),
		"spaces":             "<OFX>" + fill(" ") + "</OFX>",
		"zeros":              "<OFX>" + fill("\x00") + "</OFX>",
		"declaration":        "<?xml encoding=\"" + fill("a"),
		"header":             "OFXHEADER:100\nCHARSET:" + fill("1"),
		"long amount":        bank(transaction("<DTPOSTED>20261121<TRNAMT>" + strings.Repeat("9", 16_000))),
	} {
		began := time.Now()
		file, err := Read(t.Context(), []byte(content), Options{Format: statement.OFX})
		for _, s := range file.Statements {
			statement.DedupKeys(s.Lines)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s: took %s, with the error %v", name, took, err)
		}
	}
}

// TestSGMLAndXMLReadTheSame generates statements and reads them from both notations.
func TestSGMLAndXMLReadTheSame(t *testing.T) {
	text := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9 &<>'"ä€/]{0,30}[A-Za-z0-9]`)
	rapid.Check(t, func(t *rapid.T) {
		var sgml, xml strings.Builder
		var want []statement.Line
		for number := range rapid.IntRange(0, 10).Draw(t, "lines") {
			line := statement.Line{
				Number: number + 1, Kind: "OTHER", BankReference: text.Draw(t, "reference"),
				Amount:           rapid.Int64Range(-1e12, 1e12).Draw(t, "amount"),
				CounterpartyName: text.Draw(t, "name"), Description: text.Draw(t, "memo"),
			}
			line.Date, _ = calendar.ParseDate("2000-01-01")
			line.Date = line.Date.AddDays(rapid.IntRange(0, 20_000).Draw(t, "day"))
			want = append(want, line)
			sgml.WriteString(writeLine(line, ""))
			xml.WriteString(writeLine(line, "/"))
		}
		asXML := `<?xml version="1.0"?>` + strings.TrimPrefix(bank(xml.String()), bankHeader)
		for _, content := range []string{bank(sgml.String()), asXML} {
			file, err := Read(t.Context(), []byte(content), Options{})
			if err != nil || len(file.Problems) > 0 {
				t.Fatalf("%v, %+v, in %s", err, file.Problems, content)
			}
			byValue := cmp.Comparer(func(a, b calendar.Date) bool { return a == b })
			if difference := cmp.Diff(want, file.Statements[0].Lines, byValue); difference != "" {
				t.Fatal(difference)
			}
		}
	})
}

// checkRefusal checks that a refused file has no statements and no problems, and that the error
// wraps one of the package's errors.
func checkRefusal(t *testing.T, file File, err error) {
	if len(file.Statements)+len(file.Problems) > 0 {
		t.Fatalf("got %+v with an error, want an empty file", file)
	}
	for _, reason := range []error{
		statement.ErrEmpty, statement.ErrFormat, statement.ErrCorrupt, statement.ErrLimit, statement.ErrCharset,
		statement.ErrUnsupported, statement.ErrNoStatement, statement.ErrAmbiguous,
	} {
		if errors.Is(err, reason) {
			return
		}
	}
	t.Fatalf("got the error %v, want one that wraps one of the package's errors", err)
}

// checkFile checks what must be true of every file that is not refused.
func checkFile(t *testing.T, file File) {
	if len(file.Statements) == 0 {
		t.Fatal("got no statement and no error")
	}
	numbers := map[int]bool{}
	for _, s := range file.Statements {
		keys := map[string]bool{}
		for i, key := range statement.DedupKeys(s.Lines) {
			line := s.Lines[i]
			isOrdered := line.Number >= 1 && (i == 0 || line.Number > s.Lines[i-1].Number)
			if !isOrdered || numbers[line.Number] || line.Date.IsZero() || keys[key] {
				t.Fatalf("line %d with the key %s is invalid: %+v", i, key, line)
			}
			if strings.ContainsAny(line.CounterpartyName+line.Description+line.BankReference, "\x00\n\r\t") {
				t.Fatalf("line %d has control characters: %+v", i, line)
			}
			numbers[line.Number], keys[key] = true, true
		}
	}
	for _, problem := range file.Problems {
		if problem.Message == "" || problem.Field == "" || problem.TextLine < 1 || len(problem.Value) > 404 {
			t.Fatalf("got the invalid problem %+v", problem)
		}
	}
}

// writeLine writes a line as an OFX transaction: as SGML, or as XML if slash is "/".
func writeLine(line statement.Line, slash string) string {
	field := func(name, value string) string {
		value = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(value)
		if slash == "" {
			return "<" + name + ">" + value + "\n"
		}
		return "<" + name + ">" + value + "</" + name + ">"
	}
	posted := strings.ReplaceAll(line.Date.String(), "-", "") + "120000[-5:EST]"
	return transaction(field("TRNTYPE", line.Kind) + field("DTPOSTED", posted) +
		field("TRNAMT", money.Format(line.Amount, "USD")) + field("FITID", line.BankReference) +
		field("NAME", line.CounterpartyName) +
		field("MEMO", line.Description))
}

func BenchmarkRead(b *testing.B) {
	content, err := os.ReadFile(filepath.Join("testdata", "ofx", "checking.ofx"))
	if err != nil {
		b.Fatal(err)
	}
	listEnd := []byte("</BANKTRANLIST>")
	transactions := content[bytes.Index(content, []byte("<STMTTRN>")):bytes.Index(content, listEnd)]
	large := bytes.Replace(content, listEnd, append(bytes.Repeat(transactions, 5000), listEnd...), 1)
	b.SetBytes(int64(len(large)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(b.Context(), large, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
