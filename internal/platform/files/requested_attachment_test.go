package files_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// createPerson creates a person with files attached.
func createPerson(t *testing.T, o *apptest.Organization, files string) apptest.Response {
	t.Helper()
	return o.REST(t, http.MethodPost, "/v1/persons", `{"displayName": "Bo"}`, "Attach-Files: "+files)
}

// persons returns the number of the organization's persons.
func persons(t *testing.T, o *apptest.Organization) int {
	t.Helper()
	list, err := pb.NewIdentityServiceClient(o).ListPersons(t.Context(), &pb.ListPersonsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return len(list.GetPersons())
}

// TestRecordIsCreatedWithFiles creates a person together with a file and the file of a finished
// upload, each named twice.
func TestRecordIsCreatedWithFiles(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	file, path := uploadText(t, c.Organization, "a.txt"), c.create(4)
	fromParts := c.patch(path, 0, strings.NewReader("abcd")).Header.Get("Upload-File-Id")
	upload := filepath.Base(path)
	res := createPerson(t, c.Organization, strings.Join([]string{file, upload, file, fromParts}, ","))
	if res.Code != http.StatusOK {
		t.Fatalf("got %d %s", res.Code, res.Raw)
	}
	list, err := pb.NewFilesServiceClient(c).ListAttachments(t.Context(),
		&pb.ListAttachmentsRequest{Filter: `subject_id = "` + res.Body["id"].(string) + `"`})
	if err != nil || len(list.GetAttachments()) != 2 || list.GetAttachments()[0].GetDisplayName() != "a.txt" ||
		list.GetAttachments()[1].GetFileId() != fromParts {
		t.Errorf("got %v, %v, want both files", list, err)
	}
}

// TestRefusedFilesRefuseTheRecord checks that nothing is created if a file cannot be attached.
func TestRefusedFilesRefuseTheRecord(t *testing.T) {
	t.Parallel()
	c, stranger := tus{apptest.SignUp(t), t}, apptest.SignUp(t)
	file, unfinished := uploadText(t, c.Organization, "a.txt"), filepath.Base(c.create(4))
	for name, test := range map[string]struct{ files, reason string }{
		"another organization's file": {file + "," + uploadText(t, stranger, "b.txt"), "REFERENCE_NOT_FOUND"},
		"an unfinished upload":        {unfinished, "REFERENCE_NOT_FOUND"},
		"an unknown upload":           {"upl_01k9zzzzzzzzzzzzzzzzzzzzzz", "REFERENCE_NOT_FOUND"},
		"another kind of record":      {c.Owner.GetId(), "REFERENCE_NOT_FOUND"},
		"a path":                      {"../../etc/passwd", "REFERENCE_NOT_FOUND"},
		"an empty list":               {"", "FIELDS_INVALID"},
		"an empty name":               {file + ",,", "FIELDS_INVALID"},
		"too many":                    {strings.Repeat(file+",", 20) + file, "FIELDS_INVALID"},
	} {
		if res := createPerson(t, c.Organization, test.files); res.Code != 400 || res.Reason() != test.reason ||
			!strings.Contains(string(res.Raw), `"Attach-Files`) {
			t.Errorf("%s: got %d %s, want %s", name, res.Code, res.Raw, test.reason)
		}
	}
	if n := persons(t, c.Organization); n != 1 {
		t.Errorf("got %d persons, want the owner alone", n)
	}
	res := c.REST(t, http.MethodPost, "/v1/labels", `{"displayName": "Red"}`, "Attach-Files: "+file)
	if other := c.REST(t, http.MethodGet, "/v1/persons", "", "Attach-Files: "+file); res.Code != 200 || other.Code != 400 {
		t.Errorf("got %d for a label and %d for a list, want 200 and 400", res.Code, other.Code)
	}
}

// TestAttachingNeedsPermissions checks that a caller attaches no file without the permission, and
// none that the caller may not read.
func TestAttachingNeedsPermissions(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	file := uploadText(t, o, "salaries.txt")
	for permission, reason := range map[string]optionsv1.Reason{
		"platform.files.read":        optionsv1.Reason_PERMISSION_MISSING,
		"platform.attachments.write": optionsv1.Reason_REFERENCE_NOT_FOUND,
	} {
		scoped := o.WithRole(t, pb.ApiKey_OWNER, "platform.persons.write", "platform.persons.read", permission)
		ctx := metadata.AppendToOutgoingContext(t.Context(), "attach-files", file)
		_, err := pb.NewIdentityServiceClient(scoped).CreatePerson(ctx,
			&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: permission}})
		if apptest.Reason(err) != reason {
			t.Errorf("with %s alone: got %v, want %v", permission, err, reason)
		}
	}
}

// TestRetryWithOtherFilesIsAnotherRequest checks that the files belong to the request that an
// idempotency key protects, and that a retry attaches them once.
func TestRetryWithOtherFilesIsAnotherRequest(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	identity := pb.NewIdentityServiceClient(o)
	file, other := uploadText(t, o, "a.txt"), uploadText(t, o, "b.txt")
	create := func(files string) (*pb.Person, metadata.MD, error) {
		var header metadata.MD
		ctx := metadata.AppendToOutgoingContext(t.Context(), "idempotency-key", "k", "attach-files", files)
		p, err := identity.CreatePerson(ctx, &pb.CreatePersonRequest{Person: &pb.Person{DisplayName: "Bo"}},
			grpc.Header(&header))
		return p, header, err
	}
	first, _, err := create(file)
	if err != nil {
		t.Fatal(err)
	}
	again, header, err := create(file)
	if err != nil || again.GetId() != first.GetId() || len(header.Get("idempotency-replayed")) == 0 {
		t.Errorf("got %v, %v, want the first person", again, err)
	}
	if _, _, err = create(other); apptest.Reason(err) != optionsv1.Reason_IDEMPOTENCY_KEY_REUSED {
		t.Errorf("with another file: got %v, want IDEMPOTENCY_KEY_REUSED", err)
	}
	if res := o.REST(t, http.MethodPost, "/v1/persons?validateOnly=true", `{"displayName": "Cy"}`,
		"Attach-Files: "+other); res.Code != 200 || persons(t, o) != 2 {
		t.Errorf("a dry run: got %d %s, and %d persons", res.Code, res.Raw, persons(t, o))
	}
}
