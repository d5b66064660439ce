package app_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/schedule"
)

// createOperation creates an operation that no server runs and returns its identifier.
func createOperation(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := apptest.Databases(t)
	started, err := db.Write(call.With(t.Context(), c), server,
		func(ctx context.Context, tx *db.Tx) (*platformv1.Operation, error) {
			return longwork.Start(ctx, tx, "", 1)
		})
	if err != nil {
		t.Fatal(err)
	}
	return started.GetId()
}

// createSchedule creates a schedule that no server fires and returns its identifier.
func createSchedule(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := apptest.Databases(t)
	set, err := db.Write(call.With(t.Context(), c), server,
		func(ctx context.Context, tx *db.Tx) (*platformv1.Schedule, error) {
			return schedule.Set(ctx, tx, schedule.Plan{
				Kind: "test", SubjectID: id.Format("prs", id.New()), DisplayName: uniqueName("Schedule"),
				Recurrence: &typev1.Recurrence{Frequency: typev1.Recurrence_MONTHLY, StartDate: "2026-01-31"},
			})
		})
	if err != nil {
		t.Fatal(err)
	}
	return set.GetId()
}

// approvalPolicy returns a policy that asks about no other entry of the tests than those of
// createApprovalRequest.
func approvalPolicy(o *apptest.Organization) *platformv1.ApprovalPolicy {
	return &platformv1.ApprovalPolicy{
		ApprovalKind: "finance.journalEntryPosting", DisplayName: uniqueName("Large entries"),
		Condition: "amount > 1000000", Steps: []*platformv1.ApprovalPolicy_Step{{PersonIds: []string{o.Owner.GetId()}}},
	}
}

