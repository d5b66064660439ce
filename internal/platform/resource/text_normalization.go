package resource

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"golang.org/x/text/unicode/norm"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// textKind says who writes the text of a field and how.
type textKind int8

const (
	// codeText is text for programs, such as an identifier, or text that is kept exactly as
	// received.
	codeText textKind = iota
	// lineText is what people type on one line, such as a name.
	lineText
	// proseText is what people type on several lines, such as a description.
	proseText
)

// proseLength is the declared maximum length from which a field may have several lines.
const proseLength = 500

// maxCharacters is the maximum length of a string whose proto declares none.
const maxCharacters = 4096

// textKindOf returns the kind of a field's text, and its maximum length where the proto declares
// none. Text that people type declares a length; all other text is codeText.
func textKindOf(fd protoreflect.FieldDescriptor) (kind textKind, maxLength int) {
	if fd.Kind() != protoreflect.StringKind {
		return codeText, 0
	}
	rules, _ := proto.GetExtension(fd.Options(), validate.E_Field).(*validate.FieldRules)
	if fd.IsList() {
		rules = rules.GetRepeated().GetItems()
	}
	options, _ := fd.Options().(*descriptorpb.FieldOptions)
	length := rules.GetString().GetMaxLen()
	switch {
	case length == 0:
		return codeText, maxCharacters
	case options.GetDebugRedact():
		return codeText, 0
	case length < proseLength:
		return lineText, 0
	}
	return proseText, 0
}

// normalize normalizes the text that people typed: it composes characters (Unicode NFC), trims
// spaces, and drops invisible characters that mislead readers.
func (s *schema) normalize(m protoreflect.Message) {
	for _, t := range s.fields {
		switch {
		case t.outputOnly || !m.Has(t.fd):
		case t.nested != nil:
			t.forEachValue(m, "", func(_ string, v protoreflect.Value) { t.nested.normalize(v.Message()) })
		case t.text != codeText && t.fd.IsList():
			list := m.Mutable(t.fd).List()
			for i := range list.Len() {
				list.Set(i, protoreflect.ValueOfString(t.text.normalize(list.Get(i).String())))
			}
		case t.text != codeText:
			text := t.text.normalize(m.Get(t.fd).String())
			if !t.required && isInvisible(text) {
				text = ""
			}
			m.Set(t.fd, protoreflect.ValueOfString(text))
		}
	}
}

func (k textKind) normalize(text string) string {
	if isUnstorable(text) {
		return text // check refuses it
	}
	return strings.TrimSpace(norm.NFC.String(strings.Map(func(r rune) rune {
		if k.drops(r) {
			return -1
		}
		return r
	}, text)))
}

// drops reports whether a character is dropped from text of the kind because it only misleads.
// These are control characters, except line breaks and tabs in prose. On one line they are also the
// marks that turn the direction of the following text.
func (k textKind) drops(r rune) bool {
	switch {
	case k == proseText && strings.ContainsRune("\n\r\t", r):
		return false
	case unicode.IsControl(r) && !unicode.IsSpace(r):
		return true
	}
	return k == lineText && unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f'
}

// brailleBlank is the Braille pattern without dots. Unlike the invisible characters
// that Unicode lets fonts ignore, it counts as a symbol.
const brailleBlank = '\u2800'

// isInvisible reports whether text has no visible character.
func isInvisible(text string) bool {
	return !isUnstorable(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) &&
			!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && r != brailleBlank
	})
}

// isUnstorable reports whether PostgreSQL refuses to store text.
func isUnstorable(text string) bool {
	return strings.ContainsRune(text, 0) || !utf8.ValidString(text)
}

// keepRaw marks fields whose text is kept exactly as received.
func (s *schema) keepRaw(fields []string) {
	for i, t := range s.fields {
		if slices.Contains(fields, string(t.fd.Name())) {
			s.fields[i].text = codeText
		}
	}
}
