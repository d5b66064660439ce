package profitability

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
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

// GetProfitabilitySettings returns the settings for the cost of hours.
func (s *Service) GetProfitabilitySettings(
	ctx context.Context, _ *pb.GetProfitabilitySettingsRequest,
) (*pb.ProfitabilitySettings, error) {
	return db.Read(ctx, s.db, readSettings)
}

// readSettings returns the settings, with the defaults where the organization set nothing.
func readSettings(ctx context.Context, tx *db.Tx) (*pb.ProfitabilitySettings, error) {
	var raw json.RawMessage
	var version int64
	err := tx.QueryRow(ctx, `
select s.settings, s.version
from operations.profitability_settings s
where s.org_id = $1`, tx.Call().Organization.ID).Scan(&raw, &version)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	settings := &pb.ProfitabilitySettings{}
	if raw != nil {
		if err := protojson.Unmarshal(raw, settings); err != nil {
			return nil, err
		}
	}
	setDefaults(settings)
	settings.Etag = strconv.FormatInt(version, 10)
	return settings, nil
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
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ProfitabilitySettings, error) {
		if err := identity.LockOrganization(ctx, tx); err != nil {
			return nil, err
		}
		before, err := readSettings(ctx, tx)
		if err != nil {
			return nil, err
		}
		if c := tx.Call(); len(c.Etags) > 0 && !slices.Contains(c.Etags, before.Etag) {
			return nil, fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
				"The settings were changed since they were read; read them again.")
		}
		settings, patch := proto.CloneOf(before), req.GetProfitabilitySettings()
		if patch == nil {
			patch = &pb.ProfitabilitySettings{}
		}
		if err := resource.ApplyMask(settings, patch, req.GetUpdateMask().GetPaths()); err != nil {
			return nil, err
		}
		setDefaults(settings)
		if err := checkSettings(settings); err != nil {
			return nil, err
		}
		if settings.Etag = before.Etag; proto.Equal(before, settings) {
			return settings, nil
		}
		return settings, storeSettings(ctx, tx, settings)
	})
}

// checkSettings refuses a percentage that is not a number within its limits, and writes it in its
// shortest form.
func checkSettings(s *pb.ProfitabilitySettings) error {
	if err := fault.CheckLimits(s); err != nil {
		return err
	}
	percent, err := decimal.NewFromString(s.EmployerCostPercent)
	if err != nil || percent.Exponent() < -percentDigits || percent.Exponent() > 2 || percent.IsNegative() ||
		percent.GreaterThan(decimal.NewFromInt(maxEmployerPercent)) {
		return fault.Invalid(fault.At("employerCostPercent",
			"must be a number from 0 to %d with at most %d decimal places", maxEmployerPercent, percentDigits))
	}
	s.EmployerCostPercent = percent.String()
	return nil
}

// storeSettings stores changed settings and sets their new version.
func storeSettings(ctx context.Context, tx *db.Tx, s *pb.ProfitabilitySettings) error {
	version, err := strconv.ParseInt(s.Etag, 10, 64)
	if err != nil {
		return err
	}
	s.Etag = ""
	raw, err := protojson.Marshal(s)
	if err != nil {
		return err
	}
	s.Etag = strconv.FormatInt(version+1, 10)
	org := tx.Call().Organization.ID
	tx.Record(db.Event{Type: settingsUpdated, SubjectID: id.Format("org", org)})
	_, err = tx.Exec(ctx, `
insert into operations.profitability_settings (org_id, version, update_time, settings)
values ($1, $2, $3, $4)
on conflict (org_id) do update
set version = excluded.version,
  update_time = excluded.update_time,
  settings = excluded.settings`, org, version+1, tx.Call().Now(), json.RawMessage(raw))
	return err
}
