package longwork_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
)

// naming is work of an RPC that needs a permission. Its two parts name the file that the work
// is about, as a field of a request would.
func naming(o *module.Options) {
	o.Modules = append(o.Modules, func(module.Platform) module.Module {
		return module.Module{Name: "naming", Works: []longwork.Work{{
			Method: pb.FilesService_UploadFile_FullMethodName[1:],
			Step: func(ctx context.Context, tx *db.Tx, o *pb.Operation) error {
				o.DoneCount++
				tx.Record(db.Event{Type: "test.file.named", SubjectID: o.ResultId})
				return resource.CheckReference(ctx, tx, "fil", "fileId", o.ResultId)
			},
			End: func(context.Context, *db.Tx, *pb.Operation) error { return nil },
		}}, Events: []string{"test.file.named"}}
	})
}

// helper is a person beside the owner, who begins work by a key.
type helper struct {
	*apptest.Organization
	owner  *apptest.Organization
	key    *pb.ApiKey
	person string
}

// newHelper makes a person with a key of a role, in an organization whose app has the work.
func newHelper(t *testing.T, role pb.ApiKey_Role) helper {
	t.Helper()
	owner := apptest.SignUpTo(t, apptest.New(t, naming))
	persons := pb.NewIdentityServiceClient(owner)
	p, err := persons.CreatePerson(t.Context(), &pb.CreatePersonRequest{Person: &pb.Person{DisplayName: "Tom"}})
	if err != nil {
		t.Fatal(err)
	}
	as := owner.AsPerson(t, p.GetId(), role)
	me, err := pb.NewIdentityServiceClient(as).GetMe(t.Context(), &pb.GetMeRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return helper{as, owner, me.GetApiKey(), p.GetId()}
}

func uploaded(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	f, err := pb.NewFilesServiceClient(o).UploadFile(t.Context(), &pb.UploadFileRequest{FileName: "a.txt", Content: []byte("a")})
	if err != nil {
		t.Fatal(err)
	}
	return f.GetId()
}

// begin begins work about a file by the helper's key.
func (h helper) begin(t *testing.T, file string, changes ...func(*call.Call)) *pb.Operation {
	t.Helper()
	c, err := h.App.Identity.Authenticate(t.Context(), "Bearer "+h.Key)
	if err != nil {
		t.Fatal(err)
	}
	c.Method = pb.FilesService_UploadFile_FullMethodName[1:]
	for _, change := range changes {
		change(c)
	}
	server, _ := apptest.Databases(t)
	o, err := db.Write(call.With(t.Context(), c), server, func(ctx context.Context, tx *db.Tx) (*pb.Operation, error) {
		return longwork.Start(ctx, tx, file, 2)
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (h helper) step(t *testing.T) {
	t.Helper()
	org, err := id.Parse("org", h.owner.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	system, err := h.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.App.LongWork.Step(call.With(t.Context(), system)); err != nil {
		t.Fatal(err)
	}
}

func (h helper) read(t *testing.T, o *pb.Operation) *pb.Operation {
	t.Helper()
	read, err := pb.NewOperationsServiceClient(h.owner).GetOperation(t.Context(), &pb.GetOperationRequest{OperationId: o.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// setRole gives the helper's key another role, which no method does.
func (h helper) setRole(t *testing.T, role pb.ApiKey_Role) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	org, _ := id.Parse("org", h.owner.Organization.GetId())
	key, _ := id.Parse("key", h.key.GetId())
	if _, err := conn.Exec(t.Context(), "update platform.api_keys set role = $3 where org_id = $1 and id = $2", org, key, role.String()); err != nil {
		t.Fatal(err)
	}
}

// TestWorkEndsWithTheRightsOfItsBeginner takes the rights of the person away after the first
// of two parts.
func TestWorkEndsWithTheRightsOfItsBeginner(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile func(t *testing.T, h helper)
		reason    optionsv1.Reason
		message   string
	}{
		"revoked key": {func(t *testing.T, h helper) {
			h.owner.AsPerson(t, h.person, pb.ApiKey_ACCOUNTANT) // another key does not help
			if _, err := pb.NewIdentityServiceClient(h.owner).RevokeApiKey(t.Context(), &pb.RevokeApiKeyRequest{ApiKeyId: h.key.GetId()}); err != nil {
				t.Fatal(err)
			}
		}, optionsv1.Reason_CREDENTIAL_INVALID, "revoked"},
		"archived person": {func(t *testing.T, h helper) {
			if _, err := pb.NewIdentityServiceClient(h.owner).ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: h.person}); err != nil {
				t.Fatal(err)
			}
		}, optionsv1.Reason_CREDENTIAL_INVALID, "archived"},
		"role without the permission": {func(t *testing.T, h helper) { h.setRole(t, pb.ApiKey_AUDITOR) },
			optionsv1.Reason_PERMISSION_MISSING, "platform.files.write"},
		"role for fewer records": {func(t *testing.T, h helper) { h.setRole(t, pb.ApiKey_EMPLOYEE) },
			optionsv1.Reason_REFERENCE_NOT_FOUND, "fileId"},
		"rotated key": {func(t *testing.T, h helper) {
			if _, err := pb.NewIdentityServiceClient(h.owner).RotateApiKey(t.Context(), &pb.RotateApiKeyRequest{ApiKeyId: h.key.GetId()}); err != nil {
				t.Fatal(err)
			}
		}, optionsv1.Reason_REASON_UNSPECIFIED, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHelper(t, pb.ApiKey_ACCOUNTANT)
			o := h.begin(t, uploaded(t, h.owner))
			h.step(t)
			c.meanwhile(t, h)
			h.step(t)
			got := h.read(t, o)
			if c.reason == optionsv1.Reason_REASON_UNSPECIFIED {
				if got.GetState() != pb.Operation_SUCCEEDED {
					t.Errorf("it is %v", got)
				}
				return
			}
			if got.GetState() != pb.Operation_FAILED || got.GetDoneCount() != 1 || got.GetError().GetReason() != c.reason.String() || !strings.Contains(got.GetError().GetMessage(), c.message) {
				t.Errorf("it is %v", got)
			}
		})
	}
}

// TestWorkReachesWhatItsBeginnerReaches lets a person who reaches their own files only begin
// work about a file of theirs and about one of the owner's.
func TestWorkReachesWhatItsBeginnerReaches(t *testing.T) {
	t.Parallel()
	h := newHelper(t, pb.ApiKey_EMPLOYEE)
	own, owners := h.begin(t, uploaded(t, h.Organization)), h.begin(t, uploaded(t, h.owner))
	h.Drain(t)
	if got := h.read(t, own); got.GetState() != pb.Operation_SUCCEEDED {
		t.Errorf("about their own file it is %v", got)
	}
	if got := h.read(t, owners); got.GetState() != pb.Operation_FAILED || got.GetError().GetReason() != optionsv1.Reason_REFERENCE_NOT_FOUND.String() || got.GetDoneCount() != 0 {
		t.Errorf("about the owner's file it is %v", got)
	}
	list, err := pb.NewHistoryServiceClient(h.owner).ListEvents(t.Context(), &pb.ListEventsRequest{Filter: `type = "test.file.named"`})
	if err != nil || len(list.GetEvents()) != 2 {
		t.Fatalf("got %v, %v", list, err)
	}
	if slices.ContainsFunc(list.GetEvents(), func(e *pb.Event) bool {
		return e.GetActorId() != h.person || e.GetApiKeyId() != h.key.GetId()
	}) {
		t.Errorf("the parts are said to be done by %v", list.GetEvents())
	}
}

// TestWorkWithoutAKeyHasAllRightsOfItsPerson continues work of which no key is known: that of
// a person with two keys, one of which grants what the work needs.
func TestWorkWithoutAKeyHasAllRightsOfItsPerson(t *testing.T) {
	t.Parallel()
	h := newHelper(t, pb.ApiKey_AUDITOR)
	for _, role := range []pb.ApiKey_Role{pb.ApiKey_AUDITOR, pb.ApiKey_ACCOUNTANT} {
		h.owner.AsPerson(t, h.person, role)
		o := h.begin(t, uploaded(t, h.owner), func(c *call.Call) { c.KeyID = uuid.Nil })
		h.Drain(t)
		want := pb.Operation_FAILED
		if role == pb.ApiKey_ACCOUNTANT {
			want = pb.Operation_SUCCEEDED
		}
		if got := h.read(t, o); got.GetState() != want {
			t.Errorf("by a person with the role %s it is %v", role, got)
		}
	}
}
