// Package demo plays the first year of a small design studio against a running
// server: it signs up, hires, plans, brings in a bank's own statement files, keeps
// the books and reads the statements. It owns the story and its figures, and
// promises that it goes through the public REST API alone, as any customer's program
// would, and that the same day always tells the same story. What the API does is the
// server's.
package demo

import (
	"context"
	"embed"
	"fmt"
	"io"
	"strings"

	"github.com/schollz/progressbar/v3"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
)

// testdata holds statement files of real banks, by Jerry Seutter's ofxparse.
//
//go:embed testdata/*.ofx
var testdata embed.FS

// Options say where the story is played and told.
type Options struct {
	// Server is the base URL of the REST API, such as http://127.0.0.1:8080.
	Server string
	// Out takes the story, Bar a progress bar while it is played.
	Out, Bar io.Writer
}

// studio is the company of the story, as far as it has come.
type studio struct {
	api   *api
	story strings.Builder

	organization *platformv1.Organization
	today        calendar.Date
	accounts     map[string]*financev1.Account // by code
	persons      map[string]string             // ids by display name
	bank         *financev1.BankAccount
	lines        []*financev1.BankStatementLine
	entries      []*financev1.JournalEntry
}

// chapter is one step of the story.
type chapter struct {
	name string
	play func(s *studio, ctx context.Context) error
}

var chapters = []chapter{
	{"signing up", (*studio).signUp},
	{"reading the chart of accounts", (*studio).readAccounts},
	{"noting whom we buy from", (*studio).addVendors},
	{"hiring", (*studio).hire},
	{"planning work", (*studio).plan},
	{"opening a bank account", (*studio).openBankAccount},
	{"trying a damaged statement file", (*studio).tryDamagedFile},
	{"looking into a statement file", (*studio).previewStatement},
	{"importing it", (*studio).importStatement},
	{"importing it again", (*studio).importAgain},
	{"explaining its lines", (*studio).explainLines},
	{"saving for rainy days", (*studio).save},
	{"posting a year of entries", (*studio).postYear},
	{"reversing a mistake", (*studio).reverseMistake},
	{"reading the statements", (*studio).report},
}

// Run plays the story and tells it. Its error is one line.
func Run(ctx context.Context, o Options) error {
	s := &studio{api: newAPI(o.Server), persons: map[string]string{}}
	err := s.play(ctx, o.Bar)
	if _, failed := io.WriteString(o.Out, s.story.String()); failed != nil {
		return failed
	}
	return err
}

func (s *studio) play(ctx context.Context, out io.Writer) error {
	bar := progressbar.NewOptions(len(chapters),
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetWidth(24),
		progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(),
	)
	defer func() { _ = bar.Clear() }()
	for _, c := range chapters {
		bar.Describe(c.name)
		if err := c.play(s, ctx); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		_ = bar.Add(1)
	}
	return nil
}

// tell adds a line to the story.
func (s *studio) tell(format string, args ...any) {
	fmt.Fprintf(&s.story, format+"\n", args...)
}
