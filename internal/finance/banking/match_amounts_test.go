package banking

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// ownEntry returns an entry of a US dollar amount on the bank account's own ledger account.
func ownEntry(minor int64) matchedEntry {
	return matchedEntry{onBank: true, currency: "USD", minor: minor, base: minor}
}

// euroEntry returns an amount in euros on another account.
func euroEntry(minor, base int64) matchedEntry {
	return matchedEntry{currency: "EUR", minor: minor, base: base}
}

// eurRate is the price of the euro in US dollars.
var eurRate = decimal.RequireFromString("1.08")

// matchPostingCases are matches with what they post, or the reason they are refused. The base
// currency is USD.
var matchPostingCases = map[string]struct {
	in     matchAmounts
	bank   int64
	gain   int64
	reason optionsv1.Reason
}{
	"entries that posted the money": {
		in: matchAmounts{currency: "USD", linesTotal: 10000, entries: []matchedEntry{ownEntry(6000), ownEntry(4000)}},
	},
	"a fee on money in": {
		in:   matchAmounts{currency: "USD", linesTotal: 9800, fees: []int64{200}, entries: []matchedEntry{ownEntry(10000)}},
		bank: -200,
	},
	"a fee on money out": {
		in: matchAmounts{
			currency: "USD", linesTotal: -10200, fees: []int64{200}, entries: []matchedEntry{ownEntry(-10000)},
		},
		bank: -200,
	},
	"too little": {
		in:     matchAmounts{currency: "USD", linesTotal: 9800, entries: []matchedEntry{ownEntry(10000)}},
		reason: optionsv1.Reason_MATCH_AMOUNT_DIFFERS,
	},
	"a fee that leaves a difference": {
		in:     matchAmounts{currency: "USD", linesTotal: 9800, fees: []int64{100}, entries: []matchedEntry{ownEntry(10000)}},
		reason: optionsv1.Reason_MATCH_AMOUNT_DIFFERS,
	},
	"exchange difference in one currency": {
		in: matchAmounts{
			currency: "USD", linesTotal: 9800, exchangeDifference: true, entries: []matchedEntry{ownEntry(10000)},
		},
		reason: optionsv1.Reason_MATCH_WITHOUT_EXCHANGE,
	},
	"a receivable in the base currency": {
		in: matchAmounts{
			currency: "USD", linesTotal: 10000, entries: []matchedEntry{{currency: "USD", minor: 10000, base: 10000}},
		},
		bank: 10000,
	},
	"a posted entry and a receivable": {
		in: matchAmounts{
			currency: "USD", linesTotal: 15000,
			entries: []matchedEntry{ownEntry(10000), {currency: "USD", minor: 5000, base: 5000}},
		},
		bank: 5000,
	},
	"a receivable with a loss": {
		in: matchAmounts{
			currency: "USD", linesTotal: 10800, exchangeDifference: true, entries: []matchedEntry{euroEntry(10000, 11000)},
		}, bank: 10800,
		gain: -200,
	},
	"a receivable with a gain": {
		in: matchAmounts{
			currency: "USD", linesTotal: 11300, exchangeDifference: true, entries: []matchedEntry{euroEntry(10000, 11000)},
		}, bank: 11300,
		gain: 300,
	},
	"a payable with a gain": {
		in: matchAmounts{
			currency: "USD", linesTotal: -10800, exchangeDifference: true, entries: []matchedEntry{euroEntry(-10000, -11000)},
		},
		bank: -10800, gain: 200,
	},
	"a payable with a loss and a fee": {
		in: matchAmounts{
			currency: "USD", linesTotal: -11500, exchangeDifference: true, fees: []int64{100},
			entries: []matchedEntry{euroEntry(-10000, -11000)},
		},
		bank: -11500, gain: -400,
	},
	"a difference that is no exchange loss": {
		in:     matchAmounts{currency: "USD", linesTotal: 10800, entries: []matchedEntry{euroEntry(10000, 11000)}},
		reason: optionsv1.Reason_MATCH_AMOUNT_DIFFERS,
	},
	"euros for a receivable in euros": {
		in: matchAmounts{
			currency: "EUR", rate: eurRate, linesTotal: 10000, entries: []matchedEntry{euroEntry(10000, 11000)},
		},
		bank: 10000,
		gain: -200,
	},
	"euros for a payable in euros": {
		in: matchAmounts{
			currency: "EUR", rate: eurRate, linesTotal: -10000, entries: []matchedEntry{euroEntry(-10000, -11000)},
		},
		bank: -10000,
		gain: 200,
	},
	"fewer euros than a receivable": {
		in: matchAmounts{
			currency: "EUR", rate: eurRate, linesTotal: 9900, entries: []matchedEntry{euroEntry(10000, 11000)},
		},
		reason: optionsv1.Reason_MATCH_AMOUNT_DIFFERS,
	},
	"euros, less a fee": {
		in: matchAmounts{
			currency: "EUR", rate: eurRate, linesTotal: 9900, fees: []int64{100},
			entries: []matchedEntry{euroEntry(10000, 11000)},
		},
		bank: 9900, gain: -200,
	},
	"euros for a receivable in dollars": {
		in: matchAmounts{
			currency: "EUR", rate: eurRate, linesTotal: 10000, exchangeDifference: true,
			entries: []matchedEntry{{currency: "USD", minor: 11000, base: 11000}},
		},
		bank: 10000, gain: -200,
	},
	"euros posted on a euro account": {
		in: matchAmounts{
			currency: "EUR", linesTotal: 9900, fees: []int64{100},
			entries: []matchedEntry{{onBank: true, currency: "EUR", minor: 10000, base: 11000}},
		},
		bank: -100,
	},
}

