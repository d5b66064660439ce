package files_test

import (
	"net/http"
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

func uploadText(t *testing.T, o *apptest.Organization, name string) string {
	t.Helper()
	f, err := pb.NewFilesServiceClient(o).UploadFile(t.Context(),
		&pb.UploadFileRequest{FileName: name, Content: []byte(name)})
	if err != nil {
		t.Fatal(err)
	}
	return f.GetId()
}

func newPerson(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	p, err := pb.NewIdentityServiceClient(o).CreatePerson(t.Context(),
		&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: "Ada"}})
	if err != nil {
		t.Fatal(err)
	}
	return p.GetId()
}

func attach(t *testing.T, o *apptest.Organization, a *pb.Attachment) (*pb.Attachment, error) {
	t.Helper()
	return pb.NewFilesServiceClient(o).CreateAttachment(t.Context(), &pb.CreateAttachmentRequest{Attachment: a})
}

func TestAttachmentTakesTheNameOfItsFile(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	file, person := uploadText(t, o, "contract.txt"), newPerson(t, o)
	made, err := attach(t, o, &pb.Attachment{SubjectId: person, FileId: file, Purpose: "contract"})
	if err != nil || made.GetDisplayName() != "contract.txt" || made.GetPersonId() != o.Owner.GetId() {
		t.Fatalf("got %v, %v, want the file's name and the caller", made, err)
	}
	rename := func(name string) string {
		changed, err := pb.NewFilesServiceClient(o).UpdateAttachment(t.Context(), &pb.UpdateAttachmentRequest{
			AttachmentId: made.GetId(), Attachment: &pb.Attachment{DisplayName: name},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}}})
		if err != nil {
			t.Fatal(err)
		}
		return changed.GetDisplayName()
	}
	for name, want := range map[string]string{"Signed": "Signed", "": "contract.txt"} {
		if got := rename(name); got != want {
			t.Errorf("got the name %q, want %q", got, want)
		}
	}
	_, err = attach(t, o, &pb.Attachment{SubjectId: person, FileId: file})
	apptest.WantRefused(t, err, optionsv1.Reason_ATTACHMENTS_FILE_TAKEN, "fileId")
}

func TestDetachedFileRemains(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	files := pb.NewFilesServiceClient(o)
	file := uploadText(t, o, "a.txt")
	made, err := attach(t, o, &pb.Attachment{SubjectId: newPerson(t, o), FileId: file})
	if err != nil {
		t.Fatal(err)
	}
	_, err = files.DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: file})
	apptest.WantRefused(t, err, optionsv1.Reason_FILES_IN_USE)
	if _, err := files.DeleteAttachment(t.Context(),
		&pb.DeleteAttachmentRequest{AttachmentId: made.GetId()}); err != nil {
		t.Fatal(err)
	}
	if _, err := files.GetFile(t.Context(), &pb.GetFileRequest{FileId: file}); err != nil {
		t.Errorf("got %v, want the file", err)
	}
	if _, err := files.DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: file}); err != nil {
		t.Errorf("got %v, want the file deleted", err)
	}
}

func TestAttachmentNeedsReadableRecords(t *testing.T) {
	t.Parallel()
	o, other := apptest.SignUp(t), apptest.SignUp(t)
	ada := newPerson(t, o)
	employee := o.AsPerson(t, ada, pb.ApiKey_EMPLOYEE)
	owners, own := uploadText(t, o, "owner's.txt"), uploadText(t, employee, "own.txt")
	for name, c := range map[string]struct{ subject, file, field string }{
		"a file of another person":          {ada, owners, "fileId"},
		"a file of another organization":    {ada, uploadText(t, other, "a.txt"), "fileId"},
		"a subject of another organization": {other.Owner.GetId(), own, "subjectId"},
		"a subject that may not be read":    {keyOf(t, o), own, "subjectId"},
		"a subject that does not exist":     {id.Format("prs", id.New()), own, "subjectId"},
	} {
		_, err := attach(t, employee, &pb.Attachment{SubjectId: c.subject, FileId: c.file})
		if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND ||
			!slices.Equal(apptest.Fields(err), []string{c.field}) {
			t.Errorf("%s: got %v at %v, want REFERENCE_NOT_FOUND at %s", name, err, apptest.Fields(err), c.field)
		}
	}
	if _, err := attach(t, o, &pb.Attachment{SubjectId: ada, FileId: owners}); err != nil {
		t.Fatal(err)
	}
	// Now the employee may read the file, and so attach it to another record.
	if _, err := attach(t, employee, &pb.Attachment{SubjectId: o.Owner.GetId(), FileId: owners}); err != nil {
		t.Errorf("got %v, want the file attached", err)
	}
}

