package ledger_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

func (b books) rate(t *testing.T, date, from, to, rate string) {
	t.Helper()
	if _, err := b.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
		Date: date, FromCurrencyCode: from, ToCurrencyCode: to, Rate: rate,
	}}); err != nil {
		t.Fatal(err)
	}
}

// foreignAccount makes an account in a currency and knows it by a code of its own.
func (b books) foreignAccount(t *testing.T, code, currency string, subtype pb.Account_Subtype, typ pb.Account_Type) {
	t.Helper()
	b.codes[code] = b.create(t, &pb.Account{DisplayName: code, Type: typ, Subtype: subtype, CurrencyCode: currency}).GetId()
}

// TestRatesAreUsed posts foreign amounts at the rate kept for their date.
func TestRatesAreUsed(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.rate(t, "2026-11-02", "EUR", "USD", "1.10")
	e := b.on("2026-11-04", "1300", "4000", "100")
	e.CurrencyCode = "EUR"
	posted, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	if err != nil || posted.GetLines()[0].GetBaseAmount().GetAmount() != "110.00" || posted.GetLines()[1].GetExchangeRate() != "1.1" {
		t.Fatalf("got %v, %v", posted, err)
	}
	e.Date = "2026-11-20"
	_, err = b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	refused(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING, "lines[0].exchangeRate", "lines[1].exchangeRate")
	_, err = b.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{Date: "2026-11-02", FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: "1.2"}})
	refused(t, err, optionsv1.Reason_EXCHANGE_RATES_DATE_TAKEN, "date", "fromCurrencyCode", "toCurrencyCode")
	_, err = b.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{Date: "2026-11-02", FromCurrencyCode: "EUR", ToCurrencyCode: "EUR", Rate: "-1"}})
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "toCurrencyCode", "rate")
	file := []byte("Date,USD,GBP\n2026-11-02,1.3,0.84\n2026-11-20,1.08,0.85\n")
	taken, err := b.ImportEcbRates(t.Context(), &pb.ImportEcbRatesRequest{Content: file})
	if err != nil || taken.GetRateCount() != 4 || taken.GetNewCount() != 3 || taken.GetStartDate() != "2026-11-02" || taken.GetEndDate() != "2026-11-20" {
		t.Errorf("got %v, %v", taken, err)
	}
	if again, err := b.ImportEcbRates(t.Context(), &pb.ImportEcbRatesRequest{Content: file}); err != nil || again.GetNewCount() != 0 {
		t.Errorf("got %v, %v", again, err)
	}
	cross, err := b.ConvertAmount(t.Context(), &pb.ConvertAmountRequest{Amount: "85.00", FromCurrencyCode: "GBP", ToCurrencyCode: "USD", Date: "2026-11-21"})
	if err != nil || cross.GetAmount().GetAmount() != "108.00" || len(cross.GetRates()) != 2 {
		t.Errorf("got %v, %v", cross, err)
	}
	_, err = b.ImportEcbRates(t.Context(), &pb.ImportEcbRatesRequest{Content: []byte("a,b")})
	refused(t, err, optionsv1.Reason_EXCHANGE_RATE_FILE_UNREADABLE, "content")
}

