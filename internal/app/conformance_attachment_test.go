package app_test

import (
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/rpc"
)

// attachments checks that a request which creates a record can attach files to it, and that it is
// refused as a whole if one of them does not exist. It finds the methods by their descriptors: they
// must be those of all kinds that can be subjects.
func (s suite) attachments() {
	kind, _ := s.o.App.Registry.ByPrefix(s.k.option.GetPrefix())
	create := s.k.methods["Create"]
	if create == nil {
		return
	}
	if rpc.TakesAttachments(create) != kind.CanBeSubject() {
		s.t.Fatalf("got a method that takes attachments: %v, want %v", rpc.TakesAttachments(create), kind.CanBeSubject())
	}
	file := upload(s.t, s.o, "a.txt", uniqueName("bytes"))
	if !kind.CanBeSubject() {
		_, err := s.createWithFiles(file)
		s.wantError(err, codes.InvalidArgument, optionsv1.Reason_FIELDS_INVALID)
		return
	}
	_, err := s.createWithFiles(file + ", fil_01k9zzzzzzzzzzzzzzzzzzzzzz")
	s.wantError(err, codes.InvalidArgument, optionsv1.Reason_REFERENCE_NOT_FOUND)
	if left := s.attached("file_id = " + strconv.Quote(file)); len(left) != 0 {
		s.t.Errorf("got %v, want no attachment of the refused request", left)
	}
	made, err := s.createWithFiles(file)
	if err != nil {
		s.t.Fatal(err)
	}
	got := s.attached("subject_id = " + strconv.Quote(text(made, "id")))
	if len(got) != 1 || got[0].GetFileId() != file || got[0].GetPersonId() != s.o.Owner.GetId() ||
		got[0].GetMediaType() != "text/plain" || got[0].GetSizeBytes() == 0 {
		s.t.Errorf("got the attachments %v, want the file", got)
	}
}

// createWithFiles creates a record with the header Attach-Files.
func (s suite) createWithFiles(files string) (protoreflect.Message, error) {
	ctx := metadata.AppendToOutgoingContext(s.t.Context(), "attach-files", files)
	return s.callAs(ctx, s.conn, "Create", s.createRequest())
}

// attached lists attachments by a filter.
func (s suite) attached(filter string) []*platformv1.Attachment {
	s.t.Helper()
	list, err := platformv1.NewFilesServiceClient(s.o).ListAttachments(s.t.Context(),
		&platformv1.ListAttachmentsRequest{Filter: filter})
	if err != nil {
		s.t.Fatal(err)
	}
	return list.GetAttachments()
}
