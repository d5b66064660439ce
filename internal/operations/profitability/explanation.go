package profitability

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/reports/segments"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// readTimeEntries is the permission to read the time of persons.
const readTimeEntries = "operations.timeEntries.read"

// explained is what a figure consists of in the ledger, and how much a caller must see for it.
type explained struct {
	figure segments.Figure
	needs  visibility
}

func explainedBy(f pb.ExplainProjectProfitabilityRequest_Figure) explained {
	return map[pb.ExplainProjectProfitabilityRequest_Figure]explained{
		pb.ExplainProjectProfitabilityRequest_INCOME:           {segments.Income, masked},
		pb.ExplainProjectProfitabilityRequest_WRITE_OFFS:       {segments.WriteOffs, masked},
		pb.ExplainProjectProfitabilityRequest_OTHER_COSTS:      {segments.Costs, standardOnly},
		pb.ExplainProjectProfitabilityRequest_EXCLUDED_PAYROLL: {segments.Payroll, allCosts},
	}[f]
}

// ExplainProjectProfitability lists what a figure of a project consists of.
func (s *Service) ExplainProjectProfitability(
	ctx context.Context, req *pb.ExplainProjectProfitabilityRequest,
) (*pb.ExplainProjectProfitabilityResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ExplainProjectProfitabilityResponse, error) {
		var violations fault.List
		period, err := readPeriod(ctx, tx, &violations, req)
		if err != nil {
			return nil, err
		}
		if err := violations.Err(); err != nil {
			return nil, err
		}
		found, err := projects.FindReadable(ctx, tx, []string{req.GetProjectId()})
		if err != nil {
			return nil, err
		}
		keys, err := valuesOf(found)
		if err != nil {
			return nil, err
		}
		e := explanation{project: keys[0], period: period, figure: req.GetFigure()}
		if e.visible, err = s.visibilityOf(ctx, tx); err != nil {
			return nil, err
		}
		e.paging, err = resource.NewPaging(s.db.Keys(), tx.Call(), req, req.GetProjectId(), req.GetFigure().String(),
			period.Start.String(), period.End.String(), req.GetBasis().String())
		if err != nil {
			return nil, err
		}
		if e.figure == pb.ExplainProjectProfitabilityRequest_LABOR_COST {
			return s.explainLabor(ctx, tx, e)
		}
		return e.explainLedger(ctx, tx)
	})
}

// explanation is what a request asks for.
type explanation struct {
	project uuid.UUID
	period  segments.Period
	figure  pb.ExplainProjectProfitabilityRequest_Figure
	visible visibility
	paging  resource.Paging
}

// explainLedger returns a page of the journal lines in a figure, none if the caller does not see
// it.
func (e explanation) explainLedger(
	ctx context.Context, tx *db.Tx,
) (*pb.ExplainProjectProfitabilityResponse, error) {
	by := explainedBy(e.figure)
	out := &pb.ExplainProjectProfitabilityResponse{Masked: e.visible < by.needs}
	if out.Masked {
		return out, nil
	}
	var from segments.Position
	if e.paging.After != nil {
		if err := json.Unmarshal(e.paging.After, &from); err != nil {
			return nil, err
		}
	}
	lines, err := segments.ReadLines(ctx, tx, e.period, e.project, by.figure, from, e.paging.Size+1)
	if err != nil {
		return nil, err
	}
	if len(lines) > e.paging.Size {
		lines = lines[:e.paging.Size]
		last := lines[len(lines)-1]
		position, err := json.Marshal(segments.Position{Date: last.Date.String(), ID: last.ID})
		if err != nil {
			return nil, err
		}
		out.NextPageToken = e.paging.Next(position)
	}
	base := tx.Call().Organization.CurrencyCode
	for _, l := range lines {
		out.JournalLines = append(out.JournalLines, &pb.ProfitabilityJournalLine{Date: l.Date.String(),
			JournalEntryId: id.Format("jrn", l.EntryID), JournalLineId: id.Format("jln", l.ID), Source: l.Source,
			Description: l.Description, AccountId: id.Format("acc", l.AccountID), AccountName: l.AccountName,
			Amount: money.ToProto(l.Minor, base)})
	}
	return out, nil
}

