package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// warehouse is the arguments that write warehouses, which have an owner, states and long names.
var warehouse = []string{
	"-domain", "finance", "-package", "payables", "-resource", "DistributionWarehouse", "-prefix", "dwh",
	"-about", "is a place in which goods are kept", "-owner", "owner_id",
	"-field", "code:text:required,filter,sort,unique:Code, 1 to 20 characters.",
	"-field", "owner_id:prs:required,filter:Person accountable for it.",
	"-field", "inventory_account_id:acc:required,filter:Account of its goods.",
	"-field", "replacement_inventory_account_number:text:filter,sort:Number of the account that replaces it.",
	"-state", "ACTIVE,CLOSED", "-verb", "close:ACTIVE:CLOSED", "-verb", "reopen:CLOSED:ACTIVE",
	"-grant", "APPROVER:OWN", "-grant", "MANAGER:ALL:read", "-grant", "MANAGER:TEAM",
}

// scaffoldWarehouses creates a stub tree, runs the scaffold for warehouses in it with extra
// arguments, and returns the tree's folder.
func scaffoldWarehouses(t *testing.T, extra ...string) string {
	t.Helper()
	dir := stub(t)
	if err := run(append(warehouse[:len(warehouse):len(warehouse)], extra...), dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	return dir
}

// wantStrings checks that a file contains the strings.
func wantStrings(t *testing.T, dir, path string, want ...string) {
	t.Helper()
	source := read(t, dir, path)
	for _, text := range want {
		if !strings.Contains(source, text) {
			t.Errorf("%s: want %q, got\n%s", path, text, source)
		}
	}
}

func TestStatesAreWritten(t *testing.T) {
	t.Parallel()
	dir := scaffoldWarehouses(t)
	wantStrings(t, dir, "proto/backoffice/finance/v1/distribution_warehouse.proto",
		"  };\n\n  // State of a distribution warehouse.\n  enum State {\n    // Unspecified.\n    STATE_UNSPECIFIED = 0;\n"+
			"    // Initial state, also set by `reopen`.\n    ACTIVE = 1;\n    // Set by `close`.\n    CLOSED = 2;\n  }\n\n"+
			"  // Identifier",
		"  State state = 6 [(google.api.field_behavior) = OUTPUT_ONLY];\n", " create_time = 7 ", " archive_time = 9 ",
		" etag = 10;", " allowed_actions = 11 ")
	wantStrings(t, dir, "proto/backoffice/finance/v1/payables_service.proto",
		"  // Reopens a distribution warehouse. Fails with `STATE_REFUSES_ACTION` unless the distribution\n"+
			"  // warehouse is CLOSED.\n"+
			"  rpc ReopenDistributionWarehouse(ReopenDistributionWarehouseRequest) returns (DistributionWarehouse) {\n",
		"      post: \"/v1/distributionWarehouses/{distribution_warehouse_id}:reopen\"\n",
		"    option (backoffice.options.v1.access) = {permission: \"finance.distributionWarehouses.write\"};\n"+
			"    option (backoffice.options.v1.reasons) = OUT_OF_REACH;\n"+
			"    option (backoffice.options.v1.reasons) = STATE_REFUSES_ACTION;\n  }\n",
		"message CloseDistributionWarehouseRequest {\n", "  bool validate_only = 3;\n", "`state`, `external_id`")
	wantStrings(t, dir, "migrations/0101_finance_distribution_warehouses.sql", "  state text not null,\n",
		"  constraint distribution_warehouses_state_known check (state in ('ACTIVE', 'CLOSED'))\n);\n")
	wantStrings(t, dir, "internal/finance/payables/distribution_warehouse.go",
		").Owner(\"owner_id\").Lifecycle(distributionWarehouseLifecycle)\n",
		"table.Enum(\"state\", func(d *pb.DistributionWarehouse) *pb.DistributionWarehouse_State { return &d.State }).",
		"{Verb: \"close\", Event: \"closed\",", "To: pb.DistributionWarehouse_CLOSED},",
		"req.GetDistributionWarehouse(), setDistributionWarehouseActive)",
		"\td.State = pb.DistributionWarehouse_ACTIVE\n", "req.GetDistributionWarehouseId(), \"reopen\")\n")
}

// TestGoLinesAreShort checks the lines of a resource with a long name.
func TestGoLinesAreShort(t *testing.T) {
	t.Parallel()
	dir := scaffoldWarehouses(t)
	for _, path := range []string{
		"internal/finance/payables/distribution_warehouse.go", "internal/finance/payables/payables.go",
		"internal/app/fixtures_test.go",
	} {
		for i, line := range strings.Split(read(t, dir, path), "\n") {
			if utf8.RuneCountInString(line) > maxColumns {
				t.Errorf("%s:%d has more than %d columns: %s", path, i+1, maxColumns, line)
			}
		}
	}
	wantStrings(t, dir, "internal/finance/payables/distribution_warehouse.go",
		"func (s *Service) BatchGetDistributionWarehouses(\n\tctx context.Context, "+
			"req *pb.BatchGetDistributionWarehousesRequest,\n) (*pb.BatchGetDistributionWarehousesResponse, error) {\n")
}

// TestFixtureCreatesReferences checks the references of the fixture: a person, and an account by a
// function of the tests.
func TestFixtureCreatesReferences(t *testing.T) {
	t.Parallel()
	dir := scaffoldWarehouses(t)
	wantStrings(t, dir, "internal/app/fixtures_test.go", "OwnerId: o.Owner.GetId()", "InventoryAccountId: account(t, o)",
		"func(t *testing.T, o *apptest.Organization) proto.Message {")
	if err := run([]string{"-domain", "finance", "-package", "payables", "-resource", "Shelf", "-prefix", "shf",
		"-field", "distribution_warehouse_id:dwh:required", "-field", "row:int32"}, dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	wantStrings(t, dir, "internal/app/fixtures_test.go", `DistributionWarehouseId: createFor(t, o, "dwh")`)
}

func TestExamplesAreWritten(t *testing.T) {
	t.Parallel()
	var all struct {
		Schemas, Requests map[string]map[string]any
	}
	examples := read(t, scaffoldWarehouses(t), "internal/tools/cmd/openapi/examples.json")
	if err := json.Unmarshal([]byte(examples), &all); err != nil {
		t.Fatal(err)
	}
	made := all.Schemas["DistributionWarehouse"]
	actions, _ := made["allowedActions"].([]any)
	if made["state"] != "ACTIVE" || made["inventoryAccountId"] != "acc_01m7ys08h0e3pt0yekqqme4qcm" {
		t.Errorf("got the example %v, want an active one that refers to the account", made)
	}
	var reasons []string
	for _, a := range actions {
		action := a.(map[string]any)
		reasons = append(reasons, fmt.Sprint(action["verb"], ": ", action["reason"]))
	}
	want := []string{"archive: ", "unarchive: It is not archived.", "close: ",
		"reopen: The state is ACTIVE; it must be CLOSED."}
	if !slices.Equal(reasons, want) {
		t.Errorf("got the actions %q, want %q", reasons, want)
	}
	if got := all.Requests["distributionWarehouses.create"]["ownerId"]; got != "<id of a person>" {
		t.Errorf("got the owner %v in the request, want a placeholder", got)
	}
}

// TestNoArchive checks that nothing of a resource without archive mentions archiving.
func TestNoArchive(t *testing.T) {
	t.Parallel()
	dir := scaffoldWarehouses(t, "-no-archive")
	for _, path := range []string{
		"proto/backoffice/finance/v1/distribution_warehouse.proto", "internal/finance/payables/distribution_warehouse.go",
		"proto/backoffice/finance/v1/payables_service.proto", "migrations/0101_finance_distribution_warehouses.sql",
		"proto/backoffice/options/v1/reason.proto", "internal/tools/cmd/openapi/examples.json",
	} {
		source := strings.ReplaceAll(read(t, dir, path), "REFERENCE_ARCHIVED", "")
		if strings.Contains(strings.ToLower(source), "archive") {
			t.Errorf("%s: want no archive, got\n%s", path, source)
		}
	}
	wantStrings(t, dir, "proto/backoffice/finance/v1/payables_service.proto", "  bool include_total = 6;\n")
	wantStrings(t, dir, "proto/backoffice/finance/v1/distribution_warehouse.proto", " etag = 9;", " allowed_actions = 10 ")
}

func TestHelpPrintsUsage(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run([]string{"-help"}, t.TempDir(), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "Usage: ") || !strings.Contains(out.String(), "-no-archive") {
		t.Errorf("got %s, want the usage and the flags", out.String())
	}
}

func TestEventIsPastTense(t *testing.T) {
	t.Parallel()
	for verb, want := range map[string]string{
		"close": "closed", "reopen": "reopened", "cancel": "canceled", "ship": "shipped", "apply": "applied",
		"deploy": "deployed", "approve": "approved", "pay": "paid", "void": "voided", "finish": "finished", "fix": "fixed",
		"submit": "submitted", "start": "started",
	} {
		if got := pastTense(verb); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for text, want := range map[string]string{"close:A:B:shut": "shut", "markPaid:A,C:B:paid": "paid"} {
		if got, err := parseVerb(text); err != nil || got.Event != want {
			t.Errorf("%s: got %v, %v, want the event %s", text, got, err, want)
		}
	}
	if got, err := parseVerb("markPaid:A:B"); err == nil {
		t.Errorf("got %v, want an error, since the event has no rule", got)
	}
}

func TestVerbIsInThirdPerson(t *testing.T) {
	t.Parallel()
	for verb, want := range map[string]string{
		"close": "closes", "apply": "applies", "finish": "finishes", "undo": "undoes", "rejectBid": "rejects bid",
	} {
		if got := (step{Verb: verb}).Does(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