// TestMatchPosting checks what matches post, with the right sign for receivables and payables.
func TestMatchPosting(t *testing.T) {
	t.Parallel()
	for name, c := range matchPostingCases {
		c.in.base = "USD"
		got, err := c.in.posting()
		if c.reason != 0 {
			if err == nil || fault.From(err).Reason != c.reason {
				t.Errorf("%s: got %v, %v; want %s", name, got, err, c.reason)
			}
			continue
		}
		if err != nil || got.bank != c.bank || got.gain != c.gain {
			t.Errorf("%s: got %+v, %v; want bank %d, gain %d", name, got, err, c.bank, c.gain)
		}
	}
}

// drawMatch draws the amounts of a match, which may add up or not.
func drawMatch(t *rapid.T) matchAmounts {
	in := matchAmounts{base: "USD", currency: rapid.SampledFrom([]string{"USD", "EUR"}).Draw(t, "bank currency")}
	in.exchangeDifference, in.rate = rapid.Bool().Draw(t, "exchange"), decimal.New(
		rapid.Int64Range(1, 3_000_000).Draw(t, "rate"), -6,
	)
	minor := rapid.Int64Range(-1_000_000_00, 1_000_000_00)
	for range rapid.IntRange(1, 8).Draw(t, "claims") {
		c := matchedEntry{
			onBank: rapid.Bool().Draw(t, "own"), currency: rapid.SampledFrom([]string{"USD", "EUR"}).Draw(t, "currency"),
			minor: minor.Draw(t, "minor"),
		}
		if c.onBank {
			c.currency = in.currency // the account holds that currency only
		}
		if c.base = c.minor; c.currency != in.base {
			c.base = c.minor + c.minor/10
		}
		in.entries = append(in.entries, c)
	}
	in.fees = rapid.SliceOfN(rapid.Int64Range(-500, 500), 0, 3).Draw(t, "fees")
	in.linesTotal = minor.Draw(t, "taken")
	if rapid.Bool().Draw(t, "adds up") {
		in.linesTotal -= in.excess()
	}
	return in
}

// TestMatchEntryAddsUp checks that the entry of a match adds up to zero in the base currency, and
// that the bank account moves in total by the amount of the lines.
func TestMatchEntryAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawMatch(t)
		s, err := in.posting()
		if err != nil {
			return
		}
		m, account := &pb.BankMatch{}, &pb.BankAccount{LedgerAccountId: "bank", CurrencyCode: in.currency}
		for range in.entries {
			m.Entries = append(m.Entries, &pb.BankMatch_Entry{AccountId: "claim"})
		}
		for range in.fees {
			m.Fees = append(m.Fees, &pb.BankMatch_Fee{AccountId: "fee"})
		}
		e := matchEntry(m, account, "gains", in, s, "2026-01-05", "")
		bank := bookedAlready(in)
		var sum int64
		for _, l := range e.GetLines() {
			own, base := parseLine(t, l)
			sum += base
			if l.AccountId == "bank" {
				bank += own
				if in.currency == in.base {
					bank += base - own
				}
			}
		}
		if sum != 0 && in.needsRate() || sum != 0 && in.currency == in.base {
			t.Fatalf("%v adds up to %d, want 0", e, sum)
		}
		if bank != in.linesTotal {
			t.Fatalf("the bank account moves %d, want %d", bank, in.linesTotal)
		}
	})
}

// bookedAlready returns what the entries have posted on the bank account.
func bookedAlready(in matchAmounts) (minor int64) {
	for _, c := range in.entries {
		if c.onBank {
			minor += c.minor
		}
	}
	return minor
}

// parseLine returns the amount of a journal line in its currency and in the base currency.
func parseLine(t *rapid.T, l *pb.JournalLine) (own, base int64) {
	own, err := money.Parse(l.Amount.Amount, l.Amount.CurrencyCode)
	if err != nil {
		t.Fatal(err)
	}
	if l.BaseAmount == nil {
		return own, own
	}
	if base, err = money.Parse(l.BaseAmount.Amount, l.BaseAmount.CurrencyCode); err != nil {
		t.Fatal(err)
	}
	return own, base
}

// TestPortionsAddUp checks that successive parts of an amount get all of its base amount, despite
// rounding.
func TestPortionsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.SampledFrom([]int64{1, -1}).Draw(t, "side")
		parts := rapid.SliceOfN(rapid.Int64Range(1, 1_000_000), 1, 10).Draw(t, "parts")
		base := side * rapid.Int64Range(1, 1_000_000_00).Draw(t, "base")
		var open int64
		for _, p := range parts {
			open += side * p
		}
		left := base
		for _, p := range parts {
			took := portion(side*p, open, left)
			if took*side < 0 || magnitude(took) > magnitude(left) {
				t.Fatalf("portion of %d of %d: got %d of %d", p, open, took, left)
			}
			open, left = open-side*p, left-took
		}
		if left != 0 {
			t.Fatalf("%d of %d is left, want 0", left, base)
		}
	})
}