// keyOf returns an API key of the organization.
func keyOf(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	page, err := pb.NewIdentityServiceClient(o).ListApiKeys(t.Context(), &pb.ListApiKeysRequest{})
	if err != nil || len(page.GetApiKeys()) == 0 {
		t.Fatalf("got %v, %v, want a key", page, err)
	}
	return page.GetApiKeys()[0].GetId()
}

func TestUploadIsAttached(t *testing.T) {
	t.Parallel()
	o, other := apptest.SignUp(t), apptest.SignUp(t)
	ada := newPerson(t, o)
	response := o.REST(t, "POST", "/v1/files?fileName=a.txt&subjectId="+ada, "bytes", "Content-Type: text/plain")
	if response.Code != http.StatusOK {
		t.Fatalf("got %d %s", response.Code, response.Raw)
	}
	page, err := pb.NewFilesServiceClient(o).ListAttachments(t.Context(),
		&pb.ListAttachmentsRequest{Filter: `subject_id = "` + ada + `"`})
	if err != nil || len(page.GetAttachments()) != 1 || page.GetAttachments()[0].GetFileId() != response.Body["id"] {
		t.Errorf("got %v, %v, want the uploaded file", page, err)
	}
	for _, subject := range []string{other.Owner.GetId(), id.Format("prs", id.New())} {
		_, err := pb.NewFilesServiceClient(o).UploadFile(t.Context(),
			&pb.UploadFileRequest{FileName: "b.txt", Content: []byte("b"), SubjectId: subject})
		apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "subjectId")
	}
	onlyFiles := o.WithRole(t, pb.ApiKey_OWNER, "platform.files.*")
	_, err = pb.NewFilesServiceClient(onlyFiles).UploadFile(t.Context(),
		&pb.UploadFileRequest{FileName: "b.txt", Content: []byte("b"), SubjectId: ada})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}

func TestAttachmentIsChangedByWhoAttachedIt(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	ada, ben := newPerson(t, o), newPerson(t, o)
	employee := o.AsPerson(t, ada, pb.ApiKey_EMPLOYEE)
	for by, want := range map[*apptest.Organization]optionsv1.Reason{
		employee:                               0,
		o:                                      0,
		o.WithRole(t, pb.ApiKey_ACCOUNTANT):    0,
		o.WithRole(t, pb.ApiKey_HR):            0,
		o.AsPerson(t, ben, pb.ApiKey_EMPLOYEE): optionsv1.Reason_OUT_OF_REACH,
		o.AsPerson(t, ben, pb.ApiKey_APPROVER): optionsv1.Reason_OUT_OF_REACH,
	} {
		made, err := attach(t, employee, &pb.Attachment{SubjectId: ben, FileId: uploadText(t, employee, "a.txt")})
		if err != nil {
			t.Fatal(err)
		}
		files := pb.NewFilesServiceClient(by)
		_, updated := files.UpdateAttachment(t.Context(), &pb.UpdateAttachmentRequest{
			AttachmentId: made.GetId(), Attachment: &pb.Attachment{DisplayName: "b.txt"},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}}})
		_, deleted := files.DeleteAttachment(t.Context(), &pb.DeleteAttachmentRequest{AttachmentId: made.GetId()})
		if apptest.Reason(updated) != want || apptest.Reason(deleted) != want {
			t.Errorf("got %v and %v, want %s", updated, deleted, want)
		}
	}
}

func TestRefusedSubjectLeavesNoContent(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	_, err := pb.NewFilesServiceClient(o).UploadFile(t.Context(), &pb.UploadFileRequest{
		FileName: "b.txt", Content: []byte("b"), SubjectId: id.Format("prs", id.New())})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "subjectId")
	if got := storedBlobs(t, o); len(got) != 0 {
		t.Errorf("got the contents %v, want none", got)
	}
}
