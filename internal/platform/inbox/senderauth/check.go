// Package senderauth checks whether an email comes from the domain that its sender claims. It
// verifies the DKIM signatures itself (RFC 6376), and accepts the results of the mail provider (RFC
// 8601) if they carry the configured identifier; results with another identifier are ignored, since
// anyone can write them. A signature counts only if its domain is aligned with that of the sender
// (RFC 7489, 3.1: relaxed). Who may do what with a verified message is left to others.
package senderauth

import (
	"bytes"
	"context"
	"net"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/publicsuffix"
)

// Limits of a check.
const (
	maxSignatures = 5
	lookupTimeout = 5 * time.Second
	maxDetail     = 500
)

// Checker checks messages.
type Checker struct {
	// Resolver looks up the keys of domains; nil uses the system's.
	Resolver *net.Resolver
	// AuthservID identifies the results of the mail provider; "" accepts none.
	AuthservID string
}

// Result is the outcome of a check.
type Result struct {
	// Verified is true if the message comes from the domain of the sender.
	Verified bool
	// SignedFields are the names of the header fields that the sender's domain signed, in lower case.
	// It is nil if only the provider says that the message is verified.
	SignedFields []string
	// Detail says what was found, as in a header Authentication-Results.
	Detail string
}

// Check checks a message. from is the domain of its sender, results are the headers Authentication-
// Results from the top.
func (c Checker) Check(ctx context.Context, raw []byte, from string, results []string) Result {
	if from == "" {
		return Result{Detail: "from=none"}
	}
	own := c.checkSignatures(ctx, raw, from)
	if own.Verified {
		return own
	}
	if provider := c.checkResults(from, results); provider.Verified || own.Detail == "dkim=none" && provider.Detail != "" {
		return provider
	}
	return own
}

// checkSignatures verifies the DKIM signatures.
func (c Checker) checkSignatures(ctx context.Context, raw []byte, from string) Result {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		MaxVerifications: maxSignatures,
		LookupTXT:        func(name string) ([]string, error) { return c.resolver().LookupTXT(ctx, name) },
	})
	if len(found) == 0 {
		if err != nil && err != dkim.ErrTooManySignatures {
			return Result{Detail: "dkim=permerror"}
		}
		return Result{Detail: "dkim=none"}
	}
	var details []string
	for _, v := range found {
		switch {
		case v.Err == nil && isAligned(v.Domain, from):
			fields := slices.Clone(v.HeaderKeys)
			for i := range fields {
				fields[i] = strings.ToLower(fields[i])
			}
			return Result{Verified: true, SignedFields: fields, Detail: shorten("dkim=pass header.d=" + v.Domain)}
		case v.Err == nil:
			details = append(details, "dkim=pass header.d="+v.Domain+" (not aligned)")
		case dkim.IsTempFail(v.Err):
			details = append(details, "dkim=temperror header.d="+v.Domain)
		default:
			details = append(details, "dkim=fail header.d="+v.Domain)
		}
	}
	return Result{Detail: shorten(strings.Join(details, "; "))}
}

func (c Checker) resolver() *net.Resolver {
	if c.Resolver != nil {
		return c.Resolver
	}
	return net.DefaultResolver
}

// checkResults reads the results of the mail provider. Only the topmost header with the identifier
// counts: the provider added it last, and what is below may come from the sender.
func (c Checker) checkResults(from string, headers []string) Result {
	if c.AuthservID == "" {
		return Result{}
	}
	for _, header := range headers {
		identifier, results, err := authres.Parse(header)
		if err != nil || !strings.EqualFold(identifier, c.AuthservID) {
			continue
		}
		for _, r := range results {
			if method, domain := passed(r); domain != "" && isAligned(domain, from) {
				return Result{Verified: true, Detail: shorten(method + "=pass " + domain + " (" + c.AuthservID + ")")}
			}
		}
		return Result{Detail: shorten(c.AuthservID + ": not verified")}
	}
	return Result{}
}

// passed returns the method and the domain of a result that passed, "" otherwise.
func passed(r authres.Result) (method, domain string) {
	switch r := r.(type) {
	case *authres.DMARCResult:
		if r.Value == authres.ResultPass {
			return "dmarc", domainOf(r.From)
		}
	case *authres.DKIMResult:
		if r.Value == authres.ResultPass {
			if r.Domain == "" {
				return "dkim", domainOf(r.Identifier)
			}
			return "dkim", r.Domain
		}
	case *authres.SPFResult:
		if r.Value == authres.ResultPass {
			return "spf", domainOf(r.From)
		}
	}
	return "", ""
}

// domainOf returns the domain of an address, or the text itself if it is a domain.
func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// isAligned reports whether two domains belong to the same organization.
func isAligned(domain, from string) bool {
	domain, from = strings.ToLower(strings.TrimSuffix(domain, ".")), strings.ToLower(strings.TrimSuffix(from, "."))
	if domain == from {
		return domain != ""
	}
	a, errA := publicsuffix.EffectiveTLDPlusOne(domain)
	b, errB := publicsuffix.EffectiveTLDPlusOne(from)
	return errA == nil && errB == nil && a == b
}

// shorten returns a detail as one line of limited length. It contains what senders wrote.
func shorten(detail string) string {
	line := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, detail)
	return strings.ToValidUTF8(line[:min(len(line), maxDetail)], "")
}
