package app_test

import (
	"context"
	"fmt"
	"slices"
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

// attach hangs a file on a record, as a capability does in its own units of work.
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
	if _, err := db.Write(call.With(t.Context(), system), server, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, files.Attach(ctx, tx, file, subject)
	}); err != nil {
		t.Fatal(err)
	}
}

func upload(t *testing.T, o *apptest.Organization, name, content string) string {
	t.Helper()
	f, err := platformv1.NewFilesServiceClient(o).UploadFile(t.Context(), &platformv1.UploadFileRequest{FileName: name, Content: []byte(content)})
	if err != nil {
		t.Fatal(err)
	}
	return f.GetId()
}

// listed are the names of the files that a caller lists by pages of two, and checks total_size.
func listed(t *testing.T, o *apptest.Organization, filter, orderBy string) (found []string) {
	t.Helper()
	ask := &platformv1.ListFilesRequest{PageSize: 2, Filter: filter, OrderBy: orderBy, IncludeTotal: true}
	for {
		page, err := platformv1.NewFilesServiceClient(o).ListFiles(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.GetFiles() {
			found = append(found, f.GetFileName())
		}
		if ask.PageToken = page.GetNextPageToken(); ask.PageToken == "" {
			if int(page.GetTotalSize()) != len(found) {
				t.Errorf("total_size is %d of %d files", page.GetTotalSize(), len(found))
			}
			return found
		}
	}
}

// TestListedFilesAreThoseThatCanBeRead compares the files that callers list with those that
// they get one by one, before and after a task is given to another person.
func TestListedFilesAreThoseThatCanBeRead(t *testing.T) {
	t.Parallel()
	c, other := newCompany(t), newCompany(t)
	tasks := c.tasks(t)
	byName := map[string]string{}
	for _, name := range []string{"Mia", "Eve", "Tom", "Xan"} {
		byName[name] = upload(t, c.Organization, name, name)
		c.attach(t, byName[name], tasks[name])
	}
	// One file hangs on many records, and another on one that does not exist.
	byName["Both"] = upload(t, c.Organization, "Both", "Both")
	c.attach(t, byName["Both"], tasks["Tom"])
	c.attach(t, byName["Both"], tasks["Xan"])
	byName["Gone"] = upload(t, c.Organization, "Gone", "Gone")
	c.attach(t, byName["Gone"], id.Format("tsk", id.New()))
	c.attach(t, byName["Gone"], id.Format("sim", id.New()))
	byName["Import"] = c.importedFile(t, "Import")
	byName["Own"] = upload(t, c.as(t, "Tom", platformv1.ApiKey_EMPLOYEE), "Own", "Own")
	othersTask := other.tasks(t)["Tom"]
	other.attach(t, upload(t, other.Organization, "Other", "Other"), othersTask)

	all := []string{"Mia", "Eve", "Tom", "Xan", "Both", "Gone", "Import", "Own"}
	callers := map[string]*apptest.Organization{
		"EMPLOYEE Tom": c.as(t, "Tom", platformv1.ApiKey_EMPLOYEE), "EMPLOYEE Xan": c.as(t, "Xan", platformv1.ApiKey_EMPLOYEE),
		"MANAGER Mia": c.as(t, "Mia", platformv1.ApiKey_MANAGER), "MANAGER Eve": c.as(t, "Eve", platformv1.ApiKey_MANAGER),
		"APPROVER Xan": c.as(t, "Xan", platformv1.ApiKey_APPROVER), "ACCOUNTANT Xan": c.as(t, "Xan", platformv1.ApiKey_ACCOUNTANT),
	}
	check := func(when string, want map[string][]string) {
		for caller, o := range callers {
			if got := c.gettable(t, o, all, byName); !slices.Equal(got, want[caller]) {
				t.Errorf("%s %s gets %v, want %v", when, caller, got, want[caller])
			}
			if got := listed(t, o, "", ""); !slices.Equal(got, want[caller]) {
				t.Errorf("%s %s lists %v, want %v", when, caller, got, want[caller])
			}
			reversed := slices.Clone(want[caller])
			slices.Reverse(reversed)
			if got := listed(t, o, "size_bytes > 0", "create_time desc"); !slices.Equal(got, reversed) {
				t.Errorf("%s %s lists %v with a filter, want %v", when, caller, got, reversed)
			}
			if got := listed(t, o, "", "create_time desc"); !slices.Equal(got, reversed) {
				t.Errorf("%s %s lists %v in reverse, want %v", when, caller, got, reversed)
			}
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

// gettable are those of some files that a caller gets by their identifiers.
func (c company) gettable(t *testing.T, o *apptest.Organization, names []string, byName map[string]string) (found []string) {
	t.Helper()
	for _, name := range names {
		if _, err := platformv1.NewFilesServiceClient(o).GetFile(t.Context(), &platformv1.GetFileRequest{FileId: byName[name]}); err == nil {
			found = append(found, name)
		}
	}
	return found
}

// importedFile is a file that two imports of statements were read from.
func (c company) importedFile(t *testing.T, name string) string {
	t.Helper()
	bank, err := financev1.NewBankingServiceClient(c).CreateBankAccount(t.Context(), &financev1.CreateBankAccountRequest{BankAccount: &financev1.BankAccount{DisplayName: "Giro"}})
	if err != nil {
		t.Fatal(err)
	}
	file := upload(t, c.Organization, name, "Date,Amount,Description\n2026-01-05,-10.00,Rent\n")
	for range 2 {
		if _, err := financev1.NewBankingServiceClient(c).CreateStatementImport(t.Context(), &financev1.CreateStatementImportRequest{
			BankAccountId: bank.GetId(), StatementImport: &financev1.StatementImport{FileId: file}}); err != nil {
			t.Fatal(err)
		}
		c.Drain(t)
	}
	return file
}

// TestFilesOfManyRecordsAreListedByPages lists files of which one hangs on more records than
// a page has room for.
func TestFilesOfManyRecordsAreListedByPages(t *testing.T) {
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
	if got := listed(t, c.as(t, "Tom", platformv1.ApiKey_EMPLOYEE), "", ""); !slices.Equal(got, []string{"First", "Second"}) {
		t.Errorf("got %v", got)
	}
}
