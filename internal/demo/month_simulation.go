package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// monthChapters returns the chapters of the months, and those between them.
func monthChapters() (chapters []chapter) {
	for n := range months {
		chapters = append(chapters, chapter{
			fmt.Sprintf("month %d of %d", n+1, months), func(s *studio, ctx context.Context) error {
				return s.simulateMonth(ctx, newMonth(n, s.first.AddMonths(n)))
			}})
		switch n {
		case 0:
			chapters = append(chapters, chapter{"creating rules", (*studio).makeRules})
		case yearMonths - 1:
			chapters = append(chapters, chapter{"closing the first year", (*studio).closeFirstYear})
		}
	}
	return chapters
}

// simulateMonth posts the entries of a month, issues its invoices, imports its bank statements,
// decides their lines, and closes the month.
func (s *studio) simulateMonth(ctx context.Context, m month) error {
	if err := s.postEntries(ctx, m); err != nil {
		return err
	}
	if err := s.issueInvoices(ctx, m); err != nil {
		return err
	}
	file, err := s.importMonth(ctx, m)
	if err != nil {
		return err
	}
	lines, err := s.undecidedLines(ctx)
	if err != nil {
		return err
	}
	if err := s.decideMonth(ctx, m, lines); err != nil {
		return err
	}
	if err := s.reconcileAndClose(ctx, m); err != nil {
		return err
	}
	s.summarizeMonth(m, file.GetFormat(), len(lines))
	return nil
}

// summarizeMonth adds a line about a month to the story, followed by the notes about it. waited is
// the number of lines that no rule decided.
func (s *studio) summarizeMonth(m month, format financev1.StatementImport_Format, waited int) {
	if m.number == 0 {
		s.addLine("Each month, invoices are issued, the files of both banks are imported, " +
			"and undecided lines are decided.\n" +
			"Each month is then reconciled with both statements, and closed.\n")
	}
	all := len(m.chequing) + len(m.savings)
	s.addLine("%.7s  %d lines of %s and MT940, %2d decided by rules", m.first, all, format, all-waited)
	for _, aside := range s.notes {
		s.addLine("         %s", aside)
	}
	s.notes = nil
}

// decideMonth decides the lines of a month and runs the special event of the month, if it has one.
func (s *studio) decideMonth(ctx context.Context, m month, lines []*financev1.BankStatementLine) error {
	if m.number == 0 {
		return s.decideFirstMonth(ctx, m, lines)
	}
	if err := s.decideExceptions(ctx, m, lines); err != nil {
		return err
	}
	switch m.number {
	case mistakeMonth:
		return s.reverseMistake(ctx, m)
	case repeatedImportMonth:
		return s.importTwice(ctx)
	case unknownCheckMonth:
		return s.holdUnknownCheck(ctx, m, lines)
	case trainMonth:
		return s.addPrivateExpense(ctx, m)
	}
	return nil
}

// reconcileAndClose reconciles a month with its statements and closes it.
func (s *studio) reconcileAndClose(ctx context.Context, m month) error {
	if err := s.reconcile(ctx, m); err != nil {
		return err
	}
	if m.number == dollarInvoiceMonth {
		if err := s.revalueDollars(ctx, m); err != nil {
			return err
		}
	}
	return s.closePeriod(ctx, m.first)
}

// addNote adds a note about the current month. Notes follow the summary of their month.
func (s *studio) addNote(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}
