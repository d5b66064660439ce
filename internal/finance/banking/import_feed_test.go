package banking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// feedLine returns a line of a feed in the currency of the bank account.
func feedLine(externalID, date, amount, description string) *pb.StatementImport_Feed_Line {
	return &pb.StatementImport_Feed_Line{
		ExternalId: externalID, BookedDate: date, Amount: &typepb.Money{Amount: amount}, Description: description,
	}
}

// push imports lines of a feed into the bank account.
func (b bank) push(
	t *testing.T, feed *pb.StatementImport_Feed, changes ...func(*pb.CreateStatementImportRequest),
) (*pb.StatementImport, error) {
	t.Helper()
	return b.createImport(t, nil, append([]func(*pb.CreateStatementImportRequest){
		func(r *pb.CreateStatementImportRequest) { r.StatementImport = &pb.StatementImport{Feed: feed} },
	}, changes...)...)
}

// mustPush imports lines of a feed without balances.
func (b bank) mustPush(t *testing.T, lines ...*pb.StatementImport_Feed_Line) *pb.StatementImport {
	t.Helper()
	made, err := b.push(t, &pb.StatementImport_Feed{Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func skipInvalid(r *pb.CreateStatementImportRequest) { r.StatementImport.SkipInvalidRows = true }

// overEachWire runs a test over gRPC and over REST.
func overEachWire(t *testing.T, test func(t *testing.T, b bank)) {
	for name, wire := range map[string]func(*apptest.Organization) grpc.ClientConnInterface{
		"gRPC": func(o *apptest.Organization) grpc.ClientConnInterface { return o },
		"REST": func(o *apptest.Organization) grpc.ClientConnInterface { return apptest.OverREST{Organization: o} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBank(t, "USD")
			b.BankingServiceClient = pb.NewBankingServiceClient(wire(b.o))
			test(t, b)
		})
	}
}

// TestPushedLinesAreStoredOnce pushes lines, the same lines again, and lines of which some were
// pushed before and some are new.
func TestPushedLinesAreStoredOnce(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		first, second, third := feedLine("1", "2026-11-02", "-12.50", "Coffee"),
			feedLine("2", "2026-11-02", "-12.50", "Coffee"), feedLine("3", "2026-11-03", "900.00", "Invoice 17")
		made := b.mustPush(t, first, second)
		if counts(made) != [4]int32{2, 2, 0, 0} || made.GetFormat() != pb.StatementImport_FEED ||
			made.GetState() != pb.StatementImport_IMPORTED || made.GetFeed() != nil {
			t.Errorf("first push: got %v", made)
		}
		if again := b.mustPush(t, first, second); counts(again) != [4]int32{2, 0, 2, 0} ||
			again.GetRows()[1].GetBankStatementLineId() != made.GetRows()[1].GetBankStatementLineId() {
			t.Errorf("second push: got %v", again)
		}
		if overlap := b.mustPush(t, second, third, third); counts(overlap) != [4]int32{3, 1, 2, 0} {
			t.Errorf("overlapping push: got %v", overlap)
		}
		lines := b.listLines(t, "")
		if len(lines) != 3 || lines[2].GetBankReference() != "3" || lines[2].GetAmount().GetAmount() != "900.00" ||
			lines[2].GetBankStatementId() != "" {
			t.Errorf("got lines %v, want three without a statement", lines)
		}
	})
}

// TestPushedLineKeepsEveryField pushes a line with all fields.
func TestPushedLineKeepsEveryField(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		b.mustPush(t, &pb.StatementImport_Feed_Line{
			ExternalId: " txn_1 ", BookedDate: "2026-11-02", Amount: &typepb.Money{Amount: "-9.9", CurrencyCode: "USD"},
			Description: "Card\u0007 payment", CounterpartyName: "Café", CounterpartyAccount: "DE89370400440532013000",
			CheckNumber: "104", TransactionType: "FEE", Details: "EREF: 4711\n\n MREF: 12 \n",
		})
		got := b.listLines(t, "")[0]
		want := &pb.BankStatementLine{
			BookedDate: "2026-11-02", Amount: &typepb.Money{Amount: "-9.90", CurrencyCode: "USD"}, BankReference: "txn_1",
			Description: "Card payment", CounterpartyName: "Café", CounterpartyAccount: "DE89370400440532013000",
			CheckNumber: "104", TransactionType: "FEE", Details: "EREF: 4711\nMREF: 12",
		}
		sent := &pb.BankStatementLine{
			BookedDate: got.GetBookedDate(), Amount: got.GetAmount(), BankReference: got.GetBankReference(),
			Description: got.GetDescription(), CounterpartyName: got.GetCounterpartyName(),
			CounterpartyAccount: got.GetCounterpartyAccount(), CheckNumber: got.GetCheckNumber(),
			TransactionType: got.GetTransactionType(), Details: got.GetDetails(),
		}
		if !proto.Equal(sent, want) {
			t.Errorf("got %v, want %v", sent, want)
		}
	})
}

