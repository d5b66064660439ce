package ledger

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

var (
	cash     = id.Format("acc", id.New())
	rent     = id.Format("acc", id.New())
	archived = id.Format("acc", id.New())
	debtors  = id.Format("acc", id.New())
	unknown  = id.Format("acc", id.New())
	euroBank = id.Format("acc", id.New())
	website  = id.Format("dmv", id.New())
	intranet = id.Format("dmv", id.New())
	closed   = id.Format("dmv", id.New())
	project  = id.New()
	chartNow = &references{
		base: "USD",
		accounts: map[string]postingAccount{
			cash: {currency: "USD"}, rent: {currency: "USD"}, archived: {currency: "USD", archived: true},
			debtors: {currency: "USD", control: true}, euroBank: {currency: "EUR"},
		},
		periods: []postingPeriod{{start: day("2026-01-01"), end: day("2026-12-31"), state: "OPEN"}},
		values: map[string]postingDimensionValue{website: {dimension: project}, intranet: {dimension: project},
			closed: {dimension: id.New(), archived: true}},
	}
)

func day(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// inDollars returns a call of an organization that keeps its books in USD.
func inDollars() *call.Call { return &call.Call{Organization: call.Organization{CurrencyCode: "USD"}} }

func line(account, amount string) *pb.JournalLine {
	return &pb.JournalLine{AccountId: account, Amount: &typepb.Money{Amount: amount}}
}

// foreign returns a line in euros with a rate, a base amount, or neither.
func foreign(account, amount, rate, base string) *pb.JournalLine {
	l := line(account, amount)
	l.Amount.CurrencyCode, l.ExchangeRate = "EUR", rate
	if base != "" {
		l.BaseAmount = &typepb.Money{Amount: base}
	}
	return l
}

// withValues sets the dimension values of a line.
func withValues(l *pb.JournalLine, values ...string) *pb.JournalLine {
	l.DimensionValueIds = values
	return l
}

func TestInvalidEntryIsNotPosted(t *testing.T) {
	entry := func(lines ...*pb.JournalLine) *pb.JournalEntry { return &pb.JournalEntry{Lines: lines} }
	for name, c := range map[string]struct {
		entry  *pb.JournalEntry
		reason optionsv1.Reason
		fields []string
	}{
		"no lines": {&pb.JournalEntry{}, optionsv1.Reason_FIELDS_INVALID, []string{"lines"}},
		"one line": {&pb.JournalEntry{Lines: []*pb.JournalLine{line(rent, "1")}},
			optionsv1.Reason_FIELDS_INVALID, []string{"lines"}},
		"unbalanced": {&pb.JournalEntry{Lines: []*pb.JournalLine{line(rent, "1.01"),
			line(cash, "-1")}}, optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, []string{"lines"}},
		"archived account": {&pb.JournalEntry{Lines: []*pb.JournalLine{line(archived, "1"),
			line(cash, "-1")}}, optionsv1.Reason_ACCOUNT_ARCHIVED, []string{"lines[0].accountId"}},
		"control account": {&pb.JournalEntry{Lines: []*pb.JournalLine{line(cash, "1"),
			line(debtors, "-1")}}, optionsv1.Reason_ACCOUNT_IS_CONTROL, []string{"lines[1].accountId"}},
		"control account of a repeating entry": {&pb.JournalEntry{Source: pb.JournalEntry_REPEATING_ENTRY,
			Lines: []*pb.JournalLine{line(cash, "1"), line(debtors, "-1")}},
			optionsv1.Reason_ACCOUNT_IS_CONTROL, []string{"lines[1].accountId"}},
		"unknown account": {&pb.JournalEntry{Lines: []*pb.JournalLine{line(unknown, "1"),
			line(cash, "-1")}}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"lines[0].accountId"}},
		"malformed account id": {&pb.JournalEntry{Lines: []*pb.JournalLine{line("cash", "1"),
			line(cash, "-1")}}, optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].accountId"}},
		"zero": {&pb.JournalEntry{Lines: []*pb.JournalLine{line(rent, "0.00"), line(cash, "0")}},
			optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount", "lines[1].amount.amount"}},
		"too many digits": {&pb.JournalEntry{Lines: []*pb.JournalLine{line(rent, "1.005"),
			line(rent, "-1.00")}}, optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount"}},
		"no rate": {entry(foreign(rent, "1", "", ""), line(cash, "-1")),
			optionsv1.Reason_EXCHANGE_RATE_MISSING, []string{"lines[0].exchangeRate"}},
		"no rate at all": {&pb.JournalEntry{CurrencyCode: "EUR",
			Lines: []*pb.JournalLine{line(rent, "1"), line(rent, "-1")}}, optionsv1.Reason_EXCHANGE_RATE_MISSING,
			[]string{"lines[0].exchangeRate", "lines[1].exchangeRate"}},
		"no such currency": {&pb.JournalEntry{CurrencyCode: "XXQ",
			Lines: []*pb.JournalLine{line(rent, "1"), line(cash, "-1")}}, optionsv1.Reason_FIELDS_INVALID,
			[]string{"currencyCode", "lines[0].amount.currencyCode", "lines[1].amount.currencyCode"}},
		"zero rate": {entry(foreign(rent, "1", "0", ""), line(cash, "-1")), optionsv1.Reason_FIELDS_INVALID,
			[]string{"lines[0].exchangeRate"}},
		"rate that is not a number": {entry(foreign(rent, "1", "1e999999999", ""), line(cash, "-1")),
			optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].exchangeRate"}},
		"rate with too many digits": {entry(foreign(rent, "1", "1.0000000000001", ""), line(cash, "-1")),
			optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].exchangeRate"}},
		"rate on a base amount": {entry(&pb.JournalLine{AccountId: rent, Amount: &typepb.Money{Amount: "1"},
			ExchangeRate: "2"}, line(cash, "-1")), optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].exchangeRate"}},
		"base amount that differs in the same currency": {entry(&pb.JournalLine{AccountId: rent,
			Amount: &typepb.Money{Amount: "1"}, BaseAmount: &typepb.Money{Amount: "2"}}, line(cash, "-1")),
			optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].baseAmount.amount"}},
		"base amount in another currency": {entry(&pb.JournalLine{AccountId: rent,
			Amount: &typepb.Money{Amount: "1"}, BaseAmount: &typepb.Money{Amount: "1", CurrencyCode: "EUR"}},
			line(cash, "-1")), optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].baseAmount.currencyCode"}},
		"base amount of opposite sign": {entry(foreign(rent, "1", "", "-1.10"), line(cash, "1.10")),
			optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].baseAmount.amount"}},
		"zero amount and zero base amount": {entry(foreign(euroBank, "0", "", "0"), line(cash, "1"),
			line(cash, "-1")), optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount"}},
		"converted amount out of range": {entry(foreign(rent, "90000000000000", "5", ""), line(cash, "-1")),
			optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].baseAmount"}},
		"unbalanced by different rates": {entry(foreign(rent, "100", "1.10", ""),
			foreign(euroBank, "-100", "1.05", "")), optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, []string{"lines"}},
		"rate and base amount that contradict each other": {entry(foreign(rent, "100", "1.10", "500"),
			line(cash, "-500")), optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].baseAmount"}},
		"rate of the entry and base amount that contradict each other": {&pb.JournalEntry{CurrencyCode: "EUR",
			ExchangeRate: "1.10", Lines: []*pb.JournalLine{foreign(rent, "100", "", "110.02"),
				foreign(euroBank, "-100", "", "-110.02")}}, optionsv1.Reason_FIELDS_INVALID,
			[]string{"lines[0].baseAmount", "lines[1].baseAmount"}},
		"rate of an entry without foreign lines": {&pb.JournalEntry{ExchangeRate: "1.10",
			Lines: []*pb.JournalLine{line(rent, "1"), line(cash, "-1")}}, optionsv1.Reason_FIELDS_INVALID,
			[]string{"exchangeRate"}},
		"rate of an entry without lines in its currency": {&pb.JournalEntry{ExchangeRate: "1.10", CurrencyCode: "GBP",
			Lines: []*pb.JournalLine{foreign(rent, "1", "1", ""), foreign(euroBank, "-1", "1", "")}},
			optionsv1.Reason_FIELDS_INVALID, []string{"exchangeRate"}},
		"rate of an entry with lines in two foreign currencies": {&pb.JournalEntry{ExchangeRate: "1.10",
			Lines: []*pb.JournalLine{foreign(rent, "1", "", "1"), {AccountId: rent, Amount: &typepb.Money{
				Amount: "-1", CurrencyCode: "GBP"}, BaseAmount: &typepb.Money{Amount: "-1"}}}},
			optionsv1.Reason_FIELDS_INVALID, []string{"exchangeRate"}},
		"dollars on a euro account": {entry(line(euroBank, "1"), line(cash, "-1")),
			optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY, []string{"lines[0].amount.currencyCode"}},
		"two values of one dimension": {entry(withValues(line(rent, "1"), website, intranet),
			line(cash, "-1")), optionsv1.Reason_DIMENSION_REPEATED, []string{"lines[0].dimensionValueIds[1]"}},
		"archived value": {entry(withValues(line(rent, "1"), closed), line(cash, "-1")),
			optionsv1.Reason_REFERENCE_ARCHIVED, []string{"lines[0].dimensionValueIds[0]"}},
		"unknown value": {entry(withValues(line(rent, "1"), id.Format("dmv", id.New())),
			line(cash, "-1")), optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"lines[0].dimensionValueIds[0]"}},
		"malformed dimension value id": {entry(withValues(line(rent, "1"), "website"), line(cash, "-1")),
			optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].dimensionValueIds[0]"}},
		"several violations": {entry(line(archived, "1"), line(unknown, "-2")),
			optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED,
			[]string{"lines[1].accountId", "lines[0].accountId", "lines"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.entry.Date = "2026-11-02"
			err := preparePosted(inDollars(), chartNow, c.entry)
			var refusal *fault.Error
			if !errors.As(err, &refusal) || refusal.Reason != c.reason {
				t.Fatalf("got %v", err)
			}
			if got := paths(refusal); !slices.Equal(got, c.fields) {
				t.Errorf("got fields %v, want %v", got, c.fields)
			}
			if isPosted(c.entry) {
				t.Error("a refused entry is posted")
			}
		})
	}
}

// paths returns the field paths of an error.
func paths(e *fault.Error) []string {
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Path)
	}
	return out
}

