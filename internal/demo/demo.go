// Package demo plays two years of a small design studio against a running server: it
// signs up, hires, plans, takes its books over from another program, brings in its banks'
// statement files month by month, decides their lines, reconciles, closes, and reads the
// statements. It owns the story and its figures, and promises that it goes through the
// public REST API alone, as any customer's program would, and that the same day always
// tells the same story. What the API does is the server's.
package demo

import (
	"context"
	"embed"
	"fmt"
	"io"
	"slices"
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
	// KeyFile is where the API key of the organization's owner is kept; none: it is only told.
	KeyFile string
	// Out takes the story, Bar a progress bar while it is played.
	Out, Bar io.Writer
}

// studio is the company of the story, as far as it has come.
type studio struct {
	api     *api
	keyFile string
	story   strings.Builder

	organization *platformv1.Organization
	today, first calendar.Date
	accounts     map[string]*financev1.Account // by code
	persons      map[string]string             // ids by display name
	vendors      map[string]string             // the same
	dimension    *financev1.Dimension
	kinds        map[string]string // ids of dimension values by kind of work
	entries      map[string]string // ids by reference

	chequing, savings account
	profile           *financev1.CsvProfile
	file              *financev1.StatementImport // the last of the chequing account
	matched           int
	asides            []string
}

// chapter is one step of the story.
type chapter struct {
	name string
	play func(s *studio, ctx context.Context) error
}

// chapters is the story from its beginning to its end.
func chapters() []chapter {
	return slices.Concat([]chapter{
		{"signing up", (*studio).signUp},
		{"reading the chart of accounts", (*studio).readAccounts},
		{"noting whom we buy from", (*studio).addVendors},
		{"hiring", (*studio).hire},
		{"planning work", (*studio).plan},
		{"beginning the books", (*studio).beginYear},
		{"naming kinds of work", (*studio).nameKinds},
		{"taking opening balances over", (*studio).importOpeningBalances},
		{"opening bank accounts", (*studio).openBankAccounts},
		{"choosing a day for the books", (*studio).schedule},
		{"trying statement files", (*studio).tryFiles},
	}, monthChapters(), []chapter{
		{"the present month", (*studio).present},
		{"reading the statements", (*studio).report},
		{"comparing banks and books", (*studio).reconciled},
		{"checking the books", (*studio).check},
		{"saying farewell", (*studio).farewell},
	})
}

// Run plays the story and tells it. Its error is one line.
func Run(ctx context.Context, o Options) error {
	s := &studio{
		api: newAPI(o.Server), keyFile: o.KeyFile,
		persons: map[string]string{}, vendors: map[string]string{}, kinds: map[string]string{}, entries: map[string]string{},
	}
	err := s.play(ctx, o.Bar)
	if _, failed := io.WriteString(o.Out, s.story.String()); failed != nil {
		return failed
	}
	return err
}

func (s *studio) play(ctx context.Context, out io.Writer) error {
	chapters := chapters()
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
