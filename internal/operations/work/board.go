package work

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

type (
	boardRequest = pb.GetTaskBoardRequest
	boardColumn  = pb.GetTaskBoardResponse_Column
)

// defaultColumnSize is the number of tasks of a column if a request does not set it.
const defaultColumnSize = 20

// GetTaskBoard returns tasks in columns.
func (s *Service) GetTaskBoard(ctx context.Context, req *pb.GetTaskBoardRequest) (*pb.GetTaskBoardResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.GetTaskBoardResponse, error) {
		within, err := boardCondition(req)
		if err != nil {
			return nil, err
		}
		by := groupings[cmp.Or(req.GetGroupBy(), pb.GetTaskBoardRequest_STATE)]
		groups, err := tasks.Groups(ctx, tx, req.GetFilter(), []table.Equal{within}, by.column,
			int(cmp.Or(req.GetColumnSize(), defaultColumnSize)))
		if err != nil {
			return nil, err
		}
		columns, err := by.columns(ctx, tx, req, groups)
		if err != nil {
			return nil, err
		}
		return &pb.GetTaskBoardResponse{Columns: columns}, fillColumns(ctx, tx, by, columns, groups)
	})
}

// boardCondition returns the condition for the tasks of a board.
func boardCondition(req *boardRequest) (table.Equal, error) {
	switch {
	case (req.GetProjectId() == "") == (req.GetOwnerId() == ""):
		return table.Equal{}, fault.Invalid(fault.At("projectId", "or ownerId is required, and not both"))
	case req.GetProjectId() == "" && req.GetGroupBy() == pb.GetTaskBoardRequest_SECTION:
		return table.Equal{}, fault.Invalid(fault.At("groupBy", "must not be SECTION without projectId"))
	}
	column, prefix, value, field := "project_id", "prj", req.GetProjectId(), "projectId"
	if req.GetOwnerId() != "" {
		column, prefix, value, field = "owner_id", "prs", req.GetOwnerId(), "ownerId"
	}
	key, err := id.Parse(prefix, value)
	if err != nil {
		return table.Equal{}, fault.Invalid(fault.At(field, "%s", err))
	}
	return table.Equal{Column: column, Value: key}, nil
}

// grouping is one way to divide tasks into columns.
type grouping struct {
	// column is the column of the table, prefix that of its identifiers, "" if it is an enum.
	column, prefix string
	// columns returns the columns without their tasks, in order.
	columns func(ctx context.Context, tx *db.Tx, req *boardRequest, groups []table.Group) ([]*boardColumn, error)
}

var groupings = map[pb.GetTaskBoardRequest_GroupBy]grouping{
	pb.GetTaskBoardRequest_STATE:    {"task_state_id", "tks", stateColumns},
	pb.GetTaskBoardRequest_SECTION:  {"section_id", "sct", sectionColumns},
	pb.GetTaskBoardRequest_OWNER:    {"owner_id", "prs", ownerColumns},
	pb.GetTaskBoardRequest_PRIORITY: {"priority", "", priorityColumns},
}

// key returns the key of the column of a group.
func (g grouping) key(group table.Group) (string, error) {
	if g.prefix == "" || group.Value == "" {
		return group.Value, nil
	}
	u, err := uuid.Parse(group.Value)
	return id.Format(g.prefix, u), err
}

// fillColumns sets the tasks of the columns.
func fillColumns(
	ctx context.Context, tx *db.Tx, by grouping, columns []*boardColumn, groups []table.Group,
) error {
	var ids []string
	for _, g := range groups {
		ids = append(ids, g.IDs...)
	}
	records, err := tasks.FindMany(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, g := range groups {
		key, err := by.key(g)
		if err != nil {
			return err
		}
		for _, c := range columns {
			if c.Key == key {
				c.TotalSize, c.Tasks = g.Total, records[:len(g.IDs)]
			}
		}
		records = records[len(g.IDs):]
	}
	return nil
}

// named is the key and the name of a column.
type named struct {
	ID   uuid.UUID
	Name string
}

// namedColumns returns the columns that a query of keys and names finds.
func namedColumns(ctx context.Context, tx *db.Tx, prefix, sql string, args ...any) ([]*boardColumn, error) {
	found, err := db.Collect[named](ctx, tx, sql, append([]any{tx.Call().Organization.ID}, args...)...)
	columns := make([]*boardColumn, len(found))
	for i, f := range found {
		columns[i] = &boardColumn{Key: id.Format(prefix, f.ID), DisplayName: f.Name}
	}
	return columns, err
}

func stateColumns(ctx context.Context, tx *db.Tx, _ *boardRequest, _ []table.Group) ([]*boardColumn, error) {
	return namedColumns(ctx, tx, "tks", `
select s.id, s.display_name as name
from operations.task_states s
where s.org_id = $1
order by s.rank, s.id`)
}

func sectionColumns(ctx context.Context, tx *db.Tx, req *boardRequest, _ []table.Group) ([]*boardColumn, error) {
	project, err := projects.Table().Key(req.GetProjectId())
	if err != nil {
		return nil, err
	}
	columns, err := namedColumns(ctx, tx, "sct", `
select s.id, s.display_name as name
from operations.project_sections s
where s.org_id = $1
and s.project_id = $2
order by s.rank, s.id`, project)
	return append([]*boardColumn{{}}, columns...), err
}

func ownerColumns(ctx context.Context, tx *db.Tx, _ *boardRequest, groups []table.Group) ([]*boardColumn, error) {
	owners := make([]string, len(groups))
	for i, g := range groups {
		owners[i] = g.Value
	}
	return namedColumns(ctx, tx, "prs", `
select p.id, p.display_name as name
from platform.persons p
where p.org_id = $1
and p.id = any($2::text[]::uuid[])
order by p.display_name, p.id`, owners)
}

func priorityColumns(context.Context, *db.Tx, *boardRequest, []table.Group) (columns []*boardColumn, err error) {
	for _, name := range []string{"URGENT", "HIGH", "MEDIUM", "LOW", ""} {
		columns = append(columns, &boardColumn{Key: name, DisplayName: name})
	}
	return columns, nil
}
