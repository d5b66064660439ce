package reports_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// postLines posts an entry of lines such as "1000 100.00, 4000 -100.00".
func (c company) postLines(t *testing.T, date, lines string) *pb.JournalEntry {
	t.Helper()
	e := &pb.JournalEntry{Date: date}
	for line := range strings.SplitSeq(lines, ", ") {
		code, amount, _ := strings.Cut(line, " ")
		e.Lines = append(e.Lines, &pb.JournalLine{AccountId: c.codes[code], Amount: &typepb.Money{Amount: amount}})
	}
	posted, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	if err != nil {
		t.Fatalf("%s: %v", lines, err)
	}
	return posted
}

var cashFlowMethods = []pb.CashFlowStatement_Method{pb.CashFlowStatement_INDIRECT, pb.CashFlowStatement_DIRECT}

// cashFlow returns the cash flow of a period.
func (c company) cashFlow(t *testing.T, start, end string, method pb.CashFlowStatement_Method) *pb.CashFlowStatement {
	t.Helper()
	flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
		StartDate: start, EndDate: end, Method: method,
	})
	if err != nil {
		t.Fatal(err)
	}
	return flow
}

// amountsByKey returns the first amount of each row by key.
func amountsByKey(rows []*pb.ReportRow, into map[string]string) map[string]string {
	for _, r := range rows {
		into[r.GetKey()] = r.GetAmounts()[0].GetAmount()
		amountsByKey(r.GetRows(), into)
	}
	return into
}

// sectionsOf returns the amounts of the three sections as text.
func sectionsOf(flow *pb.CashFlowStatement) string {
	of := amountsByKey(flow.GetRows(), map[string]string{})
	return fmt.Sprintf("%s %s %s", of["operating"], of["investing"], of["financing"])
}

// TestCashFlowSections checks the sections of single entries, which are the same by both methods.
func TestCashFlowSections(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct {
		opening, entry string
		// want are operating, investing and financing cash.
		want string
		// notes are the transactions without cash.
		notes []string
	}{
		"equipment on a card that is not paid (IAS 7.43)": {
			"1000 10000.00, 3000 -10000.00", "1500 1200.00, 2100 -1200.00", "0.00 0.00 0.00",
			[]string{"Equipment from Credit Card 1200.00"},
		},
		"equipment on a loan (IAS 7.43, ASC 230-10-50-3)": {
			"1000 50000.00, 3000 -50000.00", "1500 20000.00, 2500 -20000.00", "0.00 0.00 0.00",
			[]string{"Equipment from Loans 20000.00"},
		},
		"equipment partly on a loan (IAS 7.43, 7.44)": {
			"1000 5000.00, 3000 -5000.00", "1500 9000.00, 1000 -3000.00, 2500 -6000.00", "0.00 -3000.00 0.00",
			[]string{"Equipment from Loans 6000.00"},
		},
		"equipment sold with a gain (IAS 7.14, 7.16b)": {
			"1000 1000.00, 1500 9000.00, 1590 -6000.00, 3000 -4000.00",
			"1000 3500.00, 1590 6000.00, 1500 -9000.00, 4900 -500.00", "0.00 3500.00 0.00", nil,
		},
		"installment of a loan (IAS 7.17d, 7.33)": {
			"1000 10000.00, 2500 -8000.00, 3000 -2000.00", "2500 500.00, 6900 40.00, 1000 -540.00",
			"-40.00 0.00 -500.00", nil,
		},
		"loan that becomes equity (IAS 7.44c)": {
			"1000 5000.00, 2500 -5000.00", "2500 1000.00, 3000 -1000.00", "0.00 0.00 0.00",
			[]string{"Loans from Owner's Equity 1000.00"},
		},
		"depreciation (IAS 7.20b)": {
			"1000 100.00, 1500 900.00, 3000 -1000.00", "6800 250.00, 1590 -250.00", "0.00 0.00 0.00", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			c.postLines(t, "2025-12-31", s.opening)
			c.postLines(t, "2026-01-10", s.entry)
			for _, method := range cashFlowMethods {
				flow := c.cashFlow(t, "2026-01-01", "2026-01-31", method)
				if got := sectionsOf(flow); got != s.want {
					t.Errorf("%s: got %s, want %s", method, got, s.want)
				}
				var notes []string
				for _, n := range flow.GetNonCashTransactions() {
					notes = append(notes, n.GetLabel()+" "+n.GetAmounts()[0].GetAmount())
				}
				if fmt.Sprint(notes) != fmt.Sprint(s.notes) {
					t.Errorf("%s: got notes %q, want %q", method, notes, s.notes)
				}
			}
		})
	}
}

