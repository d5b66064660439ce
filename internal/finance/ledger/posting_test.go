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
	chartNow = map[string]accountUse{cash: {}, rent: {}, archived: {archived: true}, debtors: {control: true}}
)

func inDollars() *call.Call { return &call.Call{Organization: call.Organization{CurrencyCode: "USD"}} }

func line(account, amount string) *pb.JournalLine {
	return &pb.JournalLine{AccountId: account, Amount: &typepb.Money{Amount: amount}}
}

func TestBookRefuses(t *testing.T) {
	euros := line(rent, "1.00")
	euros.Amount.CurrencyCode = "EUR"
	for name, c := range map[string]struct {
		entry  *pb.JournalEntry
		reason optionsv1.Reason
		fields []string
	}{
		"no lines":         {&pb.JournalEntry{}, optionsv1.Reason_FIELDS_INVALID, []string{"lines"}},
		"one line":         {&pb.JournalEntry{Lines: []*pb.JournalLine{line(rent, "1")}}, optionsv1.Reason_FIELDS_INVALID, []string{"lines"}},
		"unbalanced":       {&pb.JournalEntry{Lines: []*pb.JournalLine{line(rent, "1.01"), line(cash, "-1")}}, optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, []string{"lines"}},
		"archived account": {&pb.JournalEntry{Lines: []*pb.JournalLine{line(archived, "1"), line(cash, "-1")}}, optionsv1.Reason_ACCOUNT_ARCHIVED, []string{"lines[0].accountId"}},
		"control account":  {&pb.JournalEntry{Lines: []*pb.JournalLine{line(cash, "1"), line(debtors, "-1")}}, optionsv1.Reason_ACCOUNT_IS_CONTROL, []string{"lines[1].accountId"}},
		"unknown account":  {&pb.JournalEntry{Lines: []*pb.JournalLine{line(unknown, "1"), line(cash, "-1")}}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"lines[0].accountId"}},
		"no identifier":    {&pb.JournalEntry{Lines: []*pb.JournalLine{line("cash", "1"), line(cash, "-1")}}, optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].accountId"}},
		"zero":             {&pb.JournalEntry{Lines: []*pb.JournalLine{line(rent, "0.00"), line(cash, "0")}}, optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount", "lines[1].amount.amount"}},
		"digits":           {&pb.JournalEntry{Lines: []*pb.JournalLine{line(rent, "1.005"), line(rent, "-1.00")}}, optionsv1.Reason_FIELDS_INVALID, []string{"lines[0].amount.amount"}},
		"line's currency":  {&pb.JournalEntry{Lines: []*pb.JournalLine{euros, line(cash, "1"), line(cash, "-1")}}, optionsv1.Reason_CURRENCY_NOT_SUPPORTED, []string{"lines[0].amount.currencyCode"}},
		"currency":         {&pb.JournalEntry{CurrencyCode: "EUR", Lines: []*pb.JournalLine{line(rent, "1"), line(cash, "-1")}}, optionsv1.Reason_CURRENCY_NOT_SUPPORTED, []string{"currencyCode"}},
		"all at once": {&pb.JournalEntry{CurrencyCode: "EUR", Lines: []*pb.JournalLine{line(archived, "1"), line(unknown, "-2")}}, optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED,
			[]string{"currencyCode", "lines[1].accountId", "lines[0].accountId", "lines"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := book(inDollars(), chartNow, c.entry)
			var refusal *fault.Error
			if !errors.As(err, &refusal) || refusal.Reason != c.reason {
				t.Fatalf("got %v", err)
			}
			if got := paths(refusal); !slices.Equal(got, c.fields) {
				t.Errorf("names %v, want %v", got, c.fields)
			}
			if isPosted(c.entry) {
				t.Error("a refused entry is posted")
			}
		})
	}
}

func paths(e *fault.Error) []string {
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Path)
	}
	return out
}

func TestUnbalancedSaysTheDifference(t *testing.T) {
	for sum, want := range map[int64]string{101: "debits exceed credits by 1.01 USD", -5: "credits exceed debits by 0.05 USD"} {
		if err := balanced(&pb.JournalEntry{CurrencyCode: "USD"}, sum); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d gives %v", sum, err)
		}
	}
}

func TestSubLedgersPostToControlAccounts(t *testing.T) {
	e := &pb.JournalEntry{Source: pb.JournalEntry_INVOICE, Lines: []*pb.JournalLine{line(debtors, "1"), line(cash, "-1")}}
	if err := book(inDollars(), chartNow, e); err != nil {
		t.Error(err)
	}
}