func TestUnbalancedErrorNamesDifference(t *testing.T) {
	for want, figures := range map[string][]figure{
		"debits exceed credits by 1.01 USD": {{currency: "USD", minor: 201, base: 201},
			{currency: "USD", minor: -100, base: -100}},
		"credits exceed debits by 0.05 USD": {{currency: "USD", minor: 5, base: 5},
			{currency: "EUR", minor: -5, base: -10}},
		"credits exceed debits by 0.03 EUR": {{currency: "EUR", minor: 5, base: 6},
			{currency: "EUR", minor: -8, base: -9}},
		"debits exceed credits by 0.01 USD": {{currency: "EUR", minor: 5, base: 6, given: true},
			{currency: "EUR", minor: -5, base: -5, given: true}},
	} {
		if err := checkBalanced(figures, "USD"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestInvoicesCanPostToControlAccounts(t *testing.T) {
	e := &pb.JournalEntry{Date: "2026-11-02", Source: pb.JournalEntry_INVOICE,
		Lines: []*pb.JournalLine{line(debtors, "1"), line(cash, "-1")}}
	if err := preparePosted(inDollars(), chartNow, e); err != nil {
		t.Error(err)
	}
}

func TestEntryRateAppliesToItsForeignLines(t *testing.T) {
	for name, c := range map[string]struct {
		entry *pb.JournalEntry
		want  string
	}{
		"no currency named": {&pb.JournalEntry{ExchangeRate: "9.99", Lines: []*pb.JournalLine{
			foreign(rent, "100", "", ""), foreign(euroBank, "-100", "", "")}}, "999.00"},
		"organization's currency named": {&pb.JournalEntry{ExchangeRate: "9.99", CurrencyCode: "USD",
			Lines: []*pb.JournalLine{foreign(rent, "100", "", ""), line(cash, "-999")}}, "999.00"},
		"line with its own rate": {&pb.JournalEntry{ExchangeRate: "9.99", Lines: []*pb.JournalLine{
			foreign(rent, "100", "2", ""), line(cash, "-200")}}, "200.00"},
		"base amount within rounding": {&pb.JournalEntry{ExchangeRate: "1.1055", Lines: []*pb.JournalLine{
			foreign(rent, "10.01", "", "11.06"), line(cash, "-11.06")}}, "11.06"},
	} {
		t.Run(name, func(t *testing.T) {
			c.entry.Date = "2026-11-02"
			if err := preparePosted(inDollars(), chartNow, c.entry); err != nil {
				t.Fatal(err)
			}
			if got := c.entry.Lines[0].BaseAmount.Amount; got != c.want {
				t.Errorf("got base amount %s, want %s", got, c.want)
			}
		})
	}
}

func TestDraftCanBeIncomplete(t *testing.T) {
	e := &pb.JournalEntry{Lines: []*pb.JournalLine{line(archived, "1.5")}}
	if err := prepareDraft(inDollars(), chartNow, e); err != nil || !isDraft(e) || e.Lines[0].Amount.Amount != "1.50" ||
		e.Source != pb.JournalEntry_MANUAL {
		t.Errorf("got %v, %v", e, err)
	}
	if err := prepareDraft(inDollars(), chartNow,
		&pb.JournalEntry{Lines: []*pb.JournalLine{line(unknown, "x")}}); err == nil {
		t.Error("got no error for malformed values of a draft")
	}
}

// TestOnlyBalancedEntriesArePosted checks that any entry whose lines add up to zero is posted
// unchanged, and that one that is off by any amount is refused.
func TestOnlyBalancedEntriesArePosted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := balancedEntry(t)
		if err := preparePosted(inDollars(), chartNow, e); err != nil {
			t.Fatalf("refused: %v", err)
		}
		var sum int64
		for _, l := range e.Lines {
			minor, err := money.Parse(l.Amount.Amount, l.Amount.CurrencyCode)
			if err != nil || l.Id == "" || l.Date != e.Date {
				t.Fatalf("got line %v, %v", l, err)
			}
			sum += minor
		}
		if sum != 0 || !isPosted(e) || e.PostTime == nil {
			t.Fatalf("got %v, which adds up to %d", e, sum)
		}
		e.Lines = append(e.Lines, line(rent, money.Format(rapid.Int64Range(1, money.MaxMinor).Draw(t, "off"), "USD")))
		if err := preparePosted(inDollars(), chartNow, e); err == nil {
			t.Fatal("got no error for an unbalanced entry")
		}
	})
}

