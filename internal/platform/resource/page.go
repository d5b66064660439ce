package resource

import (
	"encoding/base64"
	"strings"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/secret"
)

// DefaultPageSize is the size of a page whose request names none, MaxPageSize the
// largest; a larger one is coerced to it (AIP-158).
const (
	DefaultPageSize = 50
	MaxPageSize     = 500
)

// PageRequest is a request for one page of a list.
type PageRequest interface {
	GetPageSize() int32
	GetPageToken() string
}

// Paging is the part of a list that a request asks for.
type Paging struct {
	// Size is the most that fits on the page.
	Size int
	// After is where the page before ended, nil for the first page.
	After []byte

	keys  *secret.Master
	bound []byte
}

// NewPaging reads which page a request asks for. It refuses a negative page size, and
// a page token that is broken or was given for another query. The query is all that
// selects and orders the list.
func NewPaging(keys *secret.Master, c *call.Call, req PageRequest, query ...string) (Paging, error) {
	p := Paging{Size: int(req.GetPageSize()), keys: keys}
	switch {
	case p.Size < 0:
		return p, fault.Invalid(fault.At("pageSize", "must not be negative"))
	case p.Size == 0:
		p.Size = DefaultPageSize
	}
	p.Size = min(p.Size, MaxPageSize)
	p.bound = []byte(strings.Join(append([]string{c.Organization.ID.String(), c.Method}, query...), "\x00"))
	var err error
	p.After, err = p.open(req.GetPageToken())
	return p, err
}

func (p Paging) open(token string) ([]byte, error) {
	if token == "" {
		return nil, nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		sealed, err = p.keys.Open(secret.PageTokens, sealed, p.bound)
	}
	if err != nil {
		return nil, fault.InvalidFor(optionsv1.Reason_PAGE_TOKEN_INVALID,
			fault.At("pageToken", "is broken or belongs to another query; send the token with the filter and order it came from"))
	}
	return sealed, nil
}

// Next makes the token of the page that follows one that ended at last.
func (p Paging) Next(last []byte) string {
	return base64.RawURLEncoding.EncodeToString(p.keys.Seal(secret.PageTokens, last, p.bound))
}
