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
		t.Error("DeleteVendor: got no method, want one")
	}
	if hasMethod(table.Descriptor[*financev1.JournalSeal](), "Delete") {
		t.Error("DeleteJournalSeal: got a method, want none")
	}
	if got := inUseReason("bankAccounts", true); got != optionsv1.Reason_BANK_ACCOUNTS_IN_USE {
		t.Errorf("got %v", got)
	}
	if got := inUseReason("journalSeals", false); got != optionsv1.Reason_REASON_UNSPECIFIED {
		t.Errorf("got %v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("got no panic for a deletable kind without an IN_USE reason")
		}
	}()
	inUseReason("journalSeals", true)
}
