package message

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// Limits of SMTP in bytes (RFC 5321, 4.5.3.1).
const (
	maxAddressBytes = 254
	maxLocalBytes   = 64
)

// Address is the address of a mailbox and the name shown with it, which may be empty.
type Address struct {
	Name, Email string
}

// ParseEmail checks an e-mail address without a name, such as ann@example.com. It returns the
// address with its domain in lower case and ASCII, so that equal domains have one spelling.
func ParseEmail(text string) (string, error) {
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Name != "" || parsed.Address != text {
		return "", errors.New("must be an e-mail address, such as ann@example.com")
	}
	at := strings.LastIndexByte(text, '@')
	local, domain := text[:at], text[at+1:]
	if !isASCIIWord(local) {
		return "", errors.New("must have only ASCII characters without spaces before the @")
	}
	domain, err = idna.Lookup.ToASCII(domain)
	if err != nil || strings.HasPrefix(domain, "[") {
		return "", errors.New("must have a domain name after the @")
	}
	if len(local) > maxLocalBytes || len(local)+1+len(domain) > maxAddressBytes {
		return "", errors.New("must have at most 64 characters before the @ and 254 in total")
	}
	return local + "@" + domain, nil
}

// isASCIIWord reports whether text has only printable ASCII characters, without spaces and quotes.
func isASCIIWord(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' }) < 0
}

// IsLine reports whether text is safe as the value of a header: one line of valid UTF-8 without
// control characters.
func IsLine(text string) bool {
	return strings.ToValidUTF8(text, "\n") == text && strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	}) < 0
}
