package notification

import (
	"fmt"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/paper"
)

// checkPreferences refuses preferences with an unknown language, zone, time or kind, with half of
// the quiet hours, and with a rule that turns off what cannot be turned off.
func (s *Service) checkPreferences(p *pb.NotificationPreferences) error {
	var violations fault.List
	if err := violations.Merge("", fault.CheckLimits(p)); err != nil {
		return err
	}
	if p.GetLanguageCode() != "" && !paper.IsLanguage(p.GetLanguageCode()) {
		violations.Append(fault.At("languageCode", "must be one of %v, optionally with a region such as de-AT",
			paper.Languages()))
	}
	if _, err := calendar.LoadZone(p.GetTimeZone()); p.GetTimeZone() != "" && err != nil {
		violations.Append(fault.At("timeZone", "must be an IANA zone such as \"Europe/Berlin\""))
	}
	switch start, end := p.GetQuietStartTime(), p.GetQuietEndTime(); {
	case (start == "") != (end == ""):
		violations.Append(fault.At("quietEndTime", "must be set together with quietStartTime"))
	case start != "" && start == end:
		violations.Append(fault.At("quietEndTime", "must differ from quietStartTime"))
	}
	taken := map[string]bool{}
	for i, r := range p.GetRules() {
		at := fmt.Sprintf("rules[%d]", i)
		violations.MergeViolations(at, s.checkRule(r))
		key := fmt.Sprint(r.GetNotificationKind(), r.GetCategory(), r.GetChannel())
		if taken[key] {
			violations.Append(fault.At(at, "is about the same channel and kind as another rule"))
		}
		taken[key] = true
	}
	return violations.Err()
}

// checkRule refuses a rule that names no channel or mode, none or both of a kind and a category, or
// a mode that it cannot have.
func (s *Service) checkRule(r *pb.NotificationPreferences_Rule) error {
	k, known := s.kinds[r.GetNotificationKind()]
	category := r.GetCategory()
	switch named := r.GetNotificationKind() != ""; {
	case named == (category != pb.Notification_CATEGORY_UNSPECIFIED):
		return fault.Invalid(fault.At("notificationKind", "set exactly one of notificationKind and category"))
	case named && !known:
		return fault.Invalid(fault.At("notificationKind", "is not a kind of notification"))
	case named:
		category = k.Category
	}
	var violations fault.List
	if r.GetChannel() == pb.NotificationPreferences_CHANNEL_UNSPECIFIED {
		violations.Append(fault.At("channel", "is required"))
	}
	switch r.GetMode() {
	case pb.NotificationPreferences_MODE_UNSPECIFIED:
		violations.Append(fault.At("mode", "is required"))
	case pb.NotificationPreferences_DIGEST:
		if r.GetChannel() != pb.NotificationPreferences_EMAIL {
			violations.Append(fault.At("mode", "must not be DIGEST, except for EMAIL"))
		}
	case pb.NotificationPreferences_OFF:
		if !notice.IsMutable(category) {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_NOTIFICATION_NOT_MUTABLE,
				fault.At("mode", "must not be OFF for %s", category)))
		}
	}
	return violations.Err()
}
