package salesdocuments

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestNationalBankCodeIsNoBIC checks which bank codes are printed as a BIC and put into QR codes.
func TestNationalBankCodeIsNoBIC(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"COBADEFFXXX": "COBADEFFXXX", "DEUTDEFF": "DEUTDEFF", "37040044": "", "021000021": "", "20-00-00": "", "": "",
	} {
		if got := bicOf(&pb.BankAccount{BankCode: code}); got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}
