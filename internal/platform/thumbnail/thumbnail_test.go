package thumbnail

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

var (
	red   = color.RGBA{255, 0, 0, 255}
	green = color.RGBA{0, 255, 0, 255}
	blue  = color.RGBA{0, 0, 255, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// corners paints a picture whose quarters have different colors: red, green, blue and white, by
// rows.
func corners(m interface {
	image.Image
	Set(x, y int, c color.Color)
}) image.Image {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			right, below := 2*(x-b.Min.X) >= b.Dx(), 2*(y-b.Min.Y) >= b.Dy()
			c := red
			switch {
			case right && below:
				c = white
			case below:
				c = blue
			case right:
				c = green
			}
			m.Set(x, y, c)
		}
	}
	return m
}

func encoded(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asJPEG(t *testing.T, m image.Image) []byte {
	return encoded(t, func(w io.Writer) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: 95}) })
}

func asPNG(t *testing.T, m image.Image) []byte {
	return encoded(t, func(w io.Writer) error { return png.Encode(w, m) })
}

// makeAll makes the thumbnails of an image and decodes them.
func makeAll(t *testing.T, content []byte) (pictures []image.Image, formats []string) {
	t.Helper()
	made, err := Make(content)
	if err != nil || len(made) != len(Sizes) {
		t.Fatalf("got %d thumbnails, %v, want %d", len(made), err, len(Sizes))
	}
	for i, th := range made {
		m, format, err := image.Decode(bytes.NewReader(th.Content))
		if err != nil || th.Size != Sizes[i] {
			t.Fatalf("thumbnail %d: got the size %d, %v", i, th.Size, err)
		}
		pictures, formats = append(pictures, m), append(formats, format)
	}
	return pictures, formats
}

// checkCorners compares the middles of the quarters of a picture with colors, by rows.
func checkCorners(t *testing.T, m image.Image, want ...color.RGBA) {
	t.Helper()
	b := m.Bounds()
	for i, w := range want {
		x, y := b.Min.X+b.Dx()*(1+2*(i%2))/4, b.Min.Y+b.Dy()*(1+2*(i/2))/4
		got := color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)
		for _, pair := range [][2]uint8{{got.R, w.R}, {got.G, w.G}, {got.B, w.B}, {got.A, w.A}} {
			if d := int(pair[0]) - int(pair[1]); d < -12 || d > 12 {
				t.Errorf("the quarter %d: got %v, want %v", i, got, w)
				break
			}
		}
	}
}

// TestThumbnailsOfAllFormats checks the sizes and colors of the thumbnails of images in each format
// and kind of pixels.
func TestThumbnailsOfAllFormats(t *testing.T) {
	t.Parallel()
	r := image.Rect(0, 0, 2000, 1000)
	colors := corners(image.NewRGBA(r))
	deep := corners(image.NewNRGBA64(r))
	flat := corners(image.NewPaletted(r, palette.Plan9)).(*image.Paletted)
	for name, content := range map[string][]byte{
		"JPEG":         asJPEG(t, colors),
		"PNG":          asPNG(t, colors),
		"PNG, 16 bits": asPNG(t, deep),
		"PNG, palette": asPNG(t, flat),
		"BMP":          encoded(t, func(w io.Writer) error { return bmp.Encode(w, colors) }),
		"TIFF": encoded(t, func(w io.Writer) error {
			return tiff.Encode(w, colors, &tiff.Options{Compression: tiff.Deflate})
		}),
		"TIFF, 16 bits": encoded(t, func(w io.Writer) error { return tiff.Encode(w, deep, nil) }),
		"GIF": encoded(t, func(w io.Writer) error {
			second := image.NewPaletted(r, palette.Plan9)
			return gif.EncodeAll(w, &gif.GIF{Image: []*image.Paletted{flat, second}, Delay: []int{1, 1}})
		}),
	} {
		t.Run(name, func(t *testing.T) {
			pictures, formats := makeAll(t, content)
			for i, m := range pictures {
				if size := m.Bounds().Size(); size != image.Pt(Sizes[i], Sizes[i]/2) || formats[i] != "jpeg" {
					t.Errorf("got a %s of %v, want a JPEG of %d by %d", formats[i], size, Sizes[i], Sizes[i]/2)
				}
				checkCorners(t, m, red, green, blue, white)
			}
		})
	}
}

