package banking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/id"
)

// csvOf returns a CSV file of rows. Of each hundred, two are equal and one cannot be read.
func csvOf(rows int) []byte {
	var out strings.Builder
	out.WriteString("Date,Description,Amount\n")
	for n := range rows {
		switch n % 100 {
		case 50:
			fmt.Fprintf(&out, "2026-01-%02d,Unreadable %d,1.2.3\n", n%28+1, n)
		case 70, 71:
			fmt.Fprintf(&out, "2026-01-15,Twin %d,-7.00\n", n/100)
		default:
			fmt.Fprintf(&out, "2026-01-%02d,Shop %d,-%d.%02d\n", n%28+1, n, n%900+1, n%100)
		}
	}
	return []byte(out.String())
}

// uploadFile uploads a file and returns its id.
func (b bank) uploadFile(t *testing.T, content []byte) string {
	t.Helper()
	f, err := platformv1.NewFilesServiceClient(b.o).UploadFile(t.Context(), &platformv1.UploadFileRequest{
		FileName: "large.csv", Content: content,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f.GetId()
}

// beginImport starts the import of an uploaded file.
func (b bank) beginImport(
	t *testing.T, file string, changes ...func(*pb.CreateStatementImportRequest),
) *pb.StatementImport {
	t.Helper()
	return b.mustImport(t, nil, append([]func(*pb.CreateStatementImportRequest){func(r *pb.CreateStatementImportRequest) {
		r.StatementImport = &pb.StatementImport{FileId: file, SkipInvalidRows: true}
	}}, changes...)...)
}

func (b bank) getImport(t *testing.T, i *pb.StatementImport) *pb.StatementImport {
	t.Helper()
	read, err := b.GetStatementImport(t.Context(), &pb.GetStatementImportRequest{StatementImportId: i.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func (b bank) getOperation(t *testing.T, i *pb.StatementImport) *platformv1.Operation {
	t.Helper()
	o, err := platformv1.NewOperationsServiceClient(b.o).GetOperation(t.Context(), &platformv1.GetOperationRequest{
		OperationId: i.GetOperationId(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// step runs one step of the organization's long work.
func (b bank) step(t *testing.T) {
	t.Helper()
	org, err := id.Parse("org", b.o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	if more, err := b.o.App.LongWork.Step(call.With(t.Context(), c)); err != nil || !more {
		t.Fatalf("step: got %v, %v, want more work", more, err)
	}
}

// rows lists the rows of an import with an outcome, page by page.
func (b bank) rows(
	t *testing.T, i *pb.StatementImport, outcome pb.StatementImport_Row_Outcome,
) (rows []*pb.StatementImport_Row) {
	t.Helper()
	req := &pb.ListStatementImportRowsRequest{StatementImportId: i.GetId(), PageSize: 500, Outcome: outcome}
	for {
		page, err := b.ListStatementImportRows(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, page.GetRows()...)
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return rows
		}
	}
}

func (b bank) total(t *testing.T, filter string) int32 {
	t.Helper()
	list, err := b.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{
		Filter: filter, PageSize: 1, IncludeTotal: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetTotalSize()
}

// TestLargeImportRunsAsOperation previews a large file, imports it by an operation, imports it
// again, and undoes both imports.
func TestLargeImportRunsAsOperation(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	const rows = 9_000
	want := [4]int32{rows, rows - rows/100, 0, rows / 100}
	file := b.uploadFile(t, csvOf(rows))
	dry := b.beginImport(t, file, func(r *pb.CreateStatementImportRequest) { r.ValidateOnly = true })
	if counts(dry) != want || len(dry.GetRows()) != 500 {
		t.Errorf("preview: got %v and %d rows", counts(dry), len(dry.GetRows()))
	}
	made := b.beginImport(t, file)
	if made.GetState() != pb.StatementImport_IMPORTING || counts(made) != want || made.GetFileName() != "large.csv" {
		t.Errorf("started import: got %v %v", made.GetState(), counts(made))
	}
	b.checkAccountBusy(t, made)
	b.o.RunJobs(t)
	if o := b.getOperation(t, made); o.GetState() != platformv1.Operation_SUCCEEDED || o.GetDoneCount() != rows ||
		o.GetTotalCount() != rows || o.GetResultId() != made.GetId() {
		t.Errorf("operation: got %v", o)
	}
	done := b.getImport(t, made)
	if done.GetState() != pb.StatementImport_IMPORTED || counts(done) != want || b.total(t, "") != want[1] {
		t.Errorf("finished import: got %v %v with %d lines", done.GetState(), counts(done), b.total(t, ""))
	}
	all := b.rows(t, made, 0)
	byNumber := func(x, y *pb.StatementImport_Row) int { return int(x.GetLineNumber() - y.GetLineNumber()) }
	if len(all) != rows || !slices.IsSortedFunc(all, byNumber) {
		t.Errorf("got %d rows, want %d in file order", len(all), rows)
	}
	for k, row := range dry.GetRows() {
		if got := proto.CloneOf(all[k]); got.GetOutcome() != row.GetOutcome() ||
			got.GetAmount().GetAmount() != row.GetAmount().GetAmount() || got.GetProblem() != row.GetProblem() {
			t.Fatalf("row %d: got %v, want %v as previewed", k, got, row)
		}
	}
	if invalid := b.rows(t, made, pb.StatementImport_Row_INVALID); len(invalid) != rows/100 ||
		!strings.Contains(invalid[0].GetProblem(), "amount") {
		t.Errorf("invalid rows: got %d, such as %v", len(invalid), invalid[0])
	}
	again := b.importAgain(t, file, all[0])
	if got := counts(b.getImport(t, again)); got != [4]int32{rows, 0, want[1], want[3]} {
		t.Errorf("second import: got %v", got)
	}
	b.undoImports(t, again, made)
}

// importAgain imports a file again. The first duplicate must be the line of the first row.
func (b bank) importAgain(t *testing.T, file string, first *pb.StatementImport_Row) *pb.StatementImport {
	t.Helper()
	again := b.beginImport(t, file)
	b.o.RunJobs(t)
	row := b.rows(t, again, pb.StatementImport_Row_DUPLICATE)[0]
	if row.GetBankStatementLineId() != first.GetBankStatementLineId() {
		t.Errorf("duplicate row: got line %s, want %s", row.GetBankStatementLineId(), first.GetBankStatementLineId())
	}
	return again
}

// checkAccountBusy checks that imports and undos of a bank account are refused while a large import
// runs.
func (b bank) checkAccountBusy(t *testing.T, i *pb.StatementImport) {
	t.Helper()
	if _, err := b.createImport(
		t, ofx("1", "", "", ofxTransaction("20260105", "-3.00", "SAME0001")),
	); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_UNDER_WAY {
		t.Errorf("another import at the same time: got %v, want STATEMENT_IMPORT_UNDER_WAY", err)
	}
	if _, err := b.undoImport(t, i.GetId()); apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("undoing a running import: got %v, want STATE_REFUSES_ACTION", err)
	}
}

// undoImports undoes imports, given newest first, and checks that no lines or statements remain.
func (b bank) undoImports(t *testing.T, imports ...*pb.StatementImport) {
	t.Helper()
	for _, i := range imports {
		if _, err := b.undoImport(t, i.GetId()); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.total(t, ""); n != 0 {
		t.Errorf("after the undo: got %d lines, want none", n)
	}
	if list, err := b.ListBankStatements(t.Context(), &pb.ListBankStatementsRequest{}); err != nil ||
		len(list.GetBankStatements()) != 0 {
		t.Errorf("after the undo: got statements %v, %v, want none", list, err)
	}
}

// TestCanceledImportKeepsStoredLines cancels an import midway. Importing the file again adds the
// rest, and undoing both imports leaves nothing.
func TestCanceledImportKeepsStoredLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	file := b.uploadFile(t, csvOf(3000))
	made := b.beginImport(t, file)
	b.step(t)
	b.step(t)
	if _, err := platformv1.NewOperationsServiceClient(b.o).CancelOperation(
		t.Context(), &platformv1.CancelOperationRequest{OperationId: made.GetOperationId()},
	); err != nil {
		t.Fatal(err)
	}
	b.o.RunJobs(t)
	stopped := b.getImport(t, made)
	if stopped.GetState() != pb.StatementImport_CANCELED || stopped.GetNewCount() != 1980 || b.total(t, "") != 1980 {
		t.Errorf("canceled import: got %v %v with %d lines", stopped.GetState(), counts(stopped), b.total(t, ""))
	}
	if n := len(b.rows(t, made, pb.StatementImport_Row_NOT_REACHED)); n != 990 {
		t.Errorf("got %d rows that were not reached, want 990", n)
	}
	rest := b.beginImport(t, file)
	b.o.RunJobs(t)
	if got := counts(b.getImport(t, rest)); got != [4]int32{3000, 990, 1980, 30} || b.total(t, "") != 2970 {
		t.Errorf("import of the rest: got %v with %d lines", got, b.total(t, ""))
	}
	b.undoImports(t, rest, made)
}

// TestImportResumesOnAnotherServer continues an import on another server after the first one
// stopped.
func TestImportResumesOnAnotherServer(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	made := b.beginImport(t, b.uploadFile(t, csvOf(3000)))
	b.step(t)
	if o := b.getOperation(t, made); o.GetDoneCount() != 1000 || o.GetState() != platformv1.Operation_RUNNING {
		t.Errorf("operation after one step: got %v", o)
	}
	b.o.App = apptest.New(t)
	b.o.RunJobs(t)
	if done := b.getImport(t, made); done.GetState() != pb.StatementImport_IMPORTED || b.total(t, "") != 2970 {
		t.Errorf("finished import: got %v with %d lines", done, b.total(t, ""))
	}
}

// TestImportFailsWhenKeyIsRevoked revokes the key that a bookkeeper used to start an import. The
// import fails, and the lines of the first step stay.
func TestImportFailsWhenKeyIsRevoked(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	person, err := b.persons.CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: "Eve"},
	})
	if err != nil {
		t.Fatal(err)
	}
	eve := b.o.AsPerson(t, person.GetId(), platformv1.ApiKey_BOOKKEEPER)
	me, err := platformv1.NewIdentityServiceClient(eve).GetMe(t.Context(), &platformv1.GetMeRequest{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := pb.NewBankingServiceClient(eve).CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId:   b.account.GetId(),
		StatementImport: &pb.StatementImport{FileId: b.uploadFile(t, csvOf(3000)), SkipInvalidRows: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.step(t)
	if _, err := b.persons.RevokeApiKey(t.Context(), &platformv1.RevokeApiKeyRequest{
		ApiKeyId: me.GetApiKey().GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	b.o.RunJobs(t)
	o := b.getOperation(t, made)
	if o.GetState() != platformv1.Operation_FAILED || o.GetError().
		GetReason() != optionsv1.Reason_CREDENTIAL_INVALID.String() || o.GetDoneCount() != 1000 {
		t.Errorf("operation: got %v", o)
	}
	if stopped := b.getImport(t, made); stopped.GetState() != pb.StatementImport_FAILED || b.total(t, "") != 990 {
		t.Errorf("failed import: got %v %v with %d lines", stopped.GetState(), counts(stopped), b.total(t, ""))
	}
	b.undoImports(t, b.getImport(t, made))
}

// TestRulesDecideLinesInLargeImport checks that an import applies bank rules to the lines of each
// step, and warns once of a rule that fails for many lines.
func TestRulesDecideLinesInLargeImport(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	for _, rule := range []*pb.BankRule{
		{DisplayName: "Twins", Position: 1, Texts: []string{"twin"}, Personal: true},
		{DisplayName: "Ones", Position: 2, Pattern: "Shop [0-9]*1$", AccountId: b.codes["OPERATING_EXPENSE"]},
		{DisplayName: "Twos", Position: 3, Pattern: "Shop [0-9]*2$", ExcludeReason: "Not ours"},
		{DisplayName: "Threes", Position: 4, Pattern: "Shop [0-9]*3$", AccountId: b.account.GetLedgerAccountId()},
	} {
		if _, err := b.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{BankRule: rule}); err != nil {
			t.Fatal(err)
		}
	}
	made := b.beginImport(t, b.uploadFile(t, csvOf(1500)))
	b.o.RunJobs(t)
	for filter, want := range map[string]int32{
		"personal = true": 30, "state = EXCLUDED": 150, "state = MATCHED AND personal = false": 135,
		"state = UNMATCHED": 1485 - 30 - 150 - 135,
	} {
		if n := b.total(t, filter); n != want {
			t.Errorf("%s: got %d lines, want %d", filter, n, want)
		}
	}
	warnings := b.getImport(t, made).GetWarnings()
	if len(warnings) != 2 || !strings.Contains(warnings[0], `"Threes" does not decide 100 lines`) {
		t.Errorf("got warnings %q, want two", warnings)
	}
	integrity, err := b.ledger.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{})
	if err != nil || !integrity.GetPassed() {
		t.Errorf("integrity: got %v, %v", integrity, err)
	}
}
