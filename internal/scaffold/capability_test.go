package main

import (
	"bytes"
	"go/format"
	"io"
	"strings"
	"testing"
)

// fleet is the arguments that write vehicles as the first records of a new capability.
var fleet = []string{
	"-domain", "finance", "-package", "fleet", "-capability", "manages the vehicles of the company.",
	"-resource", "Vehicle", "-prefix", "veh", "-about", "is a car, van or truck", "-owner", "driver_id",
	"-grant", "EMPLOYEE:OWN", "-grant", "MANAGER:TEAM",
	"-field", "plate_number:text:required,filter,sort,unique,max=16:License plate, such as `B-104`.",
	"-field", "driver_id:prs:filter",
	"-field", "asset_account_id:acc",
	"-field", "seat_count:int32:required,min=1,max=80:Number of seats.",
	"-field", "odometer_kilometers:int64:min=0:Reading of the odometer.",
	"-field", "inspection_date:date:sort:Date of the next inspection.",
	"-field", "fuel:enum=GASOLINE|NATURAL_GAS:filter:Fuel it runs on.",
	"-field", "body:enum=CAR|VAN:required:Body of the vehicle.",
	"-field", "sale_price:money:output:Price at which it was sold.",
	"-field", "buyer_id:acc:output:Account of the buyer.",
	"-state", "ACTIVE,SOLD", "-verb", "sell:ACTIVE:SOLD", "-verb", "return:SOLD:ACTIVE",
}

// TestCapabilityIsWritten checks the files and lines of a new capability.
func TestCapabilityIsWritten(t *testing.T) {
	t.Parallel()
	dir := stub(t)
	var out bytes.Buffer
	if err := run(fleet, dir, &out); err != nil {
		t.Fatal(err)
	}
	wantStrings(t, dir, "proto/backoffice/finance/v1/fleet_service.proto",
		"package backoffice.finance.v1;\n\nimport \"backoffice/finance/v1/vehicle.proto\";\n"+
			"import \"backoffice/options/v1/options.proto\";\nimport \"buf/validate/validate.proto\";\n"+
			"import \"google/api/annotations.proto\";\nimport \"google/protobuf/empty.proto\";\n"+
			"import \"google/protobuf/field_mask.proto\";\nimport \"google/protobuf/timestamp.proto\";\n\n"+
			"// FleetService manages the vehicles of the company.\nservice FleetService {\n  // Creates a vehicle.\n")
	wantStrings(t, dir, "internal/finance/fleet/fleet.go",
		"// Package fleet manages the vehicles of the company. It owns vehicles. No two vehicles of an\n// organization",
		"leaves the rest to other packages.\npackage fleet\n",
		"\tpb \"backoffice/gen/go/backoffice/finance/v1\"\n\tplatformv1 \"backoffice/gen/go/backoffice/platform/v1\"\n"+
			"\t\"backoffice/internal/platform/access\"\n\t\"backoffice/internal/platform/call\"\n",
		"Kinds: []resource.AnyKind{vehicles},\n", "platformv1.ApiKey_EMPLOYEE: {call.Own: {\"finance.vehicles.*\"}},\n")
	wantStrings(t, dir, "internal/finance/fleet/main_test.go", "apptest.Main(m, ledger.Module, fleet.Module)",
		"\t\"backoffice/internal/app/apptest\"\n\t\"backoffice/internal/finance/fleet\"\n"+
			"\t\"backoffice/internal/finance/ledger\"\n")
	wantStrings(t, dir, "internal/app/modules.go",
		"\t\tledger.NewModule(ledgerHooks()...),\n\t\tfleet.Module,\n\t\tdirectory.Module,\n",
		"import (\n\t\"backoffice/internal/finance/fleet\"\n")
	wantStrings(t, dir, "internal/tools/cmd/openapi/api.go", "\t\"Ledger\", \"Payables\", \"Fleet\", \"Work\", \"History\",\n}\n")
	for _, left := range []string{
		"internal/finance/fleet/fleet.go: what the package owns",
		"what driver_id means", "to a user: ACTIVE, SOLD", "make gen",
		"vehicle.go: what ReturnVehicle does; its comments here and in the service read like those of GetVehicle\n",
		"what each value of fuel means to a user: GASOLINE, NATURAL_GAS\n", "that sets sale_price",
		"go test ./internal/finance/fleet\n", "TestConformance/vehicles|TestStandard|", "go test ./internal ./migrations\n",
	} {
		if !strings.Contains(out.String(), left) {
			t.Errorf("got %s, want it to name %q", out.String(), left)
		}
	}
}

