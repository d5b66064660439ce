// Package businessday owns the days that an organization adds to the holiday sets of package
// holiday or removes from them, and serves the sets. Setting returns what every recurrence of the
// organization depends on: its time zone and these days. Expanding a recurrence is left to package
// recurrence.
package businessday

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/holiday"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/recurrence"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// maxHolidays is the number of holidays that an organization may have. Every recurrence with a
// shift reads them.
const maxHolidays = 1000

var holidays = resource.New(table.New("platform.holidays",
	table.Date("date", func(h *pb.Holiday) *string { return &h.Date }).Filter().Sort("holidays_by_date"),
	table.Text("display_name", func(h *pb.Holiday) *string { return &h.DisplayName }).Filter(),
	table.Text("set_key", func(h *pb.Holiday) *string { return &h.SetKey }).Filter(),
	table.Enum("effect", func(h *pb.Holiday) *pb.Holiday_Effect { return &h.Effect }).Filter(),
)).Open()

// Service implements HolidaysService.
type Service struct {
	pb.UnsafeHolidaysServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{holidays} }

// Setting returns the time zone and the holidays of the transaction's organization, with which its
// recurrences are expanded.
func Setting(ctx context.Context, tx *db.Tx) (recurrence.Setting, error) {
	setting := recurrence.Setting{Zone: tx.Call().Organization.Zone}
	rows, err := tx.Query(ctx, `
select date, set_key, effect
from platform.holidays
where org_id = $1
order by date`, tx.Call().Organization.ID)
	if err != nil {
		return setting, err
	}
	defer rows.Close()
	for rows.Next() {
		var change holiday.Change
		var effect string
		if err := rows.Scan(&change.Date, &change.Set, &effect); err != nil {
			return setting, err
		}
		if effect == pb.Holiday_ADDED.String() {
			setting.Holidays.Added = append(setting.Holidays.Added, change)
		} else {
			setting.Holidays.Removed = append(setting.Holidays.Removed, change)
		}
	}
	return setting, rows.Err()
}

// CreateHoliday creates a holiday.
func (s *Service) CreateHoliday(ctx context.Context, req *pb.CreateHolidayRequest) (*pb.Holiday, error) {
	return holidays.Create(ctx, s.db, req.GetHoliday(), checkHoliday, checkCount)
}

// GetHoliday returns a holiday.
func (s *Service) GetHoliday(ctx context.Context, req *pb.GetHolidayRequest) (*pb.Holiday, error) {
	return holidays.Get(ctx, s.db, req.GetHolidayId())
}

// BatchGetHolidays returns several holidays.
func (s *Service) BatchGetHolidays(
	ctx context.Context, req *pb.BatchGetHolidaysRequest,
) (*pb.BatchGetHolidaysResponse, error) {
	list, err := holidays.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetHolidaysResponse{Holidays: list}, err
}

// ListHolidays lists holidays.
func (s *Service) ListHolidays(ctx context.Context, req *pb.ListHolidaysRequest) (*pb.ListHolidaysResponse, error) {
	page, err := holidays.List(ctx, s.db, req)
	return &pb.ListHolidaysResponse{Holidays: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateHoliday updates a holiday.
func (s *Service) UpdateHoliday(ctx context.Context, req *pb.UpdateHolidayRequest) (*pb.Holiday, error) {
	return holidays.Update(ctx, s.db, req.GetHolidayId(), req.GetHoliday(), req.GetUpdateMask(), checkHoliday)
}

// DeleteHoliday deletes a holiday.
func (s *Service) DeleteHoliday(ctx context.Context, req *pb.DeleteHolidayRequest) (*emptypb.Empty, error) {
	return holidays.Delete(ctx, s.db, req.GetHolidayId())
}

// checkHoliday sets the default effect. It refuses an unknown set, and a day that would leave the
// set without a business day for holiday.MaxClosed days.
func checkHoliday(ctx context.Context, tx *db.Tx, _, h *pb.Holiday) error {
	if h.Effect == pb.Holiday_EFFECT_UNSPECIFIED {
		h.Effect = pb.Holiday_ADDED
	}
	var keys []string
	if h.SetKey != "" {
		if _, known := holiday.Find(h.SetKey); !known {
			return fault.Invalid(fault.At("setKey", "must be the key of a holiday set, such as \"DE-BY\""))
		}
		keys = []string{h.SetKey}
	}
	if h.Effect == pb.Holiday_REMOVED {
		return nil
	}
	setting, err := Setting(ctx, tx)
	if err != nil {
		return err
	}
	day, err := calendar.ParseBusinessDate(h.Date)
	if err != nil {
		return fault.Invalid(fault.At("date", "%s", err))
	}
	added := append(setting.Holidays.Added, holiday.Change{Date: day, Set: h.SetKey})
	if _, err := holiday.NewCalendar(keys, holiday.Changes{Added: added}); err != nil {
		return fault.Invalid(fault.At("date", "%s", err))
	}
	return nil
}

// checkCount refuses a holiday if there are maxHolidays. It locks the organization, so that
// concurrent calls cannot exceed the limit together.
func checkCount(ctx context.Context, tx *db.Tx, _, _ *pb.Holiday) error {
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	var count int
	err := tx.QueryRow(ctx, `
select count(*)
from platform.holidays
where org_id = $1`, tx.Call().Organization.ID).Scan(&count)
	if err == nil && count >= maxHolidays {
		return fault.Refuse(optionsv1.Reason_HOLIDAY_LIMIT_REACHED,
			"The organization has %d holidays; delete past ones first.", count)
	}
	return err
}

// ListHolidaySets lists the holiday sets.
func (s *Service) ListHolidaySets(
	context.Context, *pb.ListHolidaySetsRequest,
) (*pb.ListHolidaySetsResponse, error) {
	res := &pb.ListHolidaySetsResponse{}
	for _, set := range holiday.Sets() {
		res.HolidaySets = append(res.HolidaySets, describe(set))
	}
	return res, nil
}

// GetHolidaySet returns a holiday set with its holidays of a year.
func (s *Service) GetHolidaySet(ctx context.Context, req *pb.GetHolidaySetRequest) (*pb.HolidaySet, error) {
	set, known := holiday.Find(req.GetKey())
	if !known {
		return nil, fault.NotFound("HolidaySet", req.GetKey())
	}
	described := describe(set)
	described.Year = req.GetYear()
	if described.Year == 0 {
		described.Year = int32(call.From(ctx).Today().Year())
	}
	for _, h := range set.Year(int(described.Year)) {
		day := &pb.HolidaySet_Day{
			Date: h.Date.String(), DisplayName: h.Name, LocalName: h.LocalName, Source: h.Source,
		}
		if !h.InsteadOf.IsZero() {
			day.InsteadOfDate = h.InsteadOf.String()
		}
		described.Days = append(described.Days, day)
	}
	return described, nil
}

func describe(set *holiday.Set) *pb.HolidaySet {
	country, _, _ := strings.Cut(set.Key, "-")
	return &pb.HolidaySet{Key: set.Key, DisplayName: set.Name, RegionCode: country, SinceYear: int32(set.Since)}
}
