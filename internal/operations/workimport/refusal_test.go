package workimport_test

import (
	"encoding/base64"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestUnreadableFilesAreRefused checks that files which are no exports, damaged or too large have
// clear errors.
func TestUnreadableFilesAreRefused(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	const toggl = "Email,Description,Start date,Duration\n"
	for name, c := range map[string]struct {
		content string
		field   string
		reason  optionsv1.Reason
	}{
		"no export":    {"a,b\n1,2\n", "content", optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE},
		"a workbook":   {"PK\x03\x04", "content", optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE},
		"a web page":   {"<html>", "content", optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE},
		"deep JSON":    {strings.Repeat("[", 100_000), "content", optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE},
		"other JSON":   {`{"cards": 1}`, "content", optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE},
		"many columns": {strings.Repeat("a,", 1_000_000), "content", optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE},
		"dates in any order": {toggl + "a@b.example,x,01/02/2026,01:00:00\n", "dateOrder",
			optionsv1.Reason_WORK_IMPORT_FILE_AMBIGUOUS},
	} {
		_, err := o.CreateWorkImport(t.Context(), &pb.CreateWorkImportRequest{
			WorkImport: &pb.WorkImport{Content: []byte(c.content)},
		})
		t.Run(name, func(t *testing.T) { apptest.WantRefused(t, err, c.reason, c.field) })
	}
	_, err := o.CreateWorkImport(t.Context(), &pb.CreateWorkImportRequest{
		WorkImport: &pb.WorkImport{Content: sample(t, "toggl-detailed.csv"), Tool: pb.WorkImport_HARVEST},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE, "content")
	w := o.read(t, []byte(toggl+"a@b.example,x,01/02/2026,01:00:00\n"), map[string]any{"dateOrder": "DAY_MONTH_YEAR"})
	w = o.choosePeople(t, w, o.Owner.GetId())
	if times := o.preview(t, w).GetTimeEntries(); len(times) != 1 || times[0].GetWorkDate() != "2026-02-01" {
		t.Errorf("got %v, want February 1", times)
	}
}

// TestMappingNamesWhatExists checks that a mapping refuses keys that the file does not have, and
// records that do not exist.
func TestMappingNamesWhatExists(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	w := o.read(t, sample(t, "asana-project.csv"), nil)
	for name, c := range map[string]struct {
		change *pb.WorkImport
		path   string
		field  string
		reason optionsv1.Reason
	}{
		"unknown key": {&pb.WorkImport{People: []*pb.WorkImport_Person{{Key: "x"}}}, "people", "people[0].key",
			optionsv1.Reason_FIELDS_INVALID},
		"unknown person": {&pb.WorkImport{People: []*pb.WorkImport_Person{
			{Key: "maud@harbor.example", PersonId: "prs_01k9zzzzzzzzzzzzzzzzzzzzzz"},
		}}, "people", "people[0].personId", optionsv1.Reason_REFERENCE_NOT_FOUND},
		"wrong type": {&pb.WorkImport{Projects: []*pb.WorkImport_SourceProject{
			{Key: "website", ProjectId: o.Owner.GetId()},
		}}, "projects", "projects[0].projectId", optionsv1.Reason_REFERENCE_NOT_FOUND},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := o.UpdateWorkImport(t.Context(), &pb.UpdateWorkImportRequest{
				WorkImportId: w.GetId(), WorkImport: c.change, UpdateMask: mask(c.path),
			})
			apptest.WantRefused(t, err, c.reason, c.field)
		})
	}
	o.run(t, w)
	_, err := o.UpdateWorkImport(t.Context(), &pb.UpdateWorkImportRequest{
		WorkImportId: w.GetId(), WorkImport: &pb.WorkImport{IncludeArchived: true}, UpdateMask: mask("include_archived"),
	})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// TestOnlyAdministratorsImport checks that other roles cannot import, and that a key needs the
// permissions for what an import creates.
func TestOnlyAdministratorsImport(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	w := o.read(t, sample(t, "asana-project.csv"), nil)
	for _, role := range []platformv1.ApiKey_Role{platformv1.ApiKey_MANAGER, platformv1.ApiKey_EMPLOYEE,
		platformv1.ApiKey_ACCOUNTANT, platformv1.ApiKey_AUDITOR} {
		_, err := as(o.WithRole(t, role)).RunWorkImport(t.Context(), &pb.RunWorkImportRequest{WorkImportId: w.GetId()})
		apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	}
	narrow := as(o.WithRole(t, platformv1.ApiKey_ADMIN, "operations.workImports.*", "operations.tasks.*"))
	_, err := narrow.RunWorkImport(t.Context(), &pb.RunWorkImportRequest{WorkImportId: w.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	admin := as(o.WithRole(t, platformv1.ApiKey_ADMIN))
	if w = admin.run(t, w); w.GetState() != pb.WorkImport_DONE {
		t.Errorf("got %v, want DONE", w)
	}
}

// TestUploadedFileIsImported checks that an uploaded file is read and stays with the import.
func TestUploadedFileIsImported(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	file := must(platformv1.NewFilesServiceClient(o.Organization).UploadFile(t.Context(), &platformv1.UploadFileRequest{
		FileName: "board.json", Content: sample(t, "trello-board.json"),
	}))(t)
	dry := o.REST(t, "POST", "/v1/workImports?validateOnly=true", `{"fileId": "`+file.GetId()+`"}`)
	if dry.Code != 200 || dry.Body["rowCount"] == nil {
		t.Errorf("validateOnly: got %d %s", dry.Code, dry.Raw)
	}
	w := must(o.CreateWorkImport(t.Context(), &pb.CreateWorkImportRequest{
		WorkImport: &pb.WorkImport{FileId: file.GetId()},
	}))(t)
	if w.GetFileName() != "board.json" || w.GetTool() != pb.WorkImport_TRELLO || w.GetFileId() != file.GetId() {
		t.Errorf("got %v", w)
	}
	both := o.REST(t, "POST", "/v1/workImports", `{"fileId": "`+file.GetId()+`", "content": "`+
		base64.StdEncoding.EncodeToString([]byte("a"))+`"}`)
	if both.Code != 400 {
		t.Errorf("both: got %d %s", both.Code, both.Raw)
	}
}
