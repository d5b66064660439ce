package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestInvalidAccountRowsAreReportedTogether refuses a file with a problem in each row. Nothing is
// created.
func TestInvalidAccountRowsAreReportedTogether(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.create(t, &pb.Account{DisplayName: "Twin", Type: pb.Account_EXPENSE})
	b.create(t, &pb.Account{DisplayName: "Twin", Type: pb.Account_EXPENSE})
	old := b.create(t, &pb.Account{Code: "OLD", DisplayName: "Archived", Type: pb.Account_EXPENSE})
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: old.GetId()}); err != nil {
		t.Fatal(err)
	}
	before := b.chart(t)
	_, err := b.importAccounts(t, "Code,Name,Type,Subtype,Parent,Currency\n"+
		"Z1,Fine,Expenses,,,\n"+ // 2
		"Z2,Odd type,Sandwiches,,,\n"+
		"Z3,No type,,,,\n"+
		"Z4,Contradiction,ASSET,SALES,,\n"+
		"Z5,Orphan,Expenses,,Nowhere,\n"+
		"z1,Fine again,Expenses,,,\n"+ // 7
		",,Expenses,,,\n"+
		",Twin,Expenses,,,\n"+
		"1000,Checking,Expenses,,,\n"+
		"1000,Checking,,,,EUR\n"+
		"OLD,Archived,,,,\n"+ // 12
		"CIRCLE1,Circle one,Expenses,,CIRCLE2,\n"+
		"CIRCLE2,Circle two,Expenses,,CIRCLE1,\n"+
		",Same,Expenses,,,\n,same,Expenses,,,\n"+ // 15, 16
		strings.Repeat("9", 21)+",Long code,Expenses,,,\n"+
		"Z6,"+strings.Repeat("n", 201)+",Expenses,,,\n", updateExisting)
	if apptest.Reason(err) != optionsv1.Reason_ACCOUNT_ROWS_INVALID {
		t.Fatalf("got %v", err)
	}
	problems := strings.Join(violationTexts(err), "\n")
	for _, want := range []string{
		`line 3: has the type "Sandwiches"`, "line 4: \"Z3 No type\" is new", "line 5: has the type",
		"line 6: has the parent",
		"line 7: is Z1 Fine again, after line 2", "line 8: has no account name", "line 9: \"Twin\" names 2 accounts",
		"line 10: is 1000", "line 11: is 1000", "line 12: is OLD Archived, which is archived", "line 13: is below itself",
		"line 16: has the name of line 15", "line 17: has a code of more", "line 18: has a name of more",
	} {
		if !strings.Contains(problems, want) {
			t.Errorf("got\n%s\nwant %q", problems, want)
		}
	}
	if strings.Contains(problems, "line 2:") || strings.Contains(problems, "line 15:") {
		t.Errorf("got\n%s\nwant nothing about valid rows", problems)
	}
	if after := b.chart(t); len(after) != len(before) {
		t.Errorf("got %d accounts, want %d", len(after), len(before))
	}
}

// violationTexts returns the descriptions of the violations of an error.
func violationTexts(err error) (out []string) {
	for _, d := range status.Convert(err).Details() {
		if d, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range d.GetFieldViolations() {
				out = append(out, v.GetDescription())
			}
		}
	}
	return out
}

// TestErrorsOfAccountsNameLines refuses what only the rules of accounts find.
func TestErrorsOfAccountsNameLines(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, file := range []string{
		"Code,Name,Type,Parent\nQ1,Paper,Expenses,\nQ2,Desk,ASSET,Q1\n",
		"Code,Name,Type,Currency\nQ1,Paper,Expenses,\nQ2,Sales,Income,EUR\n",
		"Code,Name,Type,Currency\nQ1,Paper,Expenses,\nQ2,Safe,Bank,Doubloon\n",
	} {
		_, err := b.importAccounts(t, file)
		if apptest.Reason(err) != optionsv1.Reason_ACCOUNT_ROWS_INVALID || !strings.Contains(err.Error(), "line 3:") ||
			!slices.Equal(apptest.Fields(err), []string{"content"}) {
			t.Errorf("%q: got %v at %v", file, err, apptest.Fields(err))
		}
	}
}

// TestUnreadableChartsAreRefused refuses files that are no charts, and requests without one file.
func TestUnreadableChartsAreRefused(t *testing.T) {
	t.Parallel()
	b := open(t)
	for name, content := range map[string]string{
		"a list": "Name\nPaper\n", "a PDF": "%PDF-1.4", "nothing but a header": "Code,Name,Type\n",
		"a broken workbook": "PK\x03\x04x",
		"too many":          "Code,Name,Type\n" + strings.Repeat("1,a,Bank\n", 2001),
	} {
		if _, err := b.importAccounts(t, content); apptest.Reason(err) != optionsv1.Reason_ACCOUNTS_UNREADABLE {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := b.importAccounts(t, "")
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "content")
	_, err = b.importAccounts(t, xeroChart, func(r *pb.ImportAccountsRequest) {
		r.FileId = "fil_01k9zzzzzzzzzzzzzzzzzzzzzz"
	})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "content")
	bookkeeper := books{LedgerServiceClient: pb.NewLedgerServiceClient(b.Organization.WithRole(t,
		platformv1.ApiKey_BOOKKEEPER))}
	_, err = bookkeeper.importAccounts(t, xeroChart)
	wantReason(t, err, optionsv1.Reason_PERMISSION_MISSING)
}
