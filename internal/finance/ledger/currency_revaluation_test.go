package ledger_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// createRate creates an exchange rate.
func (b books) createRate(t *testing.T, date, from, to, rate string) {
	t.Helper()
	if _, err := b.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
		Date: date, FromCurrencyCode: from, ToCurrencyCode: to, Rate: rate,
	}}); err != nil {
		t.Fatal(err)
	}
}

// foreignAccount creates an account in a currency and adds it to b.codes.
func (b books) foreignAccount(t *testing.T, code, currency string, subtype pb.Account_Subtype, typ pb.Account_Type) {
	t.Helper()
	b.codes[code] = b.create(t, &pb.Account{
		DisplayName: code, Type: typ, Subtype: subtype, CurrencyCode: currency,
	}).GetId()
}

// TestForeignEntryUsesStoredRate posts foreign amounts at the stored rate for their date, creates
// and imports rates, and converts an amount at a cross rate.
func TestForeignEntryUsesStoredRate(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.createRate(t, "2026-11-02", "EUR", "USD", "1.10")
	e := b.entryOn("2026-11-04", "1300", "4000", "100")
	e.CurrencyCode = "EUR"
	posted, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	if err != nil || posted.GetLines()[0].GetBaseAmount().GetAmount() != "110.00" ||
		posted.GetLines()[1].GetExchangeRate() != "1.1" {
		t.Fatalf("got %v, %v", posted, err)
	}
	e.Date = "2026-11-20"
	_, err = b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	wantReason(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING, "lines[0].exchangeRate", "lines[1].exchangeRate")
	_, err = b.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{
		ExchangeRate: &pb.ExchangeRate{Date: "2026-11-02", FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: "1.2"},
	})
	wantReason(t, err, optionsv1.Reason_EXCHANGE_RATES_DATE_TAKEN, "date", "fromCurrencyCode", "toCurrencyCode")
	_, err = b.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{
		ExchangeRate: &pb.ExchangeRate{Date: "2026-11-02", FromCurrencyCode: "EUR", ToCurrencyCode: "EUR", Rate: "-1"},
	})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "toCurrencyCode", "rate")
	file := []byte("Date,USD,GBP\n2026-11-02,1.3,0.84\n2026-11-20,1.08,0.85\n")
	imported, err := b.ImportEcbRates(t.Context(), &pb.ImportEcbRatesRequest{Content: file})
	if err != nil || imported.GetRateCount() != 4 || imported.GetNewCount() != 3 ||
		imported.GetStartDate() != "2026-11-02" || imported.GetEndDate() != "2026-11-20" {
		t.Errorf("got %v, %v", imported, err)
	}
	if again, err := b.ImportEcbRates(t.Context(), &pb.ImportEcbRatesRequest{Content: file}); err != nil ||
		again.GetNewCount() != 0 {
		t.Errorf("got %v, %v", again, err)
	}
	cross, err := b.ConvertAmount(t.Context(), &pb.ConvertAmountRequest{
		Amount: "85.00", FromCurrencyCode: "GBP", ToCurrencyCode: "USD", Date: "2026-11-21",
	})
	if err != nil || cross.GetAmount().GetAmount() != "108.00" || len(cross.GetRates()) != 2 {
		t.Errorf("got %v, %v", cross, err)
	}
	_, err = b.ImportEcbRates(t.Context(), &pb.ImportEcbRatesRequest{Content: []byte("a,b")})
	wantReason(t, err, optionsv1.Reason_EXCHANGE_RATE_FILE_UNREADABLE, "content")
}

// openWithEuros opens books with 1,200 EUR in the bank, a loan of 400 EUR and a machine bought for
// 200 EUR, all at a rate of 1.10.
func openWithEuros(t *testing.T) books {
	t.Helper()
	b := open(t)
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	b.foreignAccount(t, "loan", "EUR", pb.Account_LOAN, pb.Account_LIABILITY)
	b.foreignAccount(t, "machine", "EUR", pb.Account_FIXED_ASSET, pb.Account_ASSET)
	post := func(debit, credit, amount string) {
		e := b.entryOn("2026-03-10", debit, credit, amount)
		e.CurrencyCode, e.ExchangeRate = "EUR", "1.10"
		if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
			t.Fatal(err)
		}
	}
	post("bank", "4000", "1000")
	post("bank", "loan", "400")
	post("machine", "bank", "200")
	return b
}

// revalue creates a currency revaluation on 2026-03-31.
func (b books) revalue(t *testing.T, validateOnly bool) (*pb.CurrencyRevaluation, error) {
	t.Helper()
	return b.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2026-03-31"}, ValidateOnly: validateOnly,
	})
}

