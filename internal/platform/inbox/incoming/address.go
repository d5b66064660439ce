package incoming

import (
	"mime"
	"net/mail"
	"regexp"
	"strings"

	"github.com/emersion/go-message/charset"
)

var addressParser = mail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charset.Reader}}

// looseAddress matches an address anywhere in a text.
var looseAddress = regexp.MustCompile(`[^\s<>()\[\],;:"@]+@[^\s<>()\[\],;:"@]+`)

// addresses returns the addresses in the values of a field. From a value that breaks the rules, it
// takes what looks like an address.
func (m *Message) addresses(values []string) (out []Address) {
	for _, value := range values {
		list, err := addressParser.ParseList(toUTF8([]byte(value)))
		if err != nil && strings.TrimSpace(value) != "" && !isEmptyGroup(value) {
			m.Malformed = true
		}
		for _, a := range list {
			out = append(out, Address{oneLine(a.Name, maxFieldChars), normalizeEmail(a.Address)})
		}
		if err != nil {
			for _, found := range looseAddress.FindAllString(value, maxAddresses) {
				out = append(out, Address{"", normalizeEmail(found)})
			}
		}
	}
	if len(out) > maxAddresses {
		out, m.Truncated = out[:maxAddresses], true
	}
	return out
}

// isEmptyGroup reports whether a value is a group without addresses, such as
// `undisclosed-recipients:;`.
func isEmptyGroup(value string) bool { return strings.HasSuffix(strings.TrimSpace(value), ":;") }

// normalizeEmail returns an address in lower case, as those of persons are stored.
func normalizeEmail(email string) string { return strings.ToLower(oneLine(toUTF8([]byte(email)), 320)) }