// withOrientation returns a JPEG with EXIF that contains an orientation.
func withOrientation(content []byte, orientation uint16) []byte {
	exif := []byte(exifHeader + "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00")
	exif = binary.LittleEndian.AppendUint16(exif, orientation)
	exif = append(exif, 0, 0, 0, 0, 0, 0)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, markerAPP1}, uint16(len(exif)+2))
	return append(append(head, exif...), content[2:]...)
}

// TestThumbnailsAreUpright checks all orientations. In each, another corner of the stored picture
// is at the top left of what a person sees.
func TestThumbnailsAreUpright(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, corners(image.NewRGBA(image.Rect(0, 0, 640, 320))))
	for orientation, want := range map[uint16][]color.RGBA{
		0: {red, green, blue, white}, 1: {red, green, blue, white}, 2: {green, red, white, blue},
		3: {white, blue, green, red}, 4: {blue, white, red, green}, 5: {red, blue, green, white},
		6: {blue, red, white, green}, 7: {white, green, blue, red}, 8: {green, white, red, blue},
		9: {red, green, blue, white},
	} {
		t.Run(fmt.Sprint(orientation), func(t *testing.T) {
			pictures, _ := makeAll(t, withOrientation(photo, orientation))
			size := image.Pt(512, 256)
			if orientation >= 5 && orientation <= 8 {
				size = image.Pt(256, 512)
			}
			if got := pictures[1].Bounds().Size(); got != size {
				t.Errorf("got %v, want %v", got, size)
			}
			for _, m := range pictures {
				checkCorners(t, m, want...)
			}
		})
	}
}

// TestTransparentPartsAreKept checks that a picture with transparent parts becomes a PNG, and that
// their color does not show at the edges.
func TestTransparentPartsAreKept(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 3200, 3200))
	for i := range m.Pix {
		m.Pix[i] = 255
		if i/4%3200 >= 1600 && i%4 == 3 {
			m.Pix[i] = 0 // transparent white beside white
		}
	}
	pictures, formats := makeAll(t, asPNG(t, m))
	for i, p := range pictures {
		if formats[i] != "png" {
			t.Fatalf("got a %s, want a PNG", formats[i])
		}
		checkCorners(t, p, white, color.RGBA{}, white, color.RGBA{})
		for x := range p.Bounds().Dx() {
			if c := color.NRGBAModel.Convert(p.At(x, 9)).(color.NRGBA); c.A > 8 && c.R < 240 {
				t.Errorf("got %v at the edge, want white", c)
			}
		}
	}
}

// TestNoiseWithTransparentPartsIsFlattened checks that a PNG that would be too large becomes a JPEG
// on white.
func TestNoiseWithTransparentPartsIsFlattened(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 1600, 1600))
	state := uint32(1)
	for i := range m.Pix {
		state = state*1664525 + 1013904223
		m.Pix[i] = byte(state >> 24)
	}
	_, formats := makeAll(t, asPNG(t, m))
	if formats[0] != "png" || formats[2] != "jpeg" {
		t.Errorf("got %v, want a small PNG and a large JPEG", formats)
	}
}

// TestSmallAndNarrowImages checks that nothing is enlarged and that no side becomes empty.
func TestSmallAndNarrowImages(t *testing.T) {
	t.Parallel()
	for size, want := range map[image.Point][]image.Point{
		image.Pt(1, 1):        {image.Pt(1, 1), image.Pt(1, 1), image.Pt(1, 1)},
		image.Pt(300, 200):    {image.Pt(128, 85), image.Pt(300, 200), image.Pt(300, 200)},
		image.Pt(20000, 1):    {image.Pt(128, 1), image.Pt(512, 1), image.Pt(1600, 1)},
		image.Pt(1, 20000):    {image.Pt(1, 128), image.Pt(1, 512), image.Pt(1, 1600)},
		image.Pt(1601, 1599):  {image.Pt(128, 128), image.Pt(512, 511), image.Pt(1600, 1598)},
		image.Pt(3199, 13):    {image.Pt(128, 1), image.Pt(512, 2), image.Pt(1600, 7)},
		image.Pt(40000, 1000): {image.Pt(128, 3), image.Pt(512, 13), image.Pt(1600, 40)},
	} {
		pictures, _ := makeAll(t, asPNG(t, image.NewGray(image.Rectangle{Max: size})))
		for i, m := range pictures {
			if m.Bounds().Size() != want[i] {
				t.Errorf("%v: got %v, want %v", size, m.Bounds().Size(), want[i])
			}
		}
	}
}

