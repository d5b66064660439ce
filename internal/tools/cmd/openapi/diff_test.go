package main

import (
	"slices"
	"testing"
)

func TestDiffOfEqualDocumentsIsEmpty(t *testing.T) {
	if found := compare(readGenerated(t), readGenerated(t)); len(found) > 0 {
		t.Errorf("got %v, want no changes", found)
	}
}

func TestDiffReportsBreakingChanges(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*document)
		want   []string
	}{
		{"new path", func(d *document) {
			d.Paths.set("/v1/more", &pathItem{Get: &operation{OperationID: "more.get"}})
		}, nil},
		{"new property", func(d *document) { vendor(d).Properties.set("more", &schema{Type: "string"}) }, nil},
		{"removed operation", func(d *document) {
			d.Paths.values["/v1/vendors"].Get = nil
		}, []string{"GET /v1/vendors was removed"}},
		{"removed property", func(d *document) {
			vendor(d).Properties.remove("phone")
		}, []string{"Vendor.phone was removed"}},
		{"changed type", func(d *document) {
			vendor(d).Properties.values["note"].Type = "integer"
		}, []string{"Vendor.note changed from string to integer"}},
		{"newly required in a body", func(d *document) {
			require(d, "VendorCreate", "email")
		}, []string{"VendorCreate.email is now required"}},
		{"newly required in a response", func(d *document) { require(d, "ListVendorsResponse", "totalSize") }, nil},
		{"no longer required in a response", func(d *document) {
			vendor(d).Required = vendor(d).Required[:1]
		}, missing(vendor(readGenerated(t)).Required[1:])},
		{"removed enum value", func(d *document) {
			dropEnumValue(d, "TaskCategory", "STARTED")
		}, []string{"TaskCategory: value STARTED was removed"}},
		{"renamed operation", func(d *document) { d.Paths.values["/v1/vendors"].Get.OperationID = "vendors.all" },
			[]string{"GET /v1/vendors was renamed from vendors.list to vendors.all"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			after := readGenerated(t)
			c.change(after)
			if found := compare(readGenerated(t), after); !slices.Equal(found, c.want) {
				t.Errorf("got %q, want %q", found, c.want)
			}
		})
	}
}

func vendor(d *document) *schema { return d.Components.Schemas.values["Vendor"] }

func require(d *document, name, property string) {
	s := d.Components.Schemas.values[name]
	s.Required = append(s.Required, property)
}

func missing(properties []string) (losses []string) {
	for _, name := range properties {
		losses = append(losses, "Vendor."+name+" is no longer required")
	}
	return losses
}

func dropEnumValue(d *document, name, value string) {
	s := d.Components.Schemas.values[name]
	s.Enum = slices.DeleteFunc(s.Enum, func(v string) bool { return v == value })
}
