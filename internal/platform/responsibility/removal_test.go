package responsibility_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
)

// atOnce runs two calls that exclude each other at once, the second after a delay, and checks that
// one of them was refused.
func atOnce(t *testing.T, delay time.Duration, first, second func() error) (firstDone bool) {
	t.Helper()
	var errs [2]error
	var calls sync.WaitGroup
	calls.Go(func() { errs[0] = first() })
	calls.Go(func() { time.Sleep(delay); errs[1] = second() })
	calls.Wait()
	if errs[0] == nil && errs[1] == nil {
		t.Errorf("with a delay of %v, an archived person became responsible", delay)
	}
	if errs[0] != nil && errs[1] != nil {
		t.Errorf("with a delay of %v, both calls failed: %v, %v", delay, errs[0], errs[1])
	}
	return errs[0] == nil
}

// TestArchivedPersonGetsNoWork archives the receiver of a hand-over while it runs.
func TestArchivedPersonGetsNoWork(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.insertTasks(t, 500, o.today(t, 1))
	giver := o.adaID
	for i := range 8 {
		receiver := newPerson(t, o.Organization, fmt.Sprint("Receiver ", i))
		if atOnce(t, time.Duration(i)*5*time.Millisecond, func() error {
			_, err := client(o.Organization).HandOverResponsibilities(t.Context(),
				&pb.HandOverResponsibilitiesRequest{PersonId: giver, ToPersonIds: []string{receiver}})
			return err
		}, func() error { return o.archive(t, receiver) }) {
			giver = receiver
		}
	}
}

// TestArchivedPersonIsNotNewlyResponsible archives persons while records begin to name them.
func TestArchivedPersonIsNotNewlyResponsible(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	v := o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd"})
	for i := range 40 {
		person := newPerson(t, o.Organization, fmt.Sprint("Person ", i))
		change := &financev1.Vendor{DeputyId: person, Etag: v.Etag}
		atOnce(t, time.Duration(i%8)*200*time.Microsecond, func() error {
			_, err := o.vendors.UpdateVendor(t.Context(), &financev1.UpdateVendorRequest{
				VendorId: v.Id, Vendor: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"deputy_id"}}})
			return err
		}, func() error { return o.archive(t, person) })
		v = must(o.vendors.GetVendor(t.Context(), &financev1.GetVendorRequest{VendorId: v.Id}))(t)
	}
}