// unrealizedGains returns the report of unrealized gains on 2026-03-31.
func (b books) unrealizedGains(t *testing.T) (*pb.UnrealizedGains, error) {
	t.Helper()
	reports := pb.NewReportsServiceClient(b.Organization)
	return reports.GetUnrealizedGains(t.Context(), &pb.GetUnrealizedGainsRequest{AsOf: "2026-03-31"})
}

// profit returns the net income from 2026-01-01 to a date.
func (b books) profit(t *testing.T, end string) string {
	t.Helper()
	reports := pb.NewReportsServiceClient(b.Organization)
	pl, err := reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: "2026-01-01", EndDate: end})
	if err != nil {
		t.Fatal(err)
	}
	return pl.GetNetIncome().GetAmount()
}

// TestUnrealizedGainsNeedRate checks that the report has the gains of a bank account and a loan in
// euros. When the euro rises, the bank account gains and the loan loses. Without a rate the report
// fails.
func TestUnrealizedGainsNeedRate(t *testing.T) {
	t.Parallel()
	b := openWithEuros(t)
	_, err := b.revalue(t, false)
	wantReason(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING, "date")
	_, err = b.unrealizedGains(t)
	wantReason(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING, "asOf")
	b.createRate(t, "2026-03-31", "EUR", "USD", "1.20")
	gains, err := b.unrealizedGains(t)
	// 1,200 EUR in the bank gain 120, and a loan of 400 EUR loses 40. The machine stays at cost.
	if err != nil || gains.GetTotal().GetAmount() != "80.00" || len(gains.GetValuations()) != 2 {
		t.Fatalf("got %v, %v", gains, err)
	}
	if p, err := b.revalue(t, true); err != nil || p.GetGain().GetAmount() != "80.00" || len(p.GetValuations()) != 2 {
		t.Fatalf("got %v, %v", p, err)
	}
}

func TestRevaluationIsReversedTheNextDay(t *testing.T) {
	t.Parallel()
	b := openWithEuros(t)
	b.createRate(t, "2026-03-31", "EUR", "USD", "1.20")
	posted, err := b.revalue(t, false)
	if err != nil || posted.GetReversalEntryId() == "" {
		t.Fatalf("got %v, %v", posted, err)
	}
	reports := pb.NewReportsServiceClient(b.Organization)
	flow, err := reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
		StartDate: "2026-01-01", EndDate: "2026-03-31", Method: pb.CashFlowStatement_DIRECT,
	})
	if err != nil || flow.GetClosingCash().GetAmount() != "1440.00" {
		t.Errorf("got %v, %v, want closing cash of 1440.00, which is 1,200 EUR at 1.20", flow, err)
	}
	if on, after := b.profit(t, "2026-03-31"), b.profit(t, "2026-04-01"); on != "1180.00" || after != "1100.00" {
		t.Errorf("got profit %s, and %s the day after, want 1180.00 and 1100.00", on, after)
	}
	if gains, err := b.unrealizedGains(t); err != nil || gains.GetTotal().GetAmount() != "0.00" {
		t.Errorf("got %v, %v after the revaluation, want no unrealized gains", gains, err)
	}
	_, err = b.revalue(t, false)
	wantReason(t, err, optionsv1.Reason_CURRENCY_REVALUED)
	_, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{
		JournalEntryId: posted.GetReversalEntryId(),
	})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE)
}

// TestRevaluationAtYearEnd revalues on the last day of a fiscal year while the next one does not
// exist.
func TestRevaluationAtYearEnd(t *testing.T) {
	t.Parallel()
	b := openWithEuros(t)
	b.createRate(t, "2026-12-31", "EUR", "USD", "1.20")
	if _, err := b.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2026-12-31"},
	}); err != nil {
		t.Fatal(err)
	}
	if on, after := b.profit(t, "2026-12-31"), b.profit(t, "2027-01-01"); on != "1180.00" || after != "1100.00" {
		t.Errorf("got profit %s, and %s the day after, want 1180.00 and 1100.00", on, after)
	}
}

// TestRevaluationWithoutGainCreatesNextYear revalues nothing on the last day of a fiscal year. The
// next day has a period then, as after any revaluation.
func TestRevaluationWithoutGainCreatesNextYear(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2025-12-20", "1000", "3000", "10")
	if _, err := b.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2025-12-31"},
	}); err != nil {
		t.Fatal(err)
	}
	if b.periods(t)["2026-01-01"] == nil {
		t.Errorf("got the periods %v, want one that begins on 2026-01-01", b.periods(t))
	}
}

