package files

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/rpc"
)

// AttachRequested attaches the files that the request names in its header to the record that it has
// created, in the same transaction. It refuses the request as a whole if one of them does not
// exist, is beyond the caller's reach, or is an upload that is not finished.
func AttachRequested(ctx context.Context, tx *db.Tx, record proto.Message) error {
	if err := checkMayAttach(tx.Call()); err != nil {
		return err
	}
	subject := record.ProtoReflect().Get(record.ProtoReflect().Descriptor().Fields().ByName("id")).String()
	var list []*pb.Attachment
	var violations fault.List
	for i, name := range tx.Call().AttachFiles {
		fileID, err := requestedFile(ctx, tx, name)
		if err := violations.Merge(fmt.Sprintf("%s[%d]", rpc.AttachFilesHeader, i), err); err != nil {
			return err
		}
		known := func(a *pb.Attachment) bool { return a.FileId == fileID }
		if err == nil && !slices.ContainsFunc(list, known) {
			list = append(list, &pb.Attachment{SubjectId: subject, FileId: fileID})
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	return attachments.InsertMany(ctx, tx, list, func(int) string { return rpc.AttachFilesHeader }, completeAttachment)
}

// requestedFile returns the identifier of a file that the caller may read, from its identifier or
// that of a finished upload of the caller.
func requestedFile(ctx context.Context, tx *db.Tx, name string) (string, error) {
	fileID := name
	if strings.HasPrefix(name, "upl_") {
		u, err := findUpload(ctx, tx, name)
		if err != nil && fault.From(err).Reason != optionsv1.Reason_RECORD_NOT_FOUND {
			return "", err
		}
		if u != nil && u.FileId == "" {
			return "", fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At("", "names an upload that is not finished"))
		}
		fileID = u.GetFileId()
	}
	f, err := findReadable(ctx, tx, fileID)
	if err == nil && f == nil {
		err = fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At("", "names a file that does not exist"))
	}
	return fileID, err
}
