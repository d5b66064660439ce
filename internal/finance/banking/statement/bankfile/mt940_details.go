package bankfile

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"backoffice/internal/platform/sheet"
)

// swiftWidth is the largest width of a line in a SWIFT message. A longer text is split, even in the
// middle of a word.
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
	dutchText = regexp.MustCompile(`^/(EREF|BENM|ORDP|REMI|MARF|NAME|IBAN|TRTP|CSID|PREF|TRCD|RTRN|BIC|ISDT|ID|ADDR|` +
		`CNTP|PURP|ULTB|ULTC|ULTD|SVCL|IREF)/`)
)

// mt940Details are the purpose of a booking, the name and the account of the counterparty, and what
// else a field says.
type mt940Details struct {
	text, name, account string
	more                []mt940Detail
}

// mt940Detail is a value with the code that the bank gives it.
type mt940Detail struct{ label, value string }

// parseMT940Details parses field 86, for which German and Dutch banks have conventions. Other text
// is kept as the purpose.
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
	var d mt940Details
	var purpose, names []string
	kind := ""
	fields := strings.Split(value, "?")
	for _, field := range fields[1:] {
		if len(field) < 2 {
			continue
		}
		switch code, rest := field[:2], field[2:]; {
		case code == "00":
			kind = sheet.CleanText(rest)
		case code >= "20" && code <= "29" || code >= "60" && code <= "63":
			purpose = append(purpose, rest)
		case code == "31":
			d.account = sheet.CleanText(rest)
		case code == "32" || code == "33":
			names = append(names, rest)
		default:
			d.more = append(d.more, mt940Detail{"?" + code, rest})
		}
	}
	d.text, d.name = sheet.CleanText(strings.Join(purpose, "")), sheet.CleanText(strings.Join(names, ""))
	// References come before SVWZ+ (Verwendungszweck), and the purpose after it.
	if before, after, ok := strings.Cut(d.text, "SVWZ+"); ok && sheet.CleanText(after) != "" {
		d.text = sheet.CleanText(after)
		d.more = append(d.more, mt940Detail{"References", before})
	}
	if d.text == "" {
		d.text = kind
	}
	d.more = append(d.more, mt940Detail{"?00", kind}, mt940Detail{"Transaction code", fields[0]})
	return d
}

// parseDutchDetails parses codes between slashes. A value may contain slashes itself.
func parseDutchDetails(value string) mt940Details {
	fields := map[string]string{}
	var codes []string
	code := ""
	for _, part := range strings.Split(value, "/") {
		if dutchText.MatchString("/" + part + "/") {
			if code = part; !slices.Contains(codes, code) {
				codes = append(codes, code)
			} else {
				fields[code] += " "
			}
		} else if code != "" {
			fields[code] += "/" + part
		}
	}
	d := mt940Details{name: trimSlashes(fields["NAME"]), account: trimSlashes(fields["IBAN"])}
	d.text = cmp.Or(trimSlashes(remittanceText(fields["REMI"])), trimSlashes(fields["EREF"]))
	for _, code := range codes {
		switch code {
		case "REMI", "NAME", "IBAN":
		case "CNTP":
			d.readCounterparty(strings.Split(fields[code], "/")[1:])
		default:
			d.more = append(d.more, mt940Detail{code, trimSlashes(fields[code])})
		}
	}
	return d
}

// readCounterparty reads the account, the bank and the name of a counterparty, which ING writes as
// the parts of one code.
func (d *mt940Details) readCounterparty(parts []string) {
	parts = append(parts, "", "", "")
	d.account = cmp.Or(d.account, sheet.CleanText(parts[0]))
	d.name = cmp.Or(d.name, sheet.CleanText(parts[2]))
	d.more = append(d.more, mt940Detail{"BIC", parts[1]}, mt940Detail{"CNTP", trimSlashes(strings.Join(parts[3:], "/"))})
}

// remittanceText returns the text of the code REMI. ING writes the kind of the text before it: USTD
// for free text, STRD and the issuer for a creditor's reference.
func remittanceText(value string) string {
	for _, kind := range []string{"/USTD/", "/STRD/"} {
		if rest, ok := strings.CutPrefix(value, kind); ok {
			_, text, _ := strings.Cut(rest, "/")
			return text
		}
	}
	return value
}

// trimSlashes removes the slashes around a value, and joins values that a code has several of.
func trimSlashes(value string) string { return strings.Trim(sheet.CleanText(value), "/ ") }

// parseMultiCashDetails parses the field NS of MultiCash: lines that begin with a code of two
// digits.
func parseMultiCashDetails(value string) mt940Details {
	var d mt940Details
	var names, texts []string
	for line := range strings.SplitSeq(value, "\n") {
		if len(line) < 2 || !sheet.IsDigits(line[:2]) {
			texts = append(texts, sheet.CleanText(line))
			continue
		}
		switch code, rest := line[:2], sheet.CleanText(line[2:]); code {
		case "15", "16":
			names = append(names, rest)
		case "09", "17":
			texts = append(texts, rest)
		default:
			d.more = append(d.more, mt940Detail{"NS " + code, rest})
		}
	}
	d.name, d.text = sheet.CleanText(strings.Join(names, " ")), sheet.CleanText(strings.Join(texts, " "))
	return d
}
