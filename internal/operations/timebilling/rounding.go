package timebilling

import (
	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/timekeeping"
)

// roundSeconds rounds time to an increment of minutes, in the direction of the settings. An
// increment of 0 does not round.
func roundSeconds(seconds int64, minutes int32, direction pb.TimeSettings_Rounding) int64 {
	r := roundingOf(minutes, direction)
	if r.Increment == 0 {
		return seconds
	}
	return (seconds + r.Add) / r.Increment * r.Increment
}

// roundingOf returns how settings round time.
func roundingOf(minutes int32, direction pb.TimeSettings_Rounding) timekeeping.Rounding {
	r := timekeeping.Rounding{Increment: int64(minutes) * 60}
	switch {
	case r.Increment == 0 || direction == pb.TimeSettings_DOWN:
	case direction == pb.TimeSettings_NEAREST:
		r.Add = r.Increment / 2
	default:
		r.Add = r.Increment - 1
	}
	return r
}
