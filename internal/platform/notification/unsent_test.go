package notification_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/notification/pushtest"
)

func TestTestOrganizationsSendNothing(t *testing.T) {
	t.Parallel()
	o, s := newTeam(t), pushtest.New(t)
	d := must(o.ada.CreateDevice(t.Context(), &pb.CreateDeviceRequest{Device: &pb.Device{
		DisplayName: "Server", Transport: pb.Device_WEBHOOK, Endpoint: "https://hooks.acme.example/in"}}))(t)
	// Moves the device to the service of the test, which the API does not allow.
	must(o.conn.Exec(t.Context(), "update platform.devices set endpoint = $2 where org_id = $1", o.key, s.URL+"/in"))(t)
	o.task(t, "Website", o.ada.id, "")
	o.tell(t)
	if got := s.Received("/in"); len(got) != 0 || !strings.Contains(o.ada.device(t, d).GetLastError(),
		"test organization") {
		t.Errorf("got %v and %v", got, o.ada.device(t, d))
	}
}