// TestRevaluationCanBeUndone undoes a revaluation and repeats it. After its month is closed it can
// no longer be undone.
func TestRevaluationCanBeUndone(t *testing.T) {
	t.Parallel()
	b := openWithEuros(t)
	b.createRate(t, "2026-03-31", "EUR", "USD", "1.20")
	posted, err := b.revalue(t, false)
	if err != nil {
		t.Fatal(err)
	}
	undone, err := b.UndoCurrencyRevaluation(t.Context(), &pb.UndoCurrencyRevaluationRequest{
		CurrencyRevaluationId: posted.GetId(),
	})
	if err != nil || undone.GetState() != pb.CurrencyRevaluation_UNDONE {
		t.Errorf("got %v, %v", undone, err)
	}
	if on, after := b.profit(t, "2026-03-31"), b.profit(t, "2026-04-01"); on != "1100.00" || after != "1100.00" {
		t.Errorf("got profit %s, and %s the day after, want 1100.00 on both", on, after)
	}
	again, err := b.revalue(t, false)
	if err != nil || again.GetGain().GetAmount() != "80.00" || !again.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("got %v, %v", again, err)
	}
	b.closeThrough(t, "2026-01-01", "2026-03-01")
	again, err = b.GetCurrencyRevaluation(t.Context(), &pb.GetCurrencyRevaluationRequest{
		CurrencyRevaluationId: again.GetId(),
	})
	if err != nil || again.GetAllowedActions()[0].GetAllowed() {
		t.Errorf("got %v, %v, want undo refused after the month is closed", again, err)
	}
	_, err = b.UndoCurrencyRevaluation(t.Context(), &pb.UndoCurrencyRevaluationRequest{
		CurrencyRevaluationId: again.GetId(),
	})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "date")
}

// TestRealizedGainsListsPayments checks that the report lists the loss on a paid receivable and the
// gain on a paid liability after the euro fell.
func TestRealizedGainsListsPayments(t *testing.T) {
	t.Parallel()
	b := open(t)
	in := func(l *pb.JournalLine, base string) *pb.JournalLine {
		l.Amount.CurrencyCode, l.BaseAmount = "EUR", &typepb.Money{Amount: base}
		return l
	}
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	receivable := b.entry(in(b.line("bank", "1000"), "1050"), in(b.line("1300", "-1000"), "-1100"), b.line("4850", "50"))
	payable := b.entry(in(b.line("2300", "1000"), "1100"), in(b.line("bank", "-1000"), "-1050"), b.line("4850", "-50"))
	for _, e := range []*pb.JournalEntry{receivable, payable} {
		if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := pb.NewReportsServiceClient(b.Organization).GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31",
	})
	if err != nil || len(got.GetGains()) != 2 || got.GetTotal().GetAmount() != "0.00" {
		t.Fatalf("got %v, %v", got, err)
	}
	if got.GetGains()[0].GetGain().GetAmount() != "-50.00" || got.GetGains()[1].GetGain().GetAmount() != "50.00" ||
		got.GetGains()[0].GetCurrencyCode() != "EUR" {
		t.Errorf("got %v", got)
	}
}

// TestRevaluationInClosedPeriodIsRefused revalues books without foreign balances on days whose
// period, or that of the next day, is closed.
func TestRevaluationInClosedPeriodIsRefused(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.createYears(t, "2025-01-01..2025-12-31")
	b.postOn(t, "2025-12-05", "6100", "1000", "5")
	b.postOn(t, "2026-03-05", "6100", "1000", "5")
	revalue := func(date string) error {
		_, err := b.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
			CurrencyRevaluation: &pb.CurrencyRevaluation{Date: date},
		})
		return err
	}
	if _, err := b.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: b.periods(t)["2026-03-01"].GetId(), IncludeEarlier: true, Reason: "Not reconciled",
	}); err != nil {
		t.Fatal(err)
	}
	for _, date := range []string{"2026-03-15", "2026-03-31", "2026-02-28", "2024-12-31"} {
		wantReason(t, revalue(date), optionsv1.Reason_PERIOD_CLOSED, "date")
	}
	if _, err := b.CloseFiscalYear(
		t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: firstFiscalYear(t, b).GetId()},
	); err != nil {
		t.Fatal(err)
	}
	wantReason(t, revalue("2025-06-30"), optionsv1.Reason_PERIOD_LOCKED, "date")
	if err := revalue("2026-04-30"); err != nil {
		t.Error(err)
	}
}
