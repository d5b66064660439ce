package collaboration

import (
	"context"
	"fmt"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// maxMentions is the largest number of persons that a comment may mention.
const maxMentions = 50

// mentionsIn returns the persons that Markdown texts mention, each once.
func mentionsIn(texts ...string) (persons []string) {
	for _, source := range texts {
		if !mention.MatchString(source) {
			continue // parsing is slower
		}
		document := markdown.Parser().Parse(text.NewReader([]byte(source)))
		_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if m, is := n.(*mentionNode); is && entering {
				persons = append(persons, m.person)
			}
			return ast.WalkContinue, nil
		})
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

// storeMentions stores the mentions of a comment by person. The author of a new comment and the
// persons newly mentioned who may read the subject then watch it. An edit does not undo that a
// person stopped watching. was is the comment before the edit, nil if it is new.
func storeMentions(ctx context.Context, tx *db.Tx, was, c *pb.Comment) error {
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
	causes := map[string]pb.Watcher_Cause{}
	for _, p := range c.MentionedPersonIds {
		if !slices.Contains(c.UnreachedPersonIds, p) && !slices.Contains(was.GetMentionedPersonIds(), p) {
			causes[p] = pb.Watcher_MENTIONED
		}
	}
	switch {
	case was == nil && c.AuthorId != "":
		causes[c.AuthorId] = pb.Watcher_COMMENTED
	case was != nil:
		delete(causes, c.AuthorId)
	}
	return addWatchers(ctx, tx, c.SubjectId, causes)
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
