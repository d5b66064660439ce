package collaboration_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module, customers.Module, projects.Module, work.Module)
}

// team is an organization with an owner and two employees, who read only their own tasks.
type team struct {
	*apptest.Organization
	ada, ben     *apptest.Organization
	adaID, benID string
}

func newTeam(t *testing.T) team {
	t.Helper()
	o := team{Organization: apptest.SignUp(t)}
	o.adaID, o.benID = newPerson(t, o.Organization, "Ada Lopez"), newPerson(t, o.Organization, "Ben Okafor")
	o.ada = o.AsPerson(t, o.adaID, pb.ApiKey_EMPLOYEE)
	o.ben = o.AsPerson(t, o.benID, pb.ApiKey_EMPLOYEE)
	return o
}

func newPerson(t *testing.T, o *apptest.Organization, name string) string {
	t.Helper()
	p, err := pb.NewIdentityServiceClient(o).CreatePerson(t.Context(),
		&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: name}})
	if err != nil {
		t.Fatal(err)
	}
	return p.GetId()
}

// task creates a task of a person.
func (o team) task(t *testing.T, ownerID string) string {
	t.Helper()
	made, err := operationsv1.NewWorkServiceClient(o).CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: "Send the invoice", OwnerId: ownerID}})
	if err != nil {
		t.Fatal(err)
	}
	return made.GetId()
}

func client(o grpc.ClientConnInterface) pb.CollaborationServiceClient {
	return pb.NewCollaborationServiceClient(o)
}

// comment adds a comment to a record.
func comment(t *testing.T, o *apptest.Organization, c *pb.Comment) *pb.Comment {
	t.Helper()
	if c.BodyMarkdown == "" {
		c.BodyMarkdown = "Done?"
	}
	made, err := client(o).CreateComment(t.Context(), &pb.CreateCommentRequest{Comment: c})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// must returns v, and fails the test if err is not nil.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// execute runs a statement as the owner of the tables.
func execute(t *testing.T, sql string, args ...any) {
	t.Helper()
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
	must(conn.Exec(t.Context(), sql, args...))(t)
}

// count returns the number that a statement counts as the owner of the tables.
func count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
