package notification_test

import (
	"fmt"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/notification/pushtest"
)

// TestEventsOfDevicesBelongToTheirPerson registers a device. Its event is visible to the person,
// not to the owner of the organization, who sees every other event.
func TestEventsOfDevicesBelongToTheirPerson(t *testing.T) {
	t.Parallel()
	o, s := newTeam(t, toLoopback), pushtest.New(t)
	task := o.task(t, "Website", o.ada.id, "")
	d := o.ada.subscribe(t, s, "/ada")
	for name, c := range map[string]struct {
		person person
		record string
		want   int
	}{
		"the person reads the device":          {o.ada, d.GetId(), 1},
		"the owner does not read the device":   {o.owner(), d.GetId(), 0},
		"a colleague does not read the device": {o.ben, d.GetId(), 0},
		"the owner reads the task":             {o.owner(), task, 1},
	} {
		list := must(pb.NewHistoryServiceClient(c.person).ListEvents(t.Context(),
			&pb.ListEventsRequest{Filter: fmt.Sprintf("subject_id = %q", c.record)}))(t)
		if got := len(list.GetEvents()); got != c.want {
			t.Errorf("%s: got %d events, want %d", name, got, c.want)
		}
	}
}

func TestDevicesAreChecked(t *testing.T) {
	t.Parallel()
	o, s := newTeam(t), pushtest.New(t)
	public, auth := s.Subscribe(t, "/x", "")
	create := func(p person, d *pb.Device) (*pb.Device, error) {
		d.DisplayName = "Device"
		return p.CreateDevice(t.Context(), &pb.CreateDeviceRequest{Device: d})
	}
	for name, c := range map[string]struct {
		device *pb.Device
		reason optionsv1.Reason
	}{
		"a private address": {&pb.Device{Transport: pb.Device_WEBHOOK, Endpoint: "https://127.0.0.1/in"},
			optionsv1.Reason_DEVICE_ADDRESS_NOT_PUBLIC},
		"the cloud's address": {&pb.Device{Transport: pb.Device_WEBHOOK, Endpoint: "https://169.254.169.254/latest"},
			optionsv1.Reason_DEVICE_ADDRESS_NOT_PUBLIC},
		"plain http": {&pb.Device{Transport: pb.Device_WEBHOOK, Endpoint: "http://hooks.example/in"},
			optionsv1.Reason_FIELDS_INVALID},
		"no endpoint":  {&pb.Device{Transport: pb.Device_WEBHOOK}, optionsv1.Reason_FIELDS_INVALID},
		"no transport": {&pb.Device{Endpoint: "https://hooks.example/in"}, optionsv1.Reason_FIELDS_INVALID},
		"a browser without a key": {&pb.Device{Transport: pb.Device_WEB_PUSH, Endpoint: "https://push.example/x",
			AuthSecret: auth},
			optionsv1.Reason_FIELDS_INVALID},
		"a browser without a secret": {&pb.Device{Transport: pb.Device_WEB_PUSH, Endpoint: "https://push.example/x",
			PublicKey: public},
			optionsv1.Reason_FIELDS_INVALID},
	} {
		if d, err := create(o.ada, c.device); apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, %v, want %s", name, d, err, c.reason)
		}
	}
	webhook := func(n int) *pb.Device {
		return &pb.Device{Transport: pb.Device_WEBHOOK, Endpoint: fmt.Sprintf("https://hooks.example/%d", n)}
	}
	first := must(create(o.ada, webhook(0)))(t)
	if _, err := create(o.ada, webhook(0)); apptest.Reason(err) != optionsv1.Reason_DEVICES_ENDPOINT_TAKEN {
		t.Errorf("got %v, want DEVICES_ENDPOINT_TAKEN", err)
	}
	must(create(o.ben, webhook(0)))(t)
	for n := range 19 {
		must(create(o.ada, webhook(n+1)))(t)
	}
	if _, err := create(o.ada, webhook(20)); apptest.Reason(err) != optionsv1.Reason_DEVICE_LIMIT_REACHED {
		t.Errorf("got %v, want DEVICE_LIMIT_REACHED", err)
	}
	for _, p := range []person{o.ben, o.owner()} {
		if _, err := p.DeleteDevice(t.Context(),
			&pb.DeleteDeviceRequest{DeviceId: first.GetId()}); apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
			t.Errorf("got %v, want RECORD_NOT_FOUND", err)
		}
	}
	must(o.ada.DeleteDevice(t.Context(), &pb.DeleteDeviceRequest{DeviceId: first.GetId()}))(t)
	key := must(o.ada.GetPushKey(t.Context(), &pb.GetPushKeyRequest{}))(t).GetPublicKey()
	if again := must(o.ben.GetPushKey(t.Context(), &pb.GetPushKeyRequest{}))(t).GetPublicKey(); again != key ||
		len(key) != 87 {
		t.Errorf("got the keys %q and %q", key, again)
	}
}
