package workload

import (
	"context"
	"encoding/json"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/responsibility"
)

// ListMyWork lists what waits for a person.
func (s *Service) ListMyWork(ctx context.Context, req *pb.ListMyWorkRequest) (*pb.ListMyWorkResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListMyWorkResponse, error) {
		person, err := responsibility.ReadPerson(ctx, tx, req.GetPersonId())
		if err != nil {
			return nil, err
		}
		if err := checkResource(tx, req.GetResource()); err != nil {
			return nil, err
		}
		paging, err := resource.NewPaging(s.db.Keys(), tx.Call(), req, person.String(), req.GetDue().String(),
			req.GetResource(), req.GetRelation().String())
		if err != nil {
			return nil, err
		}
		selected, err := newSelection(req, paging)
		if err != nil {
			return nil, err
		}
		settings, err := timekeeping.ReadSettings(ctx, tx)
		if err != nil {
			return nil, err
		}
		query, err := newWorkQuery(ctx, tx, person)
		if err != nil {
			return nil, err
		}
		weekEnd := timekeeping.StartOfWeek(settings, tx.Call().Today()).AddDays(daysOfWeek - 1)
		counts, page, err := query.read(ctx, tx, weekEnd, selected)
		if err != nil {
			return nil, err
		}
		res := &pb.ListMyWorkResponse{Counts: counts}
		if len(page) == paging.Size {
			last, err := json.Marshal(page[len(page)-1].position)
			if err != nil {
				return nil, err
			}
			res.NextPageToken = paging.Next(last)
		}
		res.WorkItems, err = query.describe(ctx, tx, page)
		return res, err
	})
}

// newSelection returns the part of a person's work that a request asks for.
func newSelection(req *pb.ListMyWorkRequest, paging resource.Paging) (selection, error) {
	s := selection{due: req.GetDue(), resource: req.GetResource(), relation: req.GetRelation(), limit: paging.Size}
	if paging.After == nil {
		return s, nil
	}
	s.after = &position{}
	return s, json.Unmarshal(paging.After, s.after)
}

// checkResource refuses a resource whose records never are work.
func checkResource(tx *db.Tx, name string) error {
	if name == "" {
		return nil
	}
	for _, kind := range tx.Kinds().All() {
		k, ok := kind.(resource.AnyKind)
		if !ok || k.Collection() != name {
			continue
		}
		if d := k.Responsibility(); len(k.Waiting()) > 0 || d != nil && d.Due != "" {
			return nil
		}
	}
	return fault.Invalid(fault.At("resource", "must be a resource whose records are work, such as %q", "tasks"))
}

// describe returns the work items of a page. It reads the records of each kind with one statement.
func (q *workQuery) describe(ctx context.Context, tx *db.Tx, page []item) (out []*pb.WorkItem, err error) {
	kinds := map[string]resource.AnyKind{}
	for _, kind := range tx.Kinds().All() {
		if k, ok := kind.(resource.AnyKind); ok {
			kinds[k.Collection()] = k
		}
	}
	ids := map[string][]string{}
	for _, i := range page {
		ids[i.Resource] = append(ids[i.Resource], id.Format(kinds[i.Resource].Prefix(), i.ID))
	}
	records := map[string]db.Subject{}
	for name, keys := range ids {
		found, err := kinds[name].Load(ctx, tx, keys)
		if err != nil {
			return nil, err
		}
		for n, key := range keys {
			records[key] = found[n]
		}
	}
	for _, i := range page {
		kind := kinds[i.Resource]
		key := id.Format(kind.Prefix(), i.ID)
		if s := records[key]; s.Readable {
			out = append(out, q.workItem(kind, key, i, s))
		}
	}
	if err := nameSubjects(ctx, tx, out); err != nil {
		return nil, err
	}
	return out, nameProjects(ctx, tx, out)
}

// workItem returns a work item, without what other records say.
func (q *workQuery) workItem(kind resource.AnyKind, key string, i item, s db.Subject) *pb.WorkItem {
	from := q.origins[i.Origin]
	w := &pb.WorkItem{
		SubjectId: key, Resource: i.Resource, DisplayName: s.Title, Due: pb.WorkItem_Due(i.Due),
		Overdue: i.Due == int(pb.WorkItem_OVERDUE), Relation: from.relation, Action: from.action,
		AboutId: kind.SubjectOf(s.Record),
	}
	if i.DueDate != never {
		w.DueDate = i.DueDate
	}
	m := s.Record.ProtoReflect()
	text := func(field string) string {
		fd := m.Descriptor().Fields().ByName(protoreflect.Name(field))
		if fd == nil || fd.Kind() != protoreflect.StringKind || fd.IsList() {
			return ""
		}
		return m.Get(fd).String()
	}
	w.ProjectId = text("project_id")
	if d := kind.Responsibility(); d != nil && d.Priority != "" {
		w.Priority = pb.Task_Priority(m.Get(m.Descriptor().Fields().ByName(protoreflect.Name(d.Priority))).Enum())
	}
	if from.relation == pb.WorkItem_DEPUTY {
		w.OnBehalfOfId = text(kind.Responsibility().Person)
	}
	return w
}

// nameSubjects sets the names of work items that are about other records.
func nameSubjects(ctx context.Context, tx *db.Tx, items []*pb.WorkItem) error {
	about := make([]string, len(items))
	for i, w := range items {
		about[i] = w.AboutId
	}
	found, err := resource.LoadSubjects(ctx, tx, about)
	for i, s := range found {
		if s.Record != nil {
			items[i].DisplayName = s.Title
		}
	}
	return err
}

// nameProjects sets the names of the projects of work items. It removes projects that the caller
// may not read.
func nameProjects(ctx context.Context, tx *db.Tx, items []*pb.WorkItem) error {
	var ids []string
	for _, w := range items {
		if w.ProjectId != "" && !slices.Contains(ids, w.ProjectId) {
			ids = append(ids, w.ProjectId)
		}
	}
	found, err := resource.LoadSubjects(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, w := range items {
		if i := slices.Index(ids, w.ProjectId); i >= 0 && found[i].Readable {
			w.ProjectName = found[i].Title
		} else {
			w.ProjectId = ""
		}
	}
	return nil
}
