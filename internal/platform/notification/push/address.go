package push

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// ErrPrivateAddress means that an endpoint has no public address.
var ErrPrivateAddress = errors.New("the address is not public")

// ErrTestOrganization means that nothing is sent, because the organization is a test.
var ErrTestOrganization = errors.New("a test organization sends nothing to the outside")

// errUnusable means that no request can be made from a message.
var errUnusable = errors.New("the message cannot be sent")

// notPublic are blocks that the methods of netip.Addr do not know: networks of carriers and of
// tests, and those that lead to other IPv4 addresses (IANA special-purpose address registries).
var notPublic = parsePrefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
	"2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

func parsePrefixes(texts ...string) (out []netip.Prefix) {
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// IsPublic reports whether an address can be reached by everyone on the internet.
func IsPublic(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// CheckEndpoint refuses a URL to which nothing can be sent: one without https or with a user, and
// one whose host is an address that is not public. A name is checked when it is resolved.
func CheckEndpoint(endpoint string, allowPrivate bool) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" ||
		u.Scheme != "https" && (u.Scheme != "http" || !allowPrivate) {
		return fmt.Errorf("%w: it must be an https URL without a user", errUnusable)
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !allowPrivate && !IsPublic(a) {
		return ErrPrivateAddress
	}
	return nil
}

// newTransport returns a transport that connects only to public addresses. It checks the address of
// each connection itself, so that a name cannot resolve to another address than the one that was
// checked. It uses no proxy, which would connect by itself.
func newTransport(o Options) *http.Transport {
	dialer := &net.Dialer{Timeout: o.Timeout}
	if !o.AllowPrivate {
		dialer.ControlContext = refusePrivate
	}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        time.Minute,
		TLSHandshakeTimeout:    o.Timeout,
		ResponseHeaderTimeout:  o.Timeout,
		MaxResponseHeaderBytes: 16 << 10,
	}
}

func refusePrivate(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !IsPublic(at.Addr()) {
		return ErrPrivateAddress
	}
	return nil
}
