package banking

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// TestTransferInBaseCurrency checks that a transfer is converted by the amount of the account in
// the base currency, or else by the rate.
func TestTransferInBaseCurrency(t *testing.T) {
	t.Parallel()
	rate := decimal.RequireFromString("1.10")
	for name, c := range map[string]struct {
		in                  transferAmounts
		sent, fee, received int64
		differs             bool
	}{
		"one currency": {
			in: transferAmounts{from: "USD", to: "USD", sent: 500, received: 500}, sent: 500, received: 500,
		},
		"less a fee": {
			in: transferAmounts{from: "USD", to: "USD", sent: 500, fee: 20, received: 480}, sent: 500, fee: 20, received: 480,
		},
		"a missing fee": {in: transferAmounts{from: "USD", to: "USD", sent: 500, received: 480}, differs: true},
		"a fee of the whole amount": {
			in: transferAmounts{from: "USD", to: "EUR", sent: 500, fee: 500, received: 1}, differs: true,
		},
		"dollars to euros": {
			in: transferAmounts{from: "USD", to: "EUR", sent: 1101, fee: 1, received: 1000}, sent: 1101, fee: 1,
			received: 1100,
		},
		"euros to dollars": {
			in: transferAmounts{from: "EUR", to: "USD", sent: 1010, fee: 10, received: 1100}, sent: 1111, fee: 11,
			received: 1100,
		},
		"euros to pounds": {
			in: transferAmounts{from: "EUR", to: "GBP", sent: 1010, fee: 10, received: 850, rate: rate}, sent: 1111, fee: 11,
			received: 1100,
		},
	} {
		c.in.base = "USD"
		sent, fee, received, err := c.in.toBaseCurrency()
		if c.differs {
			if err == nil || fault.From(err).Reason != optionsv1.Reason_TRANSFER_AMOUNT_DIFFERS {
				t.Errorf("%s: got %v", name, err)
			}
			continue
		}
		if err != nil || sent != c.sent || fee != c.fee || received != c.received {
			t.Errorf("%s: got %d, %d, %d, %v", name, sent, fee, received, err)
		}
	}
}

// TestTransferAddsUpInBaseCurrency checks that the sent amount equals the received amount plus the
// fee.
func TestTransferAddsUpInBaseCurrency(t *testing.T) {
	t.Parallel()
	currencies := rapid.SampledFrom([]string{"USD", "EUR", "GBP", "JPY"})
	amounts := rapid.Int64Range(1, 1_000_000_00)
	rapid.Check(t, func(t *rapid.T) {
		p := transferAmounts{
			base: "USD", from: currencies.Draw(t, "from"), to: currencies.Draw(t, "to"), sent: amounts.Draw(t, "sent"),
			fee: rapid.Int64Range(0, 1000).Draw(t, "fee"), received: amounts.Draw(t, "received"), rate: decimal.New(
				amounts.Draw(t, "rate"), -6,
			),
		}
		if p.from == p.to {
			p.received = p.sent - p.fee
		}
		sent, fee, received, err := p.toBaseCurrency()
		if err == nil && sent != fee+received {
			t.Fatalf("%+v: got sent %d, fee %d, received %d", p, sent, fee, received)
		}
	})
}

// TestPairs checks that the pairs of a set of lines are found by descending score, whatever the
// order of the lines.
func TestPairs(t *testing.T) {
	t.Parallel()
	day := func(text string) calendar.Date {
		d, err := calendar.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	search := pairing{
		accounts: map[string]*pb.BankAccount{
			"bac_a": {DisplayName: "Checking"}, "bac_b": {DisplayName: "Rainy days", AccountNumber: "DE12 3456"},
		},
		prices: prices{base: "USD", byDay: map[string]map[calendar.Date]decimal.Decimal{"EUR": {
			day("2026-01-07"): decimal.RequireFromString("1.10"), day("2026-01-08"): decimal.RequireFromString("2.00"),
		}}}, days: 5,
	}
	line := func(id, account, date, minor, currency, text string) *pb.BankStatementLine {
		l := &pb.BankStatementLine{
			Id: id, BankAccountId: account, BookedDate: date, Description: text, Amount: money.ToProto(0, currency),
		}
		l.Amount.Amount = minor
		return l
	}
	lines := []*pb.BankStatementLine{
		line("1", "bac_a", "2026-01-05", "-500.00", "USD", "Transfer to DE123456"),
		line("2", "bac_b", "2026-01-06", "500.00", "USD", "Deposit"),
		line("3", "bac_b", "2026-01-05", "495.00", "USD", "Deposit"),
		line("4", "bac_b", "2026-01-20", "500.00", "USD", "Much later"),
		line("5", "bac_a", "2026-01-05", "500.00", "USD", "The same account"),
		line("6", "bac_c", "2026-01-07", "450.00", "EUR", "From abroad"),
		line("7", "bac_c", "2026-01-07", "350.00", "EUR", "Far from the rate"),
		line("8", "bac_c", "2026-01-08", "250.00", "EUR", "At another rate"),
		line("9", "bac_c", "2026-01-09", "450.00", "EUR", "Without a rate"),
	}
	want := []string{"12", "13", "16", "18"}
	rapid.Check(t, func(t *rapid.T) {
		found := search.pairs(rapid.Permutation(lines).Draw(t, "lines"))
		if len(found) != len(want) {
			t.Fatalf("got %v", found)
		}
		for i, p := range found {
			if got := p.OutgoingLine.Id + p.IncomingLine.Id; got != want[i] {
				t.Fatalf("pair %d: got %s with score %d, want %s", i, got, p.Score, want[i])
			}
		}
	})
	if best := search.pairs(lines)[0]; best.Score != 95 || len(best.Reasons) != 4 {
		t.Errorf("got %v", best)
	}
}
