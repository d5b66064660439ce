package app_test

import (
	"context"
	"encoding/base64"
	"log/slog"
	"strings"
	"testing"
	"time"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/secret"
)

// cancelAfterLine cancels a command once it has written about an organization.
type cancelAfterLine struct {
	strings.Builder
	cancel func()
}

func (w *cancelAfterLine) Write(line []byte) (int, error) {
	if strings.HasPrefix(string(line), "Keys of") {
		w.cancel()
	}
	return w.Builder.Write(line)
}

// TestRotateKeysContinuesAfterInterruption replaces the master key and the keys of two
// organizations. The command is interrupted after the first and called again. The sealed fields can
// then be revealed and found with the new master key alone.
func TestRotateKeysContinuesAfterInterruption(t *testing.T) {
	t.Parallel()
	d := openTestDatabase(t)
	vendors, thirds := map[string]*apptest.Organization{}, map[string]string{}
	for _, name := range []string{"First", "Second"} {
		o := apptest.SignUpTo(t, d.app)
		made, err := financev1.NewPayablesServiceClient(o).CreateVendor(t.Context(), &financev1.CreateVendorRequest{
			Vendor: &financev1.Vendor{DisplayName: name, BankAccountNumber: "DE89370400440532013000"},
		})
		if err != nil {
			t.Fatal(err)
		}
		vendors[made.GetId()] = o
		third := o.REST(t, "POST", "/v1/vendors", `{"displayName": "Third"}`, "Idempotency-Key: third")
		thirds[made.GetId()], _ = third.Body["id"].(string)
	}
	key := func(last byte) string {
		return base64.StdEncoding.EncodeToString(append(make([]byte, secret.KeySize-1), last))
	}
	settings := app.Settings{DatabaseURL: d.url, MigrateURL: d.url, MasterKey: key(1), PreviousMasterKey: key(0)}
	began := time.Now()
	ctx, cancel := context.WithCancel(t.Context())
	out := &cancelAfterLine{cancel: cancel}
	if err := app.RotateKeys(ctx, settings, began, slog.New(slog.DiscardHandler), out); err == nil {
		t.Errorf("the interrupted command succeeded: %s", out)
	}
	rest := &strings.Builder{}
	if err := app.RotateKeys(t.Context(), settings, began, slog.New(slog.DiscardHandler), rest); err != nil {
		t.Fatal(err)
	}
	if got := rest.String(); strings.Count(got, ": 0 replaced") != 1 || strings.Count(got, ": 1 replaced") != 1 {
		t.Errorf("got %q, want one organization left to do", got)
	}
	between := openDatabase(t, d.url, masterKey(t, 1).Replacing(masterKey(t, 0)))
	after := openDatabase(t, d.url, masterKey(t, 1))
	for key, o := range vendors {
		o.App = between.app
		retried := o.REST(t, "POST", "/v1/vendors", `{"displayName": "Third"}`, "Idempotency-Key: third")
		if id, _ := retried.Body["id"].(string); id != thirds[key] {
			t.Errorf("got %s for a retry after the change of the key, want %s", retried.Raw, thirds[key])
		}
		o = o.WithRole(t, platformv1.ApiKey_OWNER)
		o.App = after.app
		found := o.REST(t, "POST", "/v1/vendors/"+key+":reveal", `{"reason": "Test"}`)
		if found.Code != 200 || !strings.Contains(string(found.Raw), "DE89370400440532013000") {
			t.Errorf("got %s after the rotation", found.Raw)
		}
		list := o.REST(t, "GET", "/v1/vendors?filter=bank_account_number%20%3D%20%22DE89370400440532013000%22", "")
		if items, _ := list.Body["vendors"].([]any); len(items) != 1 {
			t.Errorf("got %s, want the vendor by its number", list.Raw)
		}
	}
}
