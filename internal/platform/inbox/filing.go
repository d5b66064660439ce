package inbox

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/inbox/incoming"
	"backoffice/internal/platform/resource"
)

// filing is what a person files of a message, and where.
type filing struct {
	subjectID                string
	addComment               bool
	body                     string
	fileIDs                  []string
	omitFiles, attachMessage bool
}

// fileOn files a message on a record as the caller, who must be allowed to read the record.
func fileOn(ctx context.Context, tx *db.Tx, m *message, f filing) error {
	refusals, err := resource.CheckSubjects(ctx, tx, []string{f.subjectID}, func(int) string { return "subjectId" })
	if err != nil {
		return err
	}
	if refusals[0] != nil {
		return refusals[0]
	}
	fileIDs, err := f.chosenFiles(m)
	if err != nil {
		return err
	}
	m.SubjectId = f.subjectID
	if f.addComment {
		body := f.body
		if body == "" {
			body = quoteMessage(m)
		}
		c := &pb.Comment{SubjectId: m.SubjectId, BodyMarkdown: body}
		if err := collaboration.AddComment(ctx, tx, c); err != nil {
			return err
		}
		m.CommentId = c.Id
	}
	if !f.addComment && len(fileIDs) == 0 {
		return fault.Refuse(optionsv1.Reason_INBOUND_MESSAGE_NOTHING_TO_FILE,
			"The message has no attachments to file, and no comment is asked for.").WithSubject(m.Id)
	}
	if err := attachAll(ctx, tx, fileIDs, m.SubjectId); err != nil {
		return err
	}
	return noteFiler(ctx, tx, m, m)
}

// chosenFiles returns the files to attach. It refuses those that are not of the message.
func (f filing) chosenFiles(m *message) ([]string, error) {
	var chosen []string
	switch {
	case f.omitFiles:
	case len(f.fileIDs) == 0:
		chosen = slices.Clone(m.FileIds)
	default:
		chosen = slices.Clone(f.fileIDs)
	}
	var violations fault.List
	for i, fileID := range chosen {
		if !slices.Contains(m.FileIds, fileID) {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At(fmt.Sprintf("fileIds[%d]", i), "is not an attachment of the message")))
		}
	}
	if f.attachMessage {
		chosen = append(chosen, m.RawFileId)
	}
	return chosen, violations.Err()
}

// attachAll attaches files to a record as the caller.
func attachAll(ctx context.Context, tx *db.Tx, fileIDs []string, subjectID string) error {
	for _, fileID := range fileIDs {
		if err := files.AttachAsCaller(ctx, tx, fileID, subjectID); err != nil {
			return err
		}
	}
	return nil
}

// quoteMessage returns the text of a message as a comment of another person than its sender.
func quoteMessage(m *message) string {
	from := m.FromEmail
	if m.FromName != "" {
		from = m.FromName + " (" + m.FromEmail + ")"
	}
	text := m.ReplyText
	if text == "" {
		text = m.Text
	}
	return cutComment("**" + toMarkdown(escapeMarks.ReplaceAllString(from, `\$0`)) + ":**\n\n" + toMarkdown(text))
}

// escapeMarks matches the characters that mean something in a line of Markdown.
var escapeMarks = regexp.MustCompile("[\\\\*_`~\\[\\]]")

// cutComment cuts a text to the length of the longest comment.
func cutComment(text string) string {
	text, _ = incoming.Cut(text, incoming.MaxTextChars)
	return strings.TrimSpace(text)
}

// tag matches the beginning of what Markdown takes for HTML and leaves out.
var tag = regexp.MustCompile(`<([A-Za-z/!?])`)

// toMarkdown returns plain text as Markdown. What people write in emails, such as lists, is
// Markdown already. Only what would disappear or act is escaped: HTML, mentions of persons, and
// lines that are indented like code.
func toMarkdown(text string) string {
	text = tag.ReplaceAllString(text, `\<$1`)
	text = strings.ReplaceAll(text, "@[", `@\[`)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") {
			lines[i] = strings.TrimLeft(line, " \t")
		}
	}
	return strings.Join(lines, "\n")
}
