package rpc

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/secret"
)

const (
	// linkTime is how long a signed link can be opened.
	linkTime = 5 * time.Minute
	// linkParameter is the query parameter that contains the token of a signed link.
	linkParameter = "linkToken"
)

// linkToken is what a signed link proves: that an API key may open a path and query until a time.
type linkToken struct {
	organization, key uuid.UUID
	expireTime        time.Time
}

// linkTokenSize is the size of a token in bytes, without its MAC.
const linkTokenSize = 16 + 16 + 8

func (t linkToken) bytes() []byte {
	raw := append(t.organization[:], t.key[:]...)
	return binary.BigEndian.AppendUint64(raw, uint64(t.expireTime.Unix()))
}

// SignLink returns a link to a path and query, which a browser can open without a credential until
// a time. The link has the rights of the caller's API key. It fails unless the path is that of a
// method that returns a file, the query is valid and the caller may call the method.
func SignLink(c *call.Call, keys *secret.Master, target string) (link string, expireTime time.Time, err error) {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Fragment != "" {
		return "", expireTime, badTarget("must be the path and query of a method, such as `/v1/files/fil_01k9…:content`")
	}
	f, found := fileRouteAt(u.Path)
	if !found {
		return "", expireTime, badTarget("is not the path of a method that returns a file")
	}
	if err := f.route.query.check(&http.Request{URL: u}); err != nil {
		return "", expireTime, badTarget("has a query that the method refuses: %s", err)
	}
	if err := checkPermissions(c, f.policy); err != nil {
		return "", expireTime, err
	}
	t := linkToken{c.Organization.ID, c.KeyID, calendar.System().Now().Add(linkTime).Truncate(time.Second)}
	query := u.Query()
	token := append(t.bytes(), keys.MAC(secret.Links, t.bytes(), []byte(u.Path), []byte(query.Encode()))...)
	query.Set(linkParameter, base64.RawURLEncoding.EncodeToString(token))
	return (&url.URL{Path: u.Path, RawQuery: query.Encode()}).String(), t.expireTime, nil
}

func badTarget(format string, args ...any) error {
	return fault.Invalid(fault.At("path", format, args...))
}

// fileRoute is the route of a method that returns a file and has no side effects.
type fileRoute struct {
	policy *Policy
	route  route
}

// fileRouteAt returns the route of the method at a path that returns a file.
func fileRouteAt(path string) (fileRoute, bool) {
	for _, f := range fileRoutes() {
		if f.route.path.MatchString(path) {
			return f, true
		}
	}
	return fileRoute{}, false
}

// fileRoutes returns the routes of all methods that return a file. It panics if a method has no
// policy or no path; New refuses such a method before.
var fileRoutes = sync.OnceValue(func() (found []fileRoute) {
	policies := Policies{}
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				m := methods.Get(j)
				if m.Output().FullName() != (*httpbody.HttpBody)(nil).ProtoReflect().Descriptor().FullName() {
					continue
				}
				p, err := policyOf(m)
				if err != nil {
					panic(err)
				}
				policies["/"+p.Method] = p
			}
		}
		return true
	})
	all, err := routesOf(policies)
	if err != nil {
		panic(err)
	}
	for _, r := range all {
		if p := policies["/"+r.method]; p.ReadOnly && r.httpMethod == http.MethodGet {
			found = append(found, fileRoute{p, r})
		}
	}
	return found
})

type linkKey struct{}

// linkOf returns the token of the signed link that a request opens.
func linkOf(ctx context.Context) (linkToken, bool) {
	t, ok := ctx.Value(linkKey{}).(linkToken)
	return t, ok
}

// withLinks replaces the token of a signed link by the API key that signed it. It refuses tokens
// that are expired or of another path or query. A link is only opened by GET and HEAD.
func (g *gateway) withLinks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		_, isFile := fileRouteAt(r.URL.Path)
		if err != nil || !query.Has(linkParameter) || r.Method != http.MethodGet || !isFile ||
			r.Header.Get("Authorization") != "" {
			next.ServeHTTP(w, r) // which refuses the unknown parameter
			return
		}
		t, err := g.openLink(r.URL.Path, query)
		if err != nil {
			ctx := r.Context()
			g.writeError(ctx, nil, nil, w, r, g.chain.countRefusal(ctx, err))
			return
		}
		opened := r.Clone(context.WithValue(r.Context(), linkKey{}, t))
		opened.URL.RawQuery = query.Encode()
		next.ServeHTTP(w, opened)
	})
}

// openLink verifies the token of a signed link and removes it from the query.
func (g *gateway) openLink(path string, query url.Values) (t linkToken, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.Join(query[linkParameter], ","))
	query.Del(linkParameter)
	if err != nil || len(raw) < linkTokenSize {
		return t, brokenLink()
	}
	body, mac := raw[:linkTokenSize], raw[linkTokenSize:]
	for _, expected := range g.chain.Keys.MACs(secret.Links, body, []byte(path), []byte(query.Encode())) {
		if !hmac.Equal(mac, expected) {
			continue
		}
		t.organization, t.key = uuid.UUID(body[:16]), uuid.UUID(body[16:32])
		t.expireTime = time.Unix(int64(binary.BigEndian.Uint64(body[32:])), 0)
		if !calendar.System().Now().Before(t.expireTime) {
			return t, fault.New(codes.PermissionDenied, optionsv1.Reason_LINK_EXPIRED,
				"The link has expired; links can be opened for 5 minutes.")
		}
		return t, nil
	}
	return t, brokenLink()
}

func brokenLink() error {
	return fault.New(codes.PermissionDenied, optionsv1.Reason_LINK_INVALID,
		"The link was not signed by this server for this path and query.")
}
