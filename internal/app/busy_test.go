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

// holdOrganization keeps everybody waiting who changes the organization as a whole.
func holdOrganization(t *testing.T, o *apptest.Organization) (release func()) {
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

// TestHeavyRequestsOfAnOrganizationAreBounded checks that an organization whose imports
// hang is told to wait with its reports, that others are served meanwhile, and that requests
// which ended, given up or refused, are not counted on.
func TestHeavyRequestsOfAnOrganizationAreBounded(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o, other := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	d, _ := apptest.Databases(t)
	places := int(d.Pool().Config().MaxConns) / 4
	release := holdOrganization(t, o)
	defer release()
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	var imports sync.WaitGroup
	for range places {
		imports.Go(func() {
			for ctx.Err() == nil { // a report may have been first, or the lock have timed out
				_, err := financev1.NewLedgerServiceClient(o).ImportOpeningBalances(ctx, &financev1.ImportOpeningBalancesRequest{
					Date: "2026-01-01", Content: []byte("Account,Debit,Credit\nBank,5.00,\nEquity,,5.00\n"),
				})
				if err == nil {
					t.Error("an import that was given up is stored")
				}
			}
		})
	}
	const report = "/v1/reports/trialBalance"
	late := time.Now().Add(time.Minute) // ends the test if nothing is ever refused
	answer := o.REST(t, http.MethodGet, report, "")
	for answer.Code == http.StatusOK && time.Now().Before(late) { // the imports have not all begun
		answer = o.REST(t, http.MethodGet, report, "")
	}
	if answer.Code != http.StatusServiceUnavailable || answer.Reason() != "ORGANIZATION_BUSY" || answer.Header.Get("Retry-After") != "1" {
		t.Errorf("a report gets %d %v %s", answer.Code, answer.Header, answer.Raw)
	}
	ask := func() error {
		_, err := financev1.NewReportsServiceClient(o).GetTrialBalance(t.Context(), &financev1.GetTrialBalanceRequest{})
		return err
	}
	err := ask()
	for err == nil && time.Now().Before(late) { // an import's lock has timed out
		err = ask()
	}
	if status.Code(err) != codes.Unavailable {
		t.Errorf("a report over gRPC gets %v", err)
	}
	if answer := o.REST(t, http.MethodGet, "/v1/accounts", ""); answer.Code != http.StatusOK {
		t.Errorf("a list gets %s", answer.Raw)
	}
	if answer := other.REST(t, http.MethodGet, report, ""); answer.Code != http.StatusOK {
		t.Errorf("another organization gets %s", answer.Raw)
	}
	giveUp()
	imports.Wait()
	for range places + 1 {
		if answer := o.REST(t, http.MethodGet, report+"?asOf=never", ""); answer.Code != http.StatusBadRequest {
			t.Errorf("a refused report gets %s", answer.Raw)
		}
		if answer := o.REST(t, http.MethodGet, report, ""); answer.Code != http.StatusOK {
			t.Errorf("after the imports, a report gets %s", answer.Raw)
		}
	}
}

// TestLoadsAreDeclared checks that a method that is a report, takes a file or answers with
// one declares that it takes much.
func TestLoadsAreDeclared(t *testing.T) {
	t.Parallel()
	for _, m := range rpcs() {
		rule, _ := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
		content := m.Input().Fields().ByName("content")
		large := strings.HasPrefix(rule.GetGet(), "/v1/reports/") || m.Output().FullName() == "google.api.HttpBody" ||
			content != nil && content.Kind() == protoreflect.BytesKind
		if large && proto.GetExtension(m.Options(), optionsv1.E_Load) == optionsv1.Load_LOAD_UNSPECIFIED {
			t.Errorf("%s declares no load", m.FullName())
		}
	}
}
