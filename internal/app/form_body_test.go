package app_test

import (
	"net/http"
	"testing"

	"backoffice/internal/app/apptest"
)

// TestBodyLabeledAsForm sends JSON with the Content-Type that `curl -d` sets by default.
func TestBodyLabeledAsForm(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	response := o.REST(t, http.MethodPost, "/v1/vendors?validateOnly=true", `{"displayName": "Paper & Co"}`,
		"Content-Type: application/x-www-form-urlencoded")
	if response.Code != http.StatusOK || response.Body["displayName"] != "Paper & Co" {
		t.Errorf("got %d %s, want the vendor", response.Code, response.Raw)
	}
}
