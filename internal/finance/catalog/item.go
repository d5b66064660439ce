package catalog

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// priceDigits is the largest number of digits after the point of a price.
const priceDigits = 6

var items = resource.New(table.New("finance.items",
	table.Text("display_name", func(i *pb.Item) *string { return &i.DisplayName }).
		Filter().Sort("items_by_display_name"),
	table.Text("code", func(i *pb.Item) *string { return &i.Code }).Filter().Sort("items_by_code"),
	table.Enum("kind", func(i *pb.Item) *pb.Item_Kind { return &i.Kind }).Filter(),
	table.Text("description", func(i *pb.Item) *string { return &i.Description }),
	table.Text("unit", func(i *pb.Item) *string { return &i.Unit }),
	table.Decimal("sale_price", priceDigits, func(i *pb.Item) *string { return &i.SalePrice }),
	table.Bool("price_includes_tax", func(i *pb.Item) *bool { return &i.PriceIncludesTax }),
	table.Decimal("purchase_price", priceDigits, func(i *pb.Item) *string { return &i.PurchasePrice }),
	table.Text("currency_code", func(i *pb.Item) *string { return &i.CurrencyCode }).Filter(),
	table.Ref("sales_tax_code_id", "txk", func(i *pb.Item) *string { return &i.SalesTaxCodeId }).Filter().Usable(),
	table.Ref("purchase_tax_code_id", "txk", func(i *pb.Item) *string { return &i.PurchaseTaxCodeId }).Filter().Usable(),
	table.Ref("income_account_id", "acc", func(i *pb.Item) *string { return &i.IncomeAccountId }).
		Filter().Usable(postable(pb.Account_INCOME, pb.Account_LIABILITY)),
	table.Ref("expense_account_id", "acc", func(i *pb.Item) *string { return &i.ExpenseAccountId }).
		Filter().Usable(postable(pb.Account_EXPENSE, pb.Account_ASSET)),
)).Open().Searchable("display_name", "code", "description")

// CreateItem creates an item.
func (s *Service) CreateItem(ctx context.Context, req *pb.CreateItemRequest) (*pb.Item, error) {
	return items.Create(ctx, s.db, req.GetItem(), checkItem)
}

// GetItem returns an item.
func (s *Service) GetItem(ctx context.Context, req *pb.GetItemRequest) (*pb.Item, error) {
	return items.Get(ctx, s.db, req.GetItemId())
}

// BatchGetItems returns several items.
func (s *Service) BatchGetItems(ctx context.Context, req *pb.BatchGetItemsRequest) (*pb.BatchGetItemsResponse, error) {
	list, err := items.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetItemsResponse{Items: list}, err
}

// ListItems lists items.
func (s *Service) ListItems(ctx context.Context, req *pb.ListItemsRequest) (*pb.ListItemsResponse, error) {
	page, err := items.List(ctx, s.db, req)
	return &pb.ListItemsResponse{Items: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateItem updates an item.
func (s *Service) UpdateItem(ctx context.Context, req *pb.UpdateItemRequest) (*pb.Item, error) {
	return items.Update(ctx, s.db, req.GetItemId(), req.GetItem(), req.GetUpdateMask(), checkItem)
}

// ArchiveItem archives an item. New documents refuse it.
func (s *Service) ArchiveItem(ctx context.Context, req *pb.ArchiveItemRequest) (*pb.Item, error) {
	return items.Archive(ctx, s.db, req.GetItemId())
}

// UnarchiveItem restores an archived item.
func (s *Service) UnarchiveItem(ctx context.Context, req *pb.UnarchiveItemRequest) (*pb.Item, error) {
	return items.Unarchive(ctx, s.db, req.GetItemId())
}

// DeleteItem deletes an item that no other record refers to.
func (s *Service) DeleteItem(ctx context.Context, req *pb.DeleteItemRequest) (*emptypb.Empty, error) {
	return items.Delete(ctx, s.db, req.GetItemId())
}
