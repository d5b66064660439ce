package app_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/secret"
	"backoffice/internal/platform/testkit"
	"backoffice/migrations"
)

// testDatabase is a separate database that a test may damage.
type testDatabase struct {
	url string
	db  *db.DB
	app *module.App
}

func openTestDatabase(t *testing.T) testDatabase {
	t.Helper()
	url, release, err := testkit.Database(migrations.Run, migrations.Fingerprint())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return openDatabase(t, url, masterKey(t, 0))
}

// masterKey returns a master key that ends with a byte.
func masterKey(t *testing.T, last byte) *secret.Master {
	t.Helper()
	keys, err := secret.New(append(make([]byte, secret.KeySize-1), last))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// openDatabase starts an app on a database.
func openDatabase(t *testing.T, url string, keys *secret.Master) testDatabase {
	t.Helper()
	d, err := db.Open(t.Context(), url, db.AppRole, 4, keys, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	a, err := module.New(t.Context(), d, module.Options{
		Modules: app.Modules(),
		Clock:   calendar.System(), Log: slog.New(slog.DiscardHandler), Files: files.Folder(t.TempDir()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return testDatabase{url, d, a}
}

// organization creates an organization with three sealed and rolled up entries of 1, 2 and 4
// dollars. The last one belongs to a bank statement line.
func (d testDatabase) organization(t *testing.T, name string) (org uuid.UUID, o *apptest.Organization) {
	t.Helper()
	o = apptest.SignUpTo(t, d.app,
		func(r *platformv1.SignUpRequest) { r.DisplayName, r.OwnerEmail = name, uniqueCode()+"@acme.example" })
	for _, amount := range []string{"1.00", "2.00"} {
		if _, err := financev1.NewLedgerServiceClient(o).CreateJournalEntry(t.Context(),
			&financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, amount)}); err != nil {
			t.Fatal(err)
		}
	}
	categorizedLine(t, o)
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	system, err := d.app.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	system.Method = "test"
	ctx, books := call.With(t.Context(), system), ledger.New(d.db, ledger.Hooks{})
	// Transactions of other tests may delay the horizon, and so the seals.
	for sealed := int64(0); sealed < 3; {
		if err := books.Seal(ctx); err != nil {
			t.Fatal(err)
		}
		if err := books.RollUp(ctx); err != nil {
			t.Fatal(err)
		}
		response, err := financev1.NewLedgerServiceClient(o).VerifyBooks(t.Context(), &financev1.VerifyBooksRequest{})
		if err != nil {
			t.Fatal(err)
		}
		sealed = response.GetSealCount()
	}
	return org, o
}

// categorizedLine imports a bank statement line of 4 dollars and categorizes it.
func categorizedLine(t *testing.T, o *apptest.Organization) {
	t.Helper()
	bank := financev1.NewBankingServiceClient(o)
	account, err := bank.CreateBankAccount(t.Context(),
		&financev1.CreateBankAccountRequest{BankAccount: &financev1.BankAccount{DisplayName: "Main account"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bank.CreateStatementImport(t.Context(), &financev1.CreateStatementImportRequest{
		BankAccountId: account.GetId(), StatementImport: &financev1.StatementImport{FileName: "a.csv",
			Content: []byte("Date,Amount,Description\n2026-11-03,-4.00,Power\n")},
	}); err != nil {
		t.Fatal(err)
	}
	list, err := bank.ListBankStatementLines(t.Context(), &financev1.ListBankStatementLinesRequest{})
	if err != nil || len(list.GetBankStatementLines()) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	if _, err := bank.CategorizeBankStatementLine(t.Context(), &financev1.CategorizeBankStatementLineRequest{
		BankStatementLineId: list.GetBankStatementLines()[0].GetId(),
		Splits: []*financev1.BankStatementLine_Split{{AccountId: entry(t, o,
			"4.00").GetLines()[0].GetAccountId()}},
	}); err != nil {
		t.Fatal(err)
	}
}

// Rules that the doctor reports as violated, and other parts of its output.
const (
	unbalanced = "Every entry adds up to zero."
	resealed   = "Every sealed entry exists and is unchanged."
	rolled     = "Rollups are the sums of their lines."
	disagreed  = "are the sums of the general ledger."
	unchecked  = "cannot be checked: "
	explained  = "Accounts agree with the bankStatementLines."
)

// damages are changes of books with the login that owns the tables, by the name of the damaged
// organization, and what the doctor must report.
var damages = map[string]struct {
	sql  []string
	want []string
}{
	"Undamaged": {nil, []string{": ok"}},
	"Deleted Line": {[]string{"delete from finance.journal_lines where org_id = $1 and base_amount_minor = -100"},
		[]string{
			unbalanced, "Every posted entry has at least two lines.", rolled, resealed, disagreed,
		}},
	"Altered Amount": {[]string{"update finance.journal_lines set base_amount_minor = 2 * base_amount_minor, " +
		"amount_minor = 2 * amount_minor where org_id = $1 and abs(base_amount_minor) = 100"}, []string{
		rolled, resealed, disagreed,
	}},
	"Altered Words": {[]string{"update finance.journal_entries set description = 'Nothing to see' where org_id = $1 " +
		"and source = 'MANUAL'"}, []string{resealed}},
	"Other Account": {[]string{"update finance.journal_lines l set account_id = (select a.id from finance.accounts a " +
		"where a.org_id = l.org_id and a.subtype = 'OWNER_DRAW') where org_id = $1 and base_amount_minor = 100"}, []string{
		rolled, resealed, disagreed,
	}},
	"No Account": {[]string{"update finance.journal_lines set account_id = gen_random_uuid() where org_id = $1 and " +
		"base_amount_minor = 100"}, []string{
		"Every line is on an account of the chart.", rolled, resealed, disagreed,
	}},
	"Removed Entry": {[]string{
		"delete from finance.journal_lines where org_id = $1 and abs(base_amount_minor) <= 100",
		"delete from finance.journal_entries e where org_id = $1 and not exists (select from finance.journal_lines l " +
			"where l.org_id = e.org_id and l.journal_entry_id = e.id)",
	}, []string{rolled, resealed, disagreed}},
	"Forged Reversal": {[]string{`
update finance.journal_entries e
set reverses_id = (
  select o.id from finance.journal_entries o where o.org_id = e.org_id and o.id < e.id order by o.id limit 1
)
where org_id = $1
and id = (select max(o.id::text)::uuid from finance.journal_entries o where o.org_id = $1)`}, []string{
		"An entry and its reversal refer to each other.", "An entry and its reversal cancel each other.", resealed,
	}},
	"Forgotten Reversal": {[]string{"update finance.journal_entries set reversed_by_id = id where org_id = $1 and " +
		"source = 'BANK'"}, []string{
		"An entry and its reversal refer to each other.",
	}},
	"Wrong Rollup": {[]string{"update finance.balance_rollups set base_amount_minor = base_amount_minor + 1 where " +
		"org_id = $1 and grain = 'MONTH' and base_amount_minor > 0"}, []string{
		rolled, disagreed,
	}},
	"Entry Moved": {[]string{"update finance.journal_lines set date = date - 1 where org_id = $1 and " +
		"abs(base_amount_minor) = 100"}, []string{
		"Every line belongs to a posted entry and has its date.", rolled,
	}},
	"Posted Late": {[]string{"update finance.accounting_periods set state = 'CLOSED', close_time = '2000-01-01' " +
		"where org_id = $1"}, []string{
		"No entry was posted into a closed period after its close without a reason.",
	}},
	"Posted Too Late": {[]string{
		"update finance.accounting_periods set state = 'LOCKED', close_time = '2100-01-01' where org_id = $1",
		"update finance.fiscal_years set state = 'CLOSED', close_time = '2000-01-01' where org_id = $1",
	}, []string{"No entry was posted into a closed fiscal year after its close.",
		"A closed fiscal year has carried all income and expenses to equity."}},
	"No Period": {[]string{"delete from finance.accounting_periods where org_id = $1"},
		[]string{"Every posted entry is in an accounting period."}},
	"Put In": {[]string{"delete from finance.journal_seals where org_id = $1 and number = 1"},
		[]string{"No entry was inserted before a sealed one.", resealed}},
	"Too Much": {[]string{"update finance.journal_lines set base_amount_minor = 9223372036854775807 where org_id " +
		"= $1 and base_amount_minor in (100, 200)"}, []string{unbalanced, rolled, resealed,
		"Sums of amounts are in range."}},
	"Too Foreign": {[]string{"update finance.journal_lines set amount_currency = 'zzz' where org_id = $1 and " +
		"base_amount_minor in (100, 200)"}, []string{unchecked}},
	"Other Line": {[]string{
		"update finance.bank_statement_lines set amount_minor = amount_minor - 1 where org_id = $1",
	}, []string{explained}},
}

// TestDoctorFindsTampering damages the books of organizations, each in one way. The doctor must
// report exactly the damage of each.
func TestDoctorFindsTampering(t *testing.T) {
	t.Parallel()
	d := openTestDatabase(t)
	conn, err := pgx.Connect(t.Context(), d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `
alter table finance.journal_entries disable trigger user;
alter table finance.bank_statement_lines disable trigger user`); err != nil {
		t.Fatal(err)
	}
	for name, damage := range damages {
		org, o := d.organization(t, name)
		for _, sql := range damage.sql {
			if tag, err := conn.Exec(t.Context(), sql, org); err != nil || tag.RowsAffected() == 0 {
				t.Fatalf("%s: %v, %v", name, tag, err)
			}
		}
		checkVerifyBooks(t, o, name, damage.want)
	}
	report, err := d.runDoctor(t)
	if err == nil || !strings.Contains(err.Error(), "found problems") {
		t.Errorf("the doctor: got the error %v", err)
	}
	reported := map[string][]string{}
	for _, line := range strings.Split(report, "\n") {
		if name, ok := strings.CutPrefix(line, "Books of "); ok {
			name, _, _ = strings.Cut(name, " (org_")
			reported[name] = append(reported[name], line)
		}
	}
	for name, damage := range damages {
		if len(reported[name]) != len(damage.want) {
			t.Errorf("%s: got %q, want %q", name, reported[name], damage.want)
		}
		for _, words := range damage.want {
			if !strings.Contains(strings.Join(reported[name], "\n"), words) {
				t.Errorf("%s: got %q, want %q", name, reported[name], words)
			}
		}
	}
}

// checkVerifyBooks checks that VerifyBooks finds the damages that break the seals.
func checkVerifyBooks(t *testing.T, o *apptest.Organization, name string, want []string) {
	t.Helper()
	chain, err := financev1.NewLedgerServiceClient(o).VerifyBooks(t.Context(), &financev1.VerifyBooksRequest{})
	if slices.Contains(want, unchecked) && apptest.Reason(err) == optionsv1.Reason_INTERNAL_FAULT {
		return
	}
	broken := slices.Contains(want, resealed)
	if err != nil || chain.GetVerified() == broken || (chain.GetBrokenJournalEntryId() != "") != broken {
		t.Errorf("%s: VerifyBooks got %v, %v, want broken: %v", name, chain, err, broken)
	}
}

// runDoctor runs the doctor on the database and returns its report.
func (d testDatabase) runDoctor(t *testing.T) (report string, err error) {
	t.Helper()
	var out strings.Builder
	s := settings(t, func(s *app.Settings) { s.DatabaseURL, s.MasterKey = d.url, someKey })
	err = app.Doctor(t.Context(), s, slog.New(slog.DiscardHandler), &out)
	return out.String(), err
}
