package sheet

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"
)

// TestUTF16IsRecognizedWithoutAMark decodes UTF-16 in both byte orders, and keeps other text as it
// is.
func TestUTF16IsRecognizedWithoutAMark(t *testing.T) {
	const text = "Date;Text\n01.02.2026;Müller\n"
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		var content []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			content = order.AppendUint16(content, unit)
		}
		if got, err := Decode(content, ""); err != nil || got != text {
			t.Errorf("%v: got %q, %v", order, got, err)
		}
	}
	for _, same := range []string{text, "a\x00b,c\n1,2\n", "\x00\x00\x00\x00\x00\x00\x00\x00", ""} {
		if got, err := Decode([]byte(same), ""); err != nil || got != same {
			t.Errorf("%q: got %q, %v", same, got, err)
		}
	}
}
