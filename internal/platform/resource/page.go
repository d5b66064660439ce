package resource

import (
	"encoding/base64"
	"strings"

	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/secret"
)

// DefaultPageSize is the page size of a request that sets none. MaxPageSize is the largest page
// size; a larger one is reduced to it (AIP-158).
const (
	DefaultPageSize = 50
	MaxPageSize     = 500
)

// PageRequest is a request for one page of a list.
type PageRequest interface {
	GetPageSize() int32
	GetPageToken() string
}

// Paging is the page of a list that a request asks for.
type Paging struct {
	// Size is the maximum number of records on the page.
	Size int
	// After is the position where the previous page ended, nil for the first page.
	After []byte

	// keys seal page tokens. binding ties a token to the organization, method and query.
	keys    *secret.Master
	binding []byte
}

// maxPageBytes is the size from which a page of a list ends, so that it may have fewer records than
// requested. Clients of gRPC refuse messages of more than 4 MiB by default.
const maxPageBytes = 3 << 20

// fitting returns how many of the records fit on a page, at least one of them.
func fitting[R proto.Message](records []R) int {
	size := 0
	for i, r := range records {
		if size += proto.Size(r); size > maxPageBytes && i > 0 {
			return i
		}
	}
	return len(records)
}

// NewPaging reads the page that a request asks for. query is everything that selects and orders the
// list. It refuses a negative page size with FIELDS_INVALID, and a page token that is broken or
// belongs to another query with PAGE_TOKEN_INVALID.
func NewPaging(keys *secret.Master, c *call.Call, req PageRequest, query ...string) (Paging, error) {
	p := Paging{Size: int(req.GetPageSize()), keys: keys}
	switch {
	case p.Size < 0:
		return p, fault.Invalid(fault.At("pageSize", "must not be negative"))
	case p.Size == 0:
		p.Size = DefaultPageSize
	}
	p.Size = min(p.Size, MaxPageSize)
	p.binding = []byte(strings.Join(append([]string{c.Organization.ID.String(), c.Method}, query...), "\x00"))
	var err error
	p.After, err = p.open(req.GetPageToken())
	return p, err
}

// open returns the position that a page token seals, nil for an empty token.
func (p Paging) open(token string) ([]byte, error) {
	if token == "" {
		return nil, nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		sealed, err = p.keys.Open(secret.PageTokens, sealed, p.binding)
	}
	if err != nil {
		return nil, fault.InvalidFor(optionsv1.Reason_PAGE_TOKEN_INVALID,
			fault.At("pageToken", "is broken or belongs to another query; "+
				"send the token with the filter and order it came from"))
	}
	return sealed, nil
}

// Next returns the token of the page after the position last.
func (p Paging) Next(last []byte) string {
	return base64.RawURLEncoding.EncodeToString(p.keys.Seal(secret.PageTokens, last, p.binding))
}
