package rpc

import (
	"context"
	"strings"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// AttachFilesHeader is the header of a request that creates a record with files attached to it: the
// identifiers of files and finished uploads, separated by commas.
const AttachFilesHeader = "Attach-Files"

// mdAttachFiles is the metadata key of AttachFilesHeader.
const mdAttachFiles = "attach-files"

// maxAttachFiles is the largest number of files that a request can attach.
const maxAttachFiles = 20

// TakesAttachments reports whether a method creates a record that files can be attached to: it
// returns the resource in its name, which is not on another record itself.
func TakesAttachments(m protoreflect.MethodDescriptor) bool {
	record := m.Output()
	return m.Name() == "Create"+record.Name() && proto.HasExtension(record.Options(), optionsv1.E_Resource) &&
		record.Fields().ByName("subject_id") == nil
}

// attachFilesOf returns the files that a request asks to attach to the record that it creates.
func attachFilesOf(ctx context.Context, p *Policy) (names []string, err error) {
	values := metadata.ValueFromIncomingContext(ctx, mdAttachFiles)
	if len(values) == 0 {
		return nil, nil
	}
	if p.attachTo == "" {
		return nil, badAttachFiles("is not taken by this method, which creates no record with attachments")
	}
	for name := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if name = strings.TrimSpace(name); name == "" {
			return nil, badAttachFiles("must be identifiers of files or uploads, separated by commas")
		}
		names = append(names, name)
	}
	if len(names) > maxAttachFiles {
		return nil, badAttachFiles("names %d files; attach at most %d at once", len(names), maxAttachFiles)
	}
	return names, nil
}

func badAttachFiles(format string, args ...any) error {
	return fault.Invalid(fault.At(AttachFilesHeader, format, args...))
}
