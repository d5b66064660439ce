package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// Months from which the bank offers other formats than OFX.
const (
	csvFrom  = yearMonths
	camtFrom = yearMonths + yearMonths/2
)

// chequingFile returns the statement file of the chequing account for a month, in the format
// that the bank offers at that time.
func (s *studio) chequingFile(m month) *financev1.StatementImport {
	st := s.statementOf(m, s.chequing, m.chequing)
	switch {
	case m.number < csvFrom:
		return newStatementImport(st, "ofx", st.ofx())
	case m.number < camtFrom:
		f := newStatementImport(st, "csv", st.csv())
		f.CsvProfileId = s.profile.GetId()
		return f
	default:
		return newStatementImport(st, "xml", st.camt())
	}
}

func (s *studio) savingsFile(m month) *financev1.StatementImport {
	st := s.statementOf(m, s.savings, m.savings)
	return newStatementImport(st, "sta", st.mt940())
}

func (s *studio) statementOf(m month, of account, lines []movement) statement {
	return statement{
		account: of.record.GetAccountNumber(), number: m.number + 1, first: m.first, last: m.first.LastOfMonth(),
		opening: of.balance, movements: byDay(lines),
	}
}

func newStatementImport(st statement, ending, content string) *financev1.StatementImport {
	return &financev1.StatementImport{
		FileName: fmt.Sprintf("%s-%.7s.%s", st.account, st.first, ending), Content: []byte(content),
	}
}

// importMonth imports the month's files of both banks and returns the import of the chequing
// account.
func (s *studio) importMonth(ctx context.Context, m month) (*financev1.StatementImport, error) {
	s.file = s.chequingFile(m)
	done, err := s.importNewLines(ctx, &s.chequing, s.file, m.chequing)
	if err != nil {
		return nil, err
	}
	_, err = s.importNewLines(ctx, &s.savings, s.savingsFile(m), m.savings)
	return done, err
}

// importNewLines imports a file and checks that every line is new.
func (s *studio) importNewLines(
	ctx context.Context, to *account, f *financev1.StatementImport, lines []movement,
) (*financev1.StatementImport, error) {
	done, err := s.importFile(ctx, *to, f, false)
	if err != nil {
		return nil, err
	}
	if int(done.GetNewCount()) != len(lines) || len(done.GetWarnings()) > 0 {
		return nil, fmt.Errorf("%s has %d new lines instead of %d, and the warnings %v", f.GetFileName(),
			done.GetNewCount(), len(lines), done.GetWarnings())
	}
	for _, l := range lines {
		to.balance += l.cents
	}
	return done, nil
}

// importTwice imports the last file of the chequing account a second time.
func (s *studio) importTwice(ctx context.Context) error {
	done, err := s.importFile(ctx, s.chequing, s.file, false)
	if err != nil {
		return err
	}
	s.addNote("%s was imported a second time: %d new lines, %d duplicates.", s.file.GetFileName(), done.GetNewCount(),
		done.GetDuplicateCount())
	return nil
}
