package onlinepayments

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// payoutPrefix is the prefix of the identifiers of payouts.
const payoutPrefix = "pyo"

var payouts = resource.New(table.New("finance.payouts",
	table.Ref("payment_provider_account_id", accountPrefix,
		func(p *pb.Payout) *string { return &p.PaymentProviderAccountId }).Filter(),
	table.Text("provider_payout_id", func(p *pb.Payout) *string { return &p.ProviderPayoutId }).Filter(),
	table.Text("reference", func(p *pb.Payout) *string { return &p.Reference }).Filter(),
	table.Date("date", func(p *pb.Payout) *string { return &p.Date }).Filter().Sort("payouts_by_date"),
	table.Money("amount", func(p *pb.Payout) **typepb.Money { return &p.Amount }).Filter(),
	table.Money("fee", func(p *pb.Payout) **typepb.Money { return &p.Fee }),
	table.Messages("transactions", func(p *pb.Payout) *[]*pb.PaymentProviderEvent_Transaction { return &p.Transactions }),
	table.Enum("state", func(p *pb.Payout) *pb.Payout_State { return &p.State }).Filter(),
	table.Ref("journal_entry_id", "jrn", func(p *pb.Payout) *string { return &p.JournalEntryId }).Filter(),
	table.Date("fail_date", func(p *pb.Payout) *string { return &p.FailDate }),
).Rank(db.RankDocument)).Open().DeclareEvents("created", "failed").LoadComputed(loadMatched)

// GetPayout returns a payout.
func (s *Service) GetPayout(ctx context.Context, req *pb.GetPayoutRequest) (*pb.Payout, error) {
	return payouts.Get(ctx, s.db, req.GetPayoutId())
}

// BatchGetPayouts returns several payouts.
func (s *Service) BatchGetPayouts(
	ctx context.Context, req *pb.BatchGetPayoutsRequest,
) (*pb.BatchGetPayoutsResponse, error) {
	list, err := payouts.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetPayoutsResponse{Payouts: list}, err
}

// ListPayouts lists payouts.
func (s *Service) ListPayouts(ctx context.Context, req *pb.ListPayoutsRequest) (*pb.ListPayoutsResponse, error) {
	page, err := payouts.List(ctx, s.db, req)
	return &pb.ListPayoutsResponse{Payouts: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// loadMatched sets whether the entries of payouts are matched to the bank.
func loadMatched(ctx context.Context, tx *db.Tx, list []*pb.Payout) error {
	var entries []uuid.UUID
	for _, p := range list {
		if p.JournalEntryId == "" {
			continue
		}
		key, err := id.Parse("jrn", p.JournalEntryId)
		if err != nil {
			return err
		}
		entries = append(entries, key)
	}
	if len(entries) == 0 {
		return nil
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select e.journal_entry_id
from finance.bank_match_entries e
join finance.bank_matches m on m.org_id = $1 and m.id = e.bank_match_id
where e.org_id = $1
and e.journal_entry_id = any($2)
and m.state = 'MATCHED'
union
select l.journal_entry_id
from finance.bank_statement_lines l
where l.org_id = $1
and l.journal_entry_id = any($2)`, tx.Call().Organization.ID, entries)
	matched := map[string]bool{}
	for _, key := range found {
		matched[id.Format("jrn", key)] = true
	}
	for _, p := range list {
		p.Matched = matched[p.JournalEntryId]
	}
	return err
}