func TestKeepForgivesWhatIsMissing(t *testing.T) {
	e := &pb.JournalEntry{Lines: []*pb.JournalLine{line(archived, "1.5")}}
	if err := keep(inDollars(), chartNow, e); err != nil || !isDraft(e) || e.Lines[0].Amount.Amount != "1.50" || e.Source != pb.JournalEntry_MANUAL {
		t.Errorf("got %v, %v", e, err)
	}
	if err := keep(inDollars(), chartNow, &pb.JournalEntry{Lines: []*pb.JournalLine{line(unknown, "x")}}); err == nil {
		t.Error("values that cannot be read are kept")
	}
}

// TestBookProperty holds any entry whose lines add up to zero to be posted as it is,
// and one that is off by any amount to be refused.
func TestBookProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := balancedEntry(t)
		if err := book(inDollars(), chartNow, e); err != nil {
			t.Fatalf("refused: %v", err)
		}
		var sum int64
		for _, l := range e.Lines {
			minor, err := money.Parse(l.Amount.Amount, l.Amount.CurrencyCode)
			if err != nil || l.Id == "" || l.Date != e.Date {
				t.Fatalf("line %v: %v", l, err)
			}
			sum += minor
		}
		if sum != 0 || !isPosted(e) || e.PostTime == nil {
			t.Fatalf("adds up to %d: %v", sum, e)
		}
		e.Lines = append(e.Lines, line(rent, money.Format(rapid.Int64Range(1, money.MaxMinor).Draw(t, "off"), "USD")))
		if err := book(inDollars(), chartNow, e); err == nil {
			t.Fatal("posted though it does not add up")
		}
	})
}

func balancedEntry(t *rapid.T) *pb.JournalEntry {
	e := &pb.JournalEntry{Date: "2026-11-02"}
	for range rapid.IntRange(1, 8).Draw(t, "pairs") {
		minor := rapid.Int64Range(1, money.MaxMinor).Draw(t, "minor")
		e.Lines = append(e.Lines, line(rent, money.Format(minor, "USD")), line(cash, money.Format(-minor, "USD")))
	}
	return e
}

// TestOppositeProperty holds the reversal of a reversal to be the entry again.
func TestOppositeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := balancedEntry(t)
		e.Id = id.Format("jrn", id.New())
		e.Description = rapid.StringN(0, 500, -1).Draw(t, "description")
		once := opposite(e, "", "")
		twice := opposite(once, "2026-12-01", "again")
		if once.ReversesId != e.Id || once.Date != e.Date || len([]rune(once.Description)) > maxDescription || twice.Date != "2026-12-01" {
			t.Fatalf("got %v and %v", once, twice)
		}
		for i, l := range twice.Lines {
			if !proto.Equal(l, e.Lines[i]) || proto.Equal(once.Lines[i], l) {
				t.Fatalf("line %d is %v after %v", i, l, e.Lines[i])
			}
		}
	})
}

func TestReversible(t *testing.T) {
	for name, c := range map[string]struct {
		entry  *pb.JournalEntry
		reason optionsv1.Reason
	}{
		"posted":   {&pb.JournalEntry{State: pb.JournalEntry_POSTED, Source: pb.JournalEntry_MANUAL}, 0},
		"opening":  {&pb.JournalEntry{State: pb.JournalEntry_POSTED, Source: pb.JournalEntry_OPENING_BALANCE_IMPORT}, 0},
		"draft":    {&pb.JournalEntry{State: pb.JournalEntry_DRAFT, Source: pb.JournalEntry_MANUAL}, optionsv1.Reason_STATE_REFUSES_ACTION},
		"reversed": {&pb.JournalEntry{State: pb.JournalEntry_POSTED, ReversedById: "jrn_x"}, optionsv1.Reason_JOURNAL_ENTRY_REVERSED},
		"of a bank line": {&pb.JournalEntry{State: pb.JournalEntry_POSTED, Source: pb.JournalEntry_BANK, SourceId: "bsl_x"},
			optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE},
	} {
		t.Run(name, func(t *testing.T) {
			err := errors.Join(reversible(c.entry), byCaller(t.Context(), nil, c.entry))
			action := reverseAction(c.entry, true)
			if err == nil && c.reason == 0 {
				if !action.Allowed {
					t.Errorf("allowed, and said not to be: %v", action)
				}
				return
			}
			if fault.From(err).Reason != c.reason || action.Allowed || action.Reason == "" {
				t.Errorf("got %v, %v", err, action)
			}
		})
	}
}
