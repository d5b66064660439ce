package module

import (
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/customfields"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
	"backoffice/internal/platform/series"
)

// platformModules returns the modules of the platform, which every app serves.
func platformModules(d *db.DB, a *App, store *files.Service) []Module {
	events, fields, talk := history.New(d), customfields.New(d), collaboration.New(d)
	holidays, numbers := businessday.New(d), series.New(d)
	return []Module{{
		Kinds:  identity.Kinds(),
		Events: identity.Events(),
		Services: []rpc.Service{rpc.NewService[pb.IdentityServiceServer](a.Identity,
			pb.RegisterIdentityServiceServer, pb.NewIdentityServiceClient, pb.RegisterIdentityServiceHandlerClient)},
	}, {
		Kinds: customfields.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.CustomFieldsServiceServer](fields,
			pb.RegisterCustomFieldsServiceServer, pb.NewCustomFieldsServiceClient,
			pb.RegisterCustomFieldsServiceHandlerClient)},
	}, {
		Kinds: history.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.HistoryServiceServer](events,
			pb.RegisterHistoryServiceServer, pb.NewHistoryServiceClient, pb.RegisterHistoryServiceHandlerClient)},
	}, {
		Kinds: files.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.FilesServiceServer](store,
			pb.RegisterFilesServiceServer, pb.NewFilesServiceClient, pb.RegisterFilesServiceHandlerClient)},
		OnDelete:   files.DeleteAttachmentsOf,
		RawMethods: store.RawMethods(),
		DailyTasks: []jobs.DailyTask{store.Sweep},
	}, {
		Kinds:    collaboration.Kinds(),
		OnDelete: collaboration.DeleteAllOf,
		Services: []rpc.Service{
			rpc.NewService[pb.CollaborationServiceServer](talk, pb.RegisterCollaborationServiceServer,
				pb.NewCollaborationServiceClient, pb.RegisterCollaborationServiceHandlerClient),
			rpc.NewService[pb.AcknowledgmentsServiceServer](talk, pb.RegisterAcknowledgmentsServiceServer,
				pb.NewAcknowledgmentsServiceClient, pb.RegisterAcknowledgmentsServiceHandlerClient),
		},
	}, {
		Kinds: longwork.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.OperationsServiceServer](a.LongWork,
			pb.RegisterOperationsServiceServer, pb.NewOperationsServiceClient, pb.RegisterOperationsServiceHandlerClient)},
		Chores: []jobs.Chore{a.LongWork.Chore()},
	}, {
		Kinds: businessday.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.HolidaysServiceServer](holidays,
			pb.RegisterHolidaysServiceServer, pb.NewHolidaysServiceClient, pb.RegisterHolidaysServiceHandlerClient)},
	}, {
		Kinds: series.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.NumberSeriesServiceServer](numbers,
			pb.RegisterNumberSeriesServiceServer, pb.NewNumberSeriesServiceClient,
			pb.RegisterNumberSeriesServiceHandlerClient)},
	}, {
		Kinds: schedule.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.SchedulesServiceServer](a.Schedules,
			pb.RegisterSchedulesServiceServer, pb.NewSchedulesServiceClient, pb.RegisterSchedulesServiceHandlerClient)},
		Chores: a.Schedules.Chores(),
	}}
}
