package catalog

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// ResolveItems returns the items that the lines of another capability's document refer to, by
// identifier, with one statement. It refuses items that do not exist or are archived, each at its
// path in the request, which at returns for the i-th identifier. The i-th may be archived if agreed
// is true for it, because its line bills what was agreed before. Empty identifiers are skipped.
func ResolveItems(
	ctx context.Context, tx *db.Tx, ids []string, at func(i int) string, agreed func(i int) bool,
) (map[string]*pb.Item, error) {
	var wellFormed []string
	for _, key := range ids {
		if _, err := id.Parse(items.Prefix(), key); err == nil {
			wellFormed = append(wellFormed, key)
		}
	}
	subjects, err := items.Load(ctx, tx, wellFormed)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]db.Subject, len(subjects))
	for i, subject := range subjects {
		byID[wellFormed[i]] = subject
	}
	found := make(map[string]*pb.Item, len(subjects))
	var violations fault.List
	for i, key := range ids {
		if key == "" {
			continue
		}
		subject := byID[key]
		subject.Archived = subject.Archived && !agreed(i)
		if refusal := resource.CheckSubject(subject, at(i)); refusal != nil {
			violations.MergeViolations("", refusal)
			continue
		}
		found[key] = subject.Record.(*pb.Item)
	}
	return found, violations.Err()
}
