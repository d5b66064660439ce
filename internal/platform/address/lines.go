package address

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	typepb "backoffice/gen/go/backoffice/type/v1"
)

// layout is how the lines below the street are written: with {postal}, {city} and {state}. A bar
// separates lines.
type layout string

// layouts are the forms of addresses by region (CLDR and the Universal Postal Union's S42), those
// that differ from usual.
var layouts = map[string]layout{
	"US": "{city}, {state} {postal}", "PR": "{city}, {state} {postal}", "CA": "{city} {state} {postal}",
	"AU": "{city} {state} {postal}", "NZ": "{city} {postal}", "GB": "{city}|{postal}", "IE": "{city}|{state}|{postal}",
	"IT": "{postal} {city} {state}", "ES": "{postal} {city}|{state}", "BR": "{city}-{state}|{postal}",
	"MX": "{postal} {city}, {state}", "IN": "{city} {postal}|{state}", "JP": "{postal}|{state} {city}",
	"SG": "{city} {postal}", "HK": "{city}|{state}", "TW": "{postal} {state} {city}", "CN": "{postal} {city}|{state}",
	"KR": "{state} {city}|{postal}",
}

// usual is the form of all other regions.
const usual layout = "{postal} {city}|{state}"

// Lines returns an address as it is printed below the name of the recipient, for a letter that is
// mailed in a region. The last line is the country, in capital letters and English, unless the
// letter stays in it (Universal Postal Union, addressing guide). It returns nil for no address.
func Lines(a *typepb.Address, from string) []string {
	if a == nil {
		return nil
	}
	form, differs := layouts[a.GetRegionCode()]
	if !differs {
		form = usual
	}
	lines := append([]string{}, a.GetLines()...)
	filled := strings.NewReplacer(
		"{postal}", a.GetPostalCode(), "{city}", a.GetCity(), "{state}", a.GetSubdivision()).Replace(string(form))
	for _, line := range strings.Split(filled, "|") {
		if line = strings.Trim(strings.Join(strings.Fields(line), " "), ",- "); line != "" {
			lines = append(lines, line)
		}
	}
	if a.GetRegionCode() != from {
		if name := regionName(a.GetRegionCode()); name != "" {
			lines = append(lines, strings.ToUpper(name))
		}
	}
	return lines
}

// regionName returns the English name of a region, or "" if it is unknown.
func regionName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return ""
	}
	return display.English.Regions().Name(region)
}
