package app_test

import (
	"net/http"
	"testing"

	"backoffice/internal/app/apptest"
)

// TestBodyLabeledAsForm sends JSON as `curl -d` labels it unless told otherwise.
func TestBodyLabeledAsForm(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	answer := o.REST(t, http.MethodPost, "/v1/vendors?validateOnly=true", `{"displayName": "Paper & Co"}`,
		"Content-Type: application/x-www-form-urlencoded")
	if answer.Code != http.StatusOK || answer.Body["displayName"] != "Paper & Co" {
		t.Errorf("got %d %s, want the vendor", answer.Code, answer.Raw)
	}
}
