// Package address checks postal addresses and the codes of regions, and writes addresses in the
// form of their region. It knows the 249 countries and territories of ISO 3166-1, and Kosovo.
// Whether an address exists is not checked.
package address

import (
	"strings"

	"golang.org/x/text/language"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
)

// unassigned are the codes that CLDR treats as countries, although ISO 3166-1 withdrew them or did
// not assign them to a country.
const unassigned = "AC AN CP CQ CS DG EA EZ FQ IC NT PC SU TA UN YU"

// IsRegion reports whether a code of two capital letters is that of a country or territory. It
// accepts XK for Kosovo, which has no other code. It refuses former and alternative codes, such as
// SU and UK.
func IsRegion(code string) bool {
	region, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && region.IsCountry() && region.Canonicalize().String() == code &&
		!strings.Contains(unassigned, code)
}

// Check returns the violations of an address in a field, none if the address is nil.
func Check(field string, a *typepb.Address) (violations []fault.Field) {
	if a == nil || IsRegion(a.GetRegionCode()) {
		return nil
	}
	return []fault.Field{fault.At(field+".regionCode", "must be an ISO 3166-1 code such as US")}
}
