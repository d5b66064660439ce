package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// trueType is a TrueType font file (OpenType specification, chapter "OpenType font file").
type trueType struct {
	tables                map[string][]byte
	unitsPerEm            int
	ascent, descent       int
	longOffsets           bool
	advances, glyphsCount int
}

// parseTrueType reads the tables of a font that was loaded before, and is therefore well-formed.
func parseTrueType(raw []byte) trueType {
	t := trueType{tables: map[string][]byte{}}
	count := int(binary.BigEndian.Uint16(raw[4:]))
	for i := range count {
		entry := raw[12+16*i:]
		offset, length := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		t.tables[string(entry[:4])] = raw[offset : offset+length]
	}
	head, hhea := t.tables["head"], t.tables["hhea"]
	t.unitsPerEm = int(binary.BigEndian.Uint16(head[18:]))
	t.longOffsets = binary.BigEndian.Uint16(head[50:]) != 0
	t.ascent, t.descent = int(int16(binary.BigEndian.Uint16(hhea[4:]))), int(int16(binary.BigEndian.Uint16(hhea[6:])))
	t.advances = int(binary.BigEndian.Uint16(hhea[34:]))
	t.glyphsCount = int(binary.BigEndian.Uint16(t.tables["maxp"][4:]))
	return t
}

// scaled converts font units to thousandths of an em.
func (t trueType) scaled(units int) int { return units * 1000 / t.unitsPerEm }

// box returns the rectangle that contains all glyphs.
func (t trueType) box() string {
	corner := func(at int) int { return t.scaled(int(int16(binary.BigEndian.Uint16(t.tables["head"][at:])))) }
	return fmt.Sprintf("%d %d %d %d", corner(36), corner(38), corner(40), corner(42))
}

// metric returns the advance and the left side bearing of a glyph.
func (t trueType) metric(glyph uint16) (advance, bearing uint16) {
	hmtx := t.tables["hmtx"]
	if at := int(glyph); at < t.advances {
		return binary.BigEndian.Uint16(hmtx[4*at:]), binary.BigEndian.Uint16(hmtx[4*at+2:])
	}
	bearings := hmtx[4*t.advances:]
	return binary.BigEndian.Uint16(hmtx[4*(t.advances-1):]), binary.BigEndian.Uint16(bearings[2*(int(glyph)-t.advances):])
}

func (t trueType) advance(glyph uint16) uint16 {
	advance, _ := t.metric(glyph)
	return advance
}

// outline returns the outline of a glyph.
func (t trueType) outline(glyph uint16) []byte {
	loca, glyf := t.tables["loca"], t.tables["glyf"]
	if t.longOffsets {
		return glyf[binary.BigEndian.Uint32(loca[4*int(glyph):]):binary.BigEndian.Uint32(loca[4*int(glyph)+4:])]
	}
	offset := func(at int) int { return 2 * int(binary.BigEndian.Uint16(loca[2*at:])) }
	return glyf[offset(int(glyph)):offset(int(glyph)+1)]
}

var errGlyphUnknown = errors.New("the font has no such glyph")

// subset returns a font file with some glyphs, numbered in their order, and the glyphs that those
// are composed of.
func (t trueType) subset(glyphs []uint16) ([]byte, error) {
	numbers := map[uint16]uint16{}
	for i, g := range glyphs {
		if int(g) >= t.glyphsCount {
			return nil, errGlyphUnknown
		}
		numbers[g] = uint16(i)
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(glyphs); i++ {
		outline := append([]byte(nil), t.outline(glyphs[i])...)
		for _, at := range components(outline) {
			part := binary.BigEndian.Uint16(outline[at:])
			if _, known := numbers[part]; !known {
				numbers[part] = uint16(len(glyphs))
				glyphs = append(glyphs, part)
			}
			binary.BigEndian.PutUint16(outline[at:], numbers[part])
		}
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, outline...)
		glyf = append(glyf, make([]byte, (4-len(glyf)%4)%4)...)
		advance, bearing := t.metric(glyphs[i])
		hmtx = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(hmtx, advance), bearing)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	edited := func(table string, at int, value int) []byte {
		out := append([]byte(nil), t.tables[table]...)
		binary.BigEndian.PutUint16(out[at:], uint16(value))
		return out
	}
	return assemble([]namedTable{
		{"glyf", glyf}, {"head", edited("head", 50, 1)}, {"hhea", edited("hhea", 34, len(glyphs))}, {"hmtx", hmtx},
		{"loca", loca}, {"maxp", edited("maxp", 4, len(glyphs))},
	}), nil
}

// components returns where the outline of a composed glyph names its parts.
func components(outline []byte) (out []int) {
	const (
		wordArguments, scaled, more, scaledXY, transformed = 1, 1 << 3, 1 << 5, 1 << 6, 1 << 7
	)
	if len(outline) == 0 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	for at := 10; ; {
		flags := binary.BigEndian.Uint16(outline[at:])
		out = append(out, at+2)
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&scaled != 0:
			at += 2
		case flags&scaledXY != 0:
			at += 4
		case flags&transformed != 0:
			at += 8
		}
		if flags&more == 0 {
			return out
		}
	}
}

// namedTable is a table of a font file.
type namedTable struct {
	name string
	data []byte
}

// assemble returns a font file of tables, which are sorted by name.
func assemble(tables []namedTable) []byte {
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	out = binary.BigEndian.AppendUint16(out, uint16(len(tables)))
	// The search range, the entry selector and the range shift, for six tables.
	out = append(out, 0, 64, 0, 2, 0, 32)
	offset := 12 + 16*len(tables)
	for _, t := range tables {
		out = append(out, t.name...)
		out = binary.BigEndian.AppendUint32(out, checksum(t.data))
		out = binary.BigEndian.AppendUint32(out, uint32(offset))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.data)))
		offset += (len(t.data) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.data...)
		out = append(out, make([]byte, (4-len(t.data)%4)%4)...)
	}
	return out
}

// checksum returns the sum of a table as 32-bit numbers.
func checksum(data []byte) (sum uint32) {
	for i, b := range data {
		sum += uint32(b) << (24 - 8*(i%4))
	}
	return sum
}
