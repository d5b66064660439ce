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

// etagsOf returns the versions that the caller accepts: those in the If-Match header, or else the
// etag of the request or of the record in it. No versions accept any.
func etagsOf(ctx context.Context, req protoreflect.Message) (etags []string, ifMatch bool) {
	if header := metadata.ValueFromIncomingContext(ctx, mdIfMatch); len(header) > 0 {
		return versionsFrom(strings.Join(header, ",")), true
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

// versionsFrom returns the record versions in a list of entity tags, each of which consists of a
// version and a digest of the response. `*` accepts any version. A tag without a version matches
// no record.
func versionsFrom(header string) (etags []string) {
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

// ifMatchFailed is the metadata key of an error for a version sent by If-Match. Over REST the error
// is 412.
const ifMatchFailed = "ifMatch"

// markIfMatch marks an etag mismatch of a version that was sent by If-Match.
func markIfMatch(err error, c *call.Call) error {
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
