package thumbnail

import (
	"bytes"
	"encoding/binary"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	markerSOI  = 0xd8
	markerAPP0 = 0xe0
	markerAPP1 = 0xe1
	markerAPP2 = 0xe2
	markerSOF0 = 0xc0
	markerSOF2 = 0xc2 // progressive
	markerSOS  = 0xda
)

// maxProfile is the size of the largest color profile that a thumbnail gets.
const maxProfile = 64 << 10

// segment is a part of a JPEG before its pixels.
type segment struct {
	marker byte
	// raw is the whole segment with its marker, body what follows its length.
	raw, body []byte
}

// jpegSegments returns the segments before the pixels, as far as they are complete.
func jpegSegments(content []byte) (segments []segment) {
	if !bytes.HasPrefix(content, []byte("\xff\xd8")) {
		return nil
	}
	for rest := content[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		if rest[1] == 0xff { // a fill byte
			rest = rest[1:]
			continue
		}
		end := 2 + int(binary.BigEndian.Uint16(rest[2:]))
		if rest[1] == markerSOS || end < 4 || end > len(rest) {
			break
		}
		segments = append(segments, segment{rest[1], rest[:end], rest[4:end]})
		rest = rest[end:]
	}
	return segments
}

// frame returns the components of a JPEG and whether it is progressive; nil if it has no frame.
func frame(content []byte) (components []byte, progressive bool) {
	for _, s := range jpegSegments(content) {
		if s.marker < markerSOF0 || s.marker > markerSOF2 || len(s.body) < 6 {
			continue
		}
		if n := int(s.body[5]); len(s.body) >= 6+3*n {
			return s.body[6 : 6+3*n], s.marker == markerSOF2
		}
	}
	return nil, false
}

// jpegBytesPerPixel returns the bytes that the decoder needs for a pixel. It needs a byte for a
// sample, four more for its coefficient in a progressive image, and four for a pixel in CMYK.
func jpegBytesPerPixel(content []byte) float64 {
	components, progressive := frame(content)
	perPixel := samplesPerPixel(components)
	if progressive {
		perPixel *= 5
	}
	if len(components) == 3*4 {
		perPixel += 4
	}
	return perPixel
}

// samplesPerPixel returns the samples of all components for a pixel.
func samplesPerPixel(components []byte) float64 {
	var samples, most float64
	for i := 0; i < len(components); i += 3 {
		n := float64(components[i+1]>>4) * float64(components[i+1]&15)
		samples, most = samples+n, max(most, n)
	}
	if most == 0 {
		return maxBytes // without a frame, it cannot be decoded
	}
	return samples / most
}

// colorProfile returns the segments with the ICC profile of a JPEG. It returns nil if the image is
// not in YCbCr or RGB as the thumbnail is, such as a gray one, and if the profile is too large.
func colorProfile(content []byte) (profile []byte) {
	if components, _ := frame(content); len(components) != 3*3 {
		return nil
	}
	for _, s := range jpegSegments(content) {
		if s.marker == markerAPP2 && bytes.HasPrefix(s.body, []byte("ICC_PROFILE\x00")) {
			profile = append(profile, s.raw...)
		}
	}
	if len(profile) > maxProfile {
		return nil
	}
	return profile
}
