package table_test

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// anyText draws any string that PostgreSQL stores, which is all without U+0000.
var anyText = rapid.Custom(func(t *rapid.T) string {
	runes := rapid.SliceOfN(rapid.Rune(), 0, 12).Draw(t, "runes")
	return string(slices.DeleteFunc(runes, func(r rune) bool { return r == 0 }))
})

var rates = []string{"", "0", "1.25", "-0.0001", "123456789012345678901234567890.1234", "100000"}

var dates = rapid.Custom(func(t *rapid.T) string {
	if rapid.IntRange(0, 3).Draw(t, "absent") == 0 {
		return ""
	}
	day := rapid.IntRange(0, 109936).Draw(t, "day") // to 2200-12-31
	return time.Date(1900, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
})

var refs = rapid.Custom(func(t *rapid.T) string {
	if rapid.Bool().Draw(t, "absent") {
		return ""
	}
	return id.Format("ven", uuid.UUID(rapid.SliceOfN(rapid.ByteMin(1), 16, 16).Draw(t, "uuid")))
})

// amounts are amounts in the currency, or absent.
func amounts(currency string) *rapid.Generator[*typev1.Money] {
	return rapid.Custom(func(t *rapid.T) *typev1.Money {
		if rapid.IntRange(0, 3).Draw(t, "absent") == 0 {
			return nil
		}
		minor := rapid.Int64Range(-money.MaxMinor, money.MaxMinor).Draw(t, "minor")
		return &typev1.Money{Amount: money.Format(minor, currency), CurrencyCode: currency}
	})
}

var actions = rapid.Custom(func(t *rapid.T) *typev1.AllowedAction {
	return &typev1.AllowedAction{
		Verb: anyText.Draw(t, "verb"), Allowed: rapid.Bool().Draw(t, "allowed"), Reason: anyText.Draw(t, "reason"),
	}
})

func drawOptional[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	return rapid.Ptr(g, true).Draw(t, name)
}

// fill gives a thing random values, spelled as they will be read back.
func fill(t *rapid.T, r *thing) {
	r.text = anyText.Draw(t, "text")
	r.number = rapid.Int32().Draw(t, "number")
	r.big = rapid.Int64().Draw(t, "big")
	r.flag = rapid.Bool().Draw(t, "flag")
	r.state = operationsv1.Task_State(rapid.IntRange(0, 5).Draw(t, "state"))
	r.date, r.due = dates.Draw(t, "date"), dates.Draw(t, "due")
	r.instant = nil
	if rapid.Bool().Draw(t, "instant?") {
		r.instant = timestamppb.New(time.UnixMicro(rapid.Int64Range(-62135596800e6, 253402300799e6).Draw(t, "instant")))
	}
	r.rate = rapid.SampledFrom(rates).Draw(t, "rate")
	currency := rapid.SampledFrom([]string{"USD", "JPY", "BHD"}).Draw(t, "currency")
	r.price = amounts(currency).Draw(t, "price")
	r.fee = amounts("USD").Draw(t, "fee")
	r.ref = refs.Draw(t, "ref")
	r.words = rapid.SliceOfN(anyText, 0, 3).Draw(t, "words")
	r.action = nil
	if rapid.Bool().Draw(t, "action?") {
		r.action = actions.Draw(t, "action")
	}
	r.actions = rapid.SliceOfN(actions, 0, 3).Draw(t, "actions")
	r.maybeText = drawOptional(t, "maybe text", anyText)
	r.maybeNumber = drawOptional(t, "maybe number", rapid.Int32())
	r.maybeBig = drawOptional(t, "maybe big", rapid.Int64())
	r.maybeFlag = drawOptional(t, "maybe flag", rapid.Bool())
	r.Metadata = rapid.MapOfN(anyText, anyText, 0, 3).Draw(t, "metadata")
	r.ExternalId = ""
	if rapid.Bool().Draw(t, "external id?") {
		r.ExternalId = id.New().String() + anyText.Draw(t, "external id")
	}
	fillLines(t, r)
}

func fillLines(t *rapid.T, r *thing) {
	currency := r.price.GetCurrencyCode()
	if currency == "" {
		currency = "USD"
	}
	r.lines = make([]*line, rapid.IntRange(0, 4).Draw(t, "lines"))
	for i := range r.lines {
		r.lines[i] = &line{
			memo: anyText.Draw(t, "memo"), ref: refs.Draw(t, "line's ref"), date: dates.Draw(t, "line's date"),
			amount: amounts(currency).Draw(t, "amount"), flag: rapid.Bool().Draw(t, "line's flag"),
		}
	}
}
