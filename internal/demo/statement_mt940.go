package demo

import (
	"fmt"
	"strings"

	"backoffice/internal/platform/calendar"
)

// mt940 returns the statement as a SWIFT MT940 message.
func (s statement) mt940() string {
	var b strings.Builder
	fmt.Fprintf(&b, ":20:%s\n:25:%s\n:28C:%d/1\n", s.reference(0), s.account, s.number)
	fmt.Fprintf(&b, ":60F:%s\n", swiftBalance(s.opening, s.first))
	for n, l := range s.movements {
		d := compactDate(s.date(l))
		fmt.Fprintf(&b, ":61:%s%s%s%sNTRFNONREF//%s\n:86:%s\n", d[2:], d[4:], byDirection(l.cents, "C", "D"),
			withDecimalComma(unsigned(l.cents)), s.reference(n), l.text)
	}
	fmt.Fprintf(&b, ":62F:%s\n-\n", swiftBalance(s.closing(), s.last))
	return b.String()
}

func swiftBalance(cents int64, date calendar.Date) string {
	return byDirection(cents, "C", "D") + compactDate(date)[2:] + currency + withDecimalComma(unsigned(cents))
}