// balancedEntry draws an entry whose lines add up to zero.
func balancedEntry(t *rapid.T) *pb.JournalEntry {
	e := &pb.JournalEntry{Date: "2026-11-02"}
	for range rapid.IntRange(1, 8).Draw(t, "pairs") {
		minor := rapid.Int64Range(1, money.MaxMinor).Draw(t, "minor")
		e.Lines = append(e.Lines, line(rent, money.Format(minor, "USD")), line(cash, money.Format(-minor, "USD")))
	}
	return e
}

// TestReversalOfReversalHasLinesOfEntry checks that reversing twice restores the lines.
func TestReversalOfReversalHasLinesOfEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := balancedEntry(t)
		e.Id = id.Format("jrn", id.New())
		if err := preparePosted(inDollars(), chartNow, e); err != nil {
			t.Fatal(err)
		}
		e.Description = rapid.StringN(0, 500, -1).Draw(t, "description")
		once := newReversal(e, "", "")
		twice := newReversal(once, "2026-12-01", "again")
		if once.ReversesId != e.Id || once.Date != e.Date || len([]rune(once.Description)) > maxDescription ||
			twice.Date != "2026-12-01" {
			t.Fatalf("got %v and %v", once, twice)
		}
		for i, l := range twice.Lines {
			if !proto.Equal(l, e.Lines[i]) || proto.Equal(once.Lines[i], l) {
				t.Fatalf("line %d: got %v, want %v", i, l, e.Lines[i])
			}
		}
	})
}

