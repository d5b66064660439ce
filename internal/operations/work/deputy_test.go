package work_test

import (
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// TestDeputyOfAbsenceReachesTasks checks who reaches the tasks of an absent person, and those of
// the person's projects, before, during and after the absence.
func TestDeputyOfAbsenceReachesTasks(t *testing.T) {
	t.Parallel()
	o, work := signUp(t, func(r *platformv1.SignUpRequest) { r.TimeZone = "UTC" })
	absent, deputy := newMember(t, o, platformv1.ApiKey_EMPLOYEE), newMember(t, o, platformv1.ApiKey_EMPLOYEE)
	other := newMember(t, o, platformv1.ApiKey_EMPLOYEE)
	project, err := pb.NewProjectsServiceClient(o).CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Website", OwnerId: absent.id}})
	if err != nil {
		t.Fatal(err)
	}
	tasks := []*pb.Task{newTask(t, work, &pb.Task{OwnerId: absent.id}),
		newTask(t, work, &pb.Task{OwnerId: other.id, ProjectId: project.GetId()})}
	for _, task := range tasks {
		deputy.wantReach(t, task, false)
	}
	day := today(t, o)
	if _, err := platformv1.NewResponsibilitiesServiceClient(absent.client).CreateAbsence(t.Context(),
		&platformv1.CreateAbsenceRequest{Absence: &platformv1.Absence{StartDate: day.AddDays(1).String(),
			EndDate: day.AddDays(2).String(), DeputyId: deputy.id}}); err != nil {
		t.Fatal(err)
	}
	for days, want := range []bool{false, true, true, false} {
		if days > 0 {
			advance(t, o, day.AddDays(days).Midnight(time.UTC))
		}
		for _, task := range tasks {
			deputy.wantReach(t, task, want)
		}
	}
	other.wantReach(t, tasks[0], false)
	absent.wantReach(t, tasks[0], true)
}
