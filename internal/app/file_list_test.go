package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
)

// attach attaches a file to a record, as a capability does in its transaction.
func (c company) attach(t *testing.T, file, subject string) {
	t.Helper()
	org, err := id.Parse("org", c.Organization.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	system, err := c.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := apptest.Databases(t)
	if _, err := db.Write(call.With(t.Context(), system), server.WithKinds(c.App.Registry),
		func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			return &emptypb.Empty{}, files.Attach(ctx, tx, file, subject)
		}); err != nil {
		t.Fatal(err)
	}
}

func upload(t *testing.T, o *apptest.Organization, name, content string) string {
	t.Helper()
	f, err := platformv1.NewFilesServiceClient(o).UploadFile(t.Context(),
		&platformv1.UploadFileRequest{FileName: name, Content: []byte(content)})
	if err != nil {
		t.Fatal(err)
	}
	return f.GetId()
}

// listFileNames lists files in pages of two, checks total_size and returns the names.
func listFileNames(t *testing.T, o *apptest.Organization, filter, orderBy string) (found []string) {
	t.Helper()
	req := &platformv1.ListFilesRequest{PageSize: 2, Filter: filter, OrderBy: orderBy, IncludeTotal: true}
	for {
		page, err := platformv1.NewFilesServiceClient(o).ListFiles(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.GetFiles() {
			found = append(found, f.GetFileName())
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			if int(page.GetTotalSize()) != len(found) {
				t.Errorf("got the total_size %d, want %d", page.GetTotalSize(), len(found))
			}
			return found
		}
	}
}

// createFiles uploads files and attaches some to tasks. It returns the identifiers by name.
func (c company) createFiles(t *testing.T, tasks map[string]string) map[string]string {
	t.Helper()
	byName := map[string]string{}
	for _, name := range []string{"Mia", "Eve", "Tom", "Xan"} {
		byName[name] = upload(t, c.Organization, name, name)
		c.attach(t, byName[name], tasks[name])
	}
	// Both is attached to two records, Gone to a record that is then deleted.
	byName["Both"] = upload(t, c.Organization, "Both", "Both")
	c.attach(t, byName["Both"], tasks["Tom"])
	c.attach(t, byName["Both"], tasks["Xan"])
	byName["Gone"] = upload(t, c.Organization, "Gone", "Gone")
	work := operationsv1.NewWorkServiceClient(c)
	task, err := work.CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: "Gone", OwnerId: c.persons["Tom"]}})
	if err != nil {
		t.Fatal(err)
	}
	c.attach(t, byName["Gone"], task.GetId())
	if _, err := work.DeleteTask(t.Context(), &operationsv1.DeleteTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	byName["Import"] = c.importedFile(t, "Import")
	byName["Own"] = upload(t, c.asPerson(t, "Tom", platformv1.ApiKey_EMPLOYEE), "Own", "Own")
	return byName
}

// compareFiles compares the names of the files that a caller gets and lists with want, which is
// oldest first.
func (c company) compareFiles(
	t *testing.T, name string, o *apptest.Organization, byName map[string]string, all, want []string,
) {
	t.Helper()
	if got := c.readableFileNames(t, o, all, byName); !slices.Equal(got, want) {
		t.Errorf("%s: got the files %v, want %v", name, got, want)
	}
	if got := listFileNames(t, o, "", ""); !slices.Equal(got, want) {
		t.Errorf("%s: got the list %v, want %v", name, got, want)
	}
	reversed := slices.Clone(want)
	slices.Reverse(reversed)
	if got := listFileNames(t, o, "size_bytes > 0", "create_time desc"); !slices.Equal(got, reversed) {
		t.Errorf("%s: got the filtered list %v, want %v", name, got, reversed)
	}
	if got := listFileNames(t, o, "", "create_time desc"); !slices.Equal(got, reversed) {
		t.Errorf("%s: got the reversed list %v, want %v", name, got, reversed)
	}
}

