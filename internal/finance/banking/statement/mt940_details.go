package statement

import (
	"regexp"
	"strings"

	"backoffice/internal/platform/sheet"
)

// swiftWidth is the largest width of a line in a SWIFT message. A longer text is split, even in the middle
// of a word.
const swiftWidth = 65

// unwrapLines joins the lines of a wrapped text. It inserts a space after each line that is shorter
// than the full width.
func unwrapLines(value string) string {
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
	// German banks write a code of three digits and then fields that begin with question marks (DFÜ
	// agreement, appendix 3).
	germanText = regexp.MustCompile(`^\d{3}\?`)
	// Dutch banks write codes between slashes, each followed by its value.
	dutchText = regexp.MustCompile(`^/(EREF|BENM|ORDP|REMI|MARF|NAME|IBAN|TRTP|CSID|PREF|TRCD|RTRN|BIC|ISDT|ID|ADDR)/`)
)

// mt940Details are the purpose of a booking, and the name and the account of the counterparty.
type mt940Details struct{ text, name, account string }

// parseMT940Details parses field 86, for which German and Dutch banks have conventions. Other text is
// kept as the purpose.
func parseMT940Details(value string) mt940Details {
	switch {
	case germanText.MatchString(value):
		return parseGermanDetails(strings.ReplaceAll(value, "\n", ""))
	case dutchText.MatchString(value):
		return parseDutchDetails(unwrapLines(value))
	}
	return mt940Details{text: sheet.CleanText(unwrapLines(value))}
}

func parseGermanDetails(value string) mt940Details {
	var purpose, names []string
	kind, account := "", ""
	for _, field := range strings.Split(value, "?")[1:] {
		if len(field) < 2 {
			continue
		}
		switch code, rest := field[:2], field[2:]; {
		case code == "00":
			kind = sheet.CleanText(rest)
		case code >= "20" && code <= "29" || code >= "60" && code <= "63":
			purpose = append(purpose, rest)
		case code == "31":
			account = sheet.CleanText(rest)
		case code == "32" || code == "33":
			names = append(names, rest)
		}
	}
	text := sheet.CleanText(strings.Join(purpose, ""))
	// References come before SVWZ+ (Verwendungszweck), and the purpose after it.
	if _, after, ok := strings.Cut(text, "SVWZ+"); ok && sheet.CleanText(after) != "" {
		text = sheet.CleanText(after)
	}
	if text == "" {
		text = kind
	}
	return mt940Details{text, sheet.CleanText(strings.Join(names, "")), account}
}

func parseDutchDetails(value string) mt940Details {
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
	text := sheet.CleanText(fields["REMI"])
	if text == "" {
		text = sheet.CleanText(fields["EREF"])
	}
	return mt940Details{text, sheet.CleanText(fields["NAME"]), sheet.CleanText(fields["IBAN"])}
}
