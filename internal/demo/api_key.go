package demo

import (
	"errors"
	"os"
	"path/filepath"
)

// saveKey writes the API key to its file atomically. Only the current user can read it.
func (s *studio) saveKey() error {
	if s.keyFile == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(s.keyFile), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(s.keyFile), "demo-*.key") // of mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(s.api.key + "\n")
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), s.keyFile)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
