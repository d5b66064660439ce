package approval_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/people/directory"
)

func TestMain(m *testing.M) { apptest.Main(m, ledger.Module, directory.Module) }

const (
	kind  = "finance.journalEntryPosting"
	today = "2026-11-21"
)

// must returns v, and fails the test if err is not nil.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// company is an organization with an owner, a bookkeeper who makes entries, and two accountants.
type company struct {
	*apptest.Organization
	maker, ada, ben       *apptest.Organization
	makerID, adaID, benID string
	cash, sales           string
}

func newCompany(t *testing.T) *company {
	t.Helper()
	o := &company{Organization: apptest.SignUp(t)}
	o.maker, o.makerID = o.member(t, "Mia Maker", pb.ApiKey_BOOKKEEPER)
	o.ada, o.adaID = o.member(t, "Ada Lopez", pb.ApiKey_ACCOUNTANT)
	o.ben, o.benID = o.member(t, "Ben Okafor", pb.ApiKey_ACCOUNTANT)
	o.cash, o.sales = newAccounts(t, o.Organization)
	return o
}

// newAccounts creates an account of each side.
func newAccounts(t *testing.T, o *apptest.Organization) (cash, sales string) {
	t.Helper()
	create := func(a *financev1.Account) string {
		return must(books(o).CreateAccount(t.Context(), &financev1.CreateAccountRequest{Account: a}))(t).Id
	}
	return create(&financev1.Account{Code: "T100", DisplayName: "Test cash", Type: financev1.Account_ASSET}),
		create(&financev1.Account{Code: "T400", DisplayName: "Test sales", Type: financev1.Account_INCOME})
}

// member creates a person with a role.
func (o *company) member(t *testing.T, name string, role pb.ApiKey_Role) (*apptest.Organization, string) {
	t.Helper()
	person := must(pb.NewIdentityServiceClient(o).CreatePerson(t.Context(),
		&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: name}}))(t).Id
	return o.AsPerson(t, person, role), person
}

func client(o *apptest.Organization) pb.ApprovalsServiceClient {
	return pb.NewApprovalsServiceClient(o)
}

func books(o *apptest.Organization) financev1.LedgerServiceClient {
	return financev1.NewLedgerServiceClient(o)
}

// policy creates a policy with steps.
func (o *company) policy(t *testing.T, condition string, steps ...*pb.ApprovalPolicy_Step) *pb.ApprovalPolicy {
	t.Helper()
	return must(client(o.Organization).CreateApprovalPolicy(t.Context(), &pb.CreateApprovalPolicyRequest{
		ApprovalPolicy: &pb.ApprovalPolicy{
			ApprovalKind: kind, DisplayName: "Large entries", Condition: condition, Steps: steps,
		}}))(t)
}

// byPersons is a step that one of the persons approves.
func byPersons(persons ...string) *pb.ApprovalPolicy_Step {
	return &pb.ApprovalPolicy_Step{PersonIds: persons}
}

func byRole(role pb.ApiKey_Role, minimum int32) *pb.ApprovalPolicy_Step {
	return &pb.ApprovalPolicy_Step{Roles: []pb.ApiKey_Role{role}, MinimumApprovers: minimum}
}

func (o *company) entry(amount string) *financev1.JournalEntry {
	return &financev1.JournalEntry{Date: today, Description: "Sale of a press", Lines: []*financev1.JournalLine{
		{AccountId: o.cash, Amount: &typepb.Money{Amount: amount}},
		{AccountId: o.sales, Amount: &typepb.Money{Amount: "-" + amount}},
	}}
}

// draft saves a draft as the maker.
func (o *company) draft(t *testing.T, amount string) *financev1.JournalEntry {
	t.Helper()
	return must(books(o.maker).CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{
		Draft: true, JournalEntry: o.entry(amount)}))(t)
}

// post posts a draft as the maker.
func (o *company) post(t *testing.T, draft *financev1.JournalEntry) *financev1.JournalEntry {
	t.Helper()
	return must(books(o.maker).PostJournalEntry(t.Context(),
		&financev1.PostJournalEntryRequest{JournalEntryId: draft.Id, Etag: draft.Etag}))(t)
}

// requested saves and posts a draft, which must then wait, and returns its request.
func (o *company) requested(t *testing.T, amount string) *pb.ApprovalRequest {
	t.Helper()
	waiting := o.post(t, o.draft(t, amount))
	if waiting.State != financev1.JournalEntry_DRAFT || !waiting.AwaitingApproval {
		t.Fatalf("after posting %s: got state %s, awaiting approval %v, want a draft that waits", amount, waiting.State,
			waiting.AwaitingApproval)
	}
	return o.requestsOf(t, waiting.Id)[0]
}

