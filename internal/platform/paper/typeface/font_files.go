package typeface

import (
	"bytes"
	"embed"
	"strings"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/klauspost/compress/zstd"
)

// fontFiles are TrueType files. fonts/README.md names their sources and licenses.
//
//go:embed fonts/*.zst fonts/*.txt
var fontFiles embed.FS

// Licenses returns the copyright notices and the licenses of the fonts.
func Licenses() string {
	var out strings.Builder
	for _, name := range []string{"COPYRIGHT.txt", "OFL.txt", "APACHE.txt"} {
		text, _ := fontFiles.ReadFile("fonts/" + name) // embedded
		out.Write(text)
		out.WriteByte('\n')
	}
	return out.String()
}

// Font is a font of one weight. It is loaded when it is first used, and then shared by all
// documents.
type Font struct {
	// Name is the PostScript name of the font, such as NotoSans-Regular.
	Name string
	// scripts are the scripts that the font is for. Empty for all.
	scripts []*unicode.RangeTable
	load    func() loadedFont
}

// loadedFont is a font in memory.
type loadedFont struct {
	file []byte
	*font.Font
}

// boldFont draws bold text instead of the first font.
var boldFont = newFont("NotoSans-Bold")

// fonts are the fonts in regular weight, the preferred one first.
var fonts = []*Font{
	newFont("NotoSans-Regular"),
	newFont("NotoSansMath-Regular", unicode.Common),
	newFont("NotoSansSymbols-Regular", unicode.Common),
	newFont("NotoSansSymbols2-Regular", unicode.Common),
	newFont("NotoSansHebrew-Regular", unicode.Hebrew),
	newFont("NotoSansArabic-Regular", unicode.Arabic, unicode.Common),
	newFont("NotoSansArmenian-Regular", unicode.Armenian),
	newFont("NotoSansGeorgian-Regular", unicode.Georgian),
	newFont("NotoSansThai-Regular", unicode.Thai, unicode.Common),
	newFont("NotoSansDevanagari-Regular", unicode.Devanagari, unicode.Common),
	newFont("NotoSansBengali-Regular", unicode.Bengali),
	newFont("NotoSansTamil-Regular", unicode.Tamil),
	newFont("NotoSansTelugu-Regular", unicode.Telugu),
	newFont("NotoSansGujarati-Regular", unicode.Gujarati),
	newFont("NotoSansGurmukhi-Regular", unicode.Gurmukhi),
	newFont("NotoSansKannada-Regular", unicode.Kannada),
	newFont("NotoSansMalayalam-Regular", unicode.Malayalam),
	newFont("NotoSansSinhala-Regular", unicode.Sinhala),
	newFont("NotoSansLao-Regular", unicode.Lao),
	newFont("NotoSansKhmer-Regular", unicode.Khmer),
	newFont("NotoSansMyanmar-Regular", unicode.Myanmar),
	newFont("NotoSansEthiopic-Regular", unicode.Ethiopic),
	newFont("NotoSansKR-Regular", unicode.Hangul),
	newFont("DroidSansFallback-Regular"),
	newFont("NotoEmoji-Regular", unicode.Common),
}

func newFont(name string, scripts ...*unicode.RangeTable) *Font {
	return &Font{Name: name, scripts: scripts, load: sync.OnceValue(func() loadedFont { return readFont(name) })}
}

// readFont reads an embedded font. It panics if the file is not a font, which a test would notice.
func readFont(name string) loadedFont {
	packed, err := fontFiles.ReadFile("fonts/" + name + ".ttf.zst")
	if err != nil {
		panic(err)
	}
	unpack, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	defer unpack.Close()
	file, err := unpack.DecodeAll(packed, nil)
	if err != nil {
		panic(err)
	}
	loader, err := opentype.NewLoader(bytes.NewReader(file))
	if err != nil {
		panic(err)
	}
	f, err := font.NewFont(loader)
	if err != nil {
		panic(err)
	}
	return loadedFont{file, f}
}

// File returns the font as a TrueType file. The caller must not change it.
func (f *Font) File() []byte { return f.load().file }

// UnitsPerEm is the number of font units in an em.
func (f *Font) UnitsPerEm() int { return int(f.load().Upem()) }

// covers reports whether the font is for the script of a character.
func (f *Font) covers(r rune) bool { return len(f.scripts) == 0 || unicode.In(r, f.scripts...) }

// has reports whether the font has a glyph for a character.
func (f *Font) has(r rune) bool {
	_, has := f.load().NominalGlyph(r)
	return has
}

// Segment is a part of a glyph's outline, in ems to the right of and above its origin.
type Segment struct {
	// Points are where the segment leads: one point for a move or a line, two for a quadratic and
	// three for a cubic Bézier curve.
	Points []Point
	// Move is true if the segment begins a new contour.
	Move bool
}

// Point is a point of an outline.
type Point struct{ X, Y float64 }

// Outline returns the outline of a glyph.
func (f *Font) Outline(glyph uint16) (out []Segment) {
	loaded := f.load()
	outline, _ := font.NewFace(loaded.Font).GlyphDataOutline(font.GID(glyph))
	em := float64(loaded.Upem())
	for _, segment := range outline.Segments {
		next := Segment{Move: segment.Op == opentype.SegmentOpMoveTo}
		for _, p := range segment.ArgsSlice() {
			next.Points = append(next.Points, Point{float64(p.X) / em, float64(p.Y) / em})
		}
		out = append(out, next)
	}
	return out
}
