package profitability

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// readPay is the permission that the domain of people asks for to read what persons are paid.
const readPay = "people.compensations.read"

// FindHourlyCost returns what an hour of a person costs on a day.
func (s *Service) FindHourlyCost(ctx context.Context, req *pb.FindHourlyCostRequest) (*pb.HourlyCost, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.HourlyCost, error) {
		if !s.mayReadPay(tx.Call()) {
			return nil, fault.PermissionMissing(readPay)
		}
		var violations fault.List
		day := parseDay(&violations, "date", req.GetDate(), tx.Call().Today())
		// Archived persons have worked too.
		person, err := id.Parse("prs", req.GetPersonId())
		if err != nil {
			violations.Append(fault.At("personId", "%s", err))
			return nil, violations.Err()
		}
		if err := violations.Merge("", checkPerson(ctx, tx, req.GetPersonId())); err != nil {
			return nil, err
		}
		if err := violations.Err(); err != nil {
			return nil, err
		}
		c, err := s.loadCosts(ctx, tx, day, day, true)
		if err != nil {
			return nil, err
		}
		return c.on(person, day.String()).describe(c.base)
	})
}

// checkPerson refuses an identifier of a person who does not exist.
func checkPerson(ctx context.Context, tx *db.Tx, person string) error {
	found, err := resource.LoadSubjects(ctx, tx, []string{person})
	if err != nil {
		return err
	}
	found[0].Archived = false
	return resource.CheckSubject(found[0], "personId")
}

// describe returns a cost as the API shows it.
func (c hourlyCost) describe(base string) (*pb.HourlyCost, error) {
	out := &pb.HourlyCost{Source: c.source, SourceId: c.id}
	if c.amount == nil {
		return out, nil
	}
	minor, err := round(c.amount)
	out.HourlyCost = money.ToProto(minor, base)
	return out, err
}

// parseDay parses a business date, or returns absent for an empty text.
func parseDay(violations *fault.List, field, text string, absent calendar.Date) calendar.Date {
	if text == "" {
		return absent
	}
	d, err := calendar.ParseBusinessDate(text)
	if err != nil {
		violations.Append(fault.At(field, "%s", err))
		return absent
	}
	return d
}
