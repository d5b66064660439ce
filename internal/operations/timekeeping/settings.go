package timekeeping

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
)

// settingsUpdated is the type of the event of changed settings. Its subject is the organization.
const settingsUpdated = "operations.timeSettings.updated"

// defaultTarget is the weekly target of an organization that sets none: 40 hours.
const defaultTarget = 40 * 3600

// increments are the increments to which billed time can be rounded, in minutes.
var increments = []int32{0, 1, 5, 6, 10, 15, 30}

// GetTimeSettings returns the settings for time.
func (s *Service) GetTimeSettings(ctx context.Context, _ *pb.GetTimeSettingsRequest) (*pb.TimeSettings, error) {
	return db.Read(ctx, s.db, ReadSettings)
}

// ReadSettings returns the settings for time, with the defaults where the organization set nothing.
func ReadSettings(ctx context.Context, tx *db.Tx) (*pb.TimeSettings, error) {
	var raw json.RawMessage
	var version int64
	err := tx.QueryRow(ctx, `
select s.settings, s.version
from operations.time_settings s
where s.org_id = $1`, tx.Call().Organization.ID).Scan(&raw, &version)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	settings := &pb.TimeSettings{}
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
func setDefaults(s *pb.TimeSettings) {
	if s.WeekStart == typepb.Recurrence_DAY_OF_WEEK_UNSPECIFIED {
		s.WeekStart = typepb.Recurrence_MONDAY
	}
	if s.Rounding == pb.TimeSettings_ROUNDING_UNSPECIFIED {
		s.Rounding = pb.TimeSettings_UP
	}
	if s.ApprovalRequired == nil {
		s.ApprovalRequired = proto.Bool(true)
	}
	if s.WeeklyTargetSeconds == nil {
		s.WeeklyTargetSeconds = proto.Int32(defaultTarget)
	}
}

// UpdateTimeSettings changes the settings for time.
func (s *Service) UpdateTimeSettings(
	ctx context.Context, req *pb.UpdateTimeSettingsRequest,
) (*pb.TimeSettings, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TimeSettings, error) {
		if err := identity.LockOrganization(ctx, tx); err != nil {
			return nil, err
		}
		before, err := ReadSettings(ctx, tx)
		if err != nil {
			return nil, err
		}
		if c := tx.Call(); len(c.Etags) > 0 && !slices.Contains(c.Etags, before.Etag) {
			return nil, fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
				"The settings were changed since they were read; read them again.")
		}
		settings, patch := proto.CloneOf(before), req.GetTimeSettings()
		if patch == nil {
			patch = &pb.TimeSettings{}
		}
		if err := resource.ApplyMask(settings, patch, req.GetUpdateMask().GetPaths()); err != nil {
			return nil, err
		}
		setDefaults(settings)
		if settings.Etag = before.Etag; proto.Equal(before, settings) {
			return settings, nil
		}
		if err := checkSettings(ctx, tx, before, settings); err != nil {
			return nil, err
		}
		return settings, storeSettings(ctx, tx, settings)
	})
}

// storeSettings stores changed settings and sets their new version.
func storeSettings(ctx context.Context, tx *db.Tx, s *pb.TimeSettings) error {
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
insert into operations.time_settings (org_id, version, update_time, settings)
values ($1, $2, $3, $4)
on conflict (org_id) do update
set version = excluded.version,
  update_time = excluded.update_time,
  settings = excluded.settings`, org, version+1, tx.Call().Now(), json.RawMessage(raw))
	return err
}

// checkSettings refuses an unknown increment, and targets of persons who are named twice, do not
// exist or are archived.
func checkSettings(ctx context.Context, tx *db.Tx, was, s *pb.TimeSettings) error {
	if err := fault.CheckLimits(s); err != nil {
		return err
	}
	var violations fault.List
	if !slices.Contains(increments, s.RoundingMinutes) {
		violations.Append(fault.At("roundingMinutes", "must be 0, 1, 5, 6, 10, 15 or 30"))
	}
	known, seen := map[string]bool{}, map[string]bool{}
	for _, t := range was.PersonTargets {
		known[t.PersonId] = true
	}
	for i, t := range s.PersonTargets {
		path := fmt.Sprintf("personTargets[%d].personId", i)
		switch {
		case t.PersonId == "":
			violations.Append(fault.At(path, "is required"))
		case seen[t.PersonId]:
			violations.Append(fault.At(path, "names a person twice"))
		case !known[t.PersonId]:
			if err := violations.Merge("", resource.CheckReference(ctx, tx, "prs", path, t.PersonId)); err != nil {
				return err
			}
		}
		seen[t.PersonId] = true
	}
	return violations.Err()
}
