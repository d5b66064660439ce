package address_test

import (
	"strings"
	"testing"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/address"
)

func TestIsRegion(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"US": true, "GB": true, "DE": true, "IE": true, "XK": true, "PR": true, "TW": true,
		"UK": false, "SU": false, "DD": false, "EU": false, "ZZ": false, "QO": false, "AA": false, "us": false, "USA": false,
		"840": false, "001": false, "": false, "U": false, "ß": false,
	} {
		if got := address.IsRegion(code); got != want {
			t.Errorf("IsRegion(%q) = %v", code, got)
		}
	}
}

func TestRegionsAreThoseOfISO3166(t *testing.T) {
	t.Parallel()
	count := 0
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			if address.IsRegion(string([]rune{first, second})) {
				count++
			}
		}
	}
	if count != 250 {
		t.Errorf("got %d regions, want the 249 of ISO 3166-1 and XK", count)
	}
}

func TestCheckNamesTheField(t *testing.T) {
	t.Parallel()
	if got := address.Check("billingAddress", nil); got != nil {
		t.Errorf("got %v for no address", got)
	}
	if got := address.Check("billingAddress", &typepb.Address{RegionCode: "US"}); got != nil {
		t.Errorf("got %v for a valid address", got)
	}
	got := address.Check("billingAddress", &typepb.Address{RegionCode: "UK"})
	if len(got) != 1 || got[0].Path != "billingAddress.regionCode" {
		t.Errorf("got %v for a region that does not exist", got)
	}
}

func TestAddressIsWrittenAsInItsRegion(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]*typepb.Address{
		"12 Quay Street|Boston, MA 02110|UNITED STATES": {
			Lines: []string{"12 Quay Street"}, City: "Boston", Subdivision: "MA", PostalCode: "02110", RegionCode: "US",
		},
		"Hauptstr. 5|10115 Berlin": {
			Lines: []string{"Hauptstr. 5"}, City: "Berlin", PostalCode: "10115", RegionCode: "DE",
		},
		"London|SW1A 1AA|UNITED KINGDOM": {City: "London", PostalCode: "SW1A 1AA", RegionCode: "GB"},
		"Boston|UNITED STATES":           {City: "Boston", RegionCode: "US"},
		"MA|UNITED STATES":               {Subdivision: "MA", RegionCode: "US"},
		"1012 JS Amsterdam|NETHERLANDS":  {City: "Amsterdam", PostalCode: "1012 JS", RegionCode: "NL"},
		"100-0005|Tokyo Chiyoda|JAPAN": {
			City: "Chiyoda", Subdivision: "Tokyo", PostalCode: "100-0005", RegionCode: "JP",
		},
		"São Paulo-SP|01310-100|BRAZIL": {
			City: "São Paulo", Subdivision: "SP", PostalCode: "01310-100", RegionCode: "BR",
		},
	} {
		if got := strings.Join(address.Lines(a, "DE"), "|"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := address.Lines(nil, "DE"); got != nil {
		t.Errorf("got %q for no address", got)
	}
}
