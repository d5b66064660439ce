package imagemeta

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/image/webp"
)

// secret is metadata that must not remain in an image.
const secret = "GPS 48.8584 N 2.2945 E"

// picture returns an image with different pixels.
func picture() *image.Paletted {
	colors := color.Palette{color.Black, color.White, color.RGBA{200, 30, 30, 255}, color.RGBA{30, 30, 200, 255}}
	m := image.NewPaletted(image.Rect(0, 0, 64, 48), colors)
	for i := range m.Pix {
		m.Pix[i] = uint8(i*i/7) % 4
	}
	return m
}

// segment returns a JPEG segment.
func segment(marker byte, body string) string {
	size := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return string(size) + body
}

// exif returns EXIF in little-endian order with an orientation and text.
func exif(orientation byte) string {
	return exifHeader + "II\x2a\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(orientation) +
		"\x00\x00\x00\x00\x00\x00\x00" + secret
}

// chunk returns a PNG chunk.
func chunk(name, body string) string {
	raw := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), name+body...)
	return string(binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw[4:])))
}

func encode(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// images returns an image with metadata of each media type.
func images(t *testing.T) map[string]string {
	plainJPEG := encode(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, picture(), nil) })
	plainPNG := encode(t, func(b *bytes.Buffer) error { return png.Encode(b, picture()) })
	plainGIF := encode(t, func(b *bytes.Buffer) error {
		return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{picture(), picture()}, Delay: []int{9, 9}, LoopCount: 3})
	})
	plainWebP, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	extended := "VP8X\x0a\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00" + string(plainWebP[12:]) + "EXIF" +
		string(binary.LittleEndian.AppendUint32(nil, uint32(len(secret)))) + secret
	endOfPNG := len(plainPNG) - 12
	return map[string]string{
		"image/jpeg": plainJPEG[:2] + segment(markerAPP1, exif(6)) +
			segment(markerAPP1, "http://ns.adobe.com/xap/1.0/\x00"+secret) + segment(markerAPP2, "MPF\x00"+secret) +
			segment(0xed, "Photoshop 3.0\x00"+secret) + segment(markerCOM, secret) + plainJPEG[2:] + secret,
		"image/png": plainPNG[:33] + chunk("tEXt", "Location\x00"+secret) + chunk("eXIf", secret) +
			plainPNG[33:endOfPNG] + chunk("iTXt", secret) + plainPNG[endOfPNG:] + secret,
		"image/gif": plainGIF[:len(plainGIF)-1] + "\x21\xfe" + string(rune(len(secret))) + secret + "\x00" +
			"\x21\xff\x0bXMP DataXMP" + string(rune(len(secret))) + secret + "\x00;" + secret,
		"image/webp": "RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(extended)+4))) + "WEBP" +
			extended + secret,
	}
}

func strip(t *testing.T, mediaType, content string) string {
	t.Helper()
	var out bytes.Buffer
	if err := Strip(mediaType, strings.NewReader(content), &out); err != nil {
		t.Fatalf("%s: %v", mediaType, err)
	}
	return out.String()
}

func decode(t *testing.T, mediaType, content string) (m image.Image) {
	t.Helper()
	in, err := strings.NewReader(content), error(nil)
	switch mediaType {
	case "image/jpeg":
		m, err = jpeg.Decode(in)
	case "image/png":
		m, err = png.Decode(in)
	case "image/gif":
		m, err = gif.Decode(in)
	case "image/webp":
		m, err = webp.Decode(in)
	}
	if err != nil {
		t.Fatalf("%s: %v", mediaType, err)
	}
	return m
}

// TestMetadataIsRemoved checks that no metadata remains, also after the end of the image, and that
// all pixels do.
func TestMetadataIsRemoved(t *testing.T) {
	t.Parallel()
	for mediaType, content := range images(t) {
		if got := MediaType([]byte(content)); got != mediaType {
			t.Errorf("got the media type %q, want %s", got, mediaType)
		}
		clean := strip(t, mediaType, content)
		if strings.Contains(clean, secret) {
			t.Errorf("%s: the metadata remains", mediaType)
		}
		before, after := decode(t, mediaType, content), decode(t, mediaType, clean)
		for y := range before.Bounds().Dy() {
			for x := range before.Bounds().Dx() {
				if before.At(x, y) != after.At(x, y) {
					t.Fatalf("%s: the pixel %d,%d changed", mediaType, x, y)
				}
			}
		}
		if again := strip(t, mediaType, clean); again != clean {
			t.Errorf("%s: a clean image changes when it is stripped again", mediaType)
		}
	}
}

