package app_test

import (
	"log/slog"
	"strings"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
)

// TestFileQuotaOfAnOrganization sets the quota of one organization by the command and removes it
// again.
func TestFileQuotaOfAnOrganization(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	files := platformv1.NewFilesServiceClient(o)
	store := func(content string) error {
		_, err := files.UploadFile(t.Context(), &platformv1.UploadFileRequest{Content: []byte(content)})
		return err
	}
	set := func(org, bytes string) (string, error) {
		var out strings.Builder
		settings := app.Settings{DatabaseURL: apptest.URL(t)}
		err := app.SetFileQuota(t.Context(), settings, org, bytes, slog.New(slog.DiscardHandler), &out)
		return out.String(), err
	}
	if err := store("1234"); err != nil {
		t.Fatal(err)
	}
	org := o.Organization.GetId()
	if text, err := set(org, "5"); err != nil || !strings.Contains(text, "use 4 bytes") {
		t.Fatalf("got %q, %v", text, err)
	}
	apptest.WantRefused(t, store("56"), optionsv1.Reason_FILE_QUOTA_EXCEEDED)
	usage, err := files.GetFileUsage(t.Context(), &platformv1.GetFileUsageRequest{})
	if err != nil || usage.GetStoredBytes() != 4 || usage.GetQuotaBytes() != 5 {
		t.Errorf("got %v, %v, want 4 of 5 bytes", usage, err)
	}
	if _, err := set(org, ""); err != nil {
		t.Fatal(err)
	}
	if err := store("56"); err != nil {
		t.Errorf("without a quota: got %v", err)
	}
	for _, c := range [][2]string{{"org_01k9zzzzzzzzzzzzzzzzzzzzzz", "5"}, {"prs_1", "5"}, {org, "-1"}, {org, "5 GiB"}} {
		if text, err := set(c[0], c[1]); err == nil {
			t.Errorf("%v: got %q, want an error", c, text)
		}
	}
}
