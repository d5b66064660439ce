package planning

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// maxItems is the number of records of each kind that a close-out lists.
const maxItems = 1000

// CloseOutProject completes and archives a project, if nothing is outstanding or the caller accepts
// it.
func (s *Service) CloseOutProject(
	ctx context.Context, req *pb.CloseOutProjectRequest,
) (*pb.CloseOutProjectResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.CloseOutProjectResponse, error) {
		p, err := projects.LockByCaller(ctx, tx, req.GetProjectId())
		if err != nil {
			return nil, err
		}
		if err := projects.CheckCloseOut(ctx, tx, p); err != nil {
			return nil, err
		}
		out := &pb.CloseOutProjectResponse{}
		if out.Outstanding, err = s.findOutstanding(ctx, tx, p); err != nil {
			return nil, err
		}
		if req.GetValidateOnly() {
			out.Project, err = projects.FindProject(ctx, tx, p.Id)
			return out, err
		}
		if len(out.Outstanding) > 0 && !req.GetAcceptOutstanding() {
			return nil, fault.Refuse(optionsv1.Reason_PROJECT_NOT_FINISHED, "Outstanding: %s.",
				describe(out.Outstanding)).WithSubject(p.Id)
		}
		out.Project, err = projects.CloseOut(ctx, tx, p)
		return out, err
	})
}

// findOutstanding returns what is not finished of a project, sorted by kind.
func (s *Service) findOutstanding(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*Outstanding, error) {
	var all []*Outstanding
	sources := []func(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*Outstanding, error){
		findOpenTasks, findMilestones, findInvoices,
	}
	for _, h := range s.hooks {
		if h.FindOutstanding != nil {
			sources = append(sources, h.FindOutstanding)
		}
	}
	for _, find := range sources {
		found, err := find(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	all = slices.DeleteFunc(all, func(o *Outstanding) bool { return o.Count == 0 })
	slices.SortStableFunc(all, func(a, b *Outstanding) int { return cmp.Compare(a.Kind, b.Kind) })
	for _, o := range all {
		if err := hideUnreadable(ctx, tx, o); err != nil {
			return nil, err
		}
		o.Items = o.Items[:min(len(o.Items), maxItems)]
	}
	return all, nil
}

// hideUnreadable removes the records that the caller may not read, and then the sums too.
func hideUnreadable(ctx context.Context, tx *db.Tx, o *Outstanding) error {
	ids := make([]string, len(o.Items))
	for i, item := range o.Items {
		ids[i] = item.RecordId
	}
	subjects, err := resource.LoadSubjects(ctx, tx, ids)
	if err != nil {
		return err
	}
	readable := o.Items[:0]
	for i, item := range o.Items {
		if subjects[i].Readable {
			readable = append(readable, item)
		}
	}
	if len(readable) < len(ids) {
		o.Items, o.Amounts, o.Seconds = readable, nil, 0
	}
	return nil
}

// describe says what is outstanding, such as "2 open tasks, 1 unpaid invoices (120.00 USD)".
func describe(list []*Outstanding) string {
	var parts []string
	for _, o := range list {
		part := strconv.Itoa(int(o.Count)) + " " + strings.ToLower(strings.ReplaceAll(o.Kind.String(), "_", " "))
		var amounts []string
		for _, m := range o.Amounts {
			amounts = append(amounts, m.Amount+" "+m.CurrencyCode)
		}
		if len(amounts) > 0 {
			part += " (" + strings.Join(amounts, ", ") + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
