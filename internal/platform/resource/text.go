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

// textKind says what a field's text is to people.
type textKind int8

const (
	// code is text for programs, such as an identifier, or text that is kept as it came.
	code textKind = iota
	// line is what people type on one line, such as a name.
	line
	// prose is what people type on several lines, such as a description.
	prose
)

// proseLength is the declared length from which a text may have several lines.
const proseLength = 500

// maxCharacters is the most of a text whose proto declares no other limit.
const maxCharacters = 4096

// textOf reads what a text is, and how many characters it may have where the proto
// leaves that open: text that people type declares its length, all other is code.
func textOf(fd protoreflect.FieldDescriptor) (kind textKind, most int) {
	if fd.Kind() != protoreflect.StringKind {
		return code, 0
	}
	rules, _ := proto.GetExtension(fd.Options(), validate.E_Field).(*validate.FieldRules)
	if fd.IsList() {
		rules = rules.GetRepeated().GetItems()
	}
	options, _ := fd.Options().(*descriptorpb.FieldOptions)
	length := rules.GetString().GetMaxLen()
	switch {
	case length == 0:
		return code, maxCharacters
	case options.GetDebugRedact():
		return code, 0
	case length < proseLength:
		return line, 0
	}
	return prose, 0
}

// tidy spells what people typed in one way: composed (Unicode's NFC), without the blanks
// around it and without characters that only mislead.
func (s *shape) tidy(m protoreflect.Message) {
	for _, t := range s.fields {
		switch {
		case t.output || !m.Has(t.fd):
		case t.inner != nil:
			t.values(m, "", func(_ string, v protoreflect.Value) { t.inner.tidy(v.Message()) })
		case t.text != code && t.fd.IsList():
			list := m.Mutable(t.fd).List()
			for i := range list.Len() {
				list.Set(i, protoreflect.ValueOfString(t.text.tidy(list.Get(i).String())))
			}
		case t.text != code:
			text := t.text.tidy(m.Get(t.fd).String())
			if !t.required && isInvisible(text) {
				text = ""
			}
			m.Set(t.fd, protoreflect.ValueOfString(text))
		}
	}
}

func (k textKind) tidy(text string) string {
	if isUnstorable(text) {
		return text // it is refused
	}
	return strings.TrimSpace(norm.NFC.String(strings.Map(func(r rune) rune {
		if k.misleads(r) {
			return -1
		}
		return r
	}, text)))
}

// misleads tells whether a character does nothing but harm in a text of the kind:
// controls, of which prose keeps line breaks and tabs, and on one line the marks that
// turn the direction of what follows them.
func (k textKind) misleads(r rune) bool {
	switch {
	case k == prose && strings.ContainsRune("\n\r\t", r):
		return false
	case unicode.IsControl(r) && !unicode.IsSpace(r):
		return true
	}
	return k == line && unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f'
}

// blank are letters and symbols that show nothing, beside those that Unicode lets
// fonts ignore: Braille without dots.
const blank = '\u2800'

// isInvisible tells whether a text has no character that can be seen.
func isInvisible(text string) bool {
	return !isUnstorable(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) &&
			!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && r != blank
	})
}

// isUnstorable tells whether a text is one that Postgres does not take.
func isUnstorable(text string) bool {
	return strings.ContainsRune(text, 0) || !utf8.ValidString(text)
}

// keepRaw leaves the text of fields as it comes.
func (s *shape) keepRaw(fields []string) {
	for i, t := range s.fields {
		if slices.Contains(fields, string(t.fd.Name())) {
			s.fields[i].text = code
		}
	}
}
