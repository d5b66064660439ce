package banking

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var bankRules = resource.New(table.New("finance.bank_rules",
	table.Text("display_name", func(r *pb.BankRule) *string { return &r.DisplayName }).Filter().
		Sort("bank_rules_by_display_name"),
	table.Int32("position", func(r *pb.BankRule) *int32 { return &r.Position }).Filter().Sort("bank_rules_by_position"),
	table.Ref("bank_account_id", "bac", func(r *pb.BankRule) *string { return &r.BankAccountId }).Filter(),
	table.Enum("direction", func(r *pb.BankRule) *pb.BankRule_Direction { return &r.Direction }),
	table.Strings("texts", func(r *pb.BankRule) *[]string { return &r.Texts }).Raw(),
	table.Text("pattern", func(r *pb.BankRule) *string { return &r.Pattern }).Raw(),
	table.Money("min_amount", func(r *pb.BankRule) **typepb.Money { return &r.MinAmount }),
	table.Money("max_amount", func(r *pb.BankRule) **typepb.Money { return &r.MaxAmount }),
	table.Ref("account_id", "acc", func(r *pb.BankRule) *string { return &r.AccountId }).Filter(),
	table.Bool("personal", func(r *pb.BankRule) *bool { return &r.Personal }).Filter(),
	table.Text("exclude_reason", func(r *pb.BankRule) *string { return &r.ExcludeReason }),
	table.Strings("counterparty_names", func(r *pb.BankRule) *[]string { return &r.CounterpartyNames }).Raw(),
	table.Strings("counterparty_accounts", func(r *pb.BankRule) *[]string { return &r.CounterpartyAccounts }),
	table.Lines("splits", "finance.bank_rule_splits", "bank_rule_id",
		func(r *pb.BankRule) *[]*pb.BankRule_Split { return &r.Splits }, nil,
		table.Ref("account_id", "acc", func(s *pb.BankRule_Split) *string { return &s.AccountId }),
		table.Money("amount", func(s *pb.BankRule_Split) **typepb.Money { return &s.Amount }),
		table.Text("percent", func(s *pb.BankRule_Split) *string { return &s.Percent }),
		table.Text("memo", func(s *pb.BankRule_Split) *string { return &s.Memo }),
		table.Refs("dimension_value_ids", "dmv", func(s *pb.BankRule_Split) *[]string { return &s.DimensionValueIds }),
		table.Ref("tax_code_id", "txk", func(s *pb.BankRule_Split) *string { return &s.TaxCodeId }),
	),
	table.Ref("transfer_bank_account_id", "bac", func(r *pb.BankRule) *string { return &r.TransferBankAccountId }).
		Filter(),
	table.Ref("vendor_id", "ven", func(r *pb.BankRule) *string { return &r.VendorId }).Filter().Usable(),
	table.Ref("tax_code_id", "txk", func(r *pb.BankRule) *string { return &r.TaxCodeId }).Filter(),
	table.Text("memo", func(r *pb.BankRule) *string { return &r.Memo }),
)).Open().Searchable("display_name", "memo")

// CreateBankRule creates a bank rule.
func (s *Service) CreateBankRule(ctx context.Context, req *pb.CreateBankRuleRequest) (*pb.BankRule, error) {
	return bankRules.Create(ctx, s.db, req.GetBankRule(), checkRule)
}

// GetBankRule returns a bank rule.
func (s *Service) GetBankRule(ctx context.Context, req *pb.GetBankRuleRequest) (*pb.BankRule, error) {
	return bankRules.Get(ctx, s.db, req.GetBankRuleId())
}

// BatchGetBankRules returns several bank rules by their ids.
func (s *Service) BatchGetBankRules(
	ctx context.Context, req *pb.BatchGetBankRulesRequest,
) (*pb.BatchGetBankRulesResponse, error) {
	list, err := bankRules.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBankRulesResponse{BankRules: list}, err
}

// ListBankRules lists bank rules.
func (s *Service) ListBankRules(ctx context.Context, req *pb.ListBankRulesRequest) (*pb.ListBankRulesResponse, error) {
	page, err := bankRules.List(ctx, s.db, req)
	return &pb.ListBankRulesResponse{BankRules: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateBankRule updates a bank rule.
func (s *Service) UpdateBankRule(ctx context.Context, req *pb.UpdateBankRuleRequest) (*pb.BankRule, error) {
	return bankRules.Update(ctx, s.db, req.GetBankRuleId(), req.GetBankRule(), req.GetUpdateMask(), checkRule)
}

// ArchiveBankRule archives a bank rule.
func (s *Service) ArchiveBankRule(ctx context.Context, req *pb.ArchiveBankRuleRequest) (*pb.BankRule, error) {
	return bankRules.Archive(ctx, s.db, req.GetBankRuleId())
}

// UnarchiveBankRule restores an archived bank rule.
func (s *Service) UnarchiveBankRule(ctx context.Context, req *pb.UnarchiveBankRuleRequest) (*pb.BankRule, error) {
	return bankRules.Unarchive(ctx, s.db, req.GetBankRuleId())
}

// DeleteBankRule deletes a bank rule that has not decided any line.
func (s *Service) DeleteBankRule(ctx context.Context, req *pb.DeleteBankRuleRequest) (*emptypb.Empty, error) {
	return bankRules.Delete(ctx, s.db, req.GetBankRuleId())
}
