package sheet

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
)

// Damage says where a file breaks, in words for who sent it: those of the libraries are
// for programmers.
func Damage(err error) string {
	var markup *xml.SyntaxError
	var table *csv.ParseError
	switch {
	case errors.As(err, &markup):
		return fmt.Sprintf("its markup breaks in line %d", markup.Line)
	case errors.As(err, &table):
		return fmt.Sprintf("it breaks in line %d, where a quotation mark stands alone", table.Line)
	}
	return "it ends too early, or is not what its name says"
}
