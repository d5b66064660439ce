package app_test

import (
	"testing"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestWorkHidesOtherTenants asks for the work of persons of another organization.
func TestWorkHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	person := theirs.Owner.GetId()
	if _, err := operationsv1.NewWorkServiceClient(theirs).CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: "Theirs", OwnerId: person, DueDate: "2026-12-01",
			EstimateSeconds: 3600}}); err != nil {
		t.Fatal(err)
	}
	workload := operationsv1.NewWorkloadServiceClient(ours)
	mine, err := workload.ListMyWork(t.Context(), &operationsv1.ListMyWorkRequest{})
	if err != nil || mine.GetCounts().GetTotal() != 0 {
		t.Errorf("got the work %v, %v, want none", mine, err)
	}
	list, err := workload.ListWorkload(t.Context(), &operationsv1.ListWorkloadRequest{PersonIds: []string{person}})
	if err != nil || len(list.GetWorkloads()) != 0 {
		t.Errorf("got the workloads %v, %v, want none", list, err)
	}
	for name, call := range map[string]func() error{
		"myWork": func() error {
			_, err := workload.ListMyWork(t.Context(), &operationsv1.ListMyWorkRequest{PersonId: person})
			return err
		},
		"workload:explain": func() error {
			_, err := workload.ExplainWorkload(t.Context(), &operationsv1.ExplainWorkloadRequest{PersonId: person})
			return err
		},
		"absences:preview": func() error {
			_, err := platformv1.NewResponsibilitiesServiceClient(ours).PreviewAbsence(t.Context(),
				&platformv1.PreviewAbsenceRequest{PersonId: person, StartDate: "2026-12-01", EndDate: "2026-12-31"})
			return err
		},
	} {
		if err := call(); apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND {
			t.Errorf("%s of a person of another organization: got %v, want REFERENCE_NOT_FOUND", name, err)
		}
	}
}
