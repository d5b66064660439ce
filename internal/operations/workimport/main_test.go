package workimport_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/operations/work"
	"backoffice/internal/operations/workimport"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module, customers.Module, receivables.Module, invoicing.Module,
		projects.Module, work.Module, timekeeping.Module, workimport.Module)
}

// office is an organization that moves in.
type office struct {
	*apptest.Organization
	pb.WorkImportsServiceClient
	pb.WorkServiceClient
	pb.ProjectsServiceClient
	pb.TimekeepingServiceClient
	platformv1.IdentityServiceClient
	platformv1.CollaborationServiceClient
}

// openOffice creates an organization in Paris, in June 2026.
func openOffice(t testing.TB) *office {
	t.Helper()
	o := apptest.SignUp(t, func(r *platformv1.SignUpRequest) { r.TimeZone, r.Test = "Europe/Paris", true })
	apptest.SetClock(t, o, "2026-06-01T10:00:00Z")
	return as(o)
}

// as returns the clients of a caller.
func as(o *apptest.Organization) *office {
	return &office{o, pb.NewWorkImportsServiceClient(o), pb.NewWorkServiceClient(o), pb.NewProjectsServiceClient(o),
		pb.NewTimekeepingServiceClient(o), platformv1.NewIdentityServiceClient(o),
		platformv1.NewCollaborationServiceClient(o)}
}

// must returns the result of a call, which must succeed.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// sample returns a sample file of a tool.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	return must(os.ReadFile(filepath.Join("exportfile", "testdata", name)))(t)
}

// rest sends a request over REST and reads its response, which must be OK.
func rest[T proto.Message](t testing.TB, o *office, method, path string, body any, out T) T {
	t.Helper()
	text := ""
	if body != nil {
		text = string(must(json.Marshal(body))(t))
	}
	response := o.REST(t, method, path, text)
	if response.Code != 200 {
		t.Fatalf("%s %s: got %d %s", method, path, response.Code, response.Raw)
	}
	if err := protojson.Unmarshal(response.Raw, out); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return out
}

// read creates an import of a content over REST.
func (o *office) read(t testing.TB, content []byte, fields map[string]any) *pb.WorkImport {
	t.Helper()
	body := map[string]any{"content": base64.StdEncoding.EncodeToString(content), "fileName": "export"}
	for name, value := range fields {
		body[name] = value
	}
	return rest(t, o, "POST", "/v1/workImports", body, &pb.WorkImport{})
}

// preview returns what a run would do.
func (o *office) preview(t testing.TB, w *pb.WorkImport) *pb.PreviewWorkImportResponse {
	t.Helper()
	return rest(t, o, "GET", "/v1/workImports/"+w.GetId()+":preview", nil, &pb.PreviewWorkImportResponse{})
}

// run runs an import to its end.
func (o *office) run(t testing.TB, w *pb.WorkImport) *pb.WorkImport {
	t.Helper()
	rest(t, o, "POST", "/v1/workImports/"+w.GetId()+":run", map[string]any{}, &pb.WorkImport{})
	return o.finish(t, w)
}

// undo undoes an import to the end.
func (o *office) undo(t testing.TB, w *pb.WorkImport) *pb.WorkImport {
	t.Helper()
	rest(t, o, "POST", "/v1/workImports/"+w.GetId()+":undo", map[string]any{}, &pb.WorkImport{})
	return o.finish(t, w)
}

// finish runs the operation of an import.
func (o *office) finish(t testing.TB, w *pb.WorkImport) *pb.WorkImport {
	t.Helper()
	o.RunJobs(t)
	w = o.get(t, w)
	if w.State == pb.WorkImport_FAILED {
		operation := must(platformv1.NewOperationsServiceClient(o).GetOperation(t.Context(),
			&platformv1.GetOperationRequest{OperationId: w.GetOperationId()}))(t)
		t.Fatalf("the operation failed: %v", operation.GetError())
	}
	return w
}

func (o *office) get(t testing.TB, w *pb.WorkImport) *pb.WorkImport {
	t.Helper()
	return rest(t, o, "GET", "/v1/workImports/"+w.GetId(), nil, &pb.WorkImport{})
}

// rows returns the rows of an import.
func (o *office) rows(t testing.TB, w *pb.WorkImport) []*pb.WorkImport_Row {
	t.Helper()
	return rest(t, o, "GET", "/v1/workImports/"+w.GetId()+"/importRows?pageSize=500", nil,
		&pb.ListWorkImportRowsResponse{}).GetRows()
}

// records returns the records that an import created, in a state.
func (o *office) records(t testing.TB, w *pb.WorkImport, state pb.WorkImportRecord_State) []*pb.WorkImportRecord {
	t.Helper()
	return rest(t, o, "GET", "/v1/workImports/"+w.GetId()+"/importRecords?pageSize=500&state="+state.String(), nil,
		&pb.ListWorkImportRecordsResponse{}).GetRecords()
}

// tasks returns all tasks.
func (o *office) tasks(t testing.TB) []*pb.Task {
	t.Helper()
	return must(o.ListTasks(t.Context(), &pb.ListTasksRequest{PageSize: 500, OrderBy: "rank"}))(t).GetTasks()
}

// times returns all time entries.
func (o *office) times(t testing.TB) []*pb.TimeEntry {
	t.Helper()
	return must(o.ListTimeEntries(t.Context(), &pb.ListTimeEntriesRequest{PageSize: 500}))(t).GetTimeEntries()
}

// addPerson adds a person with an email address.
func (o *office) addPerson(t testing.TB, name, email string) *platformv1.Person {
	t.Helper()
	return must(o.CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: name, Email: email},
	}))(t)
}

// choosePeople maps all people of an import without a person to one.
func (o *office) choosePeople(t testing.TB, w *pb.WorkImport, personID string) *pb.WorkImport {
	t.Helper()
	var people []*pb.WorkImport_Person
	for _, p := range w.GetPeople() {
		if p.PersonId == "" {
			people = append(people, &pb.WorkImport_Person{Key: p.Key, PersonId: personID})
		}
	}
	return must(o.UpdateWorkImport(t.Context(), &pb.UpdateWorkImportRequest{
		WorkImportId: w.GetId(), WorkImport: &pb.WorkImport{People: people},
		UpdateMask: mask("people"),
	}))(t)
}
