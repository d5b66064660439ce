package ledger

import (
	"context"
	"errors"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/ledger/trial"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
)

// maxChartBytes is the maximum size of an uploaded chart of accounts.
const maxChartBytes = 5 << 20

// ImportAccounts creates the accounts of a file, and updates existing ones if asked.
func (s *Service) ImportAccounts(
	ctx context.Context, req *pb.ImportAccountsRequest,
) (*pb.ImportAccountsResponse, error) {
	content, err := s.readChartFile(ctx, req)
	if err != nil {
		return nil, err
	}
	file, err := trial.ReadAccounts(ctx, content)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fault.InvalidFor(optionsv1.Reason_ACCOUNTS_UNREADABLE, fault.At("content", "cannot be read: %s", err))
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ImportAccountsResponse, error) {
		i := &accountImport{req: req, file: file, response: &pb.ImportAccountsResponse{}}
		return i.response, i.store(ctx, tx)
	})
}

// readChartFile returns the content of a request, or of the uploaded file that it names.
func (s *Service) readChartFile(ctx context.Context, req *pb.ImportAccountsRequest) ([]byte, error) {
	if (len(req.GetContent()) > 0) == (req.GetFileId() != "") {
		return nil, fault.Invalid(fault.At("content", "or fileId is required, but not both"))
	}
	if req.GetFileId() == "" {
		return req.GetContent(), nil
	}
	file, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*platformpb.File, error) {
		return s.files.Resolve(ctx, tx, "fileId", req.GetFileId())
	})
	if err != nil {
		return nil, err
	}
	if file.SizeBytes > maxChartBytes {
		return nil, fault.InvalidFor(optionsv1.Reason_ACCOUNTS_UNREADABLE,
			fault.At("fileId", "has more than %d MiB", maxChartBytes>>20))
	}
	return s.files.Read(ctx, call.From(ctx), file)
}

// accountImport is one import of a chart of accounts.
type accountImport struct {
	req      *pb.ImportAccountsRequest
	file     trial.Accounts
	response *pb.ImportAccountsResponse

	index *accountIndex
	rows  []*importedAccount
	// named are the rows by their names.
	named map[rowName][]*importedAccount
}

// updates reports whether existing accounts are changed.
func (i *accountImport) updates() bool {
	return i.req.GetExistingAccounts() == pb.ImportAccountsRequest_UPDATE
}

// store creates and updates the accounts, and fills in the response.
func (i *accountImport) store(ctx context.Context, tx *db.Tx) error {
	if err := i.lock(ctx, tx); err != nil {
		return err
	}
	if err := i.resolve(); err != nil {
		return err
	}
	if err := i.insert(ctx, tx); err != nil {
		return i.errorInFile(err)
	}
	if err := i.update(ctx, tx); err != nil {
		return err
	}
	i.report()
	return nil
}

// lock locks the organization, so that concurrent imports do not create an account twice, and
// before it the accounts that may change. It then reads the chart.
func (i *accountImport) lock(ctx context.Context, tx *db.Tx) (err error) {
	held := map[string]bool{}
	if i.updates() {
		before, err := readAccountIndex(ctx, tx)
		if err != nil {
			return err
		}
		var keys []string
		for key := range before.byID {
			keys, held[key] = append(keys, key), true
		}
		if _, err := accounts.Table().LockMany(ctx, tx, keys); err != nil {
			return err
		}
	}
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	if i.index, err = readAccountIndex(ctx, tx); err != nil || !i.updates() {
		return err
	}
	for key := range i.index.byID {
		if !held[key] {
			return db.RowsChanged("an account was created before the chart was locked")
		}
	}
	return nil
}

// insert creates the new accounts, parents before the accounts under them.
func (i *accountImport) insert(ctx context.Context, tx *db.Tx) error {
	for depth, left := 0, true; left; depth++ {
		left = false
		var level []*pb.Account
		var rows []int
		for n, r := range i.rows {
			switch {
			case r.fresh == nil || r.depth < depth:
			case r.depth > depth:
				left = true
			default:
				level, rows = append(level, r.fresh), append(rows, n)
			}
		}
		at := func(n int) string { return linePath(rows[n]) }
		if err := accounts.InsertMany(
			ctx, tx, level, at, classifyAccount, setAccountCurrency, checkAccountParent,
		); err != nil {
			return err
		}
	}
	return nil
}

// update changes the existing accounts that differ from their rows.
func (i *accountImport) update(ctx context.Context, tx *db.Tx) error {
	if !i.updates() {
		return nil
	}
	var violations fault.List
	for n, r := range i.rows {
		if r.fresh != nil {
			continue
		}
		changed, err := accounts.Modify(ctx, tx, r.account.id, "updated", func(
			_ context.Context, _ *db.Tx, was, a *pb.Account,
		) error {
			r.apply(a)
			r.changed = !proto.Equal(was, a)
			return nil
		}, classifyAccount, checkAccountParent, checkRestatement)
		r.updated = changed
		var refusal *fault.Error
		if errors.As(err, &refusal) && len(refusal.Fields) > 0 {
			var fields []fault.Field
			for _, f := range refusal.Fields {
				fields = append(fields, fault.Field{Path: linePath(n) + "." + f.Path, Message: f.Message})
			}
			err = i.errorInFile(fault.Invalid(fields...))
		}
		if err := violations.Merge("", err); err != nil {
			return err
		}
	}
	return violations.Err()
}

// errorInFile converts an error about the accounts of rows to one about the lines of the file.
func (i *accountImport) errorInFile(err error) error {
	var e *fault.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	lines := make([]int, len(i.rows))
	for n, r := range i.rows {
		lines[n] = r.row.Line
	}
	return fault.InvalidFor(optionsv1.Reason_ACCOUNT_ROWS_INVALID, fieldsInFile(e, lines)...)
}

// report fills in the outcome of each row and the warnings.
func (i *accountImport) report() {
	for _, r := range i.rows {
		row := &pb.ImportAccountsResponse_Row{
			LineNumber: int32(r.row.Line), AccountText: r.text(), AccountId: r.account.id, Note: r.note,
			Outcome: pb.ImportAccountsResponse_Row_KEPT,
		}
		switch {
		case r.fresh != nil:
			row.Outcome = pb.ImportAccountsResponse_Row_CREATED
			i.response.Accounts = append(i.response.Accounts, r.fresh)
		case r.changed:
			row.Outcome = pb.ImportAccountsResponse_Row_UPDATED
			i.response.Accounts = append(i.response.Accounts, r.updated)
		}
		i.response.Rows = append(i.response.Rows, row)
	}
	for _, p := range i.file.Skipped {
		i.response.Rows = append(i.response.Rows, &pb.ImportAccountsResponse_Row{
			LineNumber: int32(p.Line), Outcome: pb.ImportAccountsResponse_Row_PASSED_OVER, AccountText: p.Name, Note: p.Cause,
		})
	}
	sortByLine(i.response.Rows)
	if unknown := i.file.UnknownColumns; len(unknown) > 0 {
		i.response.Warnings = append(i.response.Warnings, "Unknown columns were ignored: "+strings.Join(unknown, ", ")+".")
	}
}
