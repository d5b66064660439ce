package main

import (
	"slices"
	"testing"
)

func TestSameDocumentLosesNothing(t *testing.T) {
	if found := compare(readGenerated(t), readGenerated(t)); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*document)
		want   []string
	}{
		{"a path more", func(d *document) { d.Paths.set("/v1/more", &pathItem{Get: &operation{OperationID: "more.get"}}) }, nil},
		{"a property more", func(d *document) { vendor(d).Properties.set("more", &schema{Type: "string"}) }, nil},
		{"an operation less", func(d *document) { d.Paths.values["/v1/vendors"].Get = nil }, []string{"GET /v1/vendors is gone"}},
		{"a property less", func(d *document) { vendor(d).Properties.remove("phone") }, []string{"Vendor.phone is gone"}},
		{"another type", func(d *document) { vendor(d).Properties.values["note"].Type = "integer" }, []string{"Vendor.note was string and is integer"}},
		{"required of a body now", func(d *document) { require(d, "VendorCreate", "email") }, []string{"VendorCreate.email is required now"}},
		{"promised by an answer now", func(d *document) { require(d, "ListVendorsResponse", "totalSize") }, nil},
		{"promised no more", func(d *document) { vendor(d).Required = vendor(d).Required[:1] }, missing(vendor(readGenerated(t)).Required[1:])},
		{"a value less", func(d *document) { dropEnumValue(d, "TaskState", "STARTED") }, []string{"TaskState: value STARTED is gone"}},
		{"another name", func(d *document) { d.Paths.values["/v1/vendors"].Get.OperationID = "vendors.all" },
			[]string{"GET /v1/vendors was called vendors.list and is called vendors.all"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			after := readGenerated(t)
			c.change(after)
			if found := compare(readGenerated(t), after); !slices.Equal(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
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
		losses = append(losses, "Vendor."+name+" may be missing now")
	}
	return losses
}

func dropEnumValue(d *document, name, value string) {
	s := d.Components.Schemas.values[name]
	s.Enum = slices.DeleteFunc(s.Enum, func(v string) bool { return v == value })
}