// explainLabor returns a page of the time of persons with its cost.
func (s *Service) explainLabor(
	ctx context.Context, tx *db.Tx, e explanation,
) (*pb.ExplainProjectProfitabilityResponse, error) {
	c, err := s.visibleCosts(ctx, tx, e.period, e.visible)
	if err != nil {
		return nil, err
	}
	times, err := timekeeping.TimeOfProjects(ctx, tx,
		c.timeQuery(e.period.Start, e.period.End, []uuid.UUID{e.project}, false))
	if err != nil {
		return nil, err
	}
	work := make([]labor, len(times))
	for i, t := range times {
		work[i] = newLabor(c, t)
	}
	assigned, err := assignCosts(work)
	if err != nil {
		return nil, err
	}
	if e.visible != allCosts {
		if assigned, err = hideOthers(ctx, tx, assigned); err != nil {
			return nil, err
		}
	}
	out := &pb.ExplainProjectProfitabilityResponse{Masked: e.visible == masked}
	after := string(e.paging.After)
	assigned = slices.DeleteFunc(assigned, func(l labor) bool { return after != "" && l.position() <= after })
	if len(assigned) > e.paging.Size {
		assigned = assigned[:e.paging.Size]
		out.NextPageToken = e.paging.Next([]byte(assigned[len(assigned)-1].position()))
	}
	out.LaborLines, err = e.describeLabor(ctx, tx, assigned)
	return out, err
}

// position returns a text by which time is sorted.
func (l labor) position() string { return l.person.String() + " " + l.first + " " + l.cost.id }

// hideOthers adds up the time of persons whose time the caller may not read.
func hideOthers(ctx context.Context, tx *db.Tx, times []labor) ([]labor, error) {
	c, readable := tx.Call(), []uuid.UUID{}
	switch c.Reach(readTimeEntries) {
	case call.All:
		return times, nil
	case call.Team:
		team, err := resource.Team(ctx, tx, c.PersonID)
		if err != nil {
			return nil, err
		}
		readable = append(team, c.PersonID)
	case call.Own:
		readable = append(readable, c.PersonID)
	}
	var out []labor
	for _, l := range times {
		if slices.Contains(readable, l.person) {
			out = append(out, l)
			continue
		}
		l.person = uuid.Nil
		at := slices.IndexFunc(out, func(o labor) bool { return o.person == uuid.Nil && o.cost.equals(l.cost) })
		if at < 0 {
			out = append(out, l)
			continue
		}
		o := &out[at]
		o.first, o.last = min(o.first, l.first), max(o.last, l.last)
		o.seconds, o.minor = o.seconds+l.seconds, o.minor+l.minor
	}
	slices.SortFunc(out, func(a, b labor) int { return strings.Compare(a.position(), b.position()) })
	return out, nil
}

// describeLabor returns time with its costs as the API shows it. Masked time has no days, because
// they could tell when a cost changed.
func (e explanation) describeLabor(ctx context.Context, tx *db.Tx, times []labor) ([]*pb.LaborLine, error) {
	var persons []string
	for _, l := range times {
		if l.person != uuid.Nil {
			persons = append(persons, id.Format("prs", l.person))
		}
	}
	names, err := namesOf(ctx, tx, persons)
	if err != nil {
		return nil, err
	}
	var out []*pb.LaborLine
	base := tx.Call().Organization.CurrencyCode
	for _, l := range times {
		line := &pb.LaborLine{StartDate: l.first, EndDate: l.last, DurationSeconds: l.seconds}
		if l.person != uuid.Nil {
			line.PersonId = id.Format("prs", l.person)
			line.PersonName = names[line.PersonId]
		}
		switch {
		case e.visible == masked:
			line.StartDate, line.EndDate = e.period.Start.String(), e.period.End.String()
		default:
			if line.HourlyCost, err = l.cost.describe(base); err != nil {
				return nil, err
			}
			if l.cost.amount != nil {
				line.Cost = money.ToProto(l.minor, base)
			}
		}
		out = append(out, line)
	}
	return out, nil
}