// requestsOf returns the requests about an entry, newest first.
func (o *company) requestsOf(t *testing.T, entry string) []*pb.ApprovalRequest {
	t.Helper()
	return must(client(o.Organization).ListApprovalRequests(t.Context(), &pb.ListApprovalRequestsRequest{
		Filter: fmt.Sprintf("subject_id = %q", entry), OrderBy: "create_time desc"}))(t).ApprovalRequests
}

func (o *company) get(t *testing.T, r *pb.ApprovalRequest) *pb.ApprovalRequest {
	t.Helper()
	return must(client(o.Organization).GetApprovalRequest(t.Context(),
		&pb.GetApprovalRequestRequest{ApprovalRequestId: r.Id}))(t)
}

func (o *company) entryOf(t *testing.T, r *pb.ApprovalRequest) *financev1.JournalEntry {
	t.Helper()
	return must(books(o.Organization).GetJournalEntry(t.Context(),
		&financev1.GetJournalEntryRequest{JournalEntryId: r.SubjectId}))(t)
}

func approve(t *testing.T, o *apptest.Organization, r *pb.ApprovalRequest) (*pb.ApprovalRequest, error) {
	t.Helper()
	return client(o).ApproveApprovalRequest(t.Context(),
		&pb.ApproveApprovalRequestRequest{ApprovalRequestId: r.Id, Note: "Fine"})
}

func reject(t *testing.T, o *apptest.Organization, r *pb.ApprovalRequest) (*pb.ApprovalRequest, error) {
	t.Helper()
	return client(o).RejectApprovalRequest(t.Context(),
		&pb.RejectApprovalRequestRequest{ApprovalRequestId: r.Id, Reason: "No invoice"})
}

func release(t *testing.T, o *apptest.Organization, r *pb.ApprovalRequest) (*pb.ApprovalRequest, error) {
	t.Helper()
	return client(o).ReleaseApprovalRequest(t.Context(),
		&pb.ReleaseApprovalRequestRequest{ApprovalRequestId: r.Id, Reason: "No one else is left"})
}

// update changes a draft as the maker.
func (o *company) update(
	t *testing.T, e *financev1.JournalEntry, change *financev1.JournalEntry, fields ...string,
) *financev1.JournalEntry {
	t.Helper()
	change.Etag = e.Etag
	return must(books(o.maker).UpdateJournalEntry(t.Context(), &financev1.UpdateJournalEntryRequest{
		JournalEntryId: e.Id, JournalEntry: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: fields}}))(t)
}

// inbox returns the identifiers of the requests that a member may decide.
func inbox(t *testing.T, o *apptest.Organization) (ids []string) {
	t.Helper()
	for req := (&pb.ListApprovalInboxRequest{PageSize: 2}); ; {
		page := must(client(o).ListApprovalInbox(t.Context(), req))(t)
		for _, r := range page.ApprovalRequests {
			ids = append(ids, r.Id)
		}
		if req.PageToken = page.NextPageToken; req.PageToken == "" {
			return ids
		}
	}
}

// events returns the types of the approval events about an entry, oldest first.
func (o *company) events(t *testing.T, entry string) (types []string) {
	t.Helper()
	list := must(pb.NewHistoryServiceClient(o).ListEvents(t.Context(), &pb.ListEventsRequest{
		Filter: fmt.Sprintf("subject_id = %q", entry), OrderBy: "create_time"}))(t)
	for _, e := range list.Events {
		if name, is := strings.CutPrefix(e.Type, "platform.approvalRequest."); is {
			types = append(types, name)
		}
	}
	return types
}

func wantState(t *testing.T, r *pb.ApprovalRequest, want pb.ApprovalRequest_State) {
	t.Helper()
	if r.GetState() != want {
		t.Errorf("got state %s, want %s", r.GetState(), want)
	}
}

func (o *company) wantPosted(t *testing.T, r *pb.ApprovalRequest, want bool) {
	t.Helper()
	if e := o.entryOf(t, r); (e.State == financev1.JournalEntry_POSTED) != want {
		t.Errorf("got an entry in state %s, want posted %v", e.State, want)
	}
}

// linesMask updates the lines of an entry.
var linesMask = &fieldmaskpb.FieldMask{Paths: []string{"lines"}}
