package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// stubFiles are the files that the scaffold reads or edits, by path.
var stubFiles = map[string]string{
	"proto/backoffice/finance/v1/account.proto": `syntax = "proto3";

// Account is an account of the ledger.
message Account {
  option (backoffice.options.v1.resource) = {
    collection: "accounts"
    prefix: "acc"
  };
}
`,
	"proto/backoffice/platform/v1/person.proto": `syntax = "proto3";

// Person is a person.
message Person {
  option (backoffice.options.v1.resource) = {
    collection: "persons"
    prefix: "prs"
  };
}
`,
	"proto/backoffice/people/v1/department.proto": `syntax = "proto3";

// Department is a department.
message Department {
  option (backoffice.options.v1.resource) = {
    collection: "departments"
    prefix: "dep"
  };
}
`,
	"proto/backoffice/finance/v1/payables_service.proto": `syntax = "proto3";

package backoffice.finance.v1;

import "backoffice/options/v1/options.proto";
import "google/api/annotations.proto";

// PayablesService keeps what the organization buys: its vendors.
service PayablesService {}
`,
	"proto/backoffice/options/v1/reason.proto": `syntax = "proto3";

// Reason is why.
enum Reason {
  // An account.
  ACCOUNTS_IN_USE = 202;
  // A task.
  TASKS_IN_USE = 302;
}
`,
	"migrations/0100_finance_ledger.sql": "",
	"internal/finance/payables/payables.go": `package payables

func Module(p module.Platform) module.Module {
	return module.Module{
		Kinds:  []resource.AnyKind{receipts},
		Grants: access.Grants{
			platformv1.ApiKey_APPROVER: {call.All: {"finance.*.read"}},
		},
	}
}
`,
	"internal/tools/cmd/openapi/examples.json": "{\n  \"schemas\": {\n    \"Account\": {\n      \"id\": " +
		"\"acc_01m7ys08h0e3pt0yekqqme4qcm\"\n    }\n  },\n  \"requests\": {\n    \"accounts.create\": {\n      \"code\": " +
		"\"1\"\n    }\n  }\n}\n",
	"internal/app/fixture_records_test.go": "package app_test\n\n" +
		"func account(t *testing.T, o *apptest.Organization) string {\n\treturn \"\"\n}\n",
	"internal/app/fixtures_test.go": "package app_test\n\nvar fixtures = map[string]fixture{\n}\n",
	"internal/app/modules.go": `package app

import (
	"backoffice/internal/finance/ledger"
	"backoffice/internal/people/directory"
)

func Modules() []module.Constructor {
	return []module.Constructor{
		ledger.NewModule(ledgerHooks()...),
		directory.Module,
	}
}
`,
	"internal/finance/ledger/account.go": "package ledger\n\nvar accounts = table.New(\"finance.accounts\")\n",
	"internal/tools/cmd/openapi/api.go":  "package main\n\nvar serviceOrder = []string{\n\t\"Ledger\", \"Payables\", \"Work\", \"History\",\n}\n",
}

