package onlinepayments

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// CreatePublicCheckout creates a checkout for whoever has the link of a document, or returns the
// one that is open, so that visitors who reload a page do not create pages at the provider.
func (s *Service) CreatePublicCheckout(
	ctx context.Context, req *pb.CreatePublicCheckoutRequest,
) (*pb.PublicCheckout, error) {
	ctx, link, err := s.documents.OpenLink(ctx, req.GetToken())
	if err != nil {
		return nil, err
	}
	in := &checkout{DocumentId: link.DocumentId, ReturnUrl: req.GetReturnUrl()}
	c, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*checkout, error) {
		return s.findReusable(ctx, tx, in, link.Id)
	})
	if err != nil {
		return nil, err
	}
	if c == nil {
		if c, err = s.newCheckout(ctx, in, link.Id); err != nil {
			return nil, err
		}
	}
	at, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*account, error) {
		return s.accounts.Find(ctx, tx, c.PaymentProviderAccountId)
	})
	return &pb.PublicCheckout{Url: c.Url, Amount: c.Amount, ExpireTime: c.ExpireTime, Test: at.GetTest()}, err
}

// findReusable returns the newest open checkout that a new one of a link would repeat, or nil.
func (s *Service) findReusable(ctx context.Context, tx *db.Tx, in *checkout, linkID string) (*checkout, error) {
	wanted := checkouts.FromRequest(in)
	wanted.Id = id.Format(checkoutPrefix, id.New())
	if err := s.prepareCheckout(nil)(ctx, tx, nil, wanted); err != nil {
		return nil, err
	}
	link, err := id.Parse("dlk", linkID)
	if err != nil {
		return nil, err
	}
	at, err := id.Parse(accountPrefix, wanted.PaymentProviderAccountId)
	if err != nil {
		return nil, err
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select c.id
from finance.checkouts c
where c.org_id = $1
and c.document_link_id = $2
and c.payment_provider_account_id = $3
and c.return_url = $4
and c.state = 'OPEN'
and (c.expire_time is null or c.expire_time > $5)
order by c.id desc
limit 1`, tx.Call().Organization.ID, link, at, in.ReturnUrl, tx.Call().Now())
	if err != nil || len(found) == 0 {
		return nil, err
	}
	c, err := checkouts.Find(ctx, tx, id.Format(checkoutPrefix, found[0]))
	if err != nil || c.Amount.GetAmount() != wanted.Amount.GetAmount() ||
		c.Amount.GetCurrencyCode() != wanted.Amount.GetCurrencyCode() {
		return nil, err
	}
	return c, nil
}