func TestOnlyUnreversedEntriesWithoutSourceAreReversible(t *testing.T) {
	for name, c := range map[string]struct {
		entry  *pb.JournalEntry
		reason optionsv1.Reason
	}{
		"posted": {&pb.JournalEntry{State: pb.JournalEntry_POSTED, Source: pb.JournalEntry_MANUAL}, 0},
		"opening": {&pb.JournalEntry{State: pb.JournalEntry_POSTED, Source: pb.JournalEntry_OPENING_BALANCE_IMPORT},
			0},
		"draft": {&pb.JournalEntry{State: pb.JournalEntry_DRAFT, Source: pb.JournalEntry_MANUAL},
			optionsv1.Reason_STATE_REFUSES_ACTION},
		"reversed": {&pb.JournalEntry{State: pb.JournalEntry_POSTED, ReversedById: "jrn_x"},
			optionsv1.Reason_JOURNAL_ENTRY_REVERSED},
		"posted by a bank line": {&pb.JournalEntry{State: pb.JournalEntry_POSTED, Source: pb.JournalEntry_BANK,
			SourceId: "bsl_x"},
			optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE},
	} {
		t.Run(name, func(t *testing.T) {
			err := guardReversible(nil, c.entry)
			if (err == nil) != (c.reason == 0) || err != nil && fault.From(err).Reason != c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		})
	}
}
