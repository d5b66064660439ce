package tax

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/tax/calculation"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// Resolved is a tax code with what a document needs to be calculated and posted on a day.
type Resolved struct {
	Code *pb.TaxCode
	// Rate is the code's rate for the use. Its components have the order of Components.
	Rate       *pb.TaxRate
	Components []calculation.Component
	// AccountIDs are the accounts to which the amounts of the components are posted.
	AccountIDs []string
}

// ResolveCodes returns the tax codes of lines that sell something, by their identifiers, with the
// percentages of a day. The code of line i is codeIDs[i], empty if it is not taxed. Codes may
// repeat.
//
// It refuses codes that do not exist or are archived, with TAX_CODE_NOT_FOR_USE those that are only
// for purchases, and with TAX_RATE_NOT_VALID those without a percentage on the day. All violations
// are reported at once, by default at lines[i].taxCodeId. A caller with other fields passes a
// function that returns the path of the i-th code.
func ResolveCodes(
	ctx context.Context, tx *db.Tx, on calendar.Date, codeIDs []string, path ...func(i int) string,
) (map[string]Resolved, error) {
	return resolveCodes(ctx, tx, pb.TaxCode_SALES, on, codeIDs, path)
}

// ResolvePurchaseCodes is ResolveCodes for lines that buy something. The parts of the taxes that
// cannot be recovered are in Rate.
func ResolvePurchaseCodes(
	ctx context.Context, tx *db.Tx, on calendar.Date, codeIDs []string, path ...func(i int) string,
) (map[string]Resolved, error) {
	return resolveCodes(ctx, tx, pb.TaxCode_PURCHASES, on, codeIDs, path)
}

func resolveCodes(
	ctx context.Context, tx *db.Tx, use pb.TaxCode_Use, on calendar.Date, codeIDs []string, path []func(int) string,
) (map[string]Resolved, error) {
	at := func(i int) string { return fmt.Sprintf("lines[%d].taxCodeId", i) }
	if len(path) > 0 {
		at = path[0]
	}
	codes, err := loadRatedCodes(ctx, tx, codeIDs, use)
	if err != nil {
		return nil, err
	}
	resolved, refusals := map[string]Resolved{}, map[string]error{}
	for key := range codes.codes {
		r, err := codes.resolve(key, use, on)
		if refusals[key] = err; err == nil {
			resolved[key] = r
		}
	}
	var violations fault.List
	for i, key := range codeIDs {
		violations.MergeViolations(at(i), refusals[key])
	}
	return resolved, violations.Err()
}

// ratedCodes are tax codes with their rates, by identifier.
type ratedCodes struct {
	codes map[string]db.Subject
	rates map[string]ratedAccounts
}

// loadRatedCodes returns codes with their rates for uses.
func loadRatedCodes(
	ctx context.Context, tx *db.Tx, codeIDs []string, uses ...pb.TaxCode_Use,
) (found ratedCodes, err error) {
	if found.codes, err = loadCodes(ctx, tx, codeIDs); err != nil {
		return found, err
	}
	var rateIDs []string
	for _, subject := range found.codes {
		for _, use := range uses {
			if code, exists := subject.Record.(*pb.TaxCode); exists && rateOf(code, use) != "" {
				rateIDs = append(rateIDs, rateOf(code, use))
			}
		}
	}
	found.rates, err = loadRates(ctx, tx, rateIDs)
	return found, err
}

// resolve returns a code for a use with its rate on a day, or why it cannot be used.
func (f ratedCodes) resolve(key string, use pb.TaxCode_Use, on calendar.Date) (Resolved, error) {
	if err := resource.CheckSubject(f.codes[key], ""); err != nil {
		return Resolved{}, err
	}
	code := f.codes[key].Record.(*pb.TaxCode)
	if rateOf(code, use) == "" {
		return Resolved{}, fault.InvalidFor(optionsv1.Reason_TAX_CODE_NOT_FOR_USE,
			fault.At("", "names a tax code that is not for %s", use))
	}
	return resolveRate(code, f.rates[rateOf(code, use)], on)
}

// resolveRate returns a code with its rate on a day. It refuses a rate that has no percentage.
func resolveRate(code *pb.TaxCode, rate ratedAccounts, on calendar.Date) (Resolved, error) {
	components, valid := componentsOn(rate.TaxRate, on)
	if !valid {
		return Resolved{}, fault.InvalidFor(optionsv1.Reason_TAX_RATE_NOT_VALID,
			fault.At("", "names a tax code whose rate %s has no percentage on %s", rate.DisplayName, on))
	}
	return Resolved{Code: code, Rate: rate.TaxRate, Components: components, AccountIDs: rate.accountIDs}, nil
}

// rateOf returns the identifier of a code's rate for a use, or "".
func rateOf(c *pb.TaxCode, use pb.TaxCode_Use) string {
	if use == pb.TaxCode_PURCHASES {
		return c.PurchaseTaxRateId
	}
	return c.SalesTaxRateId
}

// loadCodes returns the codes with the given identifiers. An empty subject stands for a code that
// does not exist.
func loadCodes(ctx context.Context, tx *db.Tx, codeIDs []string) (map[string]db.Subject, error) {
	codes := map[string]db.Subject{}
	var known []string
	for _, key := range codeIDs {
		if _, seen := codes[key]; seen || key == "" {
			continue
		}
		codes[key] = db.Subject{}
		if _, err := id.Parse(taxCodes.Prefix(), key); err == nil {
			known = append(known, key)
		}
	}
	if len(known) == 0 {
		return codes, nil
	}
	subjects, err := taxCodes.Load(ctx, tx, known)
	for i, subject := range subjects {
		codes[known[i]] = subject
	}
	return codes, err
}

// ratedAccounts is a rate with the accounts of its components.
type ratedAccounts struct {
	*pb.TaxRate
	accountIDs []string
}

// loadRates returns rates by their identifiers.
func loadRates(ctx context.Context, tx *db.Tx, rateIDs []string) (map[string]ratedAccounts, error) {
	if len(rateIDs) == 0 {
		return nil, nil
	}
	rates, err := taxRates.FindMany(ctx, tx, unique(rateIDs))
	if err != nil {
		return nil, err
	}
	var agencyIDs []string
	for _, r := range rates {
		for _, c := range r.Components {
			agencyIDs = append(agencyIDs, c.TaxAgencyId)
		}
	}
	accounts := map[string]string{}
	if len(agencyIDs) > 0 {
		agencies, err := taxAgencies.FindMany(ctx, tx, unique(agencyIDs))
		if err != nil {
			return nil, err
		}
		for _, a := range agencies {
			accounts[a.Id] = a.AccountId
		}
	}
	byID := map[string]ratedAccounts{}
	for _, r := range rates {
		rated := ratedAccounts{TaxRate: r}
		for _, c := range r.Components {
			accountID := c.AccountId
			if accountID == "" {
				accountID = accounts[c.TaxAgencyId]
			}
			rated.accountIDs = append(rated.accountIDs, accountID)
		}
		byID[r.Id] = rated
	}
	return byID, nil
}

// unique returns identifiers sorted and without repetition.
func unique(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}
