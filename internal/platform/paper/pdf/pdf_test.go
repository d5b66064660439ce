package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/go-text/typesetting/font/opentype"
	"pgregory.net/rapid"

	"backoffice/internal/platform/paper/typeface"
)

// streams returns the content of the compressed streams of a document whose dictionary contains a
// text.
func streams(t *testing.T, raw []byte, dictionary string) (out []string) {
	t.Helper()
	for _, at := range regexp.MustCompile(`(?s)<<([^\n]*?)>>stream\n`).FindAllSubmatchIndex(raw, -1) {
		if !strings.Contains(string(raw[at[2]:at[3]]), dictionary) ||
			!bytes.Contains(raw[at[2]:at[3]], []byte("/FlateDecode")) {
			continue
		}
		reader, err := zlib.NewReader(bytes.NewReader(raw[at[1]:]))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(data))
	}
	return out
}

// smallDocument returns a document with a heading, a table and a page number on two pages.
func smallDocument(t *testing.T) []byte {
	t.Helper()
	d, letters := New(Info{Title: "Büro & <Co>", Author: "Ann", Language: "en-DE"}), typeface.New()
	table := d.Root().Add("Table")
	heading := d.Root().Add("H1")
	for n := range 2 {
		p := d.AddPage(300, 200)
		p.Tag(heading, func() { p.Text(10, 20, 12, Color{}, letters.Layout("Heading שלום", true)) })
		row := table.Add("TR")
		header := row.AddRowHeader()
		header.Span(2)
		p.Tag(header, func() { p.Text(10, 40, 9, Color{R: 255}, letters.Layout("कि", false)) })
		p.Decorate(func() { p.Text(10, 190, 9, Color{}, letters.Layout(fmt.Sprint("Page ", n+1), false)) })
		p.Image(image.NewGray(image.Rect(0, 0, 2, 2)), 0, 0, 10, 10)
	}
	raw, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestDocumentIsTagged checks the catalog and the structure: the language, the title, the elements
// with their content on two pages, and the attributes of a header.
func TestDocumentIsTagged(t *testing.T) {
	t.Parallel()
	raw := smallDocument(t)
	objects := strings.Join(streams(t, raw, "/ObjStm"), "\n")
	for _, want := range []string{
		"/MarkInfo<</Marked true>>", "/Lang" + textString("en-DE"), "/ViewerPreferences<</DisplayDocTitle true>>",
		"/Title" + textString("Büro & <Co>"), "/S/Document", "/S/H1", "/A<</O/Table/Scope/Row/ColSpan 2>>",
		"/StructParents 1", "/Type/MCR",
	} {
		if !strings.Contains(objects, want) {
			t.Errorf("got %s, want %s", objects, want)
		}
	}
	if !bytes.Contains(raw, []byte("<rdf:li xml:lang=\"x-default\">Büro &amp; &lt;Co&gt;</rdf:li>")) {
		t.Error("the metadata has no title")
	}
	joined := strings.Join(streams(t, raw, ""), "")
	if n := strings.Count(joined, "BDC"); n < 4 || strings.Count(joined, "EMC") != n+strings.Count(joined, "BMC") {
		t.Errorf("got unbalanced marks in %s", joined)
	}
}

// TestSubsetKeepsGlyphs checks that a subset of a font has the outlines and the widths of the
// glyphs that it was made of, also of composed glyphs.
func TestSubsetKeepsGlyphs(t *testing.T) {
	t.Parallel()
	line := typeface.New().Layout("Äpfel Ωμέγα ½", false)
	whole := line.Spans[0].Font
	source := parseTrueType(whole.File())
	rapid.Check(t, func(t *rapid.T) {
		glyphs := []uint16{0}
		for _, g := range line.Spans[0].Glyphs {
			glyphs = append(glyphs, g.ID)
		}
		glyphs = append(glyphs, rapid.SliceOfN(rapid.Uint16Range(1, uint16(source.glyphsCount-1)), 0, 30).Draw(t, "more")...)
		raw, err := source.subset(append([]uint16(nil), glyphs...))
		if err != nil {
			t.Fatal(err)
		}
		part := parseTrueType(raw)
		loader, err := opentype.NewLoader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		face, err := loader.RawTable(opentype.MustNewTag("glyf"))
		if err != nil || !bytes.Equal(face, part.tables["glyf"]) {
			t.Fatalf("got a table of %d bytes, %v", len(face), err)
		}
		for i, g := range glyphs {
			if part.advance(uint16(i)) != source.advance(g) {
				t.Fatalf("glyph %d: got width %d, want %d", g, part.advance(uint16(i)), source.advance(g))
			}
			if want, got := len(source.outline(g)), len(part.outline(uint16(i))); got != (want+3)&^3 {
				t.Fatalf("glyph %d: got an outline of %d bytes, want %d", g, got, want)
			}
			for n, at := range components(source.outline(g)) {
				old := binary.BigEndian.Uint16(source.outline(g)[at:])
				moved := binary.BigEndian.Uint16(part.outline(uint16(i))[components(part.outline(uint16(i)))[n]:])
				if !bytes.HasPrefix(part.outline(moved), source.outline(old)[:min(10, len(source.outline(old)))]) {
					t.Fatalf("glyph %d: got part %d for %d", g, moved, old)
				}
			}
		}
	})
	if _, err := source.subset([]uint16{65535}); err == nil {
		t.Error("got a subset with an unknown glyph")
	}
}

// TestCodesKeepText checks that a glyph has one code for each text that it stands for, and that the
// text is in the map of the font.
func TestCodesKeepText(t *testing.T) {
	t.Parallel()
	d := New(Info{})
	f := d.font(typeface.New().Layout("a", false).Spans[0].Font)
	one, other := f.code(typeface.Glyph{ID: 7, Text: "fi"}), f.code(typeface.Glyph{ID: 7, Text: "😀"})
	if one == other || f.code(typeface.Glyph{ID: 7, Text: "fi"}) != one {
		t.Errorf("got codes %d and %d", one, other)
	}
	for _, want := range []string{"<0001><00660069>", "<0002><d83dde00>"} {
		if text := string(f.textMap()); !strings.Contains(text, want) {
			t.Errorf("got %s, want %s", text, want)
		}
	}
}

func TestNumbersAreShort(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0", -0.0001: "0", 1.5: "1.5", 12: "12", -3.1416: "-3.142", 100: "100"} {
		if got := number(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}
