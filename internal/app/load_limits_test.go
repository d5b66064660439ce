package app_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// lockOrganization locks the organization's row, so that requests that change the organization as a
// whole wait until release is called.
func lockOrganization(t *testing.T, o *apptest.Organization) (release func()) {
	t.Helper()
	d, _ := apptest.Databases(t)
	conn, err := pgx.Connect(t.Context(), d.Pool().Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	key, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), "begin")
	if err == nil {
		_, err = conn.Exec(t.Context(), "select from platform.organizations where org_id = $1 for update", key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() { _ = conn.Close(context.Background()) }
}

// startImports starts n imports of opening balances, which run until ctx ends.
func startImports(ctx context.Context, t *testing.T, o *apptest.Organization, n int) *sync.WaitGroup {
	t.Helper()
	var imports sync.WaitGroup
	req := &financev1.ImportOpeningBalancesRequest{
		Date: "2026-01-01", Content: []byte("Account,Debit,Credit\nBank,5.00,\nEquity,,5.00\n"),
	}
	for range n {
		imports.Go(func() {
			for ctx.Err() == nil { // retry if a report was first or the lock timed out
				if _, err := financev1.NewLedgerServiceClient(o).ImportOpeningBalances(ctx, req); err == nil {
					t.Error("got no error of a canceled import")
				}
			}
		})
	}
	return &imports
}

// TestHeavyRequestsPerOrganizationAreLimited starts imports that wait for a lock. While they run,
// the organization's reports must fail with ORGANIZATION_BUSY, and its lists and other
// organizations must be served. Canceled and failed requests must not count afterward.
func TestHeavyRequestsPerOrganizationAreLimited(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o, other := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	d, _ := apptest.Databases(t)
	limit := int(d.Pool().Config().MaxConns) / 4
	defer lockOrganization(t, o)()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	imports := startImports(ctx, t, o, limit)
	const report = "/v1/reports/trialBalance"
	deadline := time.Now().Add(time.Minute)
	response := o.REST(t, http.MethodGet, report, "")
	for response.Code == http.StatusOK && time.Now().Before(deadline) { // not all imports have started
		response = o.REST(t, http.MethodGet, report, "")
	}
	if response.Code != http.StatusServiceUnavailable || response.Reason() != "ORGANIZATION_BUSY" ||
		response.Header.Get("Retry-After") != "1" {
		t.Errorf("a report: got %d %v %s", response.Code, response.Header, response.Raw)
	}
	reports, req := financev1.NewReportsServiceClient(o), &financev1.GetTrialBalanceRequest{}
	_, err := reports.GetTrialBalance(t.Context(), req)
	for err == nil && time.Now().Before(deadline) { // the lock of an import timed out
		_, err = reports.GetTrialBalance(t.Context(), req)
	}
	if status.Code(err) != codes.Unavailable {
		t.Errorf("a report over gRPC: got %v, want Unavailable", err)
	}
	if response := o.REST(t, http.MethodGet, "/v1/accounts", ""); response.Code != http.StatusOK {
		t.Errorf("a list: got %s", response.Raw)
	}
	if response := other.REST(t, http.MethodGet, report, ""); response.Code != http.StatusOK {
		t.Errorf("another organization: got %s", response.Raw)
	}
	cancel()
	imports.Wait()
	for range limit + 1 {
		if response := o.REST(t, http.MethodGet, report+"?asOf=never", ""); response.Code != http.StatusBadRequest {
			t.Errorf("an invalid report: got %s", response.Raw)
		}
		if response := o.REST(t, http.MethodGet, report, ""); response.Code != http.StatusOK {
			t.Errorf("a report after the imports: got %s", response.Raw)
		}
	}
}

// TestReviewsAreLimitedAsHeavyRequests starts imports that wait for a lock, as many as an
// organization may run heavy requests. A list of bank lines with reviews must fail while they run,
// and one without must be served.
func TestReviewsAreLimitedAsHeavyRequests(t *testing.T) {
	t.Parallel()
	o := apptest.SignUpTo(t, apptest.New(t))
	d, _ := apptest.Databases(t)
	defer lockOrganization(t, o)()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	imports := startImports(ctx, t, o, int(d.Pool().Config().MaxConns)/4)
	const lines = "/v1/bankStatementLines"
	deadline := time.Now().Add(time.Minute)
	response := o.REST(t, http.MethodGet, lines+"?view=REVIEW", "")
	for response.Code == http.StatusOK && time.Now().Before(deadline) { // not all imports have started
		response = o.REST(t, http.MethodGet, lines+"?view=REVIEW", "")
	}
	if response.Code != http.StatusServiceUnavailable || response.Reason() != "ORGANIZATION_BUSY" {
		t.Errorf("a list with reviews: got %s", response.Raw)
	}
	if response := o.REST(t, http.MethodGet, lines, ""); response.Code != http.StatusOK {
		t.Errorf("a list without reviews: got %s", response.Raw)
	}
	cancel()
	imports.Wait()
}

// TestHeavyMethodsDeclareTheirLoad checks that each report, and each method that receives or
// returns a file, declares a load.
func TestHeavyMethodsDeclareTheirLoad(t *testing.T) {
	t.Parallel()
	for _, m := range allMethods() {
		rule, _ := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
		content := m.Input().Fields().ByName("content")
		large := strings.HasPrefix(rule.GetGet(), "/v1/reports/") || m.Output().FullName() == "google.api.HttpBody" ||
			content != nil && content.Kind() == protoreflect.BytesKind
		if large && proto.GetExtension(m.Options(), optionsv1.E_Load) == optionsv1.Load_LOAD_UNSPECIFIED {
			t.Errorf("%s declares no load", m.FullName())
		}
	}
}
