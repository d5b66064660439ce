package workimport

import (
	"cmp"
	"context"
	"encoding/json"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/workimport/exportfile"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
)

// storeSource stores an import with the rows of its file.
func (s *Service) storeSource(ctx context.Context, tx *db.Tx, src *source, w *pb.WorkImport) error {
	sent := &pb.WorkImport{People: w.People, TaskStates: w.TaskStates, Projects: w.Projects}
	src.describe(w)
	if w.OwnerId = cmp.Or(w.OwnerId, id.Format("prs", tx.Call().PersonID)); w.OwnerId == "" {
		return fault.Invalid(fault.At("ownerId", "is required, because the caller is not a person"))
	}
	if err := proposeMapping(ctx, tx, src.file, w); err != nil {
		return err
	}
	found := &pb.WorkImport{People: w.People, TaskStates: w.TaskStates, Projects: w.Projects}
	w.People, w.TaskStates, w.Projects = sent.People, sent.TaskStates, sent.Projects
	if err := mergeMapping(ctx, tx, found, w); err != nil {
		return err
	}
	if err := workImports.Insert(ctx, tx, w); err != nil {
		return err
	}
	if w.FileId != "" {
		if err := files.Attach(ctx, tx, w.FileId, w.Id); err != nil {
			return err
		}
	}
	if err := storeContent(ctx, tx, w.Id, contentOf(src.file)); err != nil {
		return err
	}
	return storeRows(ctx, tx, w.Id, src.rows)
}

// describe sets what the file says about itself, and clears what only a request has.
func (src *source) describe(w *pb.WorkImport) {
	w.Content, w.ProjectName = nil, ""
	w.DateOrder, w.DecimalMark = pb.WorkImport_DATE_ORDER_UNSPECIFIED, pb.WorkImport_DECIMAL_MARK_UNSPECIFIED
	w.FileName, w.Tool, w.State = src.fileName, toolOf(src.file.Tool), pb.WorkImport_READY
	w.TimeBilling = cmp.Or(w.TimeBilling, pb.WorkImport_UNBILLED)
	w.RowCount, w.Warnings = int32(len(src.rows)), src.warnings
	for _, r := range src.rows {
		if r.outcome == skipped {
			w.SkippedCount++
		}
	}
}

// content is what a file has besides its rows.
type content struct {
	Sections []section
	Labels   []label
}

// section is a section of a project of the file.
type section struct{ Key, Name, Project string }

// label is a label of the file.
type label struct{ Name, Color string }

// contentOf returns what a file has besides its rows.
func contentOf(f *exportfile.File) (c content) {
	for _, s := range f.Sections {
		c.Sections = append(c.Sections, section{s.Key, cut(s.Name, maxSectionName), s.ProjectKey})
	}
	for _, l := range f.Labels {
		c.Labels = append(c.Labels, label{cut(l.Name, maxLabelName), colorOf(l.Color)})
	}
	return c
}

// colors are the colors of the tools' names.
var colors = map[string]string{
	"red": "#e34935", "orange": "#f79232", "yellow": "#f2d600", "green": "#61bd4f", "blue": "#0079bf",
	"purple": "#c377e0", "pink": "#ff78cb", "sky": "#00c2e0", "lime": "#51e898", "black": "#344563",
}

// colorOf returns the color with a name, "" for an unknown one.
func colorOf(name string) string { return colors[name] }

// storeContent stores what a file has besides its rows.
func storeContent(ctx context.Context, tx *db.Tx, importID string, c content) error {
	key, err := workImports.Table().Key(importID)
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into operations.work_import_contents (org_id, work_import_id, content)
values ($1, $2, $3)`, tx.Call().Organization.ID, key, encoded)
	return err
}

// loadContent returns what a file has besides its rows.
func loadContent(ctx context.Context, tx *db.Tx, importID string) (c content, err error) {
	key, err := workImports.Table().Key(importID)
	if err != nil {
		return c, err
	}
	found, err := db.CollectColumn[[]byte](ctx, tx, `
select content
from operations.work_import_contents
where org_id = $1
and work_import_id = $2`, tx.Call().Organization.ID, key)
	if err != nil || len(found) == 0 {
		return c, err
	}
	return c, json.Unmarshal(found[0], &c)
}
