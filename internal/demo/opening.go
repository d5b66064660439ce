package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// trialBalance is the export of the studio's previous program.
const trialBalance = `Northlight Studio
Trial Balance

Account Code,Account,Account Type,Debit,Credit
1000,Checking,Bank,"18,400.00",
1010,Savings,Bank,"10,000.00",
1210,Clients' Invoices,Other Current Asset,"7,350.00",
1500,Equipment,Fixed Asset,"14,400.00",
1590,Accumulated Depreciation,Accumulated Depreciation,,"4,800.00"
2200,Sales Tax Payable,Sales Tax,,"1,015.00"
2300,Payroll Liabilities,Payroll Liabilities,,"1,420.00"
2500,Loans,Loans,,"12,000.00"
3000,Owner's Equity,Owner's Equity,,"25,000.00"
3200,Retained Earnings,Retained Earnings,,"5,915.00"
,Total,,"50,150.00","50,150.00"
`

// setFiscalYear sets the month in which fiscal years begin. The books begin with a short fiscal
// year that holds only the opening balances.
func (s *studio) setFiscalYear(ctx context.Context) error {
	s.first = firstMonth(s.today)
	change := &platformv1.Organization{FiscalYearStartMonth: int32(s.first.Month())}
	path := "/v1/organizations/" + s.organization.GetId() + "?updateMask=fiscalYearStartMonth"
	if err := s.api.patch(ctx, path, change, s.organization); err != nil {
		return err
	}
	s.addLine("Its fiscal years begin in %s.", s.first.Month())
	before := s.first.AddMonths(-1)
	return s.api.post(ctx, "/v1/fiscalYears", &financev1.FiscalYear{
		StartDate: before.String(), EndDate: before.LastOfMonth().String(),
	}, &financev1.FiscalYear{})
}

func (s *studio) importOpeningBalances(ctx context.Context) error {
	day := s.first.AddDays(-1)
	request := &financev1.ImportOpeningBalancesRequest{
		FileName: "trial-balance.csv", Content: []byte(trialBalance), Date: day.String(), CreateAccounts: true,
	}
	response := &financev1.ImportOpeningBalancesResponse{}
	if err := s.api.post(ctx, "/v1/books:importOpeningBalances", request, response); err != nil {
		return err
	}
	for _, a := range response.GetAccounts() {
		s.accounts[a.GetCode()] = a
	}
	s.entries[openingInvoiceNumber] = response.GetJournalEntry().GetId()
	s.addLine("\nThe opening balances were imported from the previous program's trial balance of %s:\n"+
		"%s debits, %s credits, %d account added to the chart.",
		day, groupThousands(response.GetDebitTotal().GetAmount()), groupThousands(response.GetCreditTotal().GetAmount()),
		len(response.GetAccounts()))
	if err := s.showInvoicesAsCustomers(ctx); err != nil {
		return err
	}
	if err := s.closePeriod(ctx, s.first.AddMonths(-1)); err != nil {
		return err
	}
	_, err := s.closeYear(ctx, s.first.AddMonths(-1))
	return err
}

// showInvoicesAsCustomers makes the cash-flow statement show what is received for invoices as
// received from customers. The previous program called their account another current asset.
func (s *studio) showInvoicesAsCustomers(ctx context.Context) error {
	a := s.accounts[receivable]
	return s.api.patch(ctx, "/v1/accounts/"+a.GetId()+"?updateMask=cashFlowClass",
		&financev1.Account{CashFlowClass: financev1.Account_CUSTOMERS}, a)
}

// createKindsOfWork creates a dimension with the kinds of work as its values.
func (s *studio) createKindsOfWork(ctx context.Context) error {
	s.dimension = &financev1.Dimension{DisplayName: "Kind of work"}
	if err := s.api.post(ctx, "/v1/dimensions", s.dimension, s.dimension); err != nil {
		return err
	}
	for _, kind := range []string{retainerWork, projectWork} {
		v := &financev1.DimensionValue{DimensionId: s.dimension.GetId(), DisplayName: kind}
		if err := s.api.post(ctx, "/v1/dimensionValues", v, v); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		s.kinds[kind] = v.GetId()
	}
	return nil
}
