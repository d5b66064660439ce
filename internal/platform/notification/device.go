package notification

import (
	"context"
	"errors"

	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notification/push"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/sealed"
	"backoffice/internal/platform/table"
)

// maxDevices is the number of devices that a person can have.
const maxDevices = 20

// devicePrefix is the prefix of the identifiers of devices.
const devicePrefix = "dev"

// The sealed secrets of a device. They are not fields of the record, because no one can reveal
// them.
const (
	authSecret    = "auth_secret"
	webhookSecret = "secret"
)

var devices = resource.New(table.New("platform.devices",
	table.Ref("person_id", personPrefix, func(d *pb.Device) *string { return &d.PersonId }),
	table.Text("display_name", func(d *pb.Device) *string { return &d.DisplayName }),
	table.Enum("transport", func(d *pb.Device) *pb.Device_Transport { return &d.Transport }).Filter(),
	table.Text("endpoint", func(d *pb.Device) *string { return &d.Endpoint }).Raw().Unrecorded(),
	table.Text("public_key", func(d *pb.Device) *string { return &d.PublicKey }).Raw().Unrecorded(),
	table.Timestamp("last_success_time", func(d *pb.Device) **timestamp { return &d.LastSuccessTime }),
	table.Text("last_error", func(d *pb.Device) *string { return &d.LastError }),
)).Owner("person_id").Personal()

// CreateDevice creates a device of the caller. This response is the only one that contains the
// secret of a webhook.
func (s *Service) CreateDevice(ctx context.Context, req *pb.CreateDeviceRequest) (*pb.Device, error) {
	if err := requirePerson(call.From(ctx)); err != nil {
		return nil, err
	}
	secret := req.GetDevice().GetAuthSecret()
	if req.GetDevice().GetTransport() == pb.Device_WEBHOOK {
		secret = push.NewWebhookSecret()
	}
	d, err := devices.CreateWith(ctx, s.db, req.GetDevice(),
		func(ctx context.Context, tx *db.Tx, _, d *pb.Device) error {
			d.AuthSecret = ""
			if err := devices.Insert(ctx, tx, d, setHolder, s.checkDevice(secret), checkDeviceLimit); err != nil {
				return err
			}
			return storeSecret(ctx, tx, d, secret)
		})
	if c := call.From(ctx); d.GetTransport() == pb.Device_WEBHOOK && !c.Replayed && !c.ValidateOnly {
		d.Secret = secret
	}
	return d, err
}

// GetDevice returns a device of the caller.
func (s *Service) GetDevice(ctx context.Context, req *pb.GetDeviceRequest) (*pb.Device, error) {
	return devices.Get(ctx, s.db, req.GetDeviceId())
}

// BatchGetDevices returns several devices of the caller.
func (s *Service) BatchGetDevices(
	ctx context.Context, req *pb.BatchGetDevicesRequest,
) (*pb.BatchGetDevicesResponse, error) {
	list, err := devices.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetDevicesResponse{Devices: list}, err
}

// ListDevices lists devices of the caller.
func (s *Service) ListDevices(ctx context.Context, req *pb.ListDevicesRequest) (*pb.ListDevicesResponse, error) {
	page, err := devices.List(ctx, s.db, req)
	return &pb.ListDevicesResponse{Devices: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// DeleteDevice deletes a device of the caller.
func (s *Service) DeleteDevice(ctx context.Context, req *pb.DeleteDeviceRequest) (*emptypb.Empty, error) {
	return devices.Delete(ctx, s.db, req.GetDeviceId(), deleteSecrets)
}

// setHolder makes the caller the person of a new device.
func setHolder(_ context.Context, tx *db.Tx, _, d *pb.Device) error {
	d.PersonId = id.Format(personPrefix, tx.Call().PersonID)
	return nil
}

// checkDevice refuses a device with an address to which nothing can be sent, or with keys that are
// no keys of a browser. secret is the secret of the browser.
func (s *Service) checkDevice(secret string) resource.Rule[*pb.Device] {
	return func(_ context.Context, _ *db.Tx, _, d *pb.Device) error {
		var violations fault.List
		err := push.CheckEndpoint(d.GetEndpoint(), s.options.AllowPrivate)
		switch {
		case d.GetEndpoint() == "":
		case errors.Is(err, push.ErrPrivateAddress):
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_DEVICE_ADDRESS_NOT_PUBLIC,
				fault.At("endpoint", "must have a public address")))
		case err != nil:
			violations.Append(fault.At("endpoint", "must be an https URL without a user"))
		}
		switch d.GetTransport() {
		case pb.Device_WEB_PUSH:
			_, err := push.ParseSubscription(d.GetPublicKey(), secret)
			var wrong *push.KeyError
			switch {
			case errors.As(err, &wrong) && wrong.PublicKey:
				violations.Append(fault.At("publicKey", "%s", err))
			case err != nil:
				violations.Append(fault.At("authSecret", "%s", err))
			}
		case pb.Device_WEBHOOK:
			if d.GetPublicKey() != "" {
				violations.Append(fault.At("publicKey", "must be empty for WEBHOOK"))
			}
		}
		return violations.Err()
	}
}

