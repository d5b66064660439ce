package delivery

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"backoffice/internal/platform/disk"
)

// Outbox is a folder in which mails are stored as .eml files instead of being sent. A mail's file
// is named after its Message-ID, so a mail that is delivered again replaces its file.
type Outbox string

var _ Carrier = Outbox("")

// Deliver implements Carrier. A file appears under its name only once it is complete.
func (o Outbox) Deliver(_ context.Context, msg *gomail.Msg) error {
	if err := os.MkdirAll(string(o), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(string(o), "*.part")
	if err != nil {
		return err
	}
	_, err = msg.WriteTo(temporary)
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), filepath.Join(string(o), fileName(msg.GetMessageID())))
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return disk.SyncFolder(string(o))
}

// fileName returns the name of a mail's file, with characters that every file system accepts.
func fileName(messageID string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_', r == '-', r == '.', r == '@':
			return r
		case r == '<' || r == '>':
			return -1
		}
		return '_'
	}, messageID) + ".eml"
}
