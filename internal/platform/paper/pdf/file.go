package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"strconv"
	"strings"
	"unicode/utf16"
)

// ref is the number of an object.
type ref int

// String returns a reference to the object.
func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// file holds the objects of a document.
type file struct {
	// objects are by number, starting at 1. Streams are written as they are, all others are packed.
	objects []object
}

type object struct {
	body     []byte
	isStream bool
}

// reserve returns the number of an object to be written later.
func (f *file) reserve() ref {
	f.objects = append(f.objects, object{})
	return ref(len(f.objects))
}

// set writes an object that is not a stream.
func (f *file) set(r ref, body string) { f.objects[r-1] = object{body: []byte(body)} }

// add writes a new object that is not a stream.
func (f *file) add(body string) ref {
	r := f.reserve()
	f.set(r, body)
	return r
}

// setStream writes a stream, compressed. entries are those of its dictionary.
func (f *file) setStream(r ref, entries string, data []byte) {
	f.setPlainStream(r, entries+"/Filter/FlateDecode", compress(data))
}

// setPlainStream writes a stream as it is.
func (f *file) setPlainStream(r ref, entries string, data []byte) {
	body := fmt.Appendf(nil, "<<%s/Length %d>>stream\n", entries, len(data))
	f.objects[r-1] = object{append(append(body, data...), "\nendstream"...), true}
}

func compress(data []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	// Writing to a buffer does not fail.
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}

// packSize is the number of objects in an object stream.
const packSize = 2000

// place is where an object is in the file: at an offset, or in an object stream at an index.
type place struct{ kind, at, index int }

// bytes returns the file. Objects that are not streams are packed into object streams, and a stream
// lists where each object is (ISO 32000-1, 7.5.7 and 7.5.8).
func (f *file) bytes(catalog, info ref) []byte {
	var loose []int
	for i, o := range f.objects {
		if !o.isStream {
			loose = append(loose, i)
		}
	}
	places := make([]place, len(f.objects), len(f.objects)+len(loose)/packSize+2)
	for len(loose) > 0 {
		n := min(packSize, len(loose))
		r := f.pack(loose[:n])
		places = append(places, place{})
		for index, i := range loose[:n] {
			places[i] = place{2, int(r), index}
		}
		loose = loose[n:]
	}
	out := bytes.NewBufferString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	for i, o := range f.objects {
		if o.isStream {
			places[i] = place{1, out.Len(), 0}
			fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\n", i+1, o.body)
		}
	}
	start := out.Len()
	places = append(places, place{1, start, 0})
	packed := compress(crossReferences(places))
	fmt.Fprintf(out, "%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root %s/Info %s/Filter/FlateDecode"+
		"/DecodeParms<</Predictor 12/Columns 7>>/Length %d>>stream\n",
		len(places), len(places)+1, catalog, info, len(packed))
	out.Write(packed)
	fmt.Fprintf(out, "\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", start)
	return out.Bytes()
}

// crossReferences returns the table of places, object 0 first, which is free. Each row is the
// difference from the row above, which compresses better (PNG, filter type 2).
func crossReferences(places []place) (table []byte) {
	above := make([]byte, 7)
	for _, p := range append([]place{{}}, places...) {
		row := binary.BigEndian.AppendUint32([]byte{byte(p.kind)}, uint32(p.at))
		row = binary.BigEndian.AppendUint16(row, uint16(p.index))
		table = append(table, 2)
		for i, b := range row {
			table = append(table, b-above[i])
		}
		above = row
	}
	return table
}

// pack writes an object stream that contains objects.
func (f *file) pack(indexes []int) ref {
	var head, bodies bytes.Buffer
	for _, i := range indexes {
		fmt.Fprintf(&head, "%d %d ", i+1, bodies.Len())
		bodies.Write(f.objects[i].body)
		bodies.WriteByte('\n')
	}
	r := f.reserve()
	entries := fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(indexes), head.Len())
	f.setStream(r, entries, append(head.Bytes(), bodies.Bytes()...))
	return r
}

// writeImage writes an image in red, green and blue, and its transparency as a mask.
func (f *file) writeImage(i image.Image) ref {
	size := i.Bounds().Size()
	pixels, mask := make([]byte, 0, 3*size.X*size.Y), make([]byte, 0, size.X*size.Y)
	for y := range size.Y {
		for x := range size.X {
			c := color.NRGBAModel.Convert(i.At(i.Bounds().Min.X+x, i.Bounds().Min.Y+y)).(color.NRGBA)
			pixels, mask = append(pixels, c.R, c.G, c.B), append(mask, c.A)
		}
	}
	entries := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace", size.X, size.Y)
	transparency, r := f.reserve(), f.reserve()
	f.setStream(transparency, entries+"/DeviceGray", mask)
	f.setStream(r, entries+"/DeviceRGB/SMask "+transparency.String(), pixels)
	return r
}

// number formats a number with up to three decimal digits.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', 3, 64)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	if text == "-0" || text == "" {
		return "0"
	}
	return text
}

// textString returns text as a string object, in UTF-16 with a byte-order mark.
func textString(text string) string {
	var out strings.Builder
	out.WriteString("<feff")
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&out, "%04x", unit)
	}
	return out.String() + ">"
}
