package statement

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

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

var sampleNames = []string{"bank_medium.ofx", "checking.ofx", "suncorp.ofx", "decimal_error.ofx"}

// Every prefix of a file is refused, unless only blanks are missing.
func TestTruncation(t *testing.T) {
	for _, name := range sampleNames {
		content := sample(t, name)
		whole := read(t, string(content))
		end := len(bytes.TrimRight(content, blanks))
		for length := range content {
			file, err := Read(t.Context(), content[:length], Options{Format: OFX})
			if length >= end {
				if err != nil {
					t.Errorf("%s without its last blanks: %v", name, err)
				}
				checkSame(t, file, whole)
				continue
			}
			if err == nil {
				t.Errorf("%s cut to %d of %d bytes gives %+v", name, length, end, file)
			}
		}
	}
}

// A file that has lost a piece in its middle is refused or gives a problem, or has all its lines still. (A piece that
// begins and ends at the same place of two fields leaves no trace; only the bank's balance can show that.)
func TestLostLinesOfText(t *testing.T) {
	content := string(sample(t, "checking.ofx"))
	rows := strings.SplitAfter(content, "\n")
	for from := range rows {
		for to := from + 1; to <= len(rows); to++ {
			damaged := strings.Join(rows[:from], "") + strings.Join(rows[to:], "")
			file, err := Read(t.Context(), []byte(damaged), Options{Format: OFX})
			if err != nil || len(file.Problems) > 0 {
				continue
			}
			lines := 0
			for _, s := range file.Statements {
				lines += len(s.Lines)
			}
			if kept := strings.Count(damaged, "<STMTTRN>"); lines != kept {
				t.Errorf("without rows %d to %d: %d lines of %d", from+1, to, lines, kept)
			}
		}
	}
}

// One tag less, whichever it is, never makes a shorter statement without a word.
func TestLostTag(t *testing.T) {
	for _, name := range sampleNames[:3] {
		content := string(sample(t, name))
		whole := read(t, content)
		for at := 0; at < len(content); at++ {
			if content[at] != '<' {
				continue
			}
			tag := content[at : at+strings.IndexByte(content[at:], '>')+1]
			file, err := Read(t.Context(), []byte(content[:at]+content[at+len(tag):]), Options{Format: OFX})
			if err != nil || len(file.Problems) > 0 {
				continue
			}
			if len(file.Statements) != len(whole.Statements) || len(file.Statements[0].Lines) != len(whole.Statements[0].Lines) {
				t.Errorf("%s without %s at %d gives %+v", name, tag, at, file)
			}
		}
	}
}

// Large files made to be slow: what took time in proportion to the square of their size would take hours.
func TestHostileFiles(t *testing.T) {
	fill := func(unit string) string { return strings.Repeat(unit, 1<<20/len(unit)) }
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
		"blanks":             "<OFX>" + fill(" ") + "</OFX>",
		"zeros":              "<OFX>" + fill("\x00") + "</OFX>",
		"declaration":        "<?xml encoding=\"" + fill("a"),
		"header":             "OFXHEADER:100\nCHARSET:" + fill("1"),
		"long amount":        bank(transaction("<DTPOSTED>20261121<TRNAMT>" + strings.Repeat("9", 16_000))),
	} {
		began := time.Now()
		file, err := Read(t.Context(), []byte(content), Options{Format: OFX})
		for _, s := range file.Statements {
			DedupKeys(s.Lines)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s take %s, with the end %v", name, took, err)
		}
	}
}

// A generated statement reads the same from SGML and from XML.
func TestBothNotations(t *testing.T) {
	text := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9 &<>'"ä€/]{0,30}[A-Za-z0-9]`)
	rapid.Check(t, func(t *rapid.T) {
		var sgml, xml strings.Builder
		var want []Line
		for number := range rapid.IntRange(0, 10).Draw(t, "lines") {
			line := Line{
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
		for _, content := range []string{bank(sgml.String()), `<?xml version="1.0"?>` + strings.TrimPrefix(bank(xml.String()), bankHeader)} {
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

func checkRefusal(t *testing.T, file File, err error) {
	if len(file.Statements)+len(file.Problems) > 0 {
		t.Fatalf("refused, and yet %+v", file)
	}
	for _, known := range []error{ErrEmpty, ErrFormat, ErrDamaged, ErrLimit, ErrCharset, ErrUnsupported, ErrNoStatement, ErrAmbiguous} {
		if errors.Is(err, known) {
			return
		}
	}
	t.Fatalf("refused for no known reason: %v", err)
}

// checkFile holds what every file that is not refused must fulfil.
func checkFile(t *testing.T, file File) {
	if len(file.Statements) == 0 {
		t.Fatal("no statement and no error")
	}
	numbers := map[int]bool{}
	for _, s := range file.Statements {
		keys := map[string]bool{}
		for i, key := range DedupKeys(s.Lines) {
			line := s.Lines[i]
			if line.Number < 1 || numbers[line.Number] || i > 0 && line.Number < s.Lines[i-1].Number || line.Date.IsZero() || keys[key] {
				t.Fatalf("%+v, the line at %d, key %s", line, i, key)
			}
			if strings.ContainsAny(line.CounterpartyName+line.Description+line.BankReference, "\x00\n\r\t") {
				t.Fatalf("%+v is not clean", line)
			}
			numbers[line.Number], keys[key] = true, true
		}
	}
	for _, problem := range file.Problems {
		if problem.Message == "" || problem.Field == "" || problem.TextLine < 1 || len(problem.Value) > 404 {
			t.Fatalf("%+v", problem)
		}
	}
}

func writeLine(line Line, slash string) string {
	field := func(name, value string) string {
		value = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(value)
		if slash == "" {
			return "<" + name + ">" + value + "\n"
		}
		return "<" + name + ">" + value + "</" + name + ">"
	}
	return transaction(field("TRNTYPE", line.Kind) + field("DTPOSTED", strings.ReplaceAll(line.Date.String(), "-", "")+"120000[-5:EST]") +
		field("TRNAMT", money.Format(line.Amount, "USD")) + field("FITID", line.BankReference) + field("NAME", line.CounterpartyName) +
		field("MEMO", line.Description))
}

func BenchmarkRead(b *testing.B) {
	content, err := os.ReadFile(filepath.Join("testdata", "ofx", "checking.ofx"))
	if err != nil {
		b.Fatal(err)
	}
	transactions := string(content[bytes.Index(content, []byte("<STMTTRN>")):bytes.Index(content, []byte("</BANKTRANLIST>"))])
	large := bytes.Replace(content, []byte("</BANKTRANLIST>"), []byte(strings.Repeat(transactions, 5000)+"</BANKTRANLIST>"), 1)
	b.SetBytes(int64(len(large)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(b.Context(), large, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
