package responsibility

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

const (
	// maxHandedOver is the number of records that one call hands over.
	maxHandedOver = 10_000
	// maxDescribed is the number of records that a response describes.
	maxDescribed = 1000
)

// HandOverResponsibilities hands the open records of a person over to others.
func (s *Service) HandOverResponsibilities(
	ctx context.Context, req *pb.HandOverResponsibilitiesRequest,
) (*pb.HandOverResponsibilitiesResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.HandOverResponsibilitiesResponse, error) {
		sources, err := readableSources(ctx, tx)
		if err != nil {
			return nil, err
		}
		sources, giver, receivers, err := checkHandOver(ctx, tx, sources, req)
		if err != nil {
			return nil, err
		}
		records, total, err := readHeld(ctx, tx, sources, giver, maxHandedOver, maxHandedOver+maxTotal)
		if err != nil {
			return nil, err
		}
		before, err := loadTitles(ctx, tx, records)
		if err != nil {
			return nil, err
		}
		after := distribute(before, giver, receivers)
		if err := reassign(ctx, tx, sources, before, after); err != nil {
			return nil, err
		}
		list, err := describe(ctx, tx, after[:min(len(after), maxDescribed)])
		return &pb.HandOverResponsibilitiesResponse{
			Responsibilities: list, HandedOverSize: int32(len(after)), RemainingSize: int32(max(0, total-len(after))),
		}, err
	})
}

// checkHandOver checks a request. It returns the sources whose records are handed over, the person
// who has them, and the persons who receive them.
func checkHandOver(
	ctx context.Context, tx *db.Tx, sources []source, req *pb.HandOverResponsibilitiesRequest,
) (of []source, giver uuid.UUID, receivers []uuid.UUID, err error) {
	var violations fault.List
	of, err = ofResources(tx, sources, req.GetResources(), func(i int) string { return fmt.Sprintf("resources[%d]", i) })
	violations.MergeViolations("", err)
	giver, err = checkGiver(ctx, tx, req.GetPersonId())
	if err := violations.Merge("", err); err != nil {
		return nil, giver, nil, err
	}
	if err := resource.LockPersons(ctx, tx, req.GetToPersonIds()...); err != nil {
		return nil, giver, nil, err
	}
	for i, person := range req.GetToPersonIds() {
		at := fmt.Sprintf("toPersonIds[%d]", i)
		key, err := parsePerson(at, person)
		switch {
		case err != nil || key == uuid.Nil:
			violations.Append(fault.At(at, "must be the identifier of a person"))
			continue
		case key == giver:
			violations.Append(fault.At(at, "must not be the person whose records are handed over"))
			continue
		case slices.Contains(receivers, key):
			violations.Append(fault.At(at, "names the same person twice"))
			continue
		}
		if err := violations.Merge("", resource.CheckReference(ctx, tx, personPrefix, at, person)); err != nil {
			return nil, giver, nil, err
		}
		receivers = append(receivers, key)
	}
	return of, giver, receivers, violations.Err()
}

// checkGiver returns the person whose records are handed over, who may be archived.
func checkGiver(ctx context.Context, tx *db.Tx, person string) (uuid.UUID, error) {
	key, err := parsePerson("personId", person)
	if err != nil {
		return key, err
	}
	found, err := resource.LoadSubjects(ctx, tx, []string{person})
	if err == nil && (found[0].Record == nil || !found[0].Referenceable) {
		err = fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
			fault.At("personId", "names a record that does not exist"))
	}
	return key, err
}

// readHeld returns the first open records of a person: those that the person is responsible for,
// and those that the person is the deputy of. total is the number of all of them, up to most.
func readHeld(
	ctx context.Context, tx *db.Tx, sources []source, person uuid.UUID, limit, most int,
) (records []openRecord, total int, err error) {
	for _, q := range []query{{person: person, limit: limit}, {deputy: person, limit: limit}} {
		some, err := selectOpen(ctx, tx, sources, q)
		if err != nil {
			return nil, 0, err
		}
		records = append(records, some...)
		count := len(some)
		if count == limit {
			if count, err = countOpen(ctx, tx, sources, q, most); err != nil {
				return nil, 0, err
			}
		}
		total += count
	}
	slices.SortFunc(records, compareRecords)
	return records[:min(len(records), limit)], min(total, most), nil
}

// compareRecords orders records by resource, due date and identifier. Those without a due date come
// last, because letters come after digits.
func compareRecords(a, b openRecord) int {
	return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.DueDate, b.DueDate), bytes.Compare(a.ID[:], b.ID[:]))
}

// distribute returns the records with their new persons. Each receiver gets the next record in
// turn. A person is never both responsible and deputy; the record then has no deputy.
func distribute(records []titled, giver uuid.UUID, receivers []uuid.UUID) []titled {
	after := slices.Clone(records)
	for i := range after {
		r, next := &after[i], receivers[i%len(receivers)]
		if r.Person.UUID == giver {
			r.Person.UUID = next
		} else {
			r.Deputy.UUID = next
		}
		if r.Person == r.Deputy {
			r.Deputy = uuid.NullUUID{}
		}
	}
	return after
}

// reassign stores the new persons of records, those of each kind together. Kinds of a lower lock
// rank come first.
func reassign(ctx context.Context, tx *db.Tx, sources []source, before, after []titled) error {
	ordered := slices.Clone(sources)
	slices.SortStableFunc(ordered, func(a, b source) int { return cmp.Compare(a.kind.LockRank(), b.kind.LockRank()) })
	for _, s := range ordered {
		var assignments []resource.Assignment
		for i, r := range before {
			if r.Resource != s.kind.Collection() {
				continue
			}
			assignments = append(assignments, resource.Assignment{
				ID: id.Format(s.kind.Prefix(), r.ID), WasPerson: personID(r.Person), WasDeputy: personID(r.Deputy),
				Person: personID(after[i].Person), Deputy: personID(after[i].Deputy),
			})
		}
		if len(assignments) == 0 {
			continue
		}
		if err := s.kind.Reassign(ctx, tx, assignments); err != nil {
			return err
		}
	}
	return nil
}
