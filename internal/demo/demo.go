// Package demo simulates two years of a small design studio on a running server. The studio signs
// up, hires, and takes over its books from another program. Month by month, it imports bank
// statement files, decides their lines, reconciles and closes. Then it plans a project, keeps time
// and bills it. In the end it reads its financial statements. The package owns the story and its
// amounts. It uses only the public REST API, as a customer's program would, and the same day always
// produces the same story.
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
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
)

// testdata holds statement files of real banks, from Jerry Seutter's ofxparse.
//
//go:embed testdata/*.ofx
var testdata embed.FS

// Options configure a run of the demo.
type Options struct {
	// Server is the base URL of the REST API, such as http://127.0.0.1:8080.
	Server string
	// KeyFile is where the API key of the organization's owner is saved. If empty, the key is
	// only printed.
	KeyFile string
	// Out receives the story, Bar a progress bar while the demo runs.
	Out, Bar io.Writer
}

// studio is the state of the company in the story.
type studio struct {
	api     *api
	keyFile string
	story   strings.Builder

	organization *platformv1.Organization
	today, first calendar.Date
	accounts     map[string]*financev1.Account // by code
	persons      map[string]string             // ids by display name
	vendors      map[string]string             // ids by display name
	customers    map[string]string             // ids by display name
	taxCodes     map[string]string             // ids by code
	invoices     map[string]string             // ids by number
	project      *operationsv1.Project
	dimension    *financev1.Dimension
	kinds        map[string]string // ids of dimension values by kind of work
	entries      map[string]string // ids by reference

	chequing, savings account
	profile           *financev1.CsvProfile
	file              *financev1.StatementImport // the last file of the chequing account
	matched           int
	notes             []string
}

// chapter is a step of the story.
type chapter struct {
	name string
	run  func(s *studio, ctx context.Context) error
}

// chapters returns the steps of the story in order.
func chapters() []chapter {
	return slices.Concat([]chapter{
		{"signing up", (*studio).signUp},
		{"reading the chart of accounts", (*studio).readAccounts},
		{"adding vendors", (*studio).addVendors},
		{"hiring", (*studio).hireStaff},
		{"setting the fiscal year", (*studio).setFiscalYear},
		{"creating kinds of work", (*studio).createKindsOfWork},
		{"importing opening balances", (*studio).importOpeningBalances},
		{"adding customers", (*studio).addCustomers},
		{"opening bank accounts", (*studio).openBankAccounts},
		{"scheduling bookkeeping", (*studio).scheduleBookkeeping},
		{"importing old statement files", (*studio).importOldFiles},
	}, monthChapters(), []chapter{
		{"current month", (*studio).simulateCurrentMonth},
		{"planning a project", (*studio).planProject},
		{"keeping time", (*studio).keepTime},
		{"billing time", (*studio).billTime},
		{"reading the statements", (*studio).showStatements},
		{"comparing bank balances and books", (*studio).reportReconciliations},
		{"checking the books", (*studio).checkBooks},
		{"showing next steps", (*studio).showNextSteps},
	})
}

// Run simulates the company and writes the story to o.Out. An error's message is a single line.
func Run(ctx context.Context, o Options) error {
	s := &studio{
		api: newAPI(o.Server), keyFile: o.KeyFile,
		persons: map[string]string{}, vendors: map[string]string{}, kinds: map[string]string{},
		entries: map[string]string{}, customers: map[string]string{}, taxCodes: map[string]string{},
		invoices: map[string]string{},
	}
	err := s.simulate(ctx, o.Bar)
	if _, failed := io.WriteString(o.Out, s.story.String()); failed != nil {
		return failed
	}
	return err
}

// simulate runs all chapters and shows their progress on out.
func (s *studio) simulate(ctx context.Context, out io.Writer) error {
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
		if err := c.run(s, ctx); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		_ = bar.Add(1)
	}
	return nil
}

// addLine adds a line to the story.
func (s *studio) addLine(format string, args ...any) {
	fmt.Fprintf(&s.story, format+"\n", args...)
}
