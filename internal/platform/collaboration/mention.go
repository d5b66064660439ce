package collaboration

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// maxMentions is the largest number of persons that a comment may mention.
const maxMentions = 50

var mention = regexp.MustCompile(`@\[(prs_[0-9a-z]{26})\]`)

// mentionsIn returns the persons that texts mention, each once.
func mentionsIn(texts ...string) (persons []string) {
	for _, text := range texts {
		for _, match := range mention.FindAllStringSubmatch(text, -1) {
			persons = append(persons, match[1])
		}
	}
	slices.Sort(persons)
	return slices.Compact(persons)
}

// setMentions sets the persons that a comment mentions, and those of them who may not read its
// subject. It refuses a mention of a person who does not exist.
func setMentions(ctx context.Context, tx *db.Tx, _, c *pb.Comment) error {
	persons := mentionsIn(c.BodyMarkdown)
	if len(persons) > maxMentions {
		return fault.Invalid(fault.At("bodyMarkdown", "mentions more than %d persons", maxMentions))
	}
	c.MentionedPersonIds, c.UnreachedPersonIds = persons, nil
	if len(persons) == 0 {
		return nil
	}
	names, err := namesOf(ctx, tx, persons)
	if err != nil {
		return err
	}
	var violations fault.List
	for _, p := range persons {
		if _, exists := names[p]; !exists {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At("bodyMarkdown", "mentions %s, who does not exist", p)))
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	readers, err := readersOf(ctx, tx, c.SubjectId, persons)
	for _, p := range persons {
		if !readers[p] {
			c.UnreachedPersonIds = append(c.UnreachedPersonIds, p)
		}
	}
	return err
}

// storeMentions stores the mentions of a comment by person. The author and the mentioned persons
// who may read the subject then watch it.
func storeMentions(ctx context.Context, tx *db.Tx, c *pb.Comment) error {
	key, err := comments.Table().Key(c.Id)
	if err != nil {
		return err
	}
	if len(c.MentionedPersonIds) > 0 {
		tx.Pending().Queue(`
insert into platform.comment_mentions (org_id, person_id, comment_id)
select $1, p.id, $3
from platform.persons p
where p.org_id = $1
and p.id = any($2)`, tx.Call().Organization.ID, personKeys(c.MentionedPersonIds), key)
	}
	if c.AuthorId != "" {
		if err := addWatchers(ctx, tx, c.SubjectId, pb.Watcher_COMMENTED, c.AuthorId); err != nil {
			return err
		}
	}
	reached := slices.DeleteFunc(slices.Clone(c.MentionedPersonIds), func(p string) bool {
		return slices.Contains(c.UnreachedPersonIds, p)
	})
	return addWatchers(ctx, tx, c.SubjectId, pb.Watcher_MENTIONED, reached...)
}

// namesOf returns the display names of those persons who exist.
func namesOf(ctx context.Context, tx *db.Tx, persons []string) (map[string]string, error) {
	kind, known := tx.Kinds().ByPrefix("prs")
	if !known {
		return nil, fmt.Errorf("collaboration: there is no kind of persons")
	}
	persons = slices.DeleteFunc(slices.Clone(persons), func(p string) bool {
		_, err := id.Parse("prs", p)
		return err != nil
	})
	found, err := kind.Load(ctx, tx, persons)
	names := map[string]string{}
	for i, p := range found {
		if p.Record != nil {
			names[persons[i]] = p.Title
		}
	}
	return names, err
}