// TestPushedLineWithOtherTextIsDuplicate pushes a line again, with another text and another date.
func TestPushedLineWithOtherTextIsDuplicate(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		b.mustPush(t, feedLine("txn_1", "2026-11-02", "-12.50", "CARD 4711"))
		again := b.mustPush(t, feedLine("txn_1", "2026-11-04", "-12.50", "Coffee house"))
		if counts(again) != [4]int32{1, 0, 1, 0} || len(again.GetWarnings()) != 1 ||
			!strings.Contains(again.GetWarnings()[0], "another date: 1") {
			t.Errorf("got %v, want a duplicate and a warning of its date", again)
		}
		if l := b.listLines(t, "")[0]; l.GetDescription() != "CARD 4711" || l.GetBookedDate() != "2026-11-02" {
			t.Errorf("got %v, want the line unchanged", l)
		}
	})
}

// TestPushedLineWithOtherAmountIsInvalid pushes a line again with another amount, and one
// identifier with two amounts. Neither is stored, and both are reported.
func TestPushedLineWithOtherAmountIsInvalid(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		b.mustPush(t, feedLine("txn_1", "2026-11-02", "-12.50", "Coffee"))
		feed := &pb.StatementImport_Feed{Lines: []*pb.StatementImport_Feed_Line{
			feedLine("txn_2", "2026-11-03", "-5.00", "Tea"), feedLine("txn_1", "2026-11-02", "-13.50", "Coffee"),
			feedLine("txn_2", "2026-11-03", "-6.00", "Tea"),
		}}
		_, err := b.push(t, feed)
		apptest.WantRefused(t, err, optionsv1.Reason_STATEMENT_ROWS_INVALID, "feed.lines[1].amount", "feed.lines[2].amount")
		made, err := b.push(t, feed, skipInvalid)
		if err != nil {
			t.Fatal(err)
		}
		row := made.GetRows()[1]
		if counts(made) != [4]int32{3, 1, 0, 2} || row.GetOutcome() != pb.StatementImport_Row_INVALID ||
			!strings.Contains(row.GetProblem(), `row 2: amount "-13.50" differs from -12.50`) ||
			row.GetBankStatementLineId() != "" || row.GetAmount().GetAmount() != "-13.50" {
			t.Errorf("got %v", made)
		}
		if listed := b.rows(t, made, pb.StatementImport_Row_INVALID); len(listed) != 2 || !proto.Equal(listed[0], row) {
			t.Errorf("listed rows: got %v, want %v first", listed, row)
		}
		if lines := b.listLines(t, ""); len(lines) != 2 {
			t.Errorf("got lines %v, want two", lines)
		}
	})
}