// createApprovalRequest posts a draft that must be approved and returns the identifier of the
// request.
func createApprovalRequest(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	client, books := platformv1.NewApprovalsServiceClient(o), financev1.NewLedgerServiceClient(o)
	if _, err := client.CreateApprovalPolicy(t.Context(),
		&platformv1.CreateApprovalPolicyRequest{ApprovalPolicy: approvalPolicy(o)}); err != nil {
		t.Fatal(err)
	}
	draft, err := books.CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{Draft: true, JournalEntry: entry(t, o, "1000001.00")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := books.PostJournalEntry(t.Context(),
		&financev1.PostJournalEntryRequest{JournalEntryId: draft.GetId(), Etag: draft.GetEtag()}); err != nil {
		t.Fatal(err)
	}
	list, err := client.ListApprovalRequests(t.Context(), &platformv1.ListApprovalRequestsRequest{
		Filter: fmt.Sprintf("subject_id = %q", draft.GetId()),
	})
	if err != nil || len(list.GetApprovalRequests()) != 1 {
		t.Fatalf("got %v, %v, want one request", list, err)
	}
	return list.GetApprovalRequests()[0].GetId()
}

// createSentEmail creates an email and returns its identifier: a new sender address gets a code.
func createSentEmail(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	client := platformv1.NewMailServiceClient(o)
	a, err := client.CreateSenderAddress(t.Context(), &platformv1.CreateSenderAddressRequest{
		SenderAddress: &platformv1.SenderAddress{Email: uniqueCode() + "@acme.example", DisplayName: "Acme"},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.ListSentEmails(t.Context(), &platformv1.ListSentEmailsRequest{
		Filter: fmt.Sprintf("subject_id = %q", a.GetId()),
	})
	if err != nil || len(list.GetSentEmails()) != 1 {
		t.Fatalf("got %v, %v, want one email", list, err)
	}
	return list.GetSentEmails()[0].GetId()
}

// createInboundMessage imports a message and returns its identifier.
func createInboundMessage(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	m, err := platformv1.NewInboxServiceClient(o).ImportInboundMessage(t.Context(),
		&platformv1.ImportInboundMessageRequest{
			Content: []byte("From: ann@supplier.example\r\nSubject: " + uniqueName("Offer") + "\r\n\r\nHello\r\n"),
		})
	if err != nil {
		t.Fatal(err)
	}
	return m.GetId()
}

// createNotification stores a notification of the owner and returns its identifier.
func createNotification(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	owner, err := id.Parse("prs", o.Owner.GetId())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	key := id.New()
	if _, err := conn.Exec(t.Context(), `
insert into platform.notifications (org_id, id, create_time, person_id, notification_kind, category, cause, subject_id,
  title, body, state)
values ($1, $2, now(), $3, 'comment.created', 'COMMENT', $4, $5, 'Ada commented on Olive', '', 'UNREAD')`,
		org, key, owner, key.String(), o.Owner.GetId()); err != nil {
		t.Fatal(err)
	}
	return id.Format("ntf", key)
}

// entry returns a balanced entry that debits an expense account and credits a cash account.
func entry(t *testing.T, o *apptest.Organization, amount string) *financev1.JournalEntry {
	t.Helper()
	list, err := financev1.NewLedgerServiceClient(o).ListAccounts(t.Context(),
		&financev1.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	var cash, rent string
	for _, a := range list.GetAccounts() {
		switch {
		case a.GetSubtype() == financev1.Account_BANK && cash == "":
			cash = a.GetId()
		case a.GetSubtype() == financev1.Account_OPERATING_EXPENSE && rent == "":
			rent = a.GetId()
		}
	}
	return &financev1.JournalEntry{Date: "2026-11-02", Description: uniqueName("Rent"), Lines: []*financev1.JournalLine{
		{AccountId: rent, Amount: &typev1.Money{Amount: amount}},
		{AccountId: cash, Amount: &typev1.Money{Amount: "-" + amount}},
	}}
}

// createDimension creates a dimension and returns its identifier.
func createDimension(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	d, err := financev1.NewLedgerServiceClient(o).CreateDimension(t.Context(), &financev1.CreateDimensionRequest{
		Dimension: &financev1.Dimension{DisplayName: uniqueName("Dimension")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.GetId()
}

// createJournalSeal posts and seals an entry and returns the identifier of a seal.
func createJournalSeal(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	books := financev1.NewLedgerServiceClient(o)
	if _, err := books.CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, "4.00")}); err != nil {
		t.Fatal(err)
	}
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	system, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	system.Method = "test"
	d, _ := apptest.Databases(t)
	// Transactions of other tests may delay the horizon, and so the seal.
	for {
		if err := ledger.New(d).Seal(call.With(t.Context(), system)); err != nil {
			t.Fatal(err)
		}
		list, err := books.ListJournalSeals(t.Context(), &financev1.ListJournalSealsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if len(list.GetJournalSeals()) > 0 {
			return list.GetJournalSeals()[0].GetId()
		}
	}
}

// fixtureOf returns the fixture of a message. TestMain sets it, since fixtures call createFor.
var fixtureOf func(message protoreflect.FullName) fixture

// createFor creates a record from the fixture of the resource with the prefix and returns its
// identifier. Fixtures use it for the records that they refer to.
func createFor(t *testing.T, o *apptest.Organization, prefix string) string {
	t.Helper()
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return k.option.GetPrefix() == prefix })
	if i < 0 {
		t.Fatalf("no resource has the prefix %s", prefix)
	}
	f := fixtureOf(all[i].message.FullName())
	if f.create != nil {
		return f.create(t, o)
	}
	return text(suite{t: t, k: all[i], f: f, o: o, conn: o}.createAndRead(), "id")
}

// createBankAccount creates a bank account and returns its identifier.
func createBankAccount(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	account, err := financev1.NewBankingServiceClient(o).CreateBankAccount(t.Context(),
		&financev1.CreateBankAccountRequest{
			BankAccount: &financev1.BankAccount{DisplayName: uniqueName("Checking")},
		})
	if err != nil {
		t.Fatal(err)
	}
	return account.GetId()
}

// newBankMatch imports a statement line and posts an entry of the same amount. It returns a match
// of the two, which it does not create.
func newBankMatch(t *testing.T, o *apptest.Organization) proto.Message {
	t.Helper()
	line := importStatementLine(t, o)
	account, err := financev1.NewBankingServiceClient(o).GetBankAccount(t.Context(),
		&financev1.GetBankAccountRequest{BankAccountId: line.GetBankAccountId()})
	if err != nil {
		t.Fatal(err)
	}
	booked := entry(t, o, "1.00")
	booked.Date = line.GetBookedDate() // so that the entry is suggested for the line
	booked.Lines[0].Amount, booked.Lines[1].Amount = &typev1.Money{Amount: "-" + line.GetAmount().GetAmount()},
		line.GetAmount()
	if minus, found := strings.CutPrefix(line.GetAmount().GetAmount(), "-"); found {
		booked.Lines[0].Amount.Amount = minus
	}
	booked.Lines[1].AccountId = account.GetLedgerAccountId()
	posted, err := financev1.NewLedgerServiceClient(o).CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{JournalEntry: booked, ConfirmUnusualDate: true})
	if err != nil {
		t.Fatal(err)
	}
	return &financev1.BankMatch{
		Lines:   []*financev1.BankMatch_Line{{BankStatementLineId: line.GetId()}},
		Entries: []*financev1.BankMatch_Entry{{JournalEntryId: posted.GetId()}},
	}
}

// sampleStatement returns a real statement file of three lines in US dollars.
func sampleStatement(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile("../finance/banking/statement/bankfile/testdata/ofx/checking.ofx")
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// importStatementLine imports a statement and returns its first line.
func importStatementLine(t *testing.T, o *apptest.Organization) *financev1.BankStatementLine {
	t.Helper()
	banking := financev1.NewBankingServiceClient(o)
	made, err := banking.CreateStatementImport(t.Context(), &financev1.CreateStatementImportRequest{
		BankAccountId: createBankAccount(t, o), StatementImport: &financev1.StatementImport{FileName: "checking.ofx",
			Content: sampleStatement(t)},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := banking.ListBankStatementLines(t.Context(), &financev1.ListBankStatementLinesRequest{
		Filter: `statement_import_id = "` + made.GetId() + `"`,
	})
	if err != nil || len(list.GetBankStatementLines()) == 0 {
		t.Fatalf("no lines: %v", err)
	}
	return list.GetBankStatementLines()[0]
}

// createWatcher makes the owner of the organization watch a new person.
func createWatcher(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	person, err := platformv1.NewIdentityServiceClient(o).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: uniqueName("Watched")}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := platformv1.NewCollaborationServiceClient(o).WatchSubject(t.Context(),
		&platformv1.WatchSubjectRequest{SubjectId: person.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return w.GetId()
}
