package dunning

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var policies = resource.New(table.New("finance.dunning_policies",
	table.Text("display_name", func(p *pb.DunningPolicy) *string { return &p.DisplayName }).Filter(),
	table.Bool("default_policy", func(p *pb.DunningPolicy) *bool { return &p.DefaultPolicy }).Filter(),
	table.Text("group_key", func(p *pb.DunningPolicy) *string { return &p.GroupKey }).Filter(),
	table.Messages("steps", func(p *pb.DunningPolicy) *[]*pb.DunningPolicy_Step { return &p.Steps }),
	table.Enum("statutory_rate", func(p *pb.DunningPolicy) *pb.DunningPolicy_StatutoryRate { return &p.StatutoryRate }),
	table.Messages("interest_rates",
		func(p *pb.DunningPolicy) *[]*pb.DunningPolicy_InterestRate { return &p.InterestRates }),
	table.Enum("day_count", func(p *pb.DunningPolicy) *pb.DunningPolicy_DayCount { return &p.DayCount }),
	table.Ref("tax_code_id", "txk", func(p *pb.DunningPolicy) *string { return &p.TaxCodeId }).Usable(),
	table.Bool("automatic", func(p *pb.DunningPolicy) *bool { return &p.Automatic }).Filter(),
	table.Bool("send_emails", func(p *pb.DunningPolicy) *bool { return &p.SendEmails }),
	table.Bool("send_thanks", func(p *pb.DunningPolicy) *bool { return &p.SendThanks }),
	table.Date("last_run_date", func(p *pb.DunningPolicy) *string { return &p.LastRunDate }),
	table.Date("pending_run_date", func(p *pb.DunningPolicy) *string { return &p.PendingRunDate }),
	table.Messages("failures", func(p *pb.DunningPolicy) *[]*pb.DunningPolicy_Failure { return &p.Failures }),
).Rank(db.RankDocument)).Open().DeclareEvents("runDue", "failed", "ran").LoadComputed(setComputed).
	Searchable("display_name")

// CreateDunningPolicy creates a dunning policy.
func (s *Service) CreateDunningPolicy(
	ctx context.Context, req *pb.CreateDunningPolicyRequest,
) (*pb.DunningPolicy, error) {
	return policies.Create(ctx, s.db, req.GetDunningPolicy(), checkPolicy, setSchedule)
}

// GetDunningPolicy returns a dunning policy.
func (s *Service) GetDunningPolicy(ctx context.Context, req *pb.GetDunningPolicyRequest) (*pb.DunningPolicy, error) {
	return policies.Get(ctx, s.db, req.GetDunningPolicyId())
}

// BatchGetDunningPolicies returns several dunning policies.
func (s *Service) BatchGetDunningPolicies(
	ctx context.Context, req *pb.BatchGetDunningPoliciesRequest,
) (*pb.BatchGetDunningPoliciesResponse, error) {
	list, err := policies.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetDunningPoliciesResponse{DunningPolicies: list}, err
}

// ListDunningPolicies lists dunning policies.
func (s *Service) ListDunningPolicies(
	ctx context.Context, req *pb.ListDunningPoliciesRequest,
) (*pb.ListDunningPoliciesResponse, error) {
	page, err := policies.List(ctx, s.db, req)
	return &pb.ListDunningPoliciesResponse{DunningPolicies: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdateDunningPolicy updates a dunning policy.
func (s *Service) UpdateDunningPolicy(
	ctx context.Context, req *pb.UpdateDunningPolicyRequest,
) (*pb.DunningPolicy, error) {
	return policies.Update(ctx, s.db, req.GetDunningPolicyId(), req.GetDunningPolicy(), req.GetUpdateMask(),
		checkPolicy, setSchedule)
}

// ArchiveDunningPolicy archives a dunning policy. It applies to no customer any more.
func (s *Service) ArchiveDunningPolicy(
	ctx context.Context, req *pb.ArchiveDunningPolicyRequest,
) (*pb.DunningPolicy, error) {
	return policies.Archive(ctx, s.db, req.GetDunningPolicyId(), removeSchedule)
}

// UnarchiveDunningPolicy restores an archived dunning policy.
func (s *Service) UnarchiveDunningPolicy(
	ctx context.Context, req *pb.UnarchiveDunningPolicyRequest,
) (*pb.DunningPolicy, error) {
	return policies.Unarchive(ctx, s.db, req.GetDunningPolicyId(), setSchedule)
}

// DeleteDunningPolicy deletes a dunning policy that no other record refers to.
func (s *Service) DeleteDunningPolicy(
	ctx context.Context, req *pb.DeleteDunningPolicyRequest,
) (*emptypb.Empty, error) {
	return policies.Delete(ctx, s.db, req.GetDunningPolicyId(), removeSchedule)
}
