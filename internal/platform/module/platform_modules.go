package module

import (
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/customfields"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/rpc"
)

// platformModules returns the modules of the platform, which every app serves.
func platformModules(
	d *db.DB, people *identity.Service, fields *customfields.Service, events *history.Service, store *files.Service,
	operations *longwork.Service,
) []Module {
	talk := collaboration.New(d)
	return []Module{{
		Kinds:  identity.Kinds(),
		Events: identity.Events(),
		Services: []rpc.Service{rpc.NewService[pb.IdentityServiceServer](people,
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
		Services: []rpc.Service{rpc.NewService[pb.OperationsServiceServer](operations,
			pb.RegisterOperationsServiceServer, pb.NewOperationsServiceClient, pb.RegisterOperationsServiceHandlerClient)},
		Chores: []jobs.Chore{operations.Chore()},
	}}
}
