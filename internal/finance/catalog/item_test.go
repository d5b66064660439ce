package catalog_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/platform/db"
)

const unknownItem = "itm_01k9zzzzzzzzzzzzzzzzzzzzzz"

func createItem(t *testing.T, o *apptest.Organization, item *pb.Item) *pb.Item {
	t.Helper()
	made, err := pb.NewCatalogServiceClient(o).CreateItem(t.Context(), &pb.CreateItemRequest{Item: item})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestItemIsChecked(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	createItem(t, o, &pb.Item{DisplayName: "Paper", Code: "A4", Kind: pb.Item_PRODUCT})
	income, bank := account(t, o, pb.Account_INCOME, false), account(t, o, pb.Account_ASSET, false)
	receivable := account(t, o, pb.Account_ASSET, true)
	invalid := optionsv1.Reason_FIELDS_INVALID
	for name, c := range map[string]struct {
		item   *pb.Item
		reason optionsv1.Reason
		fields []string
	}{
		"code in another case": {&pb.Item{DisplayName: "X", Kind: pb.Item_SERVICE, Code: "a4"},
			optionsv1.Reason_ITEMS_CODE_TAKEN, []string{"code"}},
		"no name and no kind": {&pb.Item{}, invalid, []string{"displayName", "kind"}},
		"seven digits": {&pb.Item{DisplayName: "X", Kind: pb.Item_SERVICE, SalePrice: "1.0000001",
			PurchasePrice: "0.1234567"}, invalid, []string{"purchasePrice", "salePrice"}},
		"not a number": {&pb.Item{DisplayName: "X", Kind: pb.Item_SERVICE, SalePrice: "ten"}, invalid, []string{"salePrice"}},
		"too high": {&pb.Item{DisplayName: "X", Kind: pb.Item_SERVICE, SalePrice: "1000000000.01", PurchasePrice: "-1e12"},
			invalid, []string{"purchasePrice", "salePrice"}},
		"unknown currency": {&pb.Item{DisplayName: "X", Kind: pb.Item_SERVICE, CurrencyCode: "XYZ"}, invalid,
			[]string{"currencyCode"}},
		"income on a bank account": {&pb.Item{DisplayName: "X", Kind: pb.Item_SERVICE, IncomeAccountId: bank}, invalid,
			[]string{"incomeAccountId"}},
		"expenses on income": {&pb.Item{DisplayName: "X", Kind: pb.Item_SERVICE, ExpenseAccountId: income}, invalid,
			[]string{"expenseAccountId"}},
		"expenses on a control account": {&pb.Item{DisplayName: "X", Kind: pb.Item_SERVICE, ExpenseAccountId: receivable},
			invalid, []string{"expenseAccountId"}},
	} {
		_, err := pb.NewCatalogServiceClient(o).CreateItem(t.Context(), &pb.CreateItemRequest{Item: c.item})
		fields := apptest.Fields(err)
		slices.Sort(fields)
		if apptest.Reason(err) != c.reason || !slices.Equal(fields, c.fields) {
			t.Errorf("%s: got %v at %q, want %s at %q", name, err, fields, c.reason, c.fields)
		}
	}
}

func TestItemKeepsExactPrices(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	item := createItem(t, o, &pb.Item{
		DisplayName: "Screw", Kind: pb.Item_PRODUCT, SalePrice: "0.000001", PurchasePrice: "-12.50", PriceIncludesTax: true,
		IncomeAccountId: account(t, o, pb.Account_INCOME, false), ExpenseAccountId: account(t, o, pb.Account_EXPENSE, false),
	})
	if item.GetSalePrice() != "0.000001" || item.GetPurchasePrice() != "-12.5" || item.GetCurrencyCode() != "USD" {
		t.Errorf("got %v", item)
	}
	item, err := pb.NewCatalogServiceClient(o).UpdateItem(t.Context(), &pb.UpdateItemRequest{
		ItemId: item.GetId(), Item: &pb.Item{}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"sale_price"}},
	})
	if err != nil || item.GetSalePrice() != "" || item.GetPurchasePrice() != "-12.5" {
		t.Errorf("got %v, %v, want no sale price", item, err)
	}
}

// TestItemsAreResolvedTogether looks up the items of the lines of a document. A line that bills
// what was agreed may name an archived item.
func TestItemsAreResolvedTogether(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	paper := createItem(t, o, &pb.Item{DisplayName: "Paper", Kind: pb.Item_PRODUCT}).GetId()
	old := createItem(t, o, &pb.Item{DisplayName: "Old", Kind: pb.Item_PRODUCT}).GetId()
	if _, err := pb.NewCatalogServiceClient(o).ArchiveItem(t.Context(), &pb.ArchiveItemRequest{ItemId: old}); err != nil {
		t.Fatal(err)
	}
	agreed := -1
	resolve := func(ids ...string) (found map[string]*pb.Item, err error) {
		err = write(t, o, func(ctx context.Context, tx *db.Tx) (err error) {
			found, err = catalog.ResolveItems(ctx, tx, ids, func(i int) string { return fmt.Sprintf("lines[%d].itemId", i) },
				func(i int) bool { return i == agreed })
			return err
		})
		return found, err
	}
	if found, err := resolve(paper, "", paper); err != nil || len(found) != 1 || found[paper].GetDisplayName() != "Paper" {
		t.Errorf("got %v, %v", found, err)
	}
	_, err := resolve(paper, unknownItem, "", "ven_01k9zzzzzzzzzzzzzzzzzzzzzz")
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "lines[1].itemId", "lines[3].itemId")
	_, err = resolve(paper, old)
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "lines[1].itemId")
	agreed = 0
	if found, err := resolve(old); err != nil || found[old].GetDisplayName() != "Old" {
		t.Errorf("got %v, %v", found, err)
	}
	_, err = resolve(old, old)
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "lines[1].itemId")
}

func TestManagersReadTheCatalog(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	item := createItem(t, o, &pb.Item{DisplayName: "Paper", Kind: pb.Item_PRODUCT})
	manager := pb.NewCatalogServiceClient(o.WithRole(t, platformv1.ApiKey_MANAGER))
	if _, err := manager.GetItem(t.Context(), &pb.GetItemRequest{ItemId: item.GetId()}); err != nil {
		t.Error(err)
	}
	if _, err := manager.ListPaymentTerms(t.Context(), &pb.ListPaymentTermsRequest{}); err != nil {
		t.Error(err)
	}
	_, err := manager.UpdateItem(t.Context(), &pb.UpdateItemRequest{ItemId: item.GetId(), Item: &pb.Item{Unit: "kg"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"unit"}}})
	if status.Code(err) != codes.PermissionDenied {
		t.Errorf("got %v, want PERMISSION_DENIED", err)
	}
	employee := pb.NewCatalogServiceClient(o.WithRole(t, platformv1.ApiKey_EMPLOYEE))
	if _, err := employee.GetItem(t.Context(), &pb.GetItemRequest{ItemId: item.GetId()}); status.Code(err) !=
		codes.PermissionDenied {
		t.Errorf("got %v, want PERMISSION_DENIED", err)
	}
}
