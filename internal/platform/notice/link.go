package notice

import (
	"errors"
	"net/url"
	"strings"
)

// CheckLinkTemplate refuses a template that is not an https URL, or that has other placeholders
// than `{collection}` and `{id}` in its path, query and fragment.
func CheckLinkTemplate(template string) error {
	if template == "" {
		return nil
	}
	u, err := url.Parse(FillLink(template, "tasks", "tsk_1"))
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsAny(template,
		" \\"):
		return errors.New("must be an https URL such as \"https://app.example.com/{collection}/{id}\"")
	case strings.ContainsAny(FillLink(template, "", ""), "{}"):
		return errors.New("must have no other placeholders than {collection} and {id}")
	case hostOf(template) != u.Host:
		return errors.New("must not have a placeholder in its host")
	}
	return nil
}

// hostOf returns the host of a URL as it is written.
func hostOf(template string) string {
	_, rest, _ := strings.Cut(template, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		return rest
	}
	return rest[:end]
}

// FillLink returns the URL of a record of a resource, such as tasks.
func FillLink(template, collection, recordID string) string {
	return strings.NewReplacer("{collection}", collection, "{id}", recordID).Replace(template)
}