// TestFieldsAreCommentedAndLimited checks the comments and options of the fields.
func TestFieldsAreCommentedAndLimited(t *testing.T) {
	t.Parallel()
	dir := stub(t)
	if err := run(fleet, dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	wantStrings(t, dir, "proto/backoffice/finance/v1/vehicle.proto",
		"  // License plate, such as `B-104`. Unique in the organization, ignoring case.\n  string plate_number = 2 [\n"+
			"    (google.api.field_behavior) = REQUIRED,\n    (buf.validate.field).string.max_len = 16\n  ];\n",
		"  // Driver. Optional.\n  string driver_id = 3;\n",
		"  int32 seat_count = 5 [\n    (google.api.field_behavior) = REQUIRED,\n    (buf.validate.field).int32 = {\n"+
			"      gte: 1\n      lte: 80\n    }\n  ];\n",
		"  // Reading of the odometer. Optional.\n  int64 odometer_kilometers = 6 [(buf.validate.field).int64.gte = 0];\n",
		"    // Initial state, also set by `return`.\n    ACTIVE = 1;\n    // Set by `sell`.\n    SOLD = 2;\n")
	wantStrings(t, dir, "internal/tools/cmd/openapi/examples.json",
		`"plateNumber": "V-104"`, `"odometerKilometers": "48200"`)
	wantStrings(t, dir, "internal/app/fixtures_test.go", "PlateNumber: uniqueCode()", "SeatCount: 30",
		"financev1 \"backoffice/gen/go/backoffice/finance/v1\"\n\t\"backoffice/internal/app/apptest\"\n")
}

// TestEnumsAreWritten checks the proto, the column and the examples of an optional enum and of a
// required one. Only the optional one may be stored as the empty string.
func TestEnumsAreWritten(t *testing.T) {
	t.Parallel()
	dir := stub(t)
	if err := run(fleet, dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	wantStrings(t, dir, "proto/backoffice/finance/v1/vehicle.proto",
		"  }\n\n  // Fuel of a vehicle.\n  enum Fuel {\n    // Unspecified.\n    FUEL_UNSPECIFIED = 0;\n"+
			"    // Gasoline.\n    GASOLINE = 1;\n    // Natural gas.\n    NATURAL_GAS = 2;\n  }\n\n",
		"  // Fuel it runs on. Optional.\n  Fuel fuel = 8 [(buf.validate.field).enum.defined_only = true];\n",
		"  // Body of the vehicle.\n  Body body = 9 [\n    (google.api.field_behavior) = REQUIRED,\n"+
			"    (buf.validate.field).enum.defined_only = true\n  ];\n")
	wantStrings(t, dir, "migrations/0101_finance_vehicles.sql", "  fuel text not null,\n",
		"  constraint vehicles_fuel_known check (fuel in ('', 'GASOLINE', 'NATURAL_GAS')),\n",
		"  constraint vehicles_body_known check (body in ('CAR', 'VAN')),\n",
		"  constraint vehicles_state_known check (state in ('ACTIVE', 'SOLD'))\n")
	wantStrings(t, dir, "internal/finance/fleet/vehicle.go",
		"table.Enum(\"fuel\", func(v *pb.Vehicle) *pb.Vehicle_Fuel { return &v.Fuel }).Filter(),\n")
	wantStrings(t, dir, "internal/app/fixtures_test.go", "Fuel: financev1.Vehicle_GASOLINE")
	wantStrings(t, dir, "internal/tools/cmd/openapi/examples.json", `"fuel": "GASOLINE"`)
}

// TestOutputFieldsAreLeftOutOfRequests checks that only the record has fields that the server sets.
func TestOutputFieldsAreLeftOutOfRequests(t *testing.T) {
	t.Parallel()
	dir := stub(t)
	if err := run(fleet, dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	wantStrings(t, dir, "proto/backoffice/finance/v1/vehicle.proto",
		"  // Price at which it was sold.\n"+
			"  backoffice.type.v1.Money sale_price = 10 [(google.api.field_behavior) = OUTPUT_ONLY];\n",
		"  // Account of the buyer.\n  string buyer_id = 11 [(google.api.field_behavior) = OUTPUT_ONLY];\n")
	wantStrings(t, dir, "internal/finance/fleet/vehicle.go",
		"table.Ref(\"buyer_id\", \"acc\", func(v *pb.Vehicle) *string { return &v.BuyerId }),\n")
	wantStrings(t, dir, "internal/tools/cmd/openapi/examples.json",
		"      \"salePrice\": null,\n      \"buyerId\": \"\",\n      \"state\": \"ACTIVE\",\n")
	_, requests, _ := strings.Cut(read(t, dir, "internal/tools/cmd/openapi/examples.json"), `"requests"`)
	for _, source := range []string{requests, read(t, dir, "internal/app/fixtures_test.go")} {
		for _, word := range []string{"salePrice", "SalePrice", "uyerId", "typev1"} {
			if strings.Contains(source, word) {
				t.Errorf("got %s in a request, want it left out:\n%s", word, source)
			}
		}
	}
}

// TestKindIsAddedWhateverTheLayout adds a kind to modules of every form.
func TestKindIsAddedWhateverTheLayout(t *testing.T) {
	t.Parallel()
	const module = "package work\n\nfunc Module() module.Module {\n\treturn module.Module{\n"
	long := strings.Repeat("aKindWithALongName, ", 5) + "last"
	for name, c := range map[string]struct{ fields, want string }{
		"aligned":       {"\t\tName:     \"work\",\n\t\tKinds:    []resource.AnyKind{tasks},\n", "AnyKind{tasks, bills},"},
		"empty":         {"\t\tKinds: []resource.AnyKind{},\n", "AnyKind{bills},"},
		"absent":        {"\t\tName: \"work\",\n", "\t\tKinds: []resource.AnyKind{bills},\n"},
		"without comma": {"\t\tName: \"work\"", "\t\tKinds: []resource.AnyKind{bills},\n"},
		"several lines": {"\t\tKinds: []resource.AnyKind{\n\t\t\ttasks,\n\t\t},\n", "\t\t\ttasks,\n\t\t\tbills,\n\t\t},"},
		"a full line":   {"\t\tKinds: []resource.AnyKind{" + long + "},\n", "last,\n\t\t\tbills,\n\t\t},"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := withKind(module+c.fields+"}\n}\n", "bills")
			if err != nil {
				t.Fatal(err)
			}
			formatted, err := format.Source([]byte(got))
			if err != nil || !strings.Contains(string(formatted), c.want) {
				t.Errorf("got %v\n%s, want %q", err, formatted, c.want)
			}
		})
	}
	for name, source := range map[string]string{
		"no module": "package work\n", "a function": module + "\t\tKinds: Kinds(),\n\t}\n}\n",
	} {
		if got, err := withKind(source, "bills"); err == nil {
			t.Errorf("%s: got %s, want an error", name, got)
		}
	}
}

// TestProtoImportsAreSorted adds imports to a file with and without others.
func TestProtoImportsAreSorted(t *testing.T) {
	t.Parallel()
	source := "syntax = \"proto3\";\n\npackage p;\n\nmessage M {}\n"
	for _, name := range []string{"b.proto", "c.proto", "a.proto", "b.proto"} {
		source = withProtoImport(source, name)
	}
	want := "package p;\n\nimport \"a.proto\";\nimport \"b.proto\";\nimport \"c.proto\";\n\nmessage M {}\n"
	if !strings.HasSuffix(source, want) {
		t.Errorf("got %s, want %s", source, want)
	}
}