// checkDeviceLimit refuses a device if the person already has the most that are allowed.
func checkDeviceLimit(ctx context.Context, tx *db.Tx, _, _ *pb.Device) error {
	c := tx.Call()
	// The lock on the person keeps two requests from exceeding the limit together.
	if err := lockPerson(ctx, tx); err != nil {
		return err
	}
	var count int
	err := tx.QueryRow(ctx, `
select count(*)
from platform.devices d
where d.org_id = $1
and d.person_id = $2`, c.Organization.ID, c.PersonID).Scan(&count)
	if err == nil && count >= maxDevices {
		err = fault.Refuse(optionsv1.Reason_DEVICE_LIMIT_REACHED, "You already have %d devices.", maxDevices)
	}
	return err
}

// lockPerson locks the person of the call.
func lockPerson(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, tx.Locking(0, `
select
from platform.persons p
where p.org_id = $1
and p.id = $2
for no key update`), tx.Call().Organization.ID, tx.Call().PersonID)
	return err
}

// storeSecret seals the secret of a new device under the keys of its person.
func storeSecret(ctx context.Context, tx *db.Tx, d *pb.Device, secret string) error {
	key, err := devices.Table().Key(d.GetId())
	if err != nil {
		return err
	}
	field := authSecret
	if d.GetTransport() == pb.Device_WEBHOOK {
		field = webhookSecret
	}
	return sealed.QueueStore(ctx, tx, tx.Pending(), []sealed.Value{{
		Subject: sealed.Key{Kind: personPrefix, Key: tx.Call().PersonID},
		Record:  sealed.Key{Kind: devicePrefix, Key: key}, Field: field, Text: secret,
	}})
}

// deleteSecrets deletes the secrets of a device that is deleted, and what waits to be sent to it.
func deleteSecrets(_ context.Context, tx *db.Tx, _, d *pb.Device) error {
	key, err := devices.Table().Key(d.GetId())
	if err != nil {
		return err
	}
	for _, field := range []string{authSecret, webhookSecret} {
		sealed.QueueRemove(tx, tx.Pending(), sealed.Key{Kind: devicePrefix, Key: key}, field)
	}
	tx.Pending().Queue(`
delete from platform.notification_deliveries
where org_id = $1
and device_key = $2`, tx.Call().Organization.ID, key)
	return nil
}

// pushKeyField is the sealed value of an organization that is the key of its Web Push requests.
const pushKeyField = "push_key"

// GetPushKey returns the public key of the organization for Web Push, and creates it if there is
// none.
func (s *Service) GetPushKey(ctx context.Context, _ *pb.GetPushKeyRequest) (*pb.PushKey, error) {
	text, err := db.Read(ctx, s.db, readPushKey)
	if err != nil {
		return nil, err
	}
	if *text == "" {
		if text, err = s.createPushKey(ctx); err != nil {
			return nil, err
		}
	}
	key, err := push.ParseKey(*text)
	if err != nil {
		return nil, err
	}
	public, err := key.Public()
	return &pb.PushKey{PublicKey: public}, err
}

// readPushKey returns the private key of the organization, "" if there is none.
func readPushKey(ctx context.Context, tx *db.Tx) (*string, error) {
	found, err := sealed.Reveal(ctx, tx, organizationKey(tx), []string{pushKeyField})
	text := found[pushKeyField]
	return &text, err
}

func organizationKey(tx *db.Tx) sealed.Key {
	return sealed.Key{Kind: "org", Key: tx.Call().Organization.ID}
}

// createPushKey creates the key of the organization, unless another request just did.
func (s *Service) createPushKey(ctx context.Context) (text *string, err error) {
	own := *call.From(ctx)
	own.ValidateOnly, own.IdempotencyKey = false, ""
	return text, s.write(call.With(ctx, &own), func(ctx context.Context, tx *db.Tx) error {
		if err := lockOrganization(ctx, tx); err != nil {
			return err
		}
		if text, err = readPushKey(ctx, tx); err != nil || *text != "" {
			return err
		}
		key, err := push.NewKey()
		if err != nil {
			return err
		}
		if *text, err = key.Text(); err != nil {
			return err
		}
		return sealed.QueueStore(ctx, tx, tx.Pending(), []sealed.Value{{
			Subject: organizationKey(tx), Record: organizationKey(tx), Field: pushKeyField, Text: *text,
		}})
	})
}

// lockOrganization makes two requests that create the key run one after the other.
func lockOrganization(ctx context.Context, tx *db.Tx) error {
	org := tx.Call().Organization.ID
	_, err := tx.Exec(ctx, tx.Locking(db.RankOrganization, `
select
from platform.organizations o
where o.org_id = $1
for no key update`, db.Row{Table: "platform.organizations", Key: org}), org)
	return err
}