// TestAnimationIsKept checks that a GIF keeps its images, delays and repetitions.
func TestAnimationIsKept(t *testing.T) {
	t.Parallel()
	g, err := gif.DecodeAll(strings.NewReader(strip(t, "image/gif", images(t)["image/gif"])))
	if err != nil || len(g.Image) != 2 || g.Delay[1] != 9 || g.LoopCount != 3 {
		t.Errorf("got %+v, %v, want two images, three repetitions", g, err)
	}
}

// rotated returns an image of each media type with EXIF that contains an orientation and text.
func rotated(t *testing.T, orientation byte) map[string]string {
	plain := map[string]string{}
	for mediaType, content := range images(t) {
		plain[mediaType] = strip(t, mediaType, content)
	}
	tiff := exif(orientation)[len(exifHeader):]
	photo, drawing := images(t)["image/jpeg"], plain["image/png"]
	extended := plain["image/webp"][12:] + "EXIF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(tiff)))) + tiff
	extended = extended[:8] + "\x0c" + extended[9:]
	return map[string]string{
		"image/jpeg": photo[:2] + segment(markerAPP1, exif(orientation)) + photo[strings.Index(photo, "\xff\xdb"):],
		"image/png":  drawing[:33] + chunk("eXIf", tiff) + drawing[33:],
		"image/webp": "RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(extended)+4))) + "WEBP" + extended,
	}
}

// TestOrientationIsKept checks that a rotated image is still shown upright, and that nothing else
// of its EXIF remains.
func TestOrientationIsKept(t *testing.T) {
	t.Parallel()
	for orientation := range byte(9) {
		for mediaType, content := range rotated(t, orientation) {
			clean := strip(t, mediaType, content)
			at := strings.Index(clean, "MM\x00\x2a")
			switch {
			case strings.Contains(clean, secret):
				t.Errorf("%s, orientation %d: the metadata remains", mediaType, orientation)
			case orientation <= 1 && at >= 0:
				t.Errorf("%s, orientation %d: EXIF remains", mediaType, orientation)
			case orientation > 1 && (at < 0 || Orientation([]byte(clean[at:])) != uint16(orientation)):
				t.Errorf("%s: orientation %d is lost", mediaType, orientation)
			case strip(t, mediaType, clean) != clean:
				t.Errorf("%s: a clean image changes when it is stripped again", mediaType)
			}
			decode(t, mediaType, clean)
			if flags := clean[20]; mediaType == "image/webp" && (flags&webpHasEXIF != 0) != (orientation > 1) {
				t.Errorf("orientation %d: the flags %x do not announce what follows", orientation, flags)
			}
		}
	}
}

// TestTruncatedImagesAreMalformed cuts images off at every byte. None may be accepted or panic.
func TestTruncatedImagesAreMalformed(t *testing.T) {
	t.Parallel()
	for mediaType, content := range images(t) {
		clean := strip(t, mediaType, content)
		for n := range len(clean) - 1 {
			var out bytes.Buffer
			if err := Strip(mediaType, strings.NewReader(clean[:n]), &out); !errors.Is(err, ErrMalformed) {
				t.Errorf("%s of %d bytes: got %v, want ErrMalformed", mediaType, n, err)
				break
			}
		}
	}
}

// FuzzStrip checks that no input panics, and that what is accepted is accepted again unchanged.
func FuzzStrip(f *testing.F) {
	for _, seed := range []string{"\xff\xd8\xff\xd9", pngSignature, "GIF89a", "RIFF\x04\x00\x00\x00WEBP"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		mediaType := MediaType([]byte(content))
		var out, again bytes.Buffer
		if Strip(mediaType, strings.NewReader(content), &out) != nil {
			return
		}
		err := Strip(mediaType, bytes.NewReader(out.Bytes()), &again)
		if err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("%q: the result changes when it is stripped again: %v", content, err)
		}
	})
}
