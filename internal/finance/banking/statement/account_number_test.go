package statement

import "testing"

// TestMatchAccount compares account numbers in the notations of banks and people.
func TestMatchAccount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bank, file, number string
		want               AccountMatch
	}{
		{"", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", SameAccount},
		{"37040044", "0532013000", "DE89370400440532013000", AnotherNotation},
		{"37040044", "532013000", "DE89370400440532013000", AnotherNotation},
		{"37040044", "0532013001", "DE89370400440532013000", OtherAccount},
		{"10020030", "0532013000", "DE89370400440532013000", OtherAccount},
		{"", "DE89370400440532013000", "532013000", AnotherNotation},
		{"", "DE89370400440532013000", "37040044/532013000", AnotherNotation},
		{"", "DE89370400440532013000", "37040044/0532013000", AnotherNotation},
		{"", "DE89370400440532013000EUR", "DE89370400440532013000", AnotherNotation},
		{"", "IBAN DE89370400440532013000", "DE89370400440532013000", AnotherNotation},
		{"", "DE89370400440532013000", "DE02120300000000202051", OtherAccount},
		{"", "0000785", "785", AnotherNotation},
		{"", "785EUR", "785", AnotherNotation},
		{"", "785 EUR", "786", OtherAccount},
		{"37040044", "532013000", "370400440532013000", AnotherNotation},
		{"", "XXXXXXXX3000", "532013000", AnotherNotation},
		{"", "XXXXXXXX3001", "532013000", OtherAccount},
		{"", "NL91ABNA0417164300", "417164300", AnotherNotation},
		{"", "NO9386011117947", "8601.11.17947", AnotherNotation},
		{"", "SA0380000000608010167519", "608010167519", UnknownAccount},
		{"", "", "785", UnknownAccount},
		{"", "785", "", UnknownAccount},
		{"", "7EUR", "7", AnotherNotation},
		{"", "ABCUSD", "ABC", OtherAccount},
		{"", "XX1234", "99881234", AnotherNotation},
		{"", "X1234", "99881234", OtherAccount},
		{"", "XX123", "99881123", OtherAccount},
		{"", "XXXX12AB", "998812AB", OtherAccount},
		{"", "99881234", "••1234", AnotherNotation},
		{"0370", "532013000", "370532013000", AnotherNotation},
		{"370", "532013000", "371532013000", OtherAccount},
		{"", "20041010050500013M02606", "FR1420041010050500013M02606", AnotherNotation},
		{"", "20041010050500013M026", "FR1420041010050500013M02606", AnotherNotation},
		{"", "0500013M026", "FR1420041010050500013M02606", AnotherNotation},
		{"", "0500013M027", "FR1420041010050500013M02606", OtherAccount},
		{"", "532013000", "DE8937040044053201300", UnknownAccount},
	} {
		s := Statement{BankCode: c.bank, AccountNumber: c.file}
		if got := s.MatchAccount(c.number); got != c.want {
			t.Errorf("%q %q and %q: got %v, want %v", c.bank, c.file, c.number, got, c.want)
		}
	}
}

// FuzzMatchAccount checks that each number is its own account, in either order.
func FuzzMatchAccount(f *testing.F) {
	f.Add("DE89370400440532013000", "532013000EUR")
	f.Add("XXXX1234", "0")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := (Statement{AccountNumber: a}).MatchAccount(a); got != SameAccount && got != UnknownAccount {
			t.Errorf("%q: got %v", a, got)
		}
		x, y := (Statement{AccountNumber: a}).MatchAccount(b), (Statement{AccountNumber: b}).MatchAccount(a)
		if x != y {
			t.Errorf("%q and %q: got %v, and %v the other way", a, b, x, y)
		}
	})
}
