package catalog_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) { apptest.Main(m, ledger.Module, tax.Module, catalog.Module) }

// write runs a unit of work of another capability in an organization.
func write(t *testing.T, o *apptest.Organization, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := apptest.Databases(t)
	_, err = db.Write(call.With(t.Context(), c), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}

// account returns the identifier of the first account of a type that is a control account or not.
func account(t *testing.T, o *apptest.Organization, typ pb.Account_Type, control bool) string {
	t.Helper()
	list, err := pb.NewLedgerServiceClient(o).ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAccounts() {
		if a.GetType() == typ && a.GetControl() == control {
			return a.GetId()
		}
	}
	t.Fatalf("there is no account of type %s", typ)
	return ""
}
