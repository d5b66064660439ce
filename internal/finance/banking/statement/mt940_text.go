package statement

import (
	"regexp"
	"strings"

	"backoffice/internal/platform/sheet"
)

// swiftWidth is how long a line of a SWIFT message is at most; a longer text goes on in the next, in the middle of a word.
const swiftWidth = 65

// unwrap joins the lines of a text: what fills its line goes on without a blank.
func unwrap(value string) string {
	var out strings.Builder
	wasFull := false
	for i, line := range strings.Split(value, "\n") {
		if i > 0 && out.Len() > 0 && !wasFull {
			out.WriteByte(' ')
		}
		out.WriteString(line)
		wasFull = len([]rune(line))+len(":86:") >= swiftWidth || len([]rune(line)) >= swiftWidth
	}
	return out.String()
}

var (
	// German banks write a code of three digits and then fields behind question marks (DFÜ agreement, appendix 3).
	germanText = regexp.MustCompile(`^\d{3}\?`)
	// Dutch banks write words between slashes.
	dutchText = regexp.MustCompile(`^/(EREF|BENM|ORDP|REMI|MARF|NAME|IBAN|TRTP|CSID|PREF|TRCD|RTRN|BIC|ISDT|ID|ADDR)/`)
)

// mt940Booking is what a bank says of a booking: what it is for, with whom, and that one's account.
type mt940Booking struct{ text, name, account string }

// mt940Text reads what a booking is for and with whom, in the conventions that banks have for field 86.
func mt940Text(value string) mt940Booking {
	switch {
	case germanText.MatchString(value):
		return germanFields(strings.ReplaceAll(value, "\n", ""))
	case dutchText.MatchString(value):
		return dutchFields(unwrap(value))
	}
	return mt940Booking{text: sheet.Clean(unwrap(value))}
}

func germanFields(value string) mt940Booking {
	var purpose, names []string
	kind, account := "", ""
	for _, field := range strings.Split(value, "?")[1:] {
		if len(field) < 2 {
			continue
		}
		switch code, rest := field[:2], field[2:]; {
		case code == "00":
			kind = sheet.Clean(rest)
		case code >= "20" && code <= "29" || code >= "60" && code <= "63":
			purpose = append(purpose, rest)
		case code == "31":
			account = sheet.Clean(rest)
		case code == "32" || code == "33":
			names = append(names, rest)
		}
	}
	text := sheet.Clean(strings.Join(purpose, ""))
	// What the purpose is for stands behind SVWZ+, references before it.
	if _, after, ok := strings.Cut(text, "SVWZ+"); ok && sheet.Clean(after) != "" {
		text = sheet.Clean(after)
	}
	if text == "" {
		text = kind
	}
	return mt940Booking{text, sheet.Clean(strings.Join(names, "")), account}
}

func dutchFields(value string) mt940Booking {
	fields := map[string]string{}
	code := ""
	for _, part := range strings.Split(value, "/") {
		if dutchText.MatchString("/" + part + "/") {
			code = part
			continue
		}
		if code != "" && part != "" {
			fields[code] = strings.TrimSpace(fields[code] + " " + part)
		}
	}
	text := sheet.Clean(fields["REMI"])
	if text == "" {
		text = sheet.Clean(fields["EREF"])
	}
	return mt940Booking{text, sheet.Clean(fields["NAME"]), sheet.Clean(fields["IBAN"])}
}
