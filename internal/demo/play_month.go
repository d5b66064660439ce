package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// monthChapters are the chapters of the months, with what comes between them.
func monthChapters() (chapters []chapter) {
	for n := range months {
		chapters = append(chapters, chapter{fmt.Sprintf("month %d of %d", n+1, months), func(s *studio, ctx context.Context) error {
			return s.playMonth(ctx, monthOf(n, s.first.AddMonths(n)))
		}})
		switch n {
		case 0:
			chapters = append(chapters, chapter{"making rules", (*studio).makeRules})
		case yearMonths - 1:
			chapters = append(chapters, chapter{"closing the first year", (*studio).carryProfit})
		}
	}
	return chapters
}

// playMonth keeps the books of a month, from its bank statements to its close.
func (s *studio) playMonth(ctx context.Context, m month) error {
	if err := s.post(ctx, m); err != nil {
		return err
	}
	file, err := s.importMonth(ctx, m)
	if err != nil {
		return err
	}
	lines, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	if err := s.decideMonth(ctx, m, lines); err != nil {
		return err
	}
	if err := s.finish(ctx, m); err != nil {
		return err
	}
	s.tellMonth(m, file.GetFormat(), len(lines))
	return nil
}

func (s *studio) tellMonth(m month, format financev1.StatementImport_Format, waited int) {
	if m.number == 0 {
		s.tell("Month by month, invoices are booked, the files of both banks are brought in, and what waits is decided.\n" +
			"Every month ends reconciled to both statements, and closed.\n")
	}
	all := len(m.chequing) + len(m.savings)
	s.tell("%.7s  %d lines of %s and MT940, %2d decided by rules", m.first, all, format, all-waited)
	for _, aside := range s.asides {
		s.tell("         %s", aside)
	}
	s.asides = nil
}

// decideMonth decides what waits, and does what is out of the ordinary.
func (s *studio) decideMonth(ctx context.Context, m month, lines []*financev1.BankStatementLine) error {
	if m.number == 0 {
		return s.decideFirst(ctx, m, lines)
	}
	if err := s.decideRest(ctx, m, lines); err != nil {
		return err
	}
	switch m.number {
	case mistakeMonth:
		return s.reverseMistake(ctx, m)
	case againMonth:
		return s.importAgain(ctx)
	case unknownCheckMonth:
		return s.holdCheck(ctx, m, lines)
	case trainMonth:
		return s.payPrivately(ctx, m)
	}
	return nil
}

// finish holds a month against its statements and closes it.
func (s *studio) finish(ctx context.Context, m month) error {
	if err := s.reconcile(ctx, m); err != nil {
		return err
	}
	if m.number == abroadMonth {
		if err := s.revalue(ctx, m); err != nil {
			return err
		}
	}
	return s.closePeriod(ctx, m.first)
}

// aside is something about the month that is being played, told after it.
func (s *studio) aside(format string, args ...any) {
	s.asides = append(s.asides, fmt.Sprintf(format, args...))
}
