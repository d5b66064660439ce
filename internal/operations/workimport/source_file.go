package workimport

import (
	"cmp"
	"context"
	"errors"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/operations/workimport/exportfile"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
)

// tools are the tools of files, by their value in the API.
var tools = map[pb.WorkImport_Tool]exportfile.Tool{
	pb.WorkImport_ASANA: exportfile.Asana, pb.WorkImport_TRELLO: exportfile.Trello,
	pb.WorkImport_LINEAR: exportfile.Linear, pb.WorkImport_HARVEST: exportfile.Harvest,
	pb.WorkImport_TOGGL: exportfile.Toggl,
}

// toolOf returns the value in the API of a tool.
func toolOf(t exportfile.Tool) pb.WorkImport_Tool {
	for value, tool := range tools {
		if tool == t {
			return value
		}
	}
	return pb.WorkImport_TOOL_UNSPECIFIED
}

var dateOrders = map[pb.WorkImport_DateOrder]datetext.Order{
	pb.WorkImport_YEAR_MONTH_DAY: datetext.YearMonthDay, pb.WorkImport_DAY_MONTH_YEAR: datetext.DayMonthYear,
	pb.WorkImport_MONTH_DAY_YEAR: datetext.MonthDayYear,
}

var decimalMarks = map[pb.WorkImport_DecimalMark]byte{pb.WorkImport_POINT: '.', pb.WorkImport_COMMA: ','}

// source is the file of an import. It is read before the transaction that stores it, which must not
// wait for the file store or for the reading of a large file.
type source struct {
	file     *exportfile.File
	fileName string
	rows     []*row
	warnings []string
}

// readSource reads the file that a request contains or refers to.
func (s *Service) readSource(ctx context.Context, w *pb.WorkImport) (*source, error) {
	c := call.From(ctx)
	release, err := s.readings.Acquire(ctx, c.Organization.ID)
	if err != nil {
		return nil, err
	}
	defer release()
	src := &source{fileName: files.BaseName(w.GetFileName())}
	content := w.GetContent()
	file, err := s.resolveFile(ctx, w)
	if err != nil {
		return nil, err
	}
	if file != nil {
		src.fileName = cmp.Or(src.fileName, file.FileName)
		if content, err = s.files.Read(ctx, c, file); err != nil {
			return nil, err
		}
	}
	if src.file, err = exportfile.Read(ctx, content, readOptions(c, w)); err != nil {
		return nil, unreadable(ctx, w, err)
	}
	if err := checkSizes(src.file); err != nil {
		return nil, err
	}
	src.rows, src.warnings = readRows(src.file, c.Now(), c.Organization.Zone)
	return src, nil
}

// resolveFile returns the uploaded file that a request refers to, nil if it contains the content.
func (s *Service) resolveFile(ctx context.Context, w *pb.WorkImport) (file *platformpb.File, err error) {
	if w.GetFileId() != "" {
		file, err = db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*platformpb.File, error) {
			return s.files.Resolve(ctx, tx, "fileId", w.GetFileId())
		})
	}
	if err == nil && (len(w.GetContent()) > 0) == (file != nil) {
		return nil, fault.Invalid(fault.At("content", "or fileId is required, and only one of them"))
	}
	return file, err
}

// readOptions returns the options with which a file is read.
func readOptions(c *call.Call, w *pb.WorkImport) exportfile.Options {
	return exportfile.Options{
		Tool: tools[w.GetTool()], DateOrder: dateOrders[w.GetDateOrder()], DecimalMark: decimalMarks[w.GetDecimalMark()],
		Zone: c.Organization.Zone, Today: c.Today(), ProjectName: w.GetProjectName(),
	}
}

// questionFields are the fields that answer the questions of a file.
var questionFields = map[string]string{
	exportfile.AskDateOrder: "dateOrder", exportfile.AskDecimalMark: "decimalMark",
}

// contentField returns the field of a request that names the file.
func contentField(w *pb.WorkImport) string {
	if w.GetFileId() != "" {
		return "fileId"
	}
	return "content"
}

// unreadable returns the refusal of a file that was not read.
func unreadable(ctx context.Context, w *pb.WorkImport, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var questions *exportfile.QuestionsError
	if !errors.As(err, &questions) {
		return fault.InvalidFor(optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE,
			fault.At(contentField(w), "cannot be read: %s", err))
	}
	var violations fault.List
	for _, q := range questions.Questions {
		violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_WORK_IMPORT_FILE_AMBIGUOUS,
			fault.At(questionFields[q.Option], "is required: %s", q.Message)))
	}
	return violations.Err()
}

// The most people, states and so on that a file may name.
const (
	maxPeople   = 1000
	maxStates   = 200
	maxProjects = 500
	maxSections = 5000
	maxLabels   = 2000
)

// checkSizes refuses a file that names too much to choose counterparts for.
func checkSizes(f *exportfile.File) error {
	for _, limit := range []struct {
		what     string
		has, may int
	}{
		{"people", len(f.People), maxPeople}, {"states", len(f.States), maxStates},
		{"projects", len(f.Projects), maxProjects}, {"sections", len(f.Sections), maxSections},
		{"labels", len(f.Labels), maxLabels},
	} {
		if limit.has > limit.may {
			return fault.InvalidFor(optionsv1.Reason_WORK_IMPORT_FILE_UNREADABLE,
				fault.At("content", "names %d %s; the maximum is %d", limit.has, limit.what, limit.may))
		}
	}
	return nil
}
