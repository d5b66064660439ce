package timekeeping

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/settings"
)

// settingsUpdated is the type of the event of changed settings. Its subject is the organization.
const settingsUpdated = "operations.timeSettings.updated"

// defaultTarget is the weekly target of an organization that sets none: 40 hours.
const defaultTarget = 40 * 3600

// increments are the increments to which billed time can be rounded, in minutes.
var increments = []int32{0, 1, 5, 6, 10, 15, 30}

var timeSettings = settings.New("operations.time_settings", settingsUpdated, setDefaults, checkSettings)

// GetTimeSettings returns the settings for time.
func (s *Service) GetTimeSettings(ctx context.Context, _ *pb.GetTimeSettingsRequest) (*pb.TimeSettings, error) {
	return db.Read(ctx, s.db, timeSettings.Read)
}

// ReadSettings returns the settings for time, with the defaults where the organization set nothing.
func ReadSettings(ctx context.Context, tx *db.Tx) (*pb.TimeSettings, error) {
	return timeSettings.Read(ctx, tx)
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
	return timeSettings.Update(ctx, s.db, req.GetTimeSettings(), req.GetUpdateMask())
}

// checkSettings refuses an unknown increment, and targets of persons who are named twice, do not
// exist or are archived.
func checkSettings(ctx context.Context, tx *db.Tx, was, s *pb.TimeSettings) error {
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