// TestRevaluation values a claim, a bank account and a debt in euros: the first two gain
// when the euro rises, the debt loses, and the next day is as if nothing had been.
func TestRevaluation(t *testing.T) {
	t.Parallel()
	b := open(t)
	reports := pb.NewReportsServiceClient(b.Organization)
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	b.foreignAccount(t, "loan", "EUR", pb.Account_LOAN, pb.Account_LIABILITY)
	b.foreignAccount(t, "machine", "EUR", pb.Account_FIXED_ASSET, pb.Account_ASSET)
	post := func(debit, credit, amount string) {
		e := b.on("2026-03-10", debit, credit, amount)
		e.CurrencyCode, e.ExchangeRate = "EUR", "1.10"
		if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
			t.Fatal(err)
		}
	}
	post("bank", "4000", "1000")
	post("bank", "loan", "400")
	post("machine", "bank", "200")
	at := func(date string) *pb.CreateCurrencyRevaluationRequest {
		return &pb.CreateCurrencyRevaluationRequest{CurrencyRevaluation: &pb.CurrencyRevaluation{Date: date}}
	}
	_, err := b.CreateCurrencyRevaluation(t.Context(), at("2026-03-31"))
	refused(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING, "date")
	_, err = reports.GetUnrealizedGains(t.Context(), &pb.GetUnrealizedGainsRequest{AsOf: "2026-03-31"})
	refused(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING, "asOf")
	b.rate(t, "2026-03-31", "EUR", "USD", "1.20")
	gains, err := reports.GetUnrealizedGains(t.Context(), &pb.GetUnrealizedGainsRequest{AsOf: "2026-03-31"})
	// 1,200 EUR at the bank gain 120, 400 EUR owed lose 40; the machine stays at its cost.
	if err != nil || gains.GetTotal().GetAmount() != "80.00" || len(gains.GetValuations()) != 2 {
		t.Fatalf("got %v, %v", gains, err)
	}
	preview := at("2026-03-31")
	preview.ValidateOnly = true
	if p, err := b.CreateCurrencyRevaluation(t.Context(), preview); err != nil || p.GetGain().GetAmount() != "80.00" || len(p.GetValuations()) != 2 {
		t.Fatalf("got %v, %v", p, err)
	}
	done, err := b.CreateCurrencyRevaluation(t.Context(), at("2026-03-31"))
	if err != nil || done.GetReversalEntryId() == "" {
		t.Fatalf("got %v, %v", done, err)
	}
	profit := func(end string) string {
		pl, err := reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: "2026-01-01", EndDate: end})
		if err != nil {
			t.Fatal(err)
		}
		return pl.GetNetIncome().GetAmount()
	}
	flow, err := reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{StartDate: "2026-01-01", EndDate: "2026-03-31", Method: pb.CashFlowStatement_DIRECT})
	if err != nil || flow.GetClosingCash().GetAmount() != "1440.00" {
		t.Errorf("cash is worth 1,200 EUR at 1.20, got %v, %v", flow, err)
	}
	if profit("2026-03-31") != "1180.00" || profit("2026-04-01") != "1100.00" {
		t.Errorf("profit is %s, and %s the day after", profit("2026-03-31"), profit("2026-04-01"))
	}
	if gains, err := reports.GetUnrealizedGains(t.Context(), &pb.GetUnrealizedGainsRequest{AsOf: "2026-03-31"}); err != nil || gains.GetTotal().GetAmount() != "0.00" {
		t.Errorf("what is booked is left to gain: %v, %v", gains, err)
	}
	_, err = b.CreateCurrencyRevaluation(t.Context(), at("2026-03-31"))
	refused(t, err, optionsv1.Reason_CURRENCY_REVALUED)
	_, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: done.GetReversalEntryId()})
	refused(t, err, optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE)
	undone, err := b.UndoCurrencyRevaluation(t.Context(), &pb.UndoCurrencyRevaluationRequest{CurrencyRevaluationId: done.GetId()})
	if err != nil || undone.GetState() != pb.CurrencyRevaluation_UNDONE || profit("2026-03-31") != "1100.00" || profit("2026-04-01") != "1100.00" {
		t.Errorf("got %v, %v; profit %s and %s", undone, err, profit("2026-03-31"), profit("2026-04-01"))
	}
	again, err := b.CreateCurrencyRevaluation(t.Context(), at("2026-03-31"))
	if err != nil || again.GetGain().GetAmount() != "80.00" || !again.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("got %v, %v", again, err)
	}
	b.closeThrough(t, "2026-01-01", "2026-03-01")
	again, err = b.GetCurrencyRevaluation(t.Context(), &pb.GetCurrencyRevaluationRequest{CurrencyRevaluationId: again.GetId()})
	if err != nil || again.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("undoing it is offered after its month is closed: %v, %v", again, err)
	}
	_, err = b.UndoCurrencyRevaluation(t.Context(), &pb.UndoCurrencyRevaluationRequest{CurrencyRevaluationId: again.GetId()})
	refused(t, err, optionsv1.Reason_PERIOD_CLOSED, "date")
}

// TestRealizedGains holds the report to list what was booked on settlement, a claim's
// loss and a debt's gain when the euro falls.
func TestRealizedGains(t *testing.T) {
	t.Parallel()
	b := open(t)
	in := func(l *pb.JournalLine, base string) *pb.JournalLine {
		l.Amount.CurrencyCode, l.BaseAmount = "EUR", &typepb.Money{Amount: base}
		return l
	}
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	claim := b.entry(in(b.line("bank", "1000"), "1050"), in(b.line("1300", "-1000"), "-1100"), b.line("4850", "50"))
	debt := b.entry(in(b.line("2300", "1000"), "1100"), in(b.line("bank", "-1000"), "-1050"), b.line("4850", "-50"))
	for _, e := range []*pb.JournalEntry{claim, debt} {
		if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := pb.NewReportsServiceClient(b.Organization).GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{StartDate: "2026-01-01", EndDate: "2026-12-31"})
	if err != nil || len(got.GetGains()) != 2 || got.GetTotal().GetAmount() != "0.00" {
		t.Fatalf("got %v, %v", got, err)
	}
	if got.GetGains()[0].GetGain().GetAmount() != "-50.00" || got.GetGains()[1].GetGain().GetAmount() != "50.00" || got.GetGains()[0].GetCurrencyCode() != "EUR" {
		t.Errorf("got %v", got)
	}
}