// stub creates a tree with the files that the scaffold edits, without vendors.
func stub(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for path, text := range stubFiles {
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// vendor is the arguments that write the vendors of the real tree.
var vendor = []string{
	"-domain", "finance", "-package", "payables", "-resource", "Vendor", "-prefix", "ven", "-grant", "BOOKKEEPER",
	"-about", "is a company or person that the organization buys from",
	"-field", "display_name:text:required,filter,sort,unique:Name it is known by; 1 to 200 characters, unique among " +
		"vendors whatever the case.",
	"-field", "email:text:filter:E-mail address for orders and remittance advice.",
	"-field", "phone:text::Telephone number.",
	"-field", "website:text::Web address.",
	"-field", "reference:text:filter:The organization's customer number at the vendor.",
	"-field", "payment_days:int32:filter:Days after its bills' date at which they are due; 0 to 365.",
	"-field", "expense_account_id:acc:filter:Account its bills are usually posted to.",
	"-field", "credit_limit:money::Most that may be owed to it at a time; absent: no limit.",
	"-field", "note:text::Anything worth knowing.",
}

// scaffolded writes vendors to a stub and returns its folder.
func scaffolded(t *testing.T) string {
	t.Helper()
	dir := stub(t)
	if err := run(vendor, dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	return dir
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// without returns source without the text from one marker to the next. The repository's vendor has
// parts that are written by hand, and each of them must be there.
func without(t *testing.T, source, from, to string) string {
	t.Helper()
	before, rest, found := strings.Cut(source, from)
	_, after, ends := strings.Cut(rest, to)
	if !found || !ends {
		t.Errorf("the repository has no text from %q to %q", from, to)
	}
	return before + to + after
}

// TestScaffoldedMethodsMatchRepository compares the methods and messages of a scaffolded vendor
// with those of the repository.
func TestScaffoldedMethodsMatchRepository(t *testing.T) {
	t.Parallel()
	const path = "proto/backoffice/finance/v1/payables_service.proto"
	_, got, _ := strings.Cut(read(t, scaffolded(t), path), "service PayablesService {\n")
	_, want, _ := strings.Cut(read(t, root, path), "service PayablesService {\n")
	want = without(t, want, "  // Returns the values of sealed fields.", "  // Deletes a vendor")
	want, _, _ = strings.Cut(want, "\n// Request message for RevealVendor.")
	want = strings.Replace(want, "`bank_account_number`, `responsible_id`, `deputy_id`, `external_id`,\n"+
		"  // `create_time` and `update_time`. A bank account number is found by its whole value.",
		"`external_id`, `create_time` and `update_time`.", 1)
	want = without(t, want, "  // Words to find in", "}\n\n// Response message for ListVendors")
	compare(t, strings.TrimLeft(got, "\n"), want)
}

// TestScaffoldedBindingMatchesRepository compares the columns of a scaffolded vendor with those of
// the repository.
func TestScaffoldedBindingMatchesRepository(t *testing.T) {
	t.Parallel()
	const path = "internal/finance/payables/vendor.go"
	binding := func(source string) string {
		_, source, _ = strings.Cut(source, "var vendors")
		source, _, _ = strings.Cut(source, "\n\n")
		return source
	}
	want := without(t, binding(read(t, root, path)), "\ttable.Text(\"bank_account_holder\"", ")).Open()")
	compare(t, binding(read(t, scaffolded(t), path)),
		strings.Replace(want, `.Responsible("responsible_id", "deputy_id").DeclareEvents("revealed", "shredded").
	Searchable("display_name", "email", "phone", "website", "reference", "note")`, "", 1))
}

// TestScaffoldedTableMatchesRepository compares the table of a scaffolded vendor with that of the
// repository.
func TestScaffoldedTableMatchesRepository(t *testing.T) {
	t.Parallel()
	table := func(source string) string {
		_, source, _ = strings.Cut(source, "create table")
		head, rest, _ := strings.Cut(source, "comment on")
		_, rest, _ = strings.Cut(rest, "\n")
		return head + rest
	}
	got := read(t, scaffolded(t), "migrations/0101_finance_vendors.sql")
	const columns = "  metadata jsonb,\n  external_id text,\n  custom_fields jsonb,\n"
	const index = "create unique index vendors_external_id_taken on finance.vendors (org_id, external_id) " +
		"where external_id is not null;\n"
	if !strings.Contains(got, columns) || !strings.Contains(got, index) {
		t.Errorf("got\n%s, want the columns and the index of annotations", got)
	}
	// The repository adds them to the table in a later migration.
	got = strings.Replace(strings.Replace(got, columns, "", 1), index, "", 1)
	compare(t, table(got), table(read(t, root, "migrations/0110_finance_payables.sql")))
}

// TestScaffoldedStandardFieldsMatchRepository compares the comments of a scaffolded record with the
// repository's.
func TestScaffoldedStandardFieldsMatchRepository(t *testing.T) {
	t.Parallel()
	const path = "proto/backoffice/finance/v1/vendor.proto"
	standard := func(source string) string {
		first := strings.Index(source, "  // Time the vendor was created.")
		if first < 0 {
			t.Fatal("the record has no create_time")
		}
		return source[first:]
	}
	compare(t, standard(read(t, scaffolded(t), path)),
		without(t, standard(read(t, root, path)), "  // Name of the holder of the bank account", "  // Up to 50 pairs"))
}

// TestLinesAreAddedToOtherFiles checks the lines added to reasons, modules, examples and fixtures.
func TestLinesAreAddedToOtherFiles(t *testing.T) {
	t.Parallel()
	dir := scaffolded(t)
	for path, lines := range map[string][]string{
		"proto/backoffice/options/v1/reason.proto": {
			"  ACCOUNTS_IN_USE = 202;\n  // Another vendor has the same name. (409)\n" +
				"  VENDORS_NAME_TAKEN = 203 [(reason_fields) = \"displayName\"];\n" +
				"  // Other records refer to the vendor. Archive it instead. (400)\n  VENDORS_IN_USE = 204;\n",
		},
		"internal/finance/payables/payables.go": {
			"Kinds: []resource.AnyKind{receipts, vendors},", `platformv1 "backoffice/gen/go/backoffice/platform/v1"`,
			"platformv1.ApiKey_BOOKKEEPER: {call.All: {\"finance.vendors.*\"}},",
		},
		"internal/tools/cmd/openapi/examples.json": {"    },\n    \"vendors.create\": {\n      \"displayName\": " +
			"\"Main vendor\",\n", "      \"note\": \"Ask for Pat.\"\n    }\n  }\n}\n"},
		"proto/backoffice/finance/v1/vendor.proto": {"  };\n\n  // Identifier, such as"},
		"internal/app/fixtures_test.go":            {`"backoffice.finance.v1.Vendor": {`, `fields: []string{"display_name"}`},
	} {
		for _, line := range lines {
			if got := read(t, dir, path); !strings.Contains(got, line) {
				t.Errorf("%s: want %q, got\n%s", path, line, got)
			}
		}
	}
}

// invalidCommands are the arguments of commands that must fail in a tree with vendors.
var invalidCommands = map[string][]string{
	"a resource that exists": vendor,
	"a used prefix":          {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "acc"},
	"an unknown reference": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "vendor_id:xyz"},
	"an owner without a field": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-owner", "owner_id"},
	"own records without an owner": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix",
		"bil", "-grant", "EMPLOYEE:OWN"},
	"an unknown reach": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-grant", "EMPLOYEE:SOME"},
	"an unknown role": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-grant", "BOOKEEPER"},
	"an enum without values": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "channel:enum"},
	"a value of two enums": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "channel:enum=OPEN|MAIL", "-state", "OPEN,PAID", "-verb", "pay:OPEN:PAID"},
	"a required output": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "payment_date:date:output,required"},
	"a verb without states": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-verb", "pay:OPEN:PAID"},
	"a verb to an unknown state": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix",
		"bil", "-state", "OPEN", "-verb", "pay:OPEN:PAID"},
	"a standard verb": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-state", "OPEN,PAID", "-verb", "archive:OPEN:PAID"},
	"an order by money": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "total:money:sort"},
	"a package that is new": {"-domain", "finance", "-package", "sales", "-resource", "Bill", "-prefix", "bil"},
	"a capability that exists": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-capability", "manages bills"},
	"a reference to a later domain": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "department_id:dep"},
	"an unknown domain": {"-domain", "fiance", "-package", "payables", "-resource", "Bill", "-prefix", "bil"},
	"a limit of a date": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "due_date:date:max=3"},
	"a min above the max": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "days:int32:min=3,max=2"},
	"a limit that is no number": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-field", "days:int32:min=few"},
	"a state that no verb leads to": {"-domain", "finance", "-package", "payables", "-resource", "Bill", "-prefix", "bil",
		"-state", "OPEN,PAID,LOST", "-verb", "pay:OPEN:PAID"},
}

// TestNothingIsWrittenOnFailure runs invalid commands.
func TestNothingIsWrittenOnFailure(t *testing.T) {
	t.Parallel()
	for name, args := range invalidCommands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := scaffolded(t)
			before := read(t, dir, "proto/backoffice/options/v1/reason.proto")
			if err := run(args, dir, io.Discard); err == nil {
				t.Error("got no error")
			}
			if after := read(t, dir, "proto/backoffice/options/v1/reason.proto"); after != before {
				t.Errorf("got changed reasons:\n%s", after)
			}
		})
	}
}

// compare reports the first line that differs.
func compare(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] && strings.Join(strings.Fields(g[i]), " ") != strings.Join(strings.Fields(w[i]), " ") {
			t.Fatalf("line %d: got %q, want %q", i+1, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Fatalf("got %d lines, want %d", len(g), len(w))
	}
}