// TestFileListsMatchSingleReads compares the files that callers list with those that they get one
// by one, before and after a task is handed over.
func TestFileListsMatchSingleReads(t *testing.T) {
	t.Parallel()
	c, other := newCompany(t), newCompany(t)
	tasks := c.tasks(t)
	byName := c.createFiles(t, tasks)
	othersTask := other.tasks(t)["Tom"]
	other.attach(t, upload(t, other.Organization, "Other", "Other"), othersTask)

	all := []string{"Mia", "Eve", "Tom", "Xan", "Both", "Gone", "Import", "Own"}
	callers := map[string]*apptest.Organization{}
	for name, role := range map[string]platformv1.ApiKey_Role{
		"EMPLOYEE Tom": platformv1.ApiKey_EMPLOYEE, "EMPLOYEE Xan": platformv1.ApiKey_EMPLOYEE,
		"MANAGER Mia": platformv1.ApiKey_MANAGER, "MANAGER Eve": platformv1.ApiKey_MANAGER,
		"APPROVER Xan": platformv1.ApiKey_APPROVER, "ACCOUNTANT Xan": platformv1.ApiKey_ACCOUNTANT,
	} {
		callers[name] = c.asPerson(t, strings.Fields(name)[1], role)
	}
	check := func(when string, want map[string][]string) {
		for name, o := range callers {
			c.compareFiles(t, when+", "+name, o, byName, all, want[name])
		}
	}
	check("before", map[string][]string{
		"EMPLOYEE Tom": {"Tom", "Both", "Own"}, "EMPLOYEE Xan": {"Xan", "Both"},
		"MANAGER Mia": {"Mia", "Eve", "Tom", "Both"}, "MANAGER Eve": {"Eve", "Tom", "Both"},
		"APPROVER Xan": {"Mia", "Eve", "Tom", "Xan", "Both", "Import"}, "ACCOUNTANT Xan": all,
	})
	if _, err := operationsv1.NewWorkServiceClient(c).UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: tasks["Tom"], Task: &operationsv1.Task{OwnerId: c.persons["Mia"]}, UpdateMask: mask("owner_id"),
	}); err != nil {
		t.Fatal(err)
	}
	check("after the hand-over", map[string][]string{
		"EMPLOYEE Tom": {"Own"}, "EMPLOYEE Xan": {"Xan", "Both"},
		"MANAGER Mia": {"Mia", "Eve", "Tom", "Both"}, "MANAGER Eve": {"Eve"},
		"APPROVER Xan": {"Mia", "Eve", "Tom", "Xan", "Both", "Import"}, "ACCOUNTANT Xan": all,
	})
}

// readableFileNames returns the names of the files that a caller can get by their identifiers.
func (c company) readableFileNames(
	t *testing.T, o *apptest.Organization, names []string, byName map[string]string,
) (found []string) {
	t.Helper()
	for _, name := range names {
		if _, err := platformv1.NewFilesServiceClient(o).GetFile(t.Context(),
			&platformv1.GetFileRequest{FileId: byName[name]}); err == nil {
			found = append(found, name)
		}
	}
	return found
}

// importedFile uploads a statement and imports it twice. It returns the identifier of the file.
func (c company) importedFile(t *testing.T, name string) string {
	t.Helper()
	bank, err := financev1.NewBankingServiceClient(c).CreateBankAccount(t.Context(),
		&financev1.CreateBankAccountRequest{BankAccount: &financev1.BankAccount{DisplayName: "Giro"}})
	if err != nil {
		t.Fatal(err)
	}
	file := upload(t, c.Organization, name, "Date,Amount,Description\n2026-01-05,-10.00,Rent\n")
	for range 2 {
		if _, err := financev1.NewBankingServiceClient(c).CreateStatementImport(t.Context(),
			&financev1.CreateStatementImportRequest{
				BankAccountId: bank.GetId(), StatementImport: &financev1.StatementImport{FileId: file}}); err != nil {
			t.Fatal(err)
		}
		c.RunJobs(t)
	}
	return file
}

// TestFileOnManyRecordsIsListedOnce lists files that are attached to more records than the page
// size.
func TestFileOnManyRecordsIsListedOnce(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	first, second := upload(t, c.Organization, "First", "1"), upload(t, c.Organization, "Second", "2")
	for n := range 5 {
		task, err := operationsv1.NewWorkServiceClient(c).CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
			Task: &operationsv1.Task{DisplayName: fmt.Sprint("Task ", n), OwnerId: c.persons["Tom"]}})
		if err != nil {
			t.Fatal(err)
		}
		c.attach(t, first, task.GetId())
		c.attach(t, second, task.GetId())
	}
	if got := listFileNames(t, c.asPerson(t, "Tom", platformv1.ApiKey_EMPLOYEE), "", ""); !slices.Equal(got,
		[]string{"First", "Second"}) {
		t.Errorf("got %v, want First, Second", got)
	}
}

// TestOwnerOfManyRecordsListsTheirFiles lists files for callers who own more records than are
// looked up one by one.
func TestOwnerOfManyRecordsListsTheirFiles(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	byName := c.createFiles(t, c.tasks(t))
	org, err := id.Parse("org", c.Organization.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner(t).Exec(t.Context(), copyStatement(t, "operations.tasks"), org, 1100); err != nil {
		t.Fatal(err)
	}
	all := []string{"Mia", "Eve", "Tom", "Xan", "Both", "Gone", "Import", "Own"}
	for _, who := range []struct {
		name string
		role platformv1.ApiKey_Role
		want []string
	}{
		{"Tom", platformv1.ApiKey_EMPLOYEE, []string{"Tom", "Both", "Own"}},
		{"Xan", platformv1.ApiKey_EMPLOYEE, []string{"Xan", "Both"}},
		{"Mia", platformv1.ApiKey_MANAGER, []string{"Mia", "Eve", "Tom", "Both"}},
		{"Eve", platformv1.ApiKey_MANAGER, []string{"Eve", "Tom", "Both"}},
	} {
		c.compareFiles(t, who.name, c.asPerson(t, who.name, who.role), byName, all, who.want)
	}
}
