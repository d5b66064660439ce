package files

import (
	"context"
	"encoding/base64"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/rpc"
)

// tusVersion is the version of the tus resumable upload protocol
// (https://tus.io/protocols/resumable-upload).
const tusVersion = "1.0.0"

// partMediaType is the media type of a part.
const partMediaType = "application/offset+octet-stream"

// tusHeader is sent with every response to a tus client.
var tusHeader = map[string]string{"Tus-Resumable": tusVersion, "Tus-Version": tusVersion, "Cache-Control": "no-store"}

// tusOptions says what the server supports.
var tusOptions = map[string]string{
	"Tus-Resumable":          tusVersion,
	"Tus-Version":            tusVersion,
	"Tus-Extension":          "creation,expiration,checksum,termination",
	"Tus-Max-Size":           strconv.Itoa(MaxBytes),
	"Tus-Checksum-Algorithm": "sha1,sha256",
}

// tusMethods returns the methods that tus clients call. Other clients call them with JSON.
func (s *Service) tusMethods() []rpc.RawMethod {
	return []rpc.RawMethod{{
		Method: pb.FilesService_CreateUpload_FullMethodName[1:], Deadline: callTimeout, Serves: isTus,
		Header: tusHeader, Options: tusOptions, ReadHeader: readCreation,
		Handle: func(ctx context.Context, m proto.Message, _ *http.Request) (proto.Message, error) {
			return s.CreateUpload(ctx, m.(*pb.CreateUploadRequest))
		},
		WriteResponse: writeCreated,
	}, {
		Method: pb.FilesService_GetUpload_FullMethodName[1:], Deadline: callTimeout, Serves: isTus,
		Header: tusHeader, ReadHeader: checkTusVersion,
		Handle: func(ctx context.Context, m proto.Message, _ *http.Request) (proto.Message, error) {
			return s.GetUpload(ctx, m.(*pb.GetUploadRequest))
		},
		WriteResponse: writeProgress,
	}, {
		Method: pb.FilesService_AppendUpload_FullMethodName[1:], Deadline: transferTimeout,
		Header: tusHeader, Options: tusOptions, ReadHeader: readPartHeader, Handle: s.receivePart,
		WriteResponse: writeAppended,
	}, {
		Method: pb.FilesService_DeleteUpload_FullMethodName[1:], Deadline: callTimeout, Serves: isTus,
		Header: tusHeader, ReadHeader: checkTusVersion,
		Handle: func(ctx context.Context, m proto.Message, _ *http.Request) (proto.Message, error) {
			return s.DeleteUpload(ctx, m.(*pb.DeleteUploadRequest))
		},
		WriteResponse: func(w http.ResponseWriter, _ *http.Request, _ proto.Message) error {
			w.WriteHeader(http.StatusNoContent)
			return nil
		},
	}}
}

// isTus reports whether a request follows the tus protocol.
func isTus(r *http.Request) bool { return len(r.Header.Values("Tus-Resumable")) > 0 }

func checkTusVersion(_ proto.Message, r *http.Request) error {
	if isTus(r) && r.Header.Get("Tus-Resumable") != tusVersion {
		return fault.New(codes.Aborted, optionsv1.Reason_TUS_VERSION_NOT_SUPPORTED,
			"Tus-Resumable must be %s.", tusVersion)
	}
	return nil
}

// readCreation reads the upload to create from the headers.
func readCreation(m proto.Message, r *http.Request) error {
	if err := checkTusVersion(m, r); err != nil {
		return err
	}
	if r.ContentLength != 0 {
		return badForm("must be empty; send the bytes with PATCH")
	}
	size, err := readSize(r, "Upload-Length")
	if err != nil {
		return err
	}
	if size > MaxBytes {
		return rpc.BodyTooLarge(MaxBytes)
	}
	u := &pb.Upload{SizeBytes: size, TusMetadata: r.Header.Get("Upload-Metadata")}
	m.(*pb.CreateUploadRequest).Upload = u
	return readMetadata(u)
}

func readSize(r *http.Request, name string) (int64, error) {
	size, err := strconv.ParseInt(r.Header.Get(name), 10, 64)
	if err != nil || size < 0 {
		return 0, fault.Invalid(fault.At(name, "must be a number of bytes"))
	}
	return size, nil
}

// readMetadata reads the fields of an upload from its Upload-Metadata header: pairs of a key and a
// value in base64, separated by commas. Keys with other meanings are left to the client.
func readMetadata(u *pb.Upload) error {
	fields := map[string]*string{
		"filename": &u.FileName, "filetype": &u.MediaType, "sha256": &u.Sha256, "subjectId": &u.SubjectId,
	}
	for pair := range strings.SplitSeq(u.TusMetadata, ",") {
		key, encoded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		field, known := fields[key]
		if !known {
			continue
		}
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return fault.Invalid(fault.At("Upload-Metadata", "has a value of %s that is not base64", key))
		}
		*field = strings.ToValidUTF8(string(value), "\uFFFD")
	}
	return nil
}

// readPartHeader reads the offset and the checksum of a part from the headers, if it has any.
func readPartHeader(m proto.Message, r *http.Request) (err error) {
	req := m.(*pb.AppendUploadRequest)
	if err := checkTusVersion(m, r); err != nil {
		return err
	}
	if isTus(r) || r.Header.Get("Upload-Offset") != "" {
		if req.OffsetBytes, err = readSize(r, "Upload-Offset"); err != nil {
			return err
		}
	}
	if checksum := r.Header.Get("Upload-Checksum"); checksum != "" {
		req.Checksum = checksum
	}
	return nil
}

// receivePart appends a part that is the HTTP body.
func (s *Service) receivePart(ctx context.Context, m proto.Message, r *http.Request) (proto.Message, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != partMediaType {
		uploadID := m.(*pb.AppendUploadRequest).GetUploadId()
		if _, err := s.GetUpload(ctx, &pb.GetUploadRequest{UploadId: uploadID}); err != nil {
			return nil, err
		}
		return nil, fault.New(codes.InvalidArgument, optionsv1.Reason_PART_MEDIA_TYPE_WRONG,
			"The Content-Type of a part must be %s.", partMediaType)
	}
	return s.appendPart(ctx, m.(*pb.AppendUploadRequest), r.Body)
}

func writeCreated(w http.ResponseWriter, r *http.Request, response proto.Message) error {
	u := response.(*pb.Upload)
	w.Header().Set("Location", r.URL.Path+"/"+u.Id)
	setProgress(w, u)
	w.WriteHeader(http.StatusCreated)
	return nil
}

// writeProgress responds to HEAD.
func writeProgress(w http.ResponseWriter, _ *http.Request, response proto.Message) error {
	u := response.(*pb.Upload)
	w.Header().Set("Upload-Length", strconv.FormatInt(u.SizeBytes, 10))
	if u.TusMetadata != "" {
		w.Header().Set("Upload-Metadata", u.TusMetadata)
	}
	setProgress(w, u)
	w.WriteHeader(http.StatusOK)
	return nil
}

func writeAppended(w http.ResponseWriter, r *http.Request, response proto.Message) error {
	setProgress(w, response.(*pb.Upload))
	if !isTus(r) {
		return rpc.WriteJSON(r.Context(), w, response)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func setProgress(w http.ResponseWriter, u *pb.Upload) {
	w.Header().Set("Upload-Offset", strconv.FormatInt(u.OffsetBytes, 10))
	w.Header().Set("Upload-Expires", u.ExpireTime.AsTime().Format(http.TimeFormat))
	if u.FileId != "" {
		w.Header().Set("Upload-File-Id", u.FileId)
	}
}