// TestRefusedLineLeavesBalancesUnproven pushes balances with a line that is refused for its amount.
// The statement is stored without the line, so its balances no longer add up.
func TestRefusedLineLeavesBalancesUnproven(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	push := func(closing string, lines ...*pb.StatementImport_Feed_Line) []*pb.BankStatement_Warning {
		t.Helper()
		made, err := b.push(t, &pb.StatementImport_Feed{
			Lines: lines, OpeningBalance: &typepb.Money{Amount: "100.00"}, ClosingBalance: &typepb.Money{Amount: closing},
		}, skipInvalid)
		if err != nil {
			t.Fatal(err)
		}
		listed, err := b.ListBankStatements(t.Context(), &pb.ListBankStatementsRequest{
			Filter: fmt.Sprintf("statement_import_id = %q", made.GetId()),
		})
		if err != nil || len(listed.GetBankStatements()) != 1 {
			t.Fatalf("got %v, %v", listed, err)
		}
		return listed.GetBankStatements()[0].GetWarnings()
	}
	if got := push("87.50", feedLine("txn_1", "2026-11-02", "-12.50", "Coffee")); len(got) != 0 {
		t.Errorf("all lines: got %v", got)
	}
	got := push("84.50", feedLine("txn_1", "2026-11-02", "-13.50", "Coffee"),
		feedLine("txn_2", "2026-11-02", "-2.00", "Tea"))
	if len(got) == 0 || got[0].GetKind() != pb.BankStatement_Warning_DOES_NOT_ADD_UP {
		t.Errorf("without a line: got %v", got)
	}
}

// TestPushedReplacementIsSuspected pushes a line that replaces an earlier one. It is stored and
// suspected, and no rule decides it.
func TestPushedReplacementIsSuspected(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		first := b.mustPush(t, feedLine("txn_1", "2026-11-02", "-12.50", "CARD"))
		b.rule(t, &pb.BankRule{DisplayName: "All", Position: 1, Pattern: ".", AccountId: b.codes["OPERATING_EXPENSE"]})
		second := feedLine("txn_9", "2026-11-20", "-14.00", "Coffee with a tip")
		second.ReplacedExternalId = "txn_1"
		made := b.mustPush(t, second, feedLine("txn_10", "2026-11-20", "-3.00", "Pastry"))
		if rows := made.GetRows(); len(rows[0].GetSuspectedLineIds()) != 1 || len(rows[1].GetSuspectedLineIds()) != 0 ||
			rows[0].GetSuspectedLineIds()[0] != first.GetRows()[0].GetBankStatementLineId() {
			t.Errorf("got rows %v, want the first suspected", rows)
		}
		if n := b.total(t, "state = MATCHED"); n != 1 {
			t.Errorf("got %d decided lines, want that of the pastry", n)
		}
	})
}

// TestPushedLineOfFileIsSuspected imports a file and pushes one of its lines, whose identifier the
// file does not have.
func TestPushedLineOfFileIsSuspected(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(t, []byte("Date,Description,Amount\n2026-11-02,Coffee,-12.50\n2026-11-09,Rent,-900.00\n"))
	made := b.mustPush(t, feedLine("txn_1", "2026-11-04", "-12.50", "COFFEE HOUSE"),
		feedLine("txn_2", "2026-11-04", "-900.00", "Rent"))
	if rows := made.GetRows(); len(rows[0].GetSuspectedLineIds()) != 1 || len(rows[1].GetSuspectedLineIds()) != 0 {
		t.Errorf("got rows %v, want the first suspected", rows)
	}
}

// TestPendingLinesArePushedLater pushes a pending line, which is left out, and pushes it again once
// it is booked.
func TestPendingLinesArePushedLater(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		line := feedLine("txn_1", "", "", "Coffee")
		line.Pending = true
		made := b.mustPush(t, line)
		if counts(made) != [4]int32{0, 0, 0, 0} || !slices.Equal(made.GetWarnings(),
			[]string{"Lines left out: 1, not booked (pending)."}) {
			t.Errorf("pending: got %v", made)
		}
		if made = b.mustPush(t, feedLine("txn_1", "2026-11-02", "-12.50", "Coffee")); made.GetNewCount() != 1 {
			t.Errorf("booked: got %v, want a new line", made)
		}
	})
}

