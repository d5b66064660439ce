package thumbnail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// makeUpright turns a photo upright and decodes it.
func makeUpright(t *testing.T, photo []byte) (raw []byte, m image.Image) {
	t.Helper()
	if !IsTurned(bytes.NewReader(photo)) {
		t.Fatal("the photo is upright already")
	}
	var out bytes.Buffer
	if err := Upright(t.Context(), bytes.NewReader(photo), &out); err != nil {
		t.Fatal(err)
	}
	if IsTurned(bytes.NewReader(out.Bytes())) {
		t.Error("the photo still has an orientation")
	}
	m, err := jpeg.Decode(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), m
}

// TestPhotosAreTurnedUpright checks all orientations, in color and gray.
func TestPhotosAreTurnedUpright(t *testing.T) {
	t.Parallel()
	r := image.Rect(0, 0, 640, 320)
	black := color.RGBA{0, 0, 0, 255}
	gray := image.NewGray(r)
	for i := range gray.Pix {
		if i%r.Dx() >= r.Dx()/2 {
			gray.Pix[i] = 255
		}
	}
	for orientation, want := range map[uint16]struct{ color, gray []color.RGBA }{
		2: {[]color.RGBA{green, red, white, blue}, []color.RGBA{white, black, white, black}},
		3: {[]color.RGBA{white, blue, green, red}, []color.RGBA{white, black, white, black}},
		4: {[]color.RGBA{blue, white, red, green}, []color.RGBA{black, white, black, white}},
		5: {[]color.RGBA{red, blue, green, white}, []color.RGBA{black, black, white, white}},
		6: {[]color.RGBA{blue, red, white, green}, []color.RGBA{black, black, white, white}},
		7: {[]color.RGBA{white, green, blue, red}, []color.RGBA{white, white, black, black}},
		8: {[]color.RGBA{green, white, red, blue}, []color.RGBA{white, white, black, black}},
	} {
		t.Run(fmt.Sprint(orientation), func(t *testing.T) {
			size := r.Size()
			if orientation >= 5 {
				size = image.Pt(size.Y, size.X)
			}
			_, m := makeUpright(t, withOrientation(asJPEG(t, corners(image.NewRGBA(r))), orientation))
			checkCorners(t, m, want.color...)
			_, g := makeUpright(t, withOrientation(asJPEG(t, gray), orientation))
			checkCorners(t, g, want.gray...)
			if _, isGray := g.(*image.Gray); !isGray || m.Bounds().Size() != size || g.Bounds().Size() != size {
				t.Errorf("got %T of %v and %v, want %v", g, g.Bounds(), m.Bounds(), size)
			}
		})
	}
}

// TestSamplesOfColorStayInPlace turns images of odd sizes whose pixels share samples of color in
// all ways, and compares each pixel with the one it was.
func TestSamplesOfColorStayInPlace(t *testing.T) {
	t.Parallel()
	size := image.Pt(23, 17)
	for ratio, shared := range subsampling {
		m := image.NewYCbCr(image.Rectangle{Max: size}, ratio)
		for i := range m.Y {
			m.Y[i] = byte(i)
		}
		for i := range m.Cb {
			m.Cb[i], m.Cr[i] = byte(i), byte(255-i)
		}
		for orientation := uint16(2); orientation <= 8; orientation++ {
			turned := turnYCbCr(m, orientation)
			if turned == nil {
				if orientation >= 5 && shared.X == 4 {
					continue // no image shares samples of color in a column of four
				}
				t.Fatalf("%v, orientation %d: not turned", ratio, orientation)
			}
			for y := range turned.Rect.Dy() {
				for x := range turned.Rect.Dx() {
					w, h := size.X, size.Y
					from := [...]image.Point{
						2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
						5: {y, x}, 6: {y, h - 1 - x}, 7: {w - 1 - y, h - 1 - x}, 8: {w - 1 - y, x},
					}[orientation]
					got := turned.YCbCrAt(turned.Rect.Min.X+x, turned.Rect.Min.Y+y)
					if want := m.YCbCrAt(from.X, from.Y); got != want {
						t.Fatalf("%v, orientation %d, pixel %d,%d: got %v, want %v", ratio, orientation, x, y, got, want)
					}
				}
			}
		}
	}
}

// TestUprightPhotoKeepsProfileAndResolution checks that the resolutions of rows and columns change
// places with them.
func TestUprightPhotoKeepsProfileAndResolution(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, corners(image.NewRGBA(image.Rect(0, 0, 64, 32))))
	jfif := "\xff\xe0\x00\x10JFIF\x00\x01\x02\x01"
	profile := "\xff\xe2\x00\x1aICC_PROFILE\x00\x01\x01Display P3"
	with := []byte("\xff\xd8" + jfif + "\x01\x2c\x00\x96\x00\x00" + profile + string(photo[2:]))
	for orientation, resolution := range map[uint16]string{3: "\x01\x2c\x00\x96", 6: "\x00\x96\x01\x2c"} {
		raw, _ := makeUpright(t, withOrientation(with, orientation))
		if want := "\xff\xd8" + jfif + resolution + "\x00\x00" + profile; !bytes.HasPrefix(raw, []byte(want)) {
			t.Errorf("orientation %d: got %q, want %q", orientation, raw[:len(want)], want)
		}
	}
}

// TestPhotosThatCannotBeTurned checks that large and damaged photos are refused before or while
// they are decoded, and that a photo is not turned for a caller that is gone.
func TestPhotosThatCannotBeTurned(t *testing.T) {
	t.Parallel()
	photo := withOrientation(asJPEG(t, corners(image.NewRGBA(image.Rect(0, 0, 64, 32)))), 6)
	frame := bytes.Index(photo, []byte{0xff, markerSOF0})
	for name, size := range map[string][4]byte{
		"too many pixels": {0xff, 0xff, 0xff, 0xff},
		"too much memory": {0x1f, 0xff, 0x20, 0x00}, // 67 million pixels, each in color
	} {
		huge := bytes.Clone(photo)
		copy(huge[frame+5:], size[:])
		huge[frame+11] = 0x11 // no pixels share samples of color
		if err := Upright(t.Context(), bytes.NewReader(huge), &bytes.Buffer{}); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: got %v, want ErrUnsupported", name, err)
		}
	}
	printed := withOrientation(cmykJPEG(255, 0, 0, 0), 6)
	if err := Upright(t.Context(), bytes.NewReader(printed), &bytes.Buffer{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("CMYK: got %v, want ErrUnsupported", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	busy <- struct{}{}
	err := Upright(gone, bytes.NewReader(photo), &bytes.Buffer{})
	<-busy
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that is gone: got %v", err)
	}
	for n := range len(photo) * 9 / 10 {
		if err := Upright(t.Context(), bytes.NewReader(photo[:n]), &bytes.Buffer{}); !errors.Is(err, ErrUnsupported) {
			t.Fatalf("%d of %d bytes: got %v, want ErrUnsupported", n, len(photo), err)
		}
	}
}
