package banking

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/statement/csvfile"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var csvProfiles = resource.New(table.New("finance.csv_profiles",
	table.Text("display_name", func(p *pb.CsvProfile) *string { return &p.DisplayName }).Filter().
		Sort("csv_profiles_by_display_name"),
	table.Text("delimiter", func(p *pb.CsvProfile) *string { return &p.Delimiter }).Raw(),
	table.Text("charset", func(p *pb.CsvProfile) *string { return &p.Charset }),
	table.Int32("skip_row_count", func(p *pb.CsvProfile) *int32 { return &p.SkipRowCount }),
	table.Bool("headerless", func(p *pb.CsvProfile) *bool { return &p.Headerless }),
	table.Enum("date_order", func(p *pb.CsvProfile) *pb.DateOrder { return &p.DateOrder }),
	table.Text("decimal_mark", func(p *pb.CsvProfile) *string { return &p.DecimalMark }).Raw(),
	table.Bool("money_out_positive", func(p *pb.CsvProfile) *bool { return &p.MoneyOutPositive }),
	table.Text("date_column", func(p *pb.CsvProfile) *string { return &p.DateColumn }),
	table.Text("amount_column", func(p *pb.CsvProfile) *string { return &p.AmountColumn }),
	table.Text("debit_column", func(p *pb.CsvProfile) *string { return &p.DebitColumn }),
	table.Text("credit_column", func(p *pb.CsvProfile) *string { return &p.CreditColumn }),
	table.Strings("description_columns", func(p *pb.CsvProfile) *[]string { return &p.DescriptionColumns }),
	table.Text("counterparty_column", func(p *pb.CsvProfile) *string { return &p.CounterpartyColumn }),
	table.Text("counterparty_account_column", func(p *pb.CsvProfile) *string { return &p.CounterpartyAccountColumn }),
	table.Text("reference_column", func(p *pb.CsvProfile) *string { return &p.ReferenceColumn }),
	table.Text("balance_column", func(p *pb.CsvProfile) *string { return &p.BalanceColumn }),
	table.Text("currency_column", func(p *pb.CsvProfile) *string { return &p.CurrencyColumn }),
	table.Text("direction_column", func(p *pb.CsvProfile) *string { return &p.DirectionColumn }),
	table.Strings("money_out_words", func(p *pb.CsvProfile) *[]string { return &p.MoneyOutWords }),
	table.Strings("money_in_words", func(p *pb.CsvProfile) *[]string { return &p.MoneyInWords }),
	table.Text("status_column", func(p *pb.CsvProfile) *string { return &p.StatusColumn }),
	table.Strings("booked_words", func(p *pb.CsvProfile) *[]string { return &p.BookedWords }),
	table.Strings("left_out_words", func(p *pb.CsvProfile) *[]string { return &p.LeftOutWords }),
	table.Text("check_number_column", func(p *pb.CsvProfile) *string { return &p.CheckNumberColumn }),
	table.Text("transaction_type_column", func(p *pb.CsvProfile) *string { return &p.TransactionTypeColumn }),
	table.Text("fee_column", func(p *pb.CsvProfile) *string { return &p.FeeColumn }),
	table.Text("account_column", func(p *pb.CsvProfile) *string { return &p.AccountColumn }),
	table.Text("bank_layout", func(p *pb.CsvProfile) *string { return &p.BankLayout }),
)).Open()

// CreateCsvProfile creates a CSV profile.
func (s *Service) CreateCsvProfile(ctx context.Context, req *pb.CreateCsvProfileRequest) (*pb.CsvProfile, error) {
	return csvProfiles.Create(ctx, s.db, req.GetCsvProfile(), checkBankLayout)
}

// checkBankLayout refuses the name of a layout that is not built in.
func checkBankLayout(_ context.Context, _ *db.Tx, _, p *pb.CsvProfile) error {
	if p.BankLayout == "" || csvfile.IsKnownBank(p.BankLayout) {
		return nil
	}
	return fault.Invalid(fault.At("bankLayout", "is not a built-in layout; those of files without a header are %s",
		strings.Join(csvfile.HeaderlessBanks(), ", ")))
}

// GetCsvProfile returns a CSV profile.
func (s *Service) GetCsvProfile(ctx context.Context, req *pb.GetCsvProfileRequest) (*pb.CsvProfile, error) {
	return csvProfiles.Get(ctx, s.db, req.GetCsvProfileId())
}

// BatchGetCsvProfiles returns several CSV profiles by their ids.
func (s *Service) BatchGetCsvProfiles(
	ctx context.Context, req *pb.BatchGetCsvProfilesRequest,
) (*pb.BatchGetCsvProfilesResponse, error) {
	list, err := csvProfiles.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCsvProfilesResponse{CsvProfiles: list}, err
}

// ListCsvProfiles lists CSV profiles.
func (s *Service) ListCsvProfiles(
	ctx context.Context, req *pb.ListCsvProfilesRequest,
) (*pb.ListCsvProfilesResponse, error) {
	page, err := csvProfiles.List(ctx, s.db, req)
	return &pb.ListCsvProfilesResponse{CsvProfiles: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateCsvProfile updates a CSV profile.
func (s *Service) UpdateCsvProfile(ctx context.Context, req *pb.UpdateCsvProfileRequest) (*pb.CsvProfile, error) {
	return csvProfiles.Update(ctx, s.db, req.GetCsvProfileId(), req.GetCsvProfile(), req.GetUpdateMask(),
		checkBankLayout)
}

// ArchiveCsvProfile archives a CSV profile.
func (s *Service) ArchiveCsvProfile(ctx context.Context, req *pb.ArchiveCsvProfileRequest) (*pb.CsvProfile, error) {
	return csvProfiles.Archive(ctx, s.db, req.GetCsvProfileId())
}

// UnarchiveCsvProfile restores an archived CSV profile.
func (s *Service) UnarchiveCsvProfile(ctx context.Context, req *pb.UnarchiveCsvProfileRequest) (*pb.CsvProfile, error) {
	return csvProfiles.Unarchive(ctx, s.db, req.GetCsvProfileId())
}

// DeleteCsvProfile deletes a CSV profile that no import used.
func (s *Service) DeleteCsvProfile(ctx context.Context, req *pb.DeleteCsvProfileRequest) (*emptypb.Empty, error) {
	return csvProfiles.Delete(ctx, s.db, req.GetCsvProfileId())
}

// dateOrderOf converts the date order of a request; unspecified becomes "".
func dateOrderOf(o pb.DateOrder) datetext.Order {
	if o == pb.DateOrder_DATE_ORDER_UNSPECIFIED {
		return ""
	}
	return datetext.Order(o.String())
}

// findProfile returns the CSV profile for reading an import's file: the one that the import names,
// or else that of the account's last CSV import. It returns nil if there is neither.
func findProfile(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, i *pb.StatementImport,
) (*pb.CsvProfile, error) {
	if i.CsvProfileId != "" {
		return csvProfiles.Resolve(ctx, tx, "csvProfileId", i.CsvProfileId)
	}
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return nil, err
	}
	var last uuid.UUID
	err = tx.QueryRow(ctx, `
select csv_profile_id
from finance.statement_imports
where org_id = $1
and bank_account_id = $2
and csv_profile_id is not null
order by id desc
limit 1`, tx.Call().Organization.ID, key).Scan(&last)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return csvProfiles.Table().Get(ctx, tx, id.Format("csp", last))
}
