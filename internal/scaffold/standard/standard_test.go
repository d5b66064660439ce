package standard_test

import (
	"strings"
	"testing"

	"backoffice/internal/scaffold/standard"
)

var (
	apiKey = standard.Resource{Message: "ApiKey", Collection: "apiKeys", Prefix: "key"}
	entry  = standard.Resource{Message: "JournalEntry", Collection: "journalEntries", Prefix: "jrn"}
	unit   = standard.Resource{Message: "Unit", Collection: "units", Prefix: "unt"}
)

func TestComments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{apiKey.MethodComment("Create", false), "Creates an API key."},
		{unit.MethodComment("Get", false), "Returns a unit."},
		{entry.MethodComment("Delete", true), "Deletes a journal entry permanently." +
			" Fails with `JOURNAL_ENTRIES_IN_USE` while other records refer to it."},
		{entry.Method("BatchGet"), "BatchGetJournalEntries"},
		{entry.Verb("ListJournalEntries"), "List"},
		{entry.Verb("PostJournalEntry"), ""},
		{
			entry.RequestComment("UpdateJournalEntry", "journal_entry_id"),
			"Identifier of the journal entry, such as `jrn_01k9…`.",
		},
		{entry.RequestComment("UpdateJournalEntry", "draft"), ""},
		{apiKey.ResponseComment("ListApiKeys", "api_keys"), "API keys on this page."},
		{standard.MessageComment("ListApiKeysResponse"), "Response message for ListApiKeys."},
		{standard.FilterComment([]string{"id", "date", "state"}), "AIP-160 filter over `id`, `date` and `state`."},
		{standard.OrderComment([]string{"create_time"}), "Sort order: `create_time`, optionally followed by ` desc`."},
		{
			standard.OrderComment([]string{"date", "create_time"}),
			"Sort order: `date` or `create_time`, each optionally followed by ` desc`.",
		},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// vendorProto is a file with each kind of declaration.
const vendorProto = `
// Service of vendors.
service PayablesService {
  // Deletes
  // a vendor.
  rpc DeleteVendor(DeleteVendorRequest) returns (google.protobuf.Empty) {
    option (google.api.http) = {delete: "/v1/vendors/{vendor_id}"};
  }
}

// Vendor is a seller.
message Vendor {
  // State of it.
  enum State {
    // Unspecified.
    STATE_UNSPECIFIED = 0;
  }
  // Its name.
  string display_name = 2 [
    (google.api.field_behavior) = REQUIRED,
    (buf.validate.field).string = {max_len: 200}
  ];
  // How it is paid.
  oneof payment {
    // By the IBAN.
    string iban = 3;
  }
}
`

func TestDeclarationsHaveTheirComments(t *testing.T) {
	t.Parallel()
	got := standard.Declarations(vendorProto)
	want := []standard.Declaration{
		{Kind: "service", Name: "PayablesService", Comment: "Service of vendors.", Line: 2, CommentLines: 1},
		{Kind: "rpc", Name: "PayablesService.DeleteVendor", Comment: "Deletes a vendor.", Line: 5, CommentLines: 2},
		{Kind: "message", Name: "Vendor", Comment: "Vendor is a seller.", Line: 11, CommentLines: 1},
		{Kind: "enum", Name: "Vendor.State", Comment: "State of it.", Line: 13, CommentLines: 1},
		{Kind: "value", Name: "Vendor.State.STATE_UNSPECIFIED", Comment: "Unspecified.", Line: 15, CommentLines: 1},
		{Kind: "field", Name: "Vendor.display_name", Comment: "Its name.", Line: 18, CommentLines: 1},
		{Kind: "oneof", Name: "Vendor.payment", Comment: "How it is paid.", Line: 23, CommentLines: 1},
		{Kind: "field", Name: "Vendor.iban", Comment: "By the IBAN.", Line: 25, CommentLines: 1},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d declarations, want %d: %v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}

func TestWrappedKeepsQuotedNamesWhole(t *testing.T) {
	t.Parallel()
	for _, line := range strings.Split(standard.Wrapped(strings.Repeat("Followed by ` desc`. ", 20), "  "), "\n") {
		if strings.Count(line, "`")%2 != 0 || len(line) > 100 {
			t.Errorf("%q breaks a quotation or is too long", line)
		}
	}
}
