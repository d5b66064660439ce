//go:build trial

// Package tools_test runs the scaffold and the tools that make gen calls, one after the other.
package tools_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// vehicle is the arguments that write vehicles as the first records of a new capability.
var vehicle = []string{
	"-domain", "operations", "-package", "fleet", "-capability", "manages the vehicles of the company",
	"-resource", "Vehicle", "-prefix", "veh", "-about", "is a car, van or truck", "-owner", "driver_id",
	"-grant", "EMPLOYEE:OWN", "-grant", "MANAGER:TEAM", "-grant", "ACCOUNTANT:read",
	"-field", "plate_number:text:required,filter,sort,unique,max=16:License plate, such as `B-104`.",
	"-field", "driver_id:prs:required,filter:Person who drives it.",
	"-field", "project_id:prj:filter:Project that uses it.",
	"-field", "seat_count:int32:required,min=1,max=80:Number of seats.",
	"-field", "odometer_kilometers:int64:min=0,sort:Reading of the odometer.",
	"-field", "inspection_date:date:sort,filter:Date of the next inspection.",
	"-field", "price:money::Price it was bought at.",
	"-field", "fuel:enum=GASOLINE|NATURAL_GAS:filter:Fuel it runs on.",
	"-field", "body:enum=CAR|VAN:required:Body of the vehicle.",
	"-field", "sale_price:money:output:Price it was sold at.",
	"-field", "service_date:date:output,filter,sort:Date of the last service.",
	"-state", "ACTIVE,IN_REPAIR,SOLD", "-verb", "repair:ACTIVE:IN_REPAIR", "-verb", "finish:IN_REPAIR:ACTIVE",
	"-verb", "sell:ACTIVE,IN_REPAIR:SOLD", "-verb", "return:SOLD:ACTIVE",
}

// trip is the arguments that write trips as the second records of the capability.
var trip = []string{
	"-domain", "operations", "-package", "fleet", "-resource", "Trip", "-prefix", "trp",
	"-field", "vehicle_id:veh:required,filter:Vehicle that was driven.", "-field", "distance_kilometers:int32:min=1",
	"-field", "purpose:enum=DELIVERY|VISIT", "-grant", "EVERYONE:ALL:read",
}

// TestScaffoldedCapabilityCompiles scaffolds a capability with two resources into a copy of the
// tree. Without a change by hand, the files must be formatted, and the tree must compile and pass
// the tests of its style.
func TestScaffoldedCapabilityCompiles(t *testing.T) {
	t.Parallel()
	dir := copyTree(t)
	do := func(command string, args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), command, args...)
		c.Dir = dir
		// The options of the Makefile, so that packages that did not change are not compiled again.
		c.Env = append(os.Environ(), "GOFLAGS=-trimpath")
		output, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", command, strings.Join(args, " "), err, output)
		}
		return string(output)
	}
	do("go", append([]string{"run", "./internal/scaffold"}, vehicle...)...)
	do("go", append([]string{"run", "./internal/scaffold"}, trip...)...)
	if files := do("gofmt", "-l", "internal"); files != "" {
		t.Errorf("not formatted by gofmt: %s", files)
	}
	do("make", ".cache/protos.stamp")
	do(".cache/bin/buf", "format", "proto", "--diff", "--exit-code")
	do("make", "gen")
	do("go", "vet", "./internal/operations/fleet", "./internal/app")
	do("go", "test", "./internal")
}

// copyTree copies the tree without what git ignores, and returns its folder.
func copyTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir() && slices.Contains([]string{".git", ".cache", "data", "bin"}, name):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(dir, name), 0o755)
		case !entry.Type().IsRegular() || name == ".git": // a file in a linked worktree
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name), raw, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
