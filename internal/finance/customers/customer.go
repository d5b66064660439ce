package customers

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var customers = resource.New(table.New("finance.customers",
	table.Text("display_name", func(c *pb.Customer) *string { return &c.DisplayName }).
		Filter().Sort("customers_by_display_name"),
	table.Text("legal_name", func(c *pb.Customer) *string { return &c.LegalName }).Filter(),
	table.Messages("contacts", func(c *pb.Customer) *[]*pb.Customer_Contact { return &c.Contacts }),
	table.Strings("recipient_emails", func(c *pb.Customer) *[]string { return &c.RecipientEmails }),
	table.Strings("cc_emails", func(c *pb.Customer) *[]string { return &c.CcEmails }),
	table.Message("billing_address", func(c *pb.Customer) **typepb.Address { return &c.BillingAddress }),
	table.Message("shipping_address", func(c *pb.Customer) **typepb.Address { return &c.ShippingAddress }),
	table.Text("tax_number", func(c *pb.Customer) *string { return &c.TaxNumber }).Filter(),
	table.Text("exemption_reason", func(c *pb.Customer) *string { return &c.ExemptionReason }),
	table.Text(
		"exemption_certificate_number", func(c *pb.Customer) *string { return &c.ExemptionCertificateNumber },
	),
	table.Date("exemption_expire_date", func(c *pb.Customer) *string { return &c.ExemptionExpireDate }).Filter(),
	table.Text("language_code", func(c *pb.Customer) *string { return &c.LanguageCode }),
	table.Text("currency_code", func(c *pb.Customer) *string { return &c.CurrencyCode }).Filter(),
	table.Ref("payment_term_id", "ptm", func(c *pb.Customer) *string { return &c.PaymentTermId }).Filter().Usable(),
	table.Ref("tax_code_id", "txk", func(c *pb.Customer) *string { return &c.TaxCodeId }).Filter().Usable(),
	table.Money("credit_limit", func(c *pb.Customer) **typepb.Money { return &c.CreditLimit }),
	table.Enum(
		"credit_limit_policy", func(c *pb.Customer) *pb.Customer_CreditLimitPolicy { return &c.CreditLimitPolicy },
	),
	table.Text("group_key", func(c *pb.Customer) *string { return &c.GroupKey }).Filter(),
	table.Ref("dunning_policy_id", "dup", func(c *pb.Customer) *string { return &c.DunningPolicyId }).Filter().Usable(),
	table.Bool("dunning_excluded", func(c *pb.Customer) *bool { return &c.DunningExcluded }),
	table.Date("dunning_pause_end_date", func(c *pb.Customer) *string { return &c.DunningPauseEndDate }),
	table.Text("note", func(c *pb.Customer) *string { return &c.Note }),
	table.Ref("responsible_id", "prs", func(c *pb.Customer) *string { return &c.ResponsibleId }).Filter().Usable(),
	table.Ref("deputy_id", "prs", func(c *pb.Customer) *string { return &c.DeputyId }).Filter().Usable(),
	table.Ref("merged_into_id", "cus", func(c *pb.Customer) *string { return &c.MergedIntoId }).Filter(),
).Rank(db.RankCustomer)).Open().Responsible("responsible_id", "deputy_id").DeclareEvents("merged").
	GuardEach(refuseMerged, "merge", "unarchive").
	Searchable("display_name", "legal_name", "recipient_emails", "tax_number", "note")

// CreateCustomer creates a customer.
func (s *Service) CreateCustomer(ctx context.Context, req *pb.CreateCustomerRequest) (*pb.Customer, error) {
	return customers.Create(ctx, s.db, req.GetCustomer(), checkCustomer)
}

// GetCustomer returns a customer.
func (s *Service) GetCustomer(ctx context.Context, req *pb.GetCustomerRequest) (*pb.Customer, error) {
	return customers.Get(ctx, s.db, req.GetCustomerId())
}

// BatchGetCustomers returns several customers.
func (s *Service) BatchGetCustomers(
	ctx context.Context, req *pb.BatchGetCustomersRequest,
) (*pb.BatchGetCustomersResponse, error) {
	list, err := customers.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCustomersResponse{Customers: list}, err
}

// ListCustomers lists customers.
func (s *Service) ListCustomers(ctx context.Context, req *pb.ListCustomersRequest) (*pb.ListCustomersResponse, error) {
	page, err := customers.List(ctx, s.db, req)
	return &pb.ListCustomersResponse{Customers: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateCustomer updates a customer.
func (s *Service) UpdateCustomer(ctx context.Context, req *pb.UpdateCustomerRequest) (*pb.Customer, error) {
	return customers.Update(ctx, s.db, req.GetCustomerId(), req.GetCustomer(), req.GetUpdateMask(), checkCustomer)
}

// ArchiveCustomer archives a customer. New documents refuse it.
func (s *Service) ArchiveCustomer(ctx context.Context, req *pb.ArchiveCustomerRequest) (*pb.Customer, error) {
	return customers.Archive(ctx, s.db, req.GetCustomerId())
}

// UnarchiveCustomer restores an archived customer, unless it was merged.
func (s *Service) UnarchiveCustomer(ctx context.Context, req *pb.UnarchiveCustomerRequest) (*pb.Customer, error) {
	return customers.Unarchive(ctx, s.db, req.GetCustomerId())
}

// DeleteCustomer deletes a customer that no other record refers to.
func (s *Service) DeleteCustomer(ctx context.Context, req *pb.DeleteCustomerRequest) (*emptypb.Empty, error) {
	return customers.Delete(ctx, s.db, req.GetCustomerId())
}
