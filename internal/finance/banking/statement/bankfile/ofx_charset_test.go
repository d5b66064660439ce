package bankfile

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func TestOFXCharsets(t *testing.T) {
	const name = "Café Köln €"
	for header, written := range map[string]encoding.Encoding{
		"OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n":                     charmap.Windows1252,
		"OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\nVERSION:102\n":        unicode.UTF8,
		"OFXHEADER:100\nENCODING:UTF-8\nCHARSET:NONE\n":                       unicode.UTF8,
		"OFXHEADER:100\nENCODING:UTF-8\nCHARSET:CSUNICODE\n":                  charmap.Windows1252,
		"OFXHEADER:100\r\nENCODING: USASCII\r\nCHARSET: ISO-8859-15\r\n":      charmap.ISO8859_15,
		"OFXHEADER:100 ENCODING:USASCII CHARSET:1250 COMPRESSION:NONE":        charmap.Windows1250,
		"OFXHEADER:100ENCODING:USASCIICHARSET:1250COMPRESSION:NONEOLDFILEUID": charmap.Windows1250,
		"OFXHEADER:100\nENCODING:USASCII\nCHARSET:\nCOMPRESSION:NONE\n":       charmap.Windows1252,
		"": charmap.Windows1252,
		`<?xml version="1.0" encoding="windows-1252"?>`:                 charmap.Windows1252,
		`<?xml version='1.0' encoding='utf-8'?><?OFX VERSION="200"?>`:   unicode.UTF8,
		`<?xml version="1.0"?><?OFX OFXHEADER="200"?><!-- a remark -->`: unicode.UTF8,
		`<?xml version="1.0" encoding="UTF-16"?>`:                       unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"OFXHEADER:100\nENCODING:UNICODE\n":                             unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		"\ufeffOFXHEADER:100\n":                                         unicode.UTF8,
	} {
		content := header + strings.TrimPrefix(bank(transaction(bookedFields+"<NAME>"+name)), bankHeader)
		encoded, err := written.NewEncoder().String(content)
		if err != nil {
			t.Fatal(err)
		}
		if got := onlyLine(t, read(t, encoded)).CounterpartyName; got != name {
			t.Errorf("header %q, written in %v: got %q, want %q", header, written, got, name)
		}
	}
}

func TestUndefinedBytesAreAccepted(t *testing.T) {
	line := onlyLine(t, read(t, bank(transaction(bookedFields+"<NAME>a\x81\x00\x07b"))))
	if line.CounterpartyName != "a\u0081b" && line.CounterpartyName != "a\ufffdb" && line.CounterpartyName != "ab" {
		t.Errorf("got %q", line.CounterpartyName)
	}
}

func TestProblemLineDoesNotDependOnLineEnds(t *testing.T) {
	for _, end := range []string{"\n", "\r\n", "\r"} {
		content := "OFXHEADER:100\n\n<OFX>\n" + statementOf("USD", "1", "\n"+transaction("\n<TRNAMT>x")) + "</OFX>\n"
		file := read(t, strings.ReplaceAll(content, "\n", end))
		if len(file.Problems) != 2 || file.Problems[1].TextLine != 6 {
			t.Errorf("line end %q: got %+v", end, file.Problems)
		}
	}
}
