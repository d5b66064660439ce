package statement

import (
	"strings"
	"testing"
)

// TestDetailsAreAddedOnce adds values to the details of a line. Placeholders, values of the line's
// fields, and longer values that are part of its texts are skipped.
func TestDetailsAreAddedOnce(t *testing.T) {
	t.Parallel()
	fields := Line{
		BankReference: "REF1", CounterpartyName: "Ann", CounterpartyAccount: "DE02", CheckNumber: "7", Kind: "FEE",
		Description: "Rent of the flat 4711",
	}
	for value, want := range map[string]string{
		"": "", "NONREF": "", "notprovided": "", "None": "", "n/a": "", "REF1": "", "Ann": "", "DE02": "", "7": "", "FEE": "",
		"Rent of the flat 4711": "", "flat 4711": "", "4 4711": "Note: 4 4711", "t 4711": "", "4711": "Note: 4711",
		"Rent\tof it": "Note: Rent of it", "NONREF2": "Note: NONREF2",
	} {
		line := fields
		line.AddDetail("Note", value)
		if line.Details != want {
			t.Errorf("%q: got %q, want %q", value, line.Details, want)
		}
	}
	line := fields
	for _, value := range []string{"EREF1", "EREF12", "EREF12", "EREF1"} {
		line.AddDetail("Note", value)
	}
	if want := "Note: EREF1\nNote: EREF12\nNote: EREF1"; line.Details != want {
		t.Errorf("got %q, want %q", line.Details, want)
	}
}

// TestDetailsAreLimited adds details up to the limit. The first one beyond it is a note that
// further ones are in the file.
func TestDetailsAreLimited(t *testing.T) {
	t.Parallel()
	var line Line
	full := strings.Repeat("x", MaxDetailBytes-len("a: "))
	line.AddDetail("a", full)
	if line.Details != "a: "+full {
		t.Errorf("got %d bytes, want the whole value", len(line.Details))
	}
	line.AddDetail("b", "y")
	line.AddDetail("c", "z")
	if want := "a: " + full + "\n" + furtherDetails; line.Details != want {
		t.Errorf("got the end %q", line.Details[len(line.Details)-60:])
	}
	line = Line{Description: strings.Repeat("a", maxSearchedBytes) + "beyond"}
	line.AddDetail("a", "beyond")
	if line.Details != "a: beyond" {
		t.Errorf("after the searched part: got %q", line.Details)
	}
	line = Line{Description: strings.Repeat("a", maxSearchedBytes-6) + "within"}
	line.AddDetail("a", "within")
	if line.Details != "" {
		t.Errorf("at the end of the searched part: got %q", line.Details)
	}
}

// TestInformationKeepsLines keeps the lines of what a bank wrote about a statement, up to a limit.
func TestInformationKeepsLines(t *testing.T) {
	t.Parallel()
	var s Statement
	s.AddInformation("New terms\r\n\nNONREF\n  from May ")
	s.AddInformation("See page 2")
	if want := "New terms\nfrom May\nSee page 2"; s.Information != want {
		t.Errorf("got %q, want %q", s.Information, want)
	}
	for room, want := range map[int]bool{5: true, 4: false} {
		s = Statement{Information: strings.Repeat("x", MaxDetailBytes-room)}
		s.AddInformation("terms")
		if got := strings.HasSuffix(s.Information, "\nterms"); got != want {
			t.Errorf("room for %d bytes: got %v, want %v", room, got, want)
		}
	}
}
