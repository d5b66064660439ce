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

// withFileWork adds a module whose work belongs to an RPC that needs a permission. Its parts
// reference the operation's file, as a field of a request would.
func withFileWork(o *module.Options) {
	o.Modules = append(o.Modules, func(module.Platform) module.Module {
		return module.Module{Name: "naming", OperationHandlers: []longwork.Handler{{
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

// helper is a person other than the owner, who starts operations with a key.
type operationStarter struct {
	*apptest.Organization
	owner  *apptest.Organization
	key    *pb.ApiKey
	person string
}

// newHelper creates an organization and a person in it who has a key of a role.
func newHelper(t *testing.T, role pb.ApiKey_Role) operationStarter {
	t.Helper()
	owner := apptest.SignUpTo(t, apptest.New(t, withFileWork))
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
	return operationStarter{as, owner, me.GetApiKey(), p.GetId()}
}

func upload(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	f, err := pb.NewFilesServiceClient(o).UploadFile(t.Context(),
		&pb.UploadFileRequest{FileName: "a.txt", Content: []byte("a")})
	if err != nil {
		t.Fatal(err)
	}
	return f.GetId()
}

// start starts an operation of two parts for a file, with the helper's key.
func (h operationStarter) start(t *testing.T, file string, changes ...func(*call.Call)) *pb.Operation {
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

func (h operationStarter) step(t *testing.T) {
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

func (h operationStarter) read(t *testing.T, o *pb.Operation) *pb.Operation {
	t.Helper()
	read, err := pb.NewOperationsServiceClient(h.owner).GetOperation(t.Context(),
		&pb.GetOperationRequest{OperationId: o.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// setRole changes the role of the helper's key in the database, because no method does that.
func (h operationStarter) setRole(t *testing.T, role pb.ApiKey_Role) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	org, _ := id.Parse("org", h.owner.Organization.GetId())
	key, _ := id.Parse("key", h.key.GetId())
	if _, err := conn.Exec(t.Context(), `
update platform.api_keys
set role = $3
where org_id = $1
and id = $2`, org, key, role.String()); err != nil {
		t.Fatal(err)
	}
}

func (h operationStarter) revokeKey(t *testing.T) {
	t.Helper()
	_, err := pb.NewIdentityServiceClient(h.owner).RevokeApiKey(t.Context(),
		&pb.RevokeApiKeyRequest{ApiKeyId: h.key.GetId()})
	if err != nil {
		t.Fatal(err)
	}
}

func (h operationStarter) rotateKey(t *testing.T) {
	t.Helper()
	_, err := pb.NewIdentityServiceClient(h.owner).RotateApiKey(t.Context(),
		&pb.RotateApiKeyRequest{ApiKeyId: h.key.GetId()})
	if err != nil {
		t.Fatal(err)
	}
}

func (h operationStarter) archivePerson(t *testing.T) {
	t.Helper()
	_, err := pb.NewIdentityServiceClient(h.owner).ArchivePerson(t.Context(),
		&pb.ArchivePersonRequest{PersonId: h.person})
	if err != nil {
		t.Fatal(err)
	}
}

// rightsChanges are changes to the rights of the person of a running operation.
var rightsChanges = map[string]struct {
	change  func(t *testing.T, h operationStarter)
	reason  optionsv1.Reason // unspecified if the operation succeeds
	message string
}{
	"fails after the key is revoked": {func(t *testing.T, h operationStarter) {
		h.owner.AsPerson(t, h.person, pb.ApiKey_ACCOUNTANT) // another key does not help
		h.revokeKey(t)
	}, optionsv1.Reason_CREDENTIAL_INVALID, "revoked"},
	"fails after the person is archived": {
		func(t *testing.T, h operationStarter) { h.archivePerson(t) }, optionsv1.Reason_CREDENTIAL_INVALID, "archived",
	},
	"fails with a role without the permission": {
		func(t *testing.T, h operationStarter) { h.setRole(t, pb.ApiKey_AUDITOR) },
		optionsv1.Reason_PERMISSION_MISSING, "platform.files.write",
	},
	"fails with a role that reaches fewer records": {
		func(t *testing.T, h operationStarter) { h.setRole(t, pb.ApiKey_EMPLOYEE) },
		optionsv1.Reason_REFERENCE_NOT_FOUND, "fileId",
	},
	"succeeds after the key is rotated": {
		func(t *testing.T, h operationStarter) { h.rotateKey(t) }, optionsv1.Reason_REASON_UNSPECIFIED, "",
	},
}

// TestOperationFailsWhenItsPersonLosesRights changes the rights of the person who started the
// operation after the first of two parts.
func TestOperationFailsWhenItsPersonLosesRights(t *testing.T) {
	t.Parallel()
	for name, c := range rightsChanges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHelper(t, pb.ApiKey_ACCOUNTANT)
			o := h.start(t, upload(t, h.owner))
			h.step(t)
			c.change(t, h)
			h.step(t)
			got := h.read(t, o)
			if c.reason == optionsv1.Reason_REASON_UNSPECIFIED {
				if got.GetState() != pb.Operation_SUCCEEDED {
					t.Errorf("got %v, want it succeeded", got)
				}
				return
			}
			if got.GetState() != pb.Operation_FAILED || got.GetDoneCount() != 1 ||
				got.GetError().GetReason() != c.reason.String() ||
				!strings.Contains(got.GetError().GetMessage(), c.message) {
				t.Errorf("got %v, want it failed with %s", got, c.reason)
			}
		})
	}
}

// TestOperationIsLimitedToReachOfStarter has a person who reaches only their own files start an
// operation for such a file and one for a file of the owner.
func TestOperationIsLimitedToReachOfStarter(t *testing.T) {
	t.Parallel()
	h := newHelper(t, pb.ApiKey_EMPLOYEE)
	own, owners := h.start(t, upload(t, h.Organization)), h.start(t, upload(t, h.owner))
	h.RunJobs(t)
	if got := h.read(t, own); got.GetState() != pb.Operation_SUCCEEDED {
		t.Errorf("the operation for their own file: got %v, want it succeeded", got)
	}
	if got := h.read(t, owners); got.GetState() != pb.Operation_FAILED || got.GetDoneCount() != 0 ||
		got.GetError().GetReason() != optionsv1.Reason_REFERENCE_NOT_FOUND.String() {
		t.Errorf("the operation for the owner's file: got %v, want it failed with REFERENCE_NOT_FOUND", got)
	}
	list, err := pb.NewHistoryServiceClient(h.owner).ListEvents(t.Context(),
		&pb.ListEventsRequest{Filter: `type = "test.file.named"`})
	if err != nil || len(list.GetEvents()) != 2 {
		t.Fatalf("got %v, %v", list, err)
	}
	if slices.ContainsFunc(list.GetEvents(), func(e *pb.Event) bool {
		return e.GetActorId() != h.person || e.GetApiKeyId() != h.key.GetId()
	}) {
		t.Errorf("got %v, want the events to name the helper and the helper's key", list.GetEvents())
	}
}

// TestOperationWithUnknownKeyUsesAllKeysOfStarter runs operations whose key is unknown. The person
// has first only keys that do not grant the permission, then also one that does.
func TestOperationWithUnknownKeyUsesAllKeysOfStarter(t *testing.T) {
	t.Parallel()
	h := newHelper(t, pb.ApiKey_AUDITOR)
	for _, role := range []pb.ApiKey_Role{pb.ApiKey_AUDITOR, pb.ApiKey_ACCOUNTANT} {
		h.owner.AsPerson(t, h.person, role)
		o := h.start(t, upload(t, h.owner), func(c *call.Call) { c.KeyID = uuid.Nil })
		h.RunJobs(t)
		want := pb.Operation_FAILED
		if role == pb.ApiKey_ACCOUNTANT {
			want = pb.Operation_SUCCEEDED
		}
		if got := h.read(t, o); got.GetState() != want {
			t.Errorf("with the role %s: got %v, want %s", role, got, want)
		}
	}
}
