package mediatype_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"backoffice/internal/platform/mediatype"
)

// archive returns a ZIP archive of files, whose contents are their names.
func archive(t *testing.T, names ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		if name == "mimetype" {
			name = "application/vnd.oasis.opendocument.spreadsheet"
		}
		if _, err := f.Write([]byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// workbook returns an XLSX file.
func workbook(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	if err := excelize.NewFile().Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const (
	xlsx   = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	docx   = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	signed = "application/vnd.etsi.asic-e+zip"
	email  = "From: Ada <ada@harbor.example>\r\nTo: bo@harbor.example\r\nSubject: Hi\r\n\r\nHello\r\n"
)

// TestMediaTypeIsThatOfTheContent checks types that are declared rightly, wrongly or not at all.
func TestMediaTypeIsThatOfTheContent(t *testing.T) {
	t.Parallel()
	word := archive(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml")
	for name, c := range map[string]struct{ declared, content, want string }{
		"a PDF":                           {"", "%PDF-1.7\n", "application/pdf"},
		"a PDF that is a text":            {"application/pdf", "hello", "text/plain"},
		"a PDF that is binary":            {"application/pdf", "\x00\x01\x02", mediatype.Unknown},
		"a workbook":                      {"", workbook(t), xlsx},
		"a document":                      {"", word, docx},
		"a workbook that is a document":   {xlsx, word, docx},
		"a document that is an archive":   {docx, archive(t, "a.txt"), "application/zip"},
		"a spreadsheet of OpenDocument":   {"", archive(t, "mimetype"), "application/vnd.oasis.opendocument.spreadsheet"},
		"an unknown kind of archive":      {signed, archive(t, "a"), signed},
		"a picture that is an archive":    {"image/x-photo", archive(t, "a"), "application/zip"},
		"a text":                          {"", "hello", "text/plain"},
		"a table":                         {"", "a,b\n1,2\n", "text/csv"},
		"a table of one column":           {"text/csv", "a\n1\n", "text/csv"},
		"a table in Latin-1":              {"text/csv; charset=latin1", "Stra\xdfe;B\n", "text/csv"},
		"a table that is binary":          {"text/csv", "a\x00b", mediatype.Unknown},
		"a bank statement":                {"application/x-ofx", "OFXHEADER:100\n", "application/x-ofx"},
		"XML":                             {"", `<?xml version="1.0"?><a/>`, "text/xml"},
		"XML of a declared kind":          {"application/vnd.x+xml", `<?xml version="1.0"?><a/>`, "application/vnd.x+xml"},
		"XML that is not":                 {"application/xml", "hello", "text/plain"},
		"JSON":                            {"", `{"a": 1}`, "application/json"},
		"JSON that is not":                {"application/json", "hello", "text/plain"},
		"a mail":                          {"", email, "message/rfc822"},
		"a photo of a phone":              {"", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"},
		"a page":                          {"text/plain", "<!DOCTYPE html><script>", "text/html"},
		"a page that is declared a photo": {"image/jpeg", "<html><script>", "text/html"},
		"a page that is not":              {"text/html", "hello", "text/plain"},
		"a drawing":                       {"text/xml", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "image/svg+xml"},
		"a photo with a page after it":    {"text/html", "GIF89a<script>alert(1)</script>", "image/gif"},
		"gzip":                            {"text/csv", "\x1f\x8b\x08\x00", "application/gzip"},
		"an unknown binary type":          {"application/x-plan", "\x00\x01", "application/x-plan"},
		"an invalid type":                 {"a/b/c\"", "\x00\x01", mediatype.Unknown},
		"nothing":                         {"", "", "text/plain"},
	} {
		if got := mediatype.Of(c.declared, []byte(c.content)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// FuzzOf checks that no content panics, and that the result is stable.
func FuzzOf(f *testing.F) {
	f.Add("text/csv", "a,b")
	f.Add("", "PK\x03\x04")
	f.Fuzz(func(t *testing.T, declared, content string) {
		got := mediatype.Of(declared, []byte(content))
		if again := mediatype.Of(got, []byte(content)); again != got {
			t.Errorf("%q of %q: got %q, then %q", declared, content, got, again)
		}
	})
}
