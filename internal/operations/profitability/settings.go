package profitability

import (
	"context"
	"math/big"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/settings"
)

// settingsUpdated is the type of the event of changed settings. Its subject is the organization.
const settingsUpdated = "operations.profitabilitySettings.updated"

const (
	// standardYear is the working time of a year of an organization that sets none: 2,080 hours.
	standardYear = 2080 * secondsPerHour
	// maxEmployerPercent is the most that an employer pays on top of pay, in percent of it.
	maxEmployerPercent = 500
	// percentDigits is the number of decimal places of a percentage.
	percentDigits = 4
)

var profitabilitySettings = settings.New("operations.profitability_settings", settingsUpdated, setDefaults,
	checkSettings)

// GetProfitabilitySettings returns the settings for the cost of hours.
func (s *Service) GetProfitabilitySettings(
	ctx context.Context, _ *pb.GetProfitabilitySettingsRequest,
) (*pb.ProfitabilitySettings, error) {
	return db.Read(ctx, s.db, profitabilitySettings.Read)
}

// setDefaults sets what settings leave open.
func setDefaults(s *pb.ProfitabilitySettings) {
	if s.StandardYearSeconds == 0 {
		s.StandardYearSeconds = standardYear
	}
	if s.EmployerCostPercent == "" {
		s.EmployerCostPercent = "0"
	}
}

// rulesOf returns how settings turn pay into the cost of an hour.
func rulesOf(s *pb.ProfitabilitySettings) (costRules, error) {
	percent, err := decimal.NewFromString(s.EmployerCostPercent)
	factor := percent.Shift(-2).Add(decimal.NewFromInt(1)).Rat()
	return costRules{yearSeconds: int64(s.StandardYearSeconds), employerFactor: new(big.Rat).Set(factor)}, err
}

// UpdateProfitabilitySettings changes the settings for the cost of hours.
func (s *Service) UpdateProfitabilitySettings(
	ctx context.Context, req *pb.UpdateProfitabilitySettingsRequest,
) (*pb.ProfitabilitySettings, error) {
	return profitabilitySettings.Update(ctx, s.db, req.GetProfitabilitySettings(), req.GetUpdateMask())
}

// checkSettings refuses a percentage that is not a number within its limits, and writes it in its
// shortest form.
func checkSettings(_ context.Context, _ *db.Tx, _, s *pb.ProfitabilitySettings) error {
	percent, err := decimal.NewFromString(s.EmployerCostPercent)
	if err != nil || percent.Exponent() < -percentDigits || percent.Exponent() > 2 || percent.IsNegative() ||
		percent.GreaterThan(decimal.NewFromInt(maxEmployerPercent)) {
		return fault.Invalid(fault.At("employerCostPercent",
			"must be a number from 0 to %d with at most %d decimal places", maxEmployerPercent, percentDigits))
	}
	s.EmployerCostPercent = percent.String()
	return nil
}