// TestDirectClasses checks the classes of receipts and payments (IAS 7.14, 7.18a), gross of tax,
// and that an account can have a separate class.
func TestDirectClasses(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postLines(t, "2026-01-05", "1000 119.00, 4000 -100.00, 2200 -19.00")
	c.postLines(t, "2026-01-06", "1000 50.00, 2400 -50.00")
	c.postLines(t, "2026-01-07", "6000 1000.00, 2200 -200.00, 1000 -800.00")
	c.postLines(t, "2026-01-08", "6100 300.00, 2200 57.00, 1000 -357.00")
	c.postLines(t, "2026-01-09", "5000 80.00, 2100 -80.00")
	c.postLines(t, "2026-01-10", "2100 80.00, 1000 -80.00")
	c.postLines(t, "2026-01-11", "2200 120.00, 1000 -120.00")
	c.postLines(t, "2026-01-12", "6900 7.00, 1000 -7.00")
	c.postLines(t, "2026-01-13", "1000 3.00, 4900 -3.00")
	c.rollUp(t)
	c.postLines(t, "2026-01-14", "6100 10.00, 1000 -10.00")
	got := amountsByKey(c.cashFlow(t, "2026-01-01", "2026-01-31", pb.CashFlowStatement_DIRECT).GetRows(),
		map[string]string{})
	for key, want := range map[string]string{
		"operating/customers": "169.00", "operating/employees": "-800.00", "operating/suppliers": "-447.00",
		"operating/taxes": "-120.00", "operating/interest": "-7.00", "operating/other": "3.00",
		"operating": "-1202.00", "operating/customers/" + c.codes["2200"]: "19.00",
	} {
		if got[key] != want {
			t.Errorf("%s: got %s, want %s", key, got[key], want)
		}
	}
	if _, err := c.ledger.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
		AccountId: c.codes["4900"], Account: &pb.Account{CashFlowClass: pb.Account_CUSTOMERS},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"cash_flow_class"}},
	}); err != nil {
		t.Fatal(err)
	}
	got = amountsByKey(c.cashFlow(t, "2026-01-01", "2026-01-31", pb.CashFlowStatement_DIRECT).GetRows(),
		map[string]string{})
	if got["operating/customers"] != "172.00" || got["operating/other"] != "0.00" {
		t.Errorf("with another class: got %s and %s", got["operating/customers"], got["operating/other"])
	}
}

// TestOwnersCashOnlyIsPutIn checks that profit versus cash leaves out contributions without cash.
func TestOwnersCashOnlyIsPutIn(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postLines(t, "2024-01-01", "1000 10000.00, 3000 -10000.00")
	c.postLines(t, "2024-02-01", "1500 5000.00, 2500 -5000.00")
	c.postLines(t, "2024-04-01", "2500 1000.00, 3000 -1000.00")
	c.postLines(t, "2024-05-01", "6800 100.00, 1590 -100.00")
	versus, err := c.reports.GetProfitVersusCash(t.Context(), &pb.GetProfitVersusCashRequest{
		StartDate: "2024-01-01", EndDate: "2024-12-31",
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range versus.GetRows() {
		got = append(got, r.GetLabel()+" "+r.GetAmounts()[0].GetAmount())
	}
	want := "[Net income -100.00 Depreciation, which uses no cash 100.00 Put in by the owners 10000.00 " +
		"Change in cash 10000.00]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// TestCashFlowSettingsOfClosedMonth checks that a setting of an account cannot restate a closed
// month, and can change again once the month is open.
func TestCashFlowSettingsOfClosedMonth(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postLines(t, "2026-02-28", "1000 5000.00, 1300 900.00, 3000 -5900.00")
	c.postLines(t, "2026-03-15", "6500 300.00, 1300 -300.00")
	c.closeUpTo(t, "2026-03-31")
	change := func(code string, a *pb.Account, field string) error {
		_, err := c.ledger.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
			AccountId: c.codes[code], Account: a, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}},
		})
		return err
	}
	investing := &pb.Account{CashFlowSection: pb.Account_INVESTING, CashFlowClass: pb.Account_EMPLOYEES}
	for field, name := range map[string]string{
		"cash_flow_section": "cashFlowSection", "cash_flow_class": "cashFlowClass",
	} {
		err := change("1300", investing, field)
		if apptest.Reason(err) != optionsv1.Reason_ACCOUNT_IN_CLOSED_PERIOD || apptest.Fields(err)[0] != name {
			t.Errorf("%s: got %v", field, err)
		}
	}
	if err := change("6100", investing, "cash_flow_class"); err != nil {
		t.Errorf("account without lines: got %v", err)
	}
	if err := change("4000", &pb.Account{CashFlowSection: pb.Account_CASH_AND_EQUIVALENTS}, "cash_flow_section"); apptest.
		Reason(err) != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("income as cash: got %v", err)
	}
}

