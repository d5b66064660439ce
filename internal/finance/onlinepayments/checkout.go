package onlinepayments

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type checkout = pb.Checkout

// checkoutPrefix is the prefix of the identifiers of checkouts.
const checkoutPrefix = "cho"

var checkouts = resource.New(table.New("finance.checkouts",
	table.Text("document_id", func(c *checkout) *string { return &c.DocumentId }).Filter(),
	table.Ref("payment_provider_account_id", accountPrefix,
		func(c *checkout) *string { return &c.PaymentProviderAccountId }).Filter().Usable(),
	table.Ref("customer_id", "cus", func(c *checkout) *string { return &c.CustomerId }).Filter(),
	table.Text("document_number", func(c *checkout) *string { return &c.DocumentNumber }).Filter(),
	table.Ref("document_link_id", "dlk", func(c *checkout) *string { return &c.DocumentLinkId }).Filter(),
	table.Money("amount", func(c *checkout) **typepb.Money { return &c.Amount }).Filter(),
	table.Text("return_url", func(c *checkout) *string { return &c.ReturnUrl }).Raw(),
	table.Enum("state", func(c *checkout) *pb.Checkout_State { return &c.State }).Filter(),
	table.Text("url", func(c *checkout) *string { return &c.Url }).Raw(),
	table.Text("provider_checkout_id", func(c *checkout) *string { return &c.ProviderCheckoutId }).Filter(),
	table.Timestamp("expire_time", func(c *checkout) **timestamppb.Timestamp { return &c.ExpireTime }),
	table.Ref("payment_id", "pay", func(c *checkout) *string { return &c.PaymentId }).Filter(),
	table.Text("last_error", func(c *checkout) *string { return &c.LastError }),
).Rank(db.RankDocument)).Open().Lifecycle(checkoutLifecycle).DeclareEvents("succeeded", "paymentFailed", "expired")

var checkoutLifecycle = state.New(func(c *checkout) *pb.Checkout_State { return &c.State },
	[]state.Step[pb.Checkout_State]{
		{Verb: "cancel", Event: "canceled", From: []pb.Checkout_State{pb.Checkout_OPEN}, To: pb.Checkout_CANCELED},
	})

// CreateCheckout creates a checkout at the provider.
func (s *Service) CreateCheckout(ctx context.Context, req *pb.CreateCheckoutRequest) (*checkout, error) {
	if stored, found, err := db.StoredResponse[*checkout](ctx, s.db); found || err != nil {
		return stored, err
	}
	return s.newCheckout(ctx, req.GetCheckout(), "")
}

// GetCheckout returns a checkout.
func (s *Service) GetCheckout(ctx context.Context, req *pb.GetCheckoutRequest) (*checkout, error) {
	return checkouts.Get(ctx, s.db, req.GetCheckoutId())
}

// BatchGetCheckouts returns several checkouts.
func (s *Service) BatchGetCheckouts(
	ctx context.Context, req *pb.BatchGetCheckoutsRequest,
) (*pb.BatchGetCheckoutsResponse, error) {
	list, err := checkouts.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCheckoutsResponse{Checkouts: list}, err
}

// ListCheckouts lists checkouts.
func (s *Service) ListCheckouts(ctx context.Context, req *pb.ListCheckoutsRequest) (*pb.ListCheckoutsResponse, error) {
	page, err := checkouts.List(ctx, s.db, req)
	return &pb.ListCheckoutsResponse{Checkouts: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateCheckout updates the annotations of a checkout.
func (s *Service) UpdateCheckout(ctx context.Context, req *pb.UpdateCheckoutRequest) (*checkout, error) {
	return checkouts.Update(ctx, s.db, req.GetCheckoutId(), req.GetCheckout(), req.GetUpdateMask())
}

// CancelCheckout cancels a checkout, at the provider first.
func (s *Service) CancelCheckout(ctx context.Context, req *pb.CancelCheckoutRequest) (*checkout, error) {
	if stored, found, err := db.StoredResponse[*checkout](ctx, s.db); found || err != nil {
		return stored, err
	}
	c, err := checkouts.Get(ctx, s.db, req.GetCheckoutId())
	if err != nil {
		return nil, err
	}
	if req.GetEtag() != "" && req.GetEtag() != c.Etag {
		return checkouts.Step(ctx, s.db, req.GetCheckoutId(), "cancel") // which refuses it
	}
	if c.State == pb.Checkout_OPEN && !call.From(ctx).ValidateOnly {
		to, err := s.openConnection(ctx, c.PaymentProviderAccountId)
		if err != nil {
			return nil, err
		}
		if err := to.provider.CancelCheckout(ctx, to.credentials, c.ProviderCheckoutId); err != nil {
			return nil, providerFailed(err)
		}
	}
	return checkouts.Step(ctx, s.db, req.GetCheckoutId(), "cancel")
}

// findCheckout returns the checkout to which an account's provider gave an identifier, locked, or
// nil if there is none.
func findCheckout(ctx context.Context, tx *db.Tx, accountID, providerCheckoutID string) (*checkout, error) {
	key, err := id.Parse(accountPrefix, accountID)
	if err != nil {
		return nil, err
	}
	found, _, err := checkouts.Table().Select(ctx, tx, table.Query{Limit: 1, Within: []table.Equal{
		{Column: "payment_provider_account_id", Value: key}, {Column: "provider_checkout_id", Value: providerCheckoutID},
	}})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return checkouts.Table().Lock(ctx, tx, found[0].Id)
}
