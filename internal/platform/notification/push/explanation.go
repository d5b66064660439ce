package push

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
)

// Explain returns the failure as a sentence for the person of the device. It does not contain what
// the network reported, such as addresses of the server.
func (f *Failure) Explain() string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case f.Status != 0:
		return f.explainStatus()
	case errors.Is(f.Err, ErrTestOrganization):
		return "Not sent, because a test organization sends nothing to the outside."
	case errors.Is(f.Err, ErrPrivateAddress):
		return "The endpoint has no public address."
	case errors.Is(f.Err, errUnusable):
		return "The endpoint or the keys of the device cannot be used."
	case errors.As(f.Err, &certificate), errors.As(f.Err, new(x509.UnknownAuthorityError)),
		errors.As(f.Err, new(x509.HostnameError)), errors.As(f.Err, new(x509.CertificateInvalidError)):
		return "The certificate of the endpoint is not valid."
	case errors.As(f.Err, &record), errors.As(f.Err, &alert), errors.Is(f.Err, http.ErrSchemeMismatch):
		return "The endpoint could not establish a TLS connection."
	case errors.As(f.Err, &name) && name.IsNotFound:
		return "The host name of the endpoint does not exist."
	case os.IsTimeout(f.Err), errors.Is(f.Err, os.ErrDeadlineExceeded):
		return "The endpoint did not answer in time."
	}
	return "The endpoint could not be reached."
}

// explainStatus explains an answer with another status than success.
func (f *Failure) explainStatus() string {
	switch {
	case f.Status >= http.StatusMultipleChoices && f.Status < http.StatusBadRequest:
		return fmt.Sprintf("The endpoint redirects to another address (HTTP %d), which is not followed.", f.Status)
	case f.Status == http.StatusUnauthorized, f.Status == http.StatusForbidden:
		return fmt.Sprintf("The endpoint refused the credentials of the message (HTTP %d).", f.Status)
	case f.Status == http.StatusRequestEntityTooLarge:
		return "The endpoint refused the message as too large (HTTP 413)."
	case f.Status == http.StatusTooManyRequests:
		return "The endpoint receives too many messages (HTTP 429)."
	case f.IsTemporary():
		return fmt.Sprintf("The endpoint is not available at the moment (HTTP %d).", f.Status)
	}
	return fmt.Sprintf("The endpoint refused the message (HTTP %d).", f.Status)
}
