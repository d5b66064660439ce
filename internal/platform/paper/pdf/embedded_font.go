package pdf

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"backoffice/internal/platform/paper/typeface"
)

// embeddedFont is a font of a document, with the glyphs that the document uses. Each glyph has a
// code for each text that it stands for, so that the text can be copied and searched as it was.
type embeddedFont struct {
	name string
	ref  ref
	font *typeface.Font
	file trueType
	// codes are by the number of the glyph and its text. Code 0 is the glyph of a missing character.
	codes map[glyphKey]uint16
	keys  []glyphKey
}

type glyphKey struct {
	glyph uint16
	text  string
}

// font returns the embedded form of a font, which it adds when it is first used.
func (d *Document) font(font *typeface.Font) *embeddedFont {
	f := d.fonts[font]
	if f == nil {
		f = &embeddedFont{
			name: fmt.Sprintf("F%d", len(d.inUse)+1), ref: d.file.reserve(), font: font, file: parseTrueType(font.File()),
			codes: map[glyphKey]uint16{}, keys: []glyphKey{{}},
		}
		d.fonts[font] = f
		d.inUse = append(d.inUse, f)
	}
	return f
}

// code returns the code of a glyph.
func (f *embeddedFont) code(g typeface.Glyph) uint16 {
	key := glyphKey{g.ID, g.Text}
	code, known := f.codes[key]
	if !known {
		code = uint16(len(f.keys))
		f.codes[key] = code
		f.keys = append(f.keys, key)
	}
	return code
}

// width returns the width of a glyph in the font, in thousandths of an em.
func (f *embeddedFont) width(code uint16) float64 {
	return float64(f.file.advance(f.keys[code].glyph)) * 1000 / float64(f.font.UnitsPerEm())
}

// write writes the font: its glyphs, their widths and their text.
func (f *embeddedFont) write(out *file) error {
	var glyphs []uint16
	indexes := map[uint16]uint16{}
	for _, key := range f.keys {
		if _, known := indexes[key.glyph]; !known {
			indexes[key.glyph] = uint16(len(glyphs))
			glyphs = append(glyphs, key.glyph)
		}
	}
	raw, err := f.file.subset(glyphs)
	if err != nil {
		return fmt.Errorf("%s: %w", f.font.Name, err)
	}
	var toGlyph []byte
	var widths strings.Builder
	for code, key := range f.keys {
		toGlyph = binary.BigEndian.AppendUint16(toGlyph, indexes[key.glyph])
		widths.WriteString(number(f.width(uint16(code))) + " ")
	}
	stream, toGlyphs, text := out.reserve(), out.reserve(), out.reserve()
	out.setStream(stream, fmt.Sprintf("/Length1 %d", len(raw)), raw)
	out.setStream(toGlyphs, "", toGlyph)
	out.setStream(text, "", f.textMap())
	name := "BACKOF+" + f.font.Name
	descriptor := out.add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%s]/ItalicAngle 0"+
		"/Ascent %d/Descent %d/CapHeight %[3]d/StemV 80/FontFile2 %[5]s>>",
		name, f.file.box(), f.file.scaled(f.file.ascent), f.file.scaled(f.file.descent), stream))
	descendant := out.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)"+
		"/Ordering(Identity)/Supplement 0>>/FontDescriptor %s/CIDToGIDMap %s/W[0[%s]]>>",
		name, descriptor, toGlyphs, widths.String()))
	out.set(f.ref, fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%s]"+
		"/ToUnicode %s>>", name, descendant, text))
	return nil
}

// textMap returns the text of each code as a CMap (ISO 32000-1, 9.10.3).
func (f *embeddedFont) textMap() []byte {
	out := []byte("/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapType 2 def/CMapName/Text def\n" +
		"1 begincodespacerange<0000><ffff>endcodespacerange\n")
	var lines []string
	flush := func() {
		out = fmt.Appendf(out, "%d beginbfchar\n%sendbfchar\n", len(lines), strings.Join(lines, ""))
		lines = lines[:0]
	}
	for code, key := range f.keys {
		if key.text == "" {
			continue
		}
		line := fmt.Sprintf("<%04x><", code)
		for _, unit := range utf16.Encode([]rune(key.text)) {
			line += fmt.Sprintf("%04x", unit)
		}
		if lines = append(lines, line+">\n"); len(lines) == 100 {
			flush()
		}
	}
	if len(lines) > 0 {
		flush()
	}
	return append(out, "endcmap CMapName currentdict/CMap defineresource pop end end"...)
}
