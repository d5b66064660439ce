package banking

import (
	"cmp"
	"context"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
)

// Limits on reading large files. A file is completely in memory while it is read, with its text
// and its lines.
const (
	maxReadings     = 2                // files that a server reads at a time
	maxReadingsEach = 1                // files that it reads at a time for one organization
	readingPatience = 20 * time.Second // time that a request waits to start reading, within its deadline
)

// source is the parsed file of an import. It is read before the transaction that stores it, which
// must not wait for the file store or for the parsing of a large file.
type source struct {
	file    statement.File
	profile *pb.CsvProfile
	name    string
}

// read reads and parses the file that a request contains or refers to.
func (s *Service) read(ctx context.Context, accountID string, i *pb.StatementImport) (*source, error) {
	if (len(i.GetContent()) > 0) == (i.GetFileId() != "") {
		return nil, fault.Invalid(fault.At("content", "or fileId is required, but not both"))
	}
	src := &source{name: files.BaseName(i.GetFileName())}
	var options statement.Options
	file, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*platformpb.File, error) {
		account, err := bankAccounts.Table().Get(ctx, tx, accountID)
		if err != nil {
			return nil, err
		}
		if src.profile, err = profileOf(ctx, tx, account, i); err != nil {
			return nil, err
		}
		options = optionsOf(account, src.profile, i)
		if i.GetFileId() == "" {
			return nil, nil
		}
		return s.files.Resolve(ctx, tx, "fileId", i.GetFileId())
	})
	if err != nil {
		return nil, err
	}
	if file == nil {
		return src, src.take(ctx, i.GetContent(), options)
	}
	src.name = cmp.Or(src.name, file.FileName)
	return src, s.readLarge(ctx, src, file, options)
}

// readLarge reads and parses an uploaded file. It waits until the server has capacity.
func (s *Service) readLarge(ctx context.Context, src *source, file *platformpb.File, options statement.Options) error {
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
	return src.take(ctx, content, options)
}

// take parses the content of a file.
func (src *source) take(ctx context.Context, content []byte, options statement.Options) (err error) {
	src.file, err = statement.Read(ctx, content, options)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fault.InvalidFor(optionsv1.Reason_STATEMENT_FILE_UNREADABLE, fault.At("content", "cannot be read: %s", err))
	}
	rows := len(src.file.Problems)
	for _, s := range src.file.Statements {
		rows += len(s.Lines)
	}
	if rows > statement.MaxLines {
		return fault.InvalidFor(optionsv1.Reason_STATEMENT_FILE_UNREADABLE, fault.At("content", "has %d rows; the maximum is %d", rows, statement.MaxLines))
	}
	return nil
}

// optionsOf returns the parser options for a file of an account.
func optionsOf(account *pb.BankAccount, profile *pb.CsvProfile, i *pb.StatementImport) statement.Options {
	o := statement.Options{
		FileName: i.GetFileName(), CurrencyCode: account.CurrencyCode, DateOrder: orderOf(i.GetDateOrder()),
		Layout: layoutOf(profile), MaxBytes: files.MaxBytes,
	}
	// An invalid format is refused later, with the import's other fields.
	if name, known := pb.StatementImport_Format_name[int32(i.GetFormat())]; known && i.GetFormat() > pb.StatementImport_AUTO {
		o.Format = statement.Format(name)
	}
	return o
}

// describe sets the file's name, format and CSV profile in an import.
func (src *source) describe(i *pb.StatementImport) {
	i.FileName = src.name
	i.Format = pb.StatementImport_Format(pb.StatementImport_Format_value[string(src.file.Format)])
	i.CsvProfileId = ""
	if src.file.Format == statement.CSV {
		i.CsvProfileId = src.profile.GetId()
	}
}
