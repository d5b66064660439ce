package workimport

import (
	"context"
	"encoding/binary"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
)

// ListWorkImportRows returns a page of the rows of an import.
func (s *Service) ListWorkImportRows(
	ctx context.Context, req *pb.ListWorkImportRowsRequest,
) (*pb.ListWorkImportRowsResponse, error) {
	only := ""
	if req.GetOutcome() != pb.WorkImport_Row_OUTCOME_UNSPECIFIED {
		only = req.GetOutcome().String()
	}
	rows, next, err := listPage(ctx, s.db, req, req.GetWorkImportId(), only, `
select r.position, r.line_number, r.path, r.title, r.external_id, r.outcome, r.problems, r.record_kind, r.record_key,
  null::jsonb
from operations.work_import_rows r
where r.org_id = $1
and r.work_import_id = $2
and r.position > $3
and ($4 = '' or r.outcome = $4)
order by r.position
limit $5`, scanRow)
	out := &pb.ListWorkImportRowsResponse{NextPageToken: next}
	for _, r := range rows {
		out.Rows = append(out.Rows, r.proto())
	}
	return out, err
}

// proto returns a row as the API shows it.
func (r *row) proto() *pb.WorkImport_Row {
	return &pb.WorkImport_Row{LineNumber: r.line, Path: r.path, Title: r.title, Outcome: r.outcome,
		Problems: r.problems, RecordId: r.recordID}
}

// ListWorkImportRecords returns a page of the records that an import created.
func (s *Service) ListWorkImportRecords(
	ctx context.Context, req *pb.ListWorkImportRecordsRequest,
) (*pb.ListWorkImportRecordsResponse, error) {
	only := ""
	if req.GetState() != pb.WorkImportRecord_STATE_UNSPECIFIED {
		only = req.GetState().String()
	}
	records, next, err := listPage(ctx, s.db, req, req.GetWorkImportId(), only, `
select w.position, w.record_kind, w.record_key, w.version, w.create_time, w.row_position, w.state, w.reason
from operations.work_import_records w
where w.org_id = $1
and w.work_import_id = $2
and w.position > $3
and ($4 = '' or w.state = $4)
order by w.position
limit $5`, pgx.RowToStructByName[logged])
	out := &pb.ListWorkImportRecordsResponse{NextPageToken: next}
	for _, r := range records {
		out.Records = append(out.Records, &pb.WorkImportRecord{
			RecordId: r.id(), State: r.recordState(), Reason: r.Reason,
		})
	}
	return out, err
}

// positioned is an element of a list with its position.
type positioned interface{ at() int32 }

func (r *row) at() int32   { return r.position }
func (l logged) at() int32 { return l.Position }

// listPage returns a page of what an import has, and the token of the next page.
func listPage[T positioned](
	ctx context.Context, d *db.DB, req resource.PageRequest, importID, only, sql string, scan pgx.RowToFunc[T],
) (list []T, next string, err error) {
	paging, err := resource.NewPaging(d.Keys(), call.From(ctx), req, importID, only)
	if err != nil {
		return nil, "", err
	}
	list, err = db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) ([]T, error) {
		if _, err := workImports.GetByCaller(ctx, tx, importID); err != nil {
			return nil, err
		}
		key, err := workImports.Table().Key(importID)
		if err != nil {
			return nil, err
		}
		from := int32(0)
		if paging.After != nil {
			from = int32(binary.BigEndian.Uint32(paging.After))
		}
		rows, err := tx.Query(ctx, sql, tx.Call().Organization.ID, key, from, only, paging.Size)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, scan)
	})
	if err == nil && len(list) == paging.Size {
		next = paging.Next(binary.BigEndian.AppendUint32(nil, uint32(list[len(list)-1].at())))
	}
	return list, next, err
}