// TestFineLinesBecomeGray checks the quality of the scaling: lines of one pixel become an even gray
// and no coarse pattern.
func TestFineLinesBecomeGray(t *testing.T) {
	t.Parallel()
	m := image.NewGray(image.Rect(0, 0, 4096, 4096))
	for i := range m.Pix {
		m.Pix[i] = byte(i % 2 * 255)
	}
	pictures, _ := makeAll(t, asPNG(t, m))
	for _, p := range pictures {
		for x := 4; x < p.Bounds().Dx()-4; x++ {
			if y, _, _, _ := p.At(x, 60).RGBA(); y>>8 < 117 || y>>8 > 138 {
				t.Fatalf("got %d at %d of %v, want 127", y>>8, x, p.Bounds())
			}
		}
	}
}

// TestDamagedImagesAreRefused cuts images off and changes their bytes. None may panic, and none
// that is cut off may have thumbnails.
func TestDamagedImagesAreRefused(t *testing.T) {
	t.Parallel()
	m := corners(image.NewRGBA(image.Rect(0, 0, 40, 30)))
	flat := corners(image.NewPaletted(m.Bounds(), palette.Plan9))
	for name, content := range map[string][]byte{
		"jpeg": asJPEG(t, m), "png": asPNG(t, m),
		"gif":  encoded(t, func(w io.Writer) error { return gif.Encode(w, flat, nil) }),
		"bmp":  encoded(t, func(w io.Writer) error { return bmp.Encode(w, m) }),
		"tiff": encoded(t, func(w io.Writer) error { return tiff.Encode(w, m, nil) }),
	} {
		if _, err := Make(content); err != nil {
			t.Fatalf("%s: got %v", name, err)
		}
		for n := 0; n < len(content)*9/10; n += 1 + n/50 {
			if _, err := Make(content[:n]); !errors.Is(err, ErrUnsupported) {
				t.Fatalf("%s of %d of %d bytes: got %v, want ErrUnsupported", name, n, len(content), err)
			}
		}
		for n := range min(len(content), 400) {
			damaged := bytes.Clone(content)
			damaged[n] ^= 0xff
			if _, err := Make(damaged); err != nil && !errors.Is(err, ErrUnsupported) {
				t.Fatalf("%s with the byte %d changed: got %v", name, n, err)
			}
		}
	}
	for _, text := range []string{"", "hello", "<svg/>", "RIFF\x00\x00\x00\x00WAVE", "\x00\x00\x00\x18ftypheic"} {
		if _, err := Make([]byte(text)); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%q: got %v, want ErrUnsupported", text, err)
		}
	}
}

// TestColorProfileIsKept checks that a thumbnail has the profile of a photo in color, and that a
// gray picture has none.
func TestColorProfileIsKept(t *testing.T) {
	t.Parallel()
	profile := []byte("ICC_PROFILE\x00\x01\x01Display P3")
	segment := append([]byte{0xff, markerAPP2, 0, byte(len(profile) + 2)}, profile...)
	for name, c := range map[string]struct {
		m    image.Image
		want bool
	}{
		"color": {corners(image.NewRGBA(image.Rect(0, 0, 200, 200))), true},
		"gray":  {image.NewGray(image.Rect(0, 0, 200, 200)), false},
	} {
		photo := asJPEG(t, c.m)
		made, err := Make(append(append(bytes.Clone(photo[:2]), segment...), photo[2:]...))
		if err != nil {
			t.Fatal(err)
		}
		for _, th := range made {
			if bytes.Contains(th.Content, segment) != c.want {
				t.Errorf("%s, %d: want the profile %v", name, th.Size, c.want)
			}
		}
	}
}

// FuzzMake checks that no content panics.
func FuzzMake(f *testing.F) {
	for _, seed := range []string{"\xff\xd8\xff\xd9", "\x89PNG\r\n\x1a\n", "GIF89a", "BM", "II*\x00", "RIFF"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if _, err := Make(content); err != nil && !errors.Is(err, ErrUnsupported) {
			t.Error(err)
		}
	})
}
