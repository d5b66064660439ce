package iban

import (
	"strings"
	"testing"
)

// The examples of the IBAN registry of SWIFT for some countries, and one with spaces.
var registered = []string{
	"GB29NWBK60161331926819", "DE89370400440532013000", "FR1420041010050500013M02606", "NL91ABNA0417164300",
	"NO9386011117947", "MT84MALT011000012345MTLCAST001S", "LC55HEMM000100010012001200023015",
	"DE89 3704 0044 0532 0130 00",
	"ch9300762011623852957",
}

// TestCheckDigits accepts registered numbers, and refuses them with another digit or with two
// neighbors exchanged.
func TestCheckDigits(t *testing.T) {
	t.Parallel()
	for _, number := range registered {
		if err := Check("number", number); err != nil {
			t.Errorf("%s: %v", number, err)
		}
		for i := range number {
			if number[i] < '0' || number[i] > '9' {
				continue
			}
			changed := number[:i] + string('0'+(number[i]-'0'+1)%10) + number[i+1:]
			if Check("number", changed) == nil {
				t.Errorf("%s is accepted", changed)
			}
			if i+1 < len(number) && number[i+1] >= '0' && number[i+1] <= '9' && number[i] != number[i+1] {
				exchanged := number[:i] + string(number[i+1]) + string(number[i]) + number[i+2:]
				if Check("number", exchanged) == nil {
					t.Errorf("%s is accepted", exchanged)
				}
			}
		}
	}
	if Check("number", "DE"+strings.Repeat("0", 40)) == nil {
		t.Error("a number of 42 characters is accepted")
	}
}

// TestOtherNumbersHaveNoCheckDigits accepts account numbers that do not look like an IBAN, and the
// mask of a sealed one.
func TestOtherNumbersHaveNoCheckDigits(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"", "011000138", "12-3456-789", "A1234", "DE8X1234", "ACCT 4711", "••••3000"} {
		if err := Check("number", number); err != nil {
			t.Errorf("%s: %v", number, err)
		}
	}
}
