package resource

import (
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/table"
)

func TestDeletableKindHasInUseReason(t *testing.T) {
	t.Parallel()
	if !hasMethod(table.Descriptor[*financev1.Vendor](), "Delete") {
		t.Error("DeleteVendor is not found")
	}
	if hasMethod(table.Descriptor[*financev1.JournalSeal](), "Delete") {
		t.Error("journal seals are said to be deletable")
	}
	if got := inUseReason("bankAccounts", true); got != optionsv1.Reason_BANK_ACCOUNTS_IN_USE {
		t.Errorf("got %v", got)
	}
	if got := inUseReason("journalSeals", false); got != optionsv1.Reason_REASON_UNSPECIFIED {
		t.Errorf("got %v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a deletable kind without a reason is accepted")
		}
	}()
	inUseReason("journalSeals", true)
}
