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

// Bounds of large files being read, which are whole in memory then, with their text and
// their lines: how many a server reads at a time, and of one organization, and how long a
// request waits for its turn, which its deadline may cut short.
const (
	maxReadings     = 2
	maxReadingsEach = 1
	readingPatience = 20 * time.Second
)

// source is the file of an import as it was read, before the unit of work that stores it:
// that must not wait for a file store, nor for a large file to be understood.
type source struct {
	file    statement.File
	profile *pb.CsvProfile
	name    string
}

// read reads the file that a request carries or names.
func (s *Service) read(ctx context.Context, accountID string, i *pb.StatementImport) (*source, error) {
	if (len(i.GetContent()) > 0) == (i.GetFileId() != "") {
		return nil, fault.Invalid(fault.At("content", "or fileId is required, exactly one of them"))
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

// readLarge reads a file of the store, when its turn has come.
func (s *Service) readLarge(ctx context.Context, src *source, file *platformpb.File, options statement.Options) error {
	leave, err := s.readings.Acquire(ctx, call.From(ctx).Organization.ID)
	if err != nil {
		return err
	}
	defer leave()
	content, err := s.files.Read(ctx, call.From(ctx), file)
	if err != nil {
		return err
	}
	options.FileName = src.name
	return src.take(ctx, content, options)
}

// take understands the content of a file.
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
		return fault.InvalidFor(optionsv1.Reason_STATEMENT_FILE_UNREADABLE, fault.At("content", "has %d rows; %d are read at most", rows, statement.MaxLines))
	}
	return nil
}

func optionsOf(account *pb.BankAccount, profile *pb.CsvProfile, i *pb.StatementImport) statement.Options {
	o := statement.Options{
		FileName: i.GetFileName(), CurrencyCode: account.CurrencyCode, DateOrder: orderOf(i.GetDateOrder()),
		Layout: layoutOf(profile), MaxBytes: files.MaxBytes,
	}
	// One that is none is refused with the import's other fields.
	if name, known := pb.StatementImport_Format_name[int32(i.GetFormat())]; known && i.GetFormat() > pb.StatementImport_AUTO {
		o.Format = statement.Format(name)
	}
	return o
}

// describe says in an import what its file is.
func (src *source) describe(i *pb.StatementImport) {
	i.FileName = src.name
	i.Format = pb.StatementImport_Format(pb.StatementImport_Format_value[string(src.file.Format)])
	i.CsvProfileId = ""
	if src.file.Format == statement.CSV {
		i.CsvProfileId = src.profile.GetId()
	}
}
