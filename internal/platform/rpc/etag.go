package rpc

import (
	"context"
	"errors"
	"strings"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
)

// etagsOf finds the versions of which the caller read one: those in the If-Match
// header, the request's own etag, or that of the record in it. None: any.
func etagsOf(ctx context.Context, req protoreflect.Message) (etags []string, ifMatch bool) {
	if header := metadata.ValueFromIncomingContext(ctx, mdIfMatch); len(header) > 0 {
		return versions(strings.Join(header, ",")), true
	}
	if etag := stringField(req, "etag"); etag != "" {
		return []string{etag}, false
	}
	fields := req.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if fd.Message() != nil && !fd.IsList() && !fd.IsMap() && req.Has(fd) {
			if etag := stringField(req.Get(fd).Message(), "etag"); etag != "" {
				return []string{etag}, false
			}
		}
	}
	return nil, false
}

// versions takes the records' versions out of a list of entity tags, each of which is
// a version and a digest of the answer. `*` is any version; a tag without a version is
// the version of no record.
func versions(header string) (etags []string) {
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" {
			return nil
		}
		version, _, _ := strings.Cut(strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), "-")
		etags = append(etags, version)
	}
	return etags
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
