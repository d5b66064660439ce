package notification

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// preferencesUpdated is the type of the event of changed preferences. Its subject is the person.
const preferencesUpdated = "platform.notificationPreferences.updated"

// defaultDigestTime is the local time of the digest of persons who chose none.
const defaultDigestTime = "08:00"

// preferences are the preferences of a person. The zero value has the defaults.
type preferences struct{ *pb.NotificationPreferences }

// mode returns when a channel is used for a kind.
func (p preferences) mode(k Kind, c pb.NotificationPreferences_Channel) pb.NotificationPreferences_Mode {
	mode := k.DefaultMode(c)
	for _, r := range p.GetRules() {
		if r.GetChannel() == c && r.GetCategory() == k.Category {
			mode = r.GetMode()
		}
	}
	for _, r := range p.GetRules() {
		if r.GetChannel() == c && r.GetNotificationKind() == k.Name {
			mode = r.GetMode()
		}
	}
	if mode != pb.NotificationPreferences_DIGEST || !p.GetDigestOff() {
		return mode
	}
	if k.IsMutable() {
		return pb.NotificationPreferences_OFF
	}
	return pb.NotificationPreferences_IMMEDIATE
}

// channels are all channels.
var channels = []pb.NotificationPreferences_Channel{
	pb.NotificationPreferences_IN_APP, pb.NotificationPreferences_EMAIL, pb.NotificationPreferences_PUSH,
	pb.NotificationPreferences_WEBHOOK,
}

// isSilent reports whether all channels are off for a kind.
func (p preferences) isSilent(k Kind) bool {
	return !slices.ContainsFunc(channels, func(c pb.NotificationPreferences_Channel) bool {
		return p.mode(k, c) != pb.NotificationPreferences_OFF
	})
}

func (p preferences) language() string { return cmp.Or(p.GetLanguageCode(), defaultLanguage) }

// zone returns the time zone of the person, by default that of the organization.
func (p preferences) zone(organization *time.Location) *time.Location {
	if zone, err := calendar.LoadZone(p.GetTimeZone()); p.GetTimeZone() != "" && err == nil {
		return zone
	}
	return organization
}

// preferencesOf returns the preferences of persons. Those who have the defaults are missing.
func preferencesOf(ctx context.Context, tx *db.Tx, persons []uuid.UUID) (map[uuid.UUID]preferences, error) {
	stored, err := db.CollectMap[uuid.UUID, json.RawMessage](ctx, tx, `
select person_id, preferences
from platform.notification_preferences
where org_id = $1
and person_id = any($2)`, tx.Call().Organization.ID, persons)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]preferences{}
	for person, raw := range stored {
		if out[person], err = decodePreferences(raw); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func decodePreferences(raw json.RawMessage) (preferences, error) {
	p := preferences{&pb.NotificationPreferences{}}
	// Preferences that an older version stored may have fields that were removed since.
	return p, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(raw, p)
}

// GetNotificationPreferences returns the caller's preferences.
func (s *Service) GetNotificationPreferences(
	ctx context.Context, _ *pb.GetNotificationPreferencesRequest,
) (*pb.NotificationPreferences, error) {
	if err := requirePerson(call.From(ctx)); err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, readPreferences)
}

// requirePerson refuses a caller who is not a person.
func requirePerson(c *call.Call) error {
	if c.PersonID == uuid.Nil {
		return fault.PermissionMissing(c.Permission)
	}
	return nil
}

// readPreferences returns the caller's preferences with their version.
func readPreferences(ctx context.Context, tx *db.Tx) (*pb.NotificationPreferences, error) {
	c := tx.Call()
	var raw json.RawMessage
	var version int64
	err := tx.QueryRow(ctx, `
select preferences, version
from platform.notification_preferences
where org_id = $1
and person_id = $2`, c.Organization.ID, c.PersonID).Scan(&raw, &version)
	if errors.Is(err, pgx.ErrNoRows) {
		return &pb.NotificationPreferences{DigestTime: defaultDigestTime, Etag: "0"}, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := decodePreferences(raw)
	if err != nil {
		return nil, err
	}
	p.DigestTime = cmp.Or(p.DigestTime, defaultDigestTime)
	p.Etag = strconv.FormatInt(version, 10)
	return p.NotificationPreferences, nil
}

// UpdateNotificationPreferences changes the caller's preferences.
func (s *Service) UpdateNotificationPreferences(
	ctx context.Context, req *pb.UpdateNotificationPreferencesRequest,
) (*pb.NotificationPreferences, error) {
	if err := requirePerson(call.From(ctx)); err != nil {
		return nil, err
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.NotificationPreferences, error) {
		return changePreferences(ctx, tx, func(p *pb.NotificationPreferences) error {
			if c := tx.Call(); len(c.Etags) > 0 && !slices.Contains(c.Etags, p.GetEtag()) {
				return fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
					"The preferences were changed since they were read; read them again.")
			}
			patch := req.GetNotificationPreferences()
			if patch == nil {
				patch = &pb.NotificationPreferences{}
			}
			if err := resource.ApplyMask(p, patch, req.GetUpdateMask().GetPaths()); err != nil {
				return err
			}
			return s.checkPreferences(p)
		})
	})
}

// changePreferences changes the preferences of the person of the call. No effect if change does not
// change anything.
func changePreferences(
	ctx context.Context, tx *db.Tx, change func(p *pb.NotificationPreferences) error,
) (*pb.NotificationPreferences, error) {
	c := tx.Call()
	// The lock makes two changes run one after the other, also the first ones.
	if err := lockPerson(ctx, tx); err != nil {
		return nil, err
	}
	before, err := readPreferences(ctx, tx)
	if err != nil {
		return nil, err
	}
	p := proto.CloneOf(before)
	if err := change(p); err != nil || proto.Equal(before, p) {
		return p, err
	}
	version, err := strconv.ParseInt(before.GetEtag(), 10, 64)
	if err != nil {
		return nil, err
	}
	p.Etag = ""
	raw, err := protojson.Marshal(p)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `
insert into platform.notification_preferences (org_id, person_id, version, update_time, preferences)
values ($1, $2, $3, $4, $5)
on conflict (org_id, person_id) do update
set version = excluded.version,
  update_time = excluded.update_time,
  preferences = excluded.preferences`,
		c.Organization.ID, c.PersonID, version+1, c.Now(), json.RawMessage(raw)); err != nil {
		return nil, err
	}
	p.Etag = strconv.FormatInt(version+1, 10)
	tx.Record(db.Event{
		Type: preferencesUpdated, SubjectID: id.Format(personPrefix, c.PersonID), OwnerID: c.PersonID,
	})
	return p, nil
}