// TestPushedBalancesMakeStatement pushes lines with balances. They make a bank statement, whose
// balances are checked and which can be reconciled.
func TestPushedBalancesMakeStatement(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		feed := &pb.StatementImport_Feed{
			Lines:          []*pb.StatementImport_Feed_Line{feedLine("txn_1", "2026-11-02", "-12.50", "Coffee")},
			OpeningBalance: &typepb.Money{Amount: "100.00"}, ClosingBalance: &typepb.Money{Amount: "87.50"},
			StartDate: "2026-11-01", EndDate: "2026-11-30",
		}
		made, err := b.push(t, feed)
		if err != nil || len(made.GetWarnings()) != 0 || made.GetClosingBalance().GetAmount() != "87.50" ||
			made.GetBalanceDate() != "2026-11-30" || made.GetStatements()[0].GetStartDate() != "2026-11-01" {
			t.Fatalf("got %v, %v", made, err)
		}
		statement := b.listLines(t, "")[0].GetBankStatementId()
		r, err := b.ReconcileBankStatement(t.Context(), &pb.ReconcileBankStatementRequest{BankStatementId: statement})
		if err != nil || r.GetStatementBalance().GetAmount() != "87.50" || r.GetStatementDate() != "2026-11-30" {
			t.Errorf("got %v, %v", r, err)
		}
		feed.ClosingBalance.Amount, feed.Lines[0].ExternalId = "90.00", "txn_2"
		if made, err = b.push(t, feed); err != nil || !strings.Contains(strings.Join(made.GetWarnings(), "\n"),
			"does not add up") {
			t.Errorf("wrong balance: got %v, %v, want a warning", made, err)
		}
	})
}

// TestPushIsPreviewedAndUndone previews a push, which stores nothing, pushes it, undoes it and
// pushes it again.
func TestPushIsPreviewedAndUndone(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		feed := &pb.StatementImport_Feed{Lines: []*pb.StatementImport_Feed_Line{
			feedLine("txn_1", "2026-11-02", "-12.50", "Coffee"),
		}}
		dry, err := b.push(t, feed, func(r *pb.CreateStatementImportRequest) { r.ValidateOnly = true })
		if err != nil || counts(dry) != [4]int32{1, 1, 0, 0} || b.total(t, "") != 0 {
			t.Fatalf("preview: got %v, %v and %d lines", dry, err, b.total(t, ""))
		}
		made := b.mustPush(t, feed.Lines...)
		if again := b.mustPush(t, feed.Lines...); again.GetDuplicateCount() != 1 {
			t.Errorf("got %v, want a duplicate", again)
		} else if _, err := b.undoImport(t, made.GetId()); apptest.Reason(err) !=
			optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
			t.Errorf("undo of the first push: got %v, want STATEMENT_IMPORT_IN_USE", err)
		} else {
			b.undoImports(t, again, made)
		}
		if made := b.mustPush(t, feed.Lines...); made.GetNewCount() != 1 {
			t.Errorf("push after the undo: got %v, want a new line", made)
		}
	})
}

// TestLargePushIsStoredOnce pushes five thousand lines twice, into accounts of two organizations.
func TestLargePushIsStoredOnce(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		const lines = 5000
		feed := &pb.StatementImport_Feed{}
		for n := range lines {
			l := feedLine(fmt.Sprintf("txn_%d", n), fmt.Sprintf("2026-%02d-%02d", n%11+1, n%28+1),
				fmt.Sprintf("-%d.%02d", n%900+1, n%100), fmt.Sprintf("Card payment %d at a shop in New York", n))
			l.CounterpartyName = fmt.Sprintf("Shop %d", n%211)
			feed.Lines = append(feed.Lines, l)
		}
		other := openBank(t, "USD")
		for _, to := range []bank{b, other} {
			if made := to.mustPush(t, feed.Lines...); counts(made) != [4]int32{lines, lines, 0, 0} {
				t.Errorf("first push: got %v, want all new", counts(made))
			}
		}
		if made := b.mustPush(t, feed.Lines...); counts(made) != [4]int32{lines, 0, lines, 0} || b.total(t, "") != lines {
			t.Errorf("second push: got %v and %d lines, want all duplicates", counts(made), b.total(t, ""))
		}
	})
}

// TestExternalIDIsUniquePerAccount pushes one identifier to two accounts.
func TestExternalIDIsUniquePerAccount(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustPush(t, feedLine("txn_1", "2026-11-02", "-12.50", "Coffee"))
	made := b.mustImportTo(t, b.addBankAccount(t, "USD"), &pb.StatementImport{Feed: &pb.StatementImport_Feed{
		Lines: []*pb.StatementImport_Feed_Line{feedLine("txn_1", "2026-11-02", "-99.00", "Shoes")},
	}})
	if counts(made) != [4]int32{1, 1, 0, 0} {
		t.Errorf("got %v, want a new line", made)
	}
}
