package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// Months from which the bank offers other files than OFX.
const (
	csvFrom  = yearMonths
	camtFrom = yearMonths + yearMonths/2
)

// chequingFile is the file of the chequing account for a month, in the format that the
// bank offers by then.
func (s *studio) chequingFile(m month) *financev1.StatementImport {
	st := s.statementOf(m, s.chequing, m.chequing)
	switch {
	case m.number < csvFrom:
		return file(st, "ofx", st.ofx())
	case m.number < camtFrom:
		f := file(st, "csv", st.csv())
		f.CsvProfileId = s.profile.GetId()
		return f
	default:
		return file(st, "xml", st.camt())
	}
}

func (s *studio) savingsFile(m month) *financev1.StatementImport {
	st := s.statementOf(m, s.savings, m.savings)
	return file(st, "sta", st.mt940())
}

func (s *studio) statementOf(m month, of account, lines []movement) statement {
	return statement{
		account: of.record.GetAccountNumber(), number: m.number + 1, first: m.first, last: m.first.LastOfMonth(), opening: of.balance, lines: byDay(lines),
	}
}

func file(st statement, ending, content string) *financev1.StatementImport {
	return &financev1.StatementImport{FileName: fmt.Sprintf("%s-%.7s.%s", st.account, st.first, ending), Content: []byte(content)}
}

// importMonth imports the month's files of both banks, and answers what the chequing
// account's brought.
func (s *studio) importMonth(ctx context.Context, m month) (*financev1.StatementImport, error) {
	s.file = s.chequingFile(m)
	done, err := s.importWhole(ctx, &s.chequing, s.file, m.chequing)
	if err != nil {
		return nil, err
	}
	_, err = s.importWhole(ctx, &s.savings, s.savingsFile(m), m.savings)
	return done, err
}

// importWhole imports a file of which every line must be new.
func (s *studio) importWhole(ctx context.Context, to *account, f *financev1.StatementImport, lines []movement) (*financev1.StatementImport, error) {
	done, err := s.importFile(ctx, *to, f, false)
	if err != nil {
		return nil, err
	}
	if int(done.GetNewCount()) != len(lines) || len(done.GetWarnings()) > 0 {
		return nil, fmt.Errorf("%s brought %d new lines instead of %d, with the warnings %v", f.GetFileName(), done.GetNewCount(), len(lines), done.GetWarnings())
	}
	for _, l := range lines {
		to.balance += l.cents
	}
	return done, nil
}

// importAgain imports the chequing account's last file a second time.
func (s *studio) importAgain(ctx context.Context) error {
	done, err := s.importFile(ctx, s.chequing, s.file, false)
	if err != nil {
		return err
	}
	s.aside("%s was imported a second time: %d new lines, %d seen before.", s.file.GetFileName(), done.GetNewCount(), done.GetDuplicateCount())
	return nil
}
