package banking

import (
	"cmp"
	"context"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/finance/banking/statement/bankfile"
	"backoffice/internal/finance/banking/statement/csvfile"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
)

// Limits on reading large files. A file is completely in memory while it is read, with its text
// and its lines.
const (
	maxFileReads       = 2                // files that a server reads at a time
	maxFileReadsPerOrg = 1                // files that it reads at a time for one organization
	fileReadTimeout    = 20 * time.Second // time that a request waits to start reading, within its deadline
)

// importFile is the parsed file of an import. It is read before the transaction that stores it,
// which must not wait for the file store or for the parsing of a large file.
type importFile struct {
	file    statement.File
	layout  *csvfile.FoundLayout // how a CSV file was read; nil for other formats
	profile *pb.CsvProfile
	name    string
	content []byte // to store with the import; nil for an uploaded file, which is stored already
}

// readImportFile reads and parses the file that a request contains or refers to, or the feed in it.
func (s *Service) readImportFile(ctx context.Context, accountID string, i *pb.StatementImport) (*importFile, error) {
	if countTrue(len(i.GetContent()) > 0, i.GetFileId() != "", i.GetFeed() != nil) != 1 {
		return nil, fault.Invalid(fault.At("content", "fileId or feed is required, and only one of them"))
	}
	src := &importFile{name: files.BaseName(i.GetFileName()), content: i.GetContent()}
	var options bankfile.Options
	file, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*platformpb.File, error) {
		account, err := bankAccounts.Table().Get(ctx, tx, accountID)
		if err != nil {
			return nil, err
		}
		if i.GetFeed() != nil {
			return nil, src.readFeed(i, account.CurrencyCode)
		}
		if src.profile, err = findProfile(ctx, tx, account, i); err != nil {
			return nil, err
		}
		options = statementOptions(tx.Call(), account, src.profile, i)
		if i.GetFileId() == "" {
			return nil, nil
		}
		return s.files.Resolve(ctx, tx, "fileId", i.GetFileId())
	})
	if err != nil {
		return nil, err
	}
	if i.GetFeed() != nil {
		return src, nil
	}
	if file == nil {
		return src, src.parse(ctx, i.GetContent(), options)
	}
	src.name = cmp.Or(src.name, file.FileName)
	return src, s.readUploadedFile(ctx, src, file, options)
}

// countTrue returns how many of the values are true.
func countTrue(values ...bool) (n int) {
	for _, v := range values {
		if v {
			n++
		}
	}
	return n
}

// readUploadedFile reads and parses an uploaded file. It waits until the server has capacity.
func (s *Service) readUploadedFile(
	ctx context.Context, src *importFile, file *platformpb.File, options bankfile.Options,
) error {
	release, err := s.readings.Acquire(ctx, call.From(ctx).Organization.ID)
	if err != nil {
		return err
	}
	defer release()
	content, err := s.files.Read(ctx, call.From(ctx), file)
	if err != nil {
		return err
	}
	options.FileName = src.name
	return src.parse(ctx, content, options)
}

// parse parses the content of a file.
func (src *importFile) parse(ctx context.Context, content []byte, options bankfile.Options) error {
	read, err := bankfile.Read(ctx, content, options)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fault.InvalidFor(optionsv1.Reason_STATEMENT_FILE_UNREADABLE, fault.At("content", "cannot be read: %s", err))
	}
	src.file, src.layout = read.File, read.Layout
	rows := len(src.file.Problems)
	for _, s := range src.file.Statements {
		rows += len(s.Lines)
	}
	if rows > statement.MaxLines {
		return fault.InvalidFor(
			optionsv1.Reason_STATEMENT_FILE_UNREADABLE,
			fault.At("content", "has %d rows; the maximum is %d", rows, statement.MaxLines),
		)
	}
	return nil
}

// statementOptions returns the parser options for a file of an account.
func statementOptions(
	c *call.Call, account *pb.BankAccount, profile *pb.CsvProfile, i *pb.StatementImport,
) bankfile.Options {
	o := bankfile.Options{
		FileName: i.GetFileName(), CurrencyCode: account.CurrencyCode, DateOrder: dateOrderOf(i.GetDateOrder()),
		Layout: csvLayout(profile), MaxBytes: files.MaxBytes, Today: c.Today(),
		Card: account.GetKind() == pb.BankAccount_CREDIT_CARD,
	}
	// An invalid format is refused later, with the import's other fields.
	if name, known := pb.StatementImport_Format_name[int32(i.GetFormat())]; known &&
		i.GetFormat() > pb.StatementImport_AUTO {
		o.Format = statement.Format(name)
	}
	return o
}

// describe sets the file's name, format and CSV profile in an import.
func (src *importFile) describe(i *pb.StatementImport) {
	i.FileName = src.name
	i.Format = pb.StatementImport_Format(pb.StatementImport_Format_value[string(src.file.Format)])
	i.CsvProfileId = ""
	i.CsvLayout = newCsvLayout(src.layout)
	if src.file.Format == statement.CSV {
		i.CsvProfileId = src.profile.GetId()
	}
}
