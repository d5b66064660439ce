package main

import (
	"fmt"
	"strconv"
	"strings"
)

// exampleTexts are examples of texts by the last word of the field's name.
var exampleTexts = map[string]string{
	"email": "pat@example.com", "phone": "+1 555 0100",
	"website": "https://www.example.com", "url": "https://www.example.com",
	"iban": "DE89370400440532013000", "bic": "DEUTDEFF", "currency": "USD", "country": "US", "language": "en",
	"city": "Springfield", "street": "12 Main Street", "address": "12 Main Street, Springfield", "zip": "62701",
	"color": "Blue", "unit": "kg", "note": "Ask for Pat.", "comment": "Ask for Pat.",
}

// exampleNumbers are examples of numbers by the last word of the field's name.
var exampleNumbers = map[string]int64{
	"year": 2026, "month": 6, "days": 30, "hours": 8, "minutes": 45, "count": 3, "quantity": 3, "percent": 10,
	"position": 1, "meters": 1200, "kilometers": 48200, "miles": 30100, "grams": 750, "kilograms": 12,
}

// exampleDates are examples of dates by the first word of the field's name.
var exampleDates = map[string]string{"start": "2026-11-01", "end": "2027-10-31", "due": "2026-12-15"}

// example returns a JSON value of the field for the API reference. A reference is a placeholder in
// angle brackets, such as "<id of a vendor>".
func (f *field) example(r *resource) string {
	words := strings.Split(f.Name, "_")
	last := words[len(words)-1]
	switch f.Type {
	case "text":
		return strconv.Quote(f.exampleText(r, last))
	case "int32", "int64":
		number, known := exampleNumbers[last]
		if !known {
			number = 30
		}
		if f.Type == "int64" {
			return strconv.Quote(f.number(number))
		}
		return f.number(number)
	case "bool":
		return "true"
	case "date":
		if date := exampleDates[words[0]]; date != "" {
			return strconv.Quote(date)
		}
		return `"2026-11-20"`
	case "enum":
		return strconv.Quote(f.Values[0])
	case "money":
		return "{\n        \"amount\": \"250.00\",\n        \"currencyCode\": \"USD\"\n      }"
	}
	return `"<id of ` + f.Target + `>"`
}

// emptyExample returns the JSON value of a field that is not set.
func (f *field) emptyExample() string {
	switch f.Type {
	case "int32":
		return "0"
	case "int64":
		return `"0"`
	case "bool":
		return "false"
	case "money":
		return "null"
	case "enum":
		return strconv.Quote(f.Zero())
	}
	return `""`
}

// exampleText returns an example of a text: by the last word of its name, as a code of the
// resource, or as words that name the field.
func (f *field) exampleText(r *resource, last string) string {
	code := strings.ToUpper(r.Prefix[:1]) + "-104"
	text := exampleTexts[last]
	switch {
	case text != "":
	case f.Name == "currency_code":
		text = exampleTexts["currency"]
	case last == "number" || last == "code" || last == "reference" || last == "id":
		text = code
	case f.Name == "display_name" || f.Name == "name":
		text = "Main " + r.Noun()
	case last == "name":
		text = "Pat"
	default:
		text = "Example of " + strings.ReplaceAll(f.Name, "_", " ")
	}
	if len(text) > f.maxLength() {
		text = code
	}
	return text[:min(len(text), f.maxLength())]
}

// maxLength returns the maximum length of a text.
func (f *field) maxLength() int {
	n, _ := strconv.Atoi(f.Max) // check has read it
	return n
}

// number returns the valid value of the field that is nearest to n.
func (f *field) number(n int64) string {
	if low, err := strconv.ParseInt(f.Min, 10, 64); err == nil {
		n = max(n, low)
	}
	if high, err := strconv.ParseInt(f.Max, 10, 64); err == nil {
		n = min(n, high)
	}
	return fmt.Sprint(n)
}

// otherNumber returns a valid number other than number(n), unless only one is valid.
func (f *field) otherNumber(n int64) string {
	if other := f.number(n / 2); other != f.number(n) {
		return other
	}
	return f.number(n * 1000)
}
