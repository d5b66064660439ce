package app_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// planningFixtures are the fixtures of what plans projects, by the message's full name.
var planningFixtures = map[string]fixture{
	"backoffice.operations.v1.Milestone": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &operationsv1.Milestone{ProjectId: createFor(t, o, "prj"), DisplayName: uniqueName("Milestone"),
				Description: "The customer has signed.", DueDate: "2026-01-31"}
		},
		patch: &operationsv1.Milestone{Description: "The customer has paid."}, fields: []string{"description"},
		immutable: &operationsv1.Milestone{ProjectId: "prj_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.operations.v1.ProjectTemplate": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.ProjectTemplate{DisplayName: uniqueName("Template"), Description: "Opens a shop."}
		},
		patch: &operationsv1.ProjectTemplate{Description: "Opens a small shop."}, fields: []string{"description"},
	},
	"backoffice.operations.v1.ProjectUpdate": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &operationsv1.ProjectUpdate{ProjectId: createFor(t, o, "prj"), Status: operationsv1.ProjectUpdate_ON_TRACK,
				BodyMarkdown: "All is **well**."}
		},
		patch: &operationsv1.ProjectUpdate{BodyMarkdown: "Nearly all is well."}, fields: []string{"body_markdown"},
		immutable: &operationsv1.ProjectUpdate{Status: operationsv1.ProjectUpdate_AT_RISK},
	},
	"backoffice.operations.v1.TaskSeries": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &operationsv1.TaskSeries{DisplayName: uniqueName("Report"), OwnerId: o.Owner.GetId(),
				Recurrence: &typev1.Recurrence{Frequency: typev1.Recurrence_WEEKLY, StartDate: "2099-01-02"}}
		},
		patch: &operationsv1.TaskSeries{Description: "Hours by person."}, fields: []string{"description"},
	},
}
