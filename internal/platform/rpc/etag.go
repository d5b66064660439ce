package rpc

import (
	"context"
	"errors"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
)

// etagOf finds the version that the caller read: the If-Match header, the request's
// own etag, or that of the record in it.
func etagOf(ctx context.Context, req protoreflect.Message) (etag string, ifMatch bool) {
	if header := first(ctx, mdIfMatch); header != "" {
		return recordEtag(header), true
	}
	if etag := stringField(req, "etag"); etag != "" {
		return etag, false
	}
	fields := req.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if fd.Message() != nil && !fd.IsList() && !fd.IsMap() && req.Has(fd) {
			if etag := stringField(req.Get(fd).Message(), "etag"); etag != "" {
				return etag, false
			}
		}
	}
	return "", false
}

// recordEtag takes the record's version out of an entity tag, which is the version
// and a digest of the answer; `*` is any version.
func recordEtag(header string) string {
	if header = strings.TrimSpace(header); header == "*" {
		return ""
	}
	version, _, _ := strings.Cut(strings.Trim(strings.TrimPrefix(header, "W/"), `"`), "-")
	return version
}

func stringField(m protoreflect.Message, name protoreflect.Name) string {
	fd := m.Descriptor().Fields().ByName(name)
	if fd == nil || fd.Kind() != protoreflect.StringKind || fd.IsList() {
		return ""
	}
	return m.Get(fd).String()
}

// ifMatchFailed is set in an error's metadata when the version came by If-Match,
// whose refusal is 412 over REST.
const ifMatchFailed = "ifMatch"

func ifMatch(err error, c *call.Call) error {
	var e *fault.Error
	if !c.IfMatch || !errors.As(err, &e) || e.Reason != optionsv1.Reason_ETAG_MISMATCH {
		return err
	}
	failed := *e
	failed.Metadata = map[string]string{ifMatchFailed: "failed"}
	return &failed
}

func isFault(err error) bool {
	var e *fault.Error
	return errors.As(err, &e)
}