// TestDirectAndIndirectAgree posts random entries of several lines. Both methods must show the same
// sections, which add up to the change of the cash accounts.
func TestDirectAndIndirectAgree(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	codes := []string{
		"1000", "1010", "1300", "1500", "1590", "2100", "2200", "2300", "2400", "2500", "3000", "3100", "4000", "4850",
		"4860", "4900", "5000", "6000", "6100", "6800", "6900",
	}
	cash := int64(0)
	rapid.Check(t, func(r *rapid.T) {
		var lines []string
		var sum int64
		for range rapid.IntRange(1, 5).Draw(r, "lines") {
			code, n := rapid.SampledFrom(codes).Draw(r, "account"), rapid.Int64Range(1, 50_000).Draw(r, "minor")
			if rapid.Bool().Draw(r, "credit") {
				n = -n
			}
			if code == "1000" || code == "1010" {
				cash += n
			}
			sum += n
			lines = append(lines, code+" "+money.Format(n, "USD"))
		}
		if sum != 0 {
			lines = append(lines, "1000 "+money.Format(-sum, "USD"))
			cash -= sum
		}
		day := rapid.IntRange(10, 28).Draw(r, "day")
		if len(lines) > 1 {
			e := c.postLines(t, fmt.Sprintf("2026-01-%d", day), strings.Join(lines, ", "))
			if rapid.IntRange(0, 4).Draw(r, "reverse") == 0 {
				if _, err := c.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{
					JournalEntryId: e.GetId(), Date: "2026-02-01",
				}); err != nil {
					r.Fatal(err)
				}
			}
		}
		if rapid.IntRange(0, 4).Draw(r, "roll up") == 0 {
			c.rollUp(t)
		}
		end := fmt.Sprintf("2026-01-%d", rapid.IntRange(10, 28).Draw(r, "end"))
		c.checkMethodsAgree(t, end)
		whole := c.cashFlow(t, "2026-01-01", "2026-01-31", pb.CashFlowStatement_DIRECT)
		if got := minorUnits(r, whole.GetNetChange()); got != cash {
			r.Fatalf("%v: got a change in cash of %d, want %d", lines, got, cash)
		}
	})
}

// checkMethodsAgree checks the cash flow up to a day by both methods.
func (c company) checkMethodsAgree(t *testing.T, end string) {
	t.Helper()
	direct := c.cashFlow(t, "2026-01-01", end, pb.CashFlowStatement_DIRECT)
	indirect := c.cashFlow(t, "2026-01-01", end, pb.CashFlowStatement_INDIRECT)
	for i, row := range direct.GetRows() {
		other := indirect.GetRows()[i]
		if row.GetKey() != other.GetKey() || row.GetAmounts()[0].GetAmount() != other.GetAmounts()[0].GetAmount() {
			t.Fatalf("up to %s: got %s %v by the direct method, %v by the indirect", end, row.GetKey(),
				row.GetAmounts(), other.GetAmounts())
		}
	}
	var sections int64
	for _, row := range direct.GetRows()[:4] {
		sections += minorUnits(t, row.GetAmounts()[0])
	}
	held := minorUnits(t, direct.GetClosingCash()) - minorUnits(t, direct.GetOpeningCash())
	if sections != held {
		t.Fatalf("up to %s: got sections of %d, want a change of %d", end, sections, held)
	}
}
