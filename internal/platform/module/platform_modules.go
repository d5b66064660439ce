package module

import (
	"context"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/approval"
	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/customfields"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/inbox"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/notification"
	"backoffice/internal/platform/responsibility"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
	"backoffice/internal/platform/series"
)

// services are services of the platform that serve modules and are configured by them.
type services struct {
	mails         *mail.Service
	inboxes       *inbox.Service
	approvals     *approval.Service
	notifications *notification.Service
}

// platformModules returns the modules of the platform, which every app serves.
func platformModules(d *db.DB, a *App, store *files.Service, s services) []Module {
	return []Module{
		identityModule(a), customFieldsModule(d, a), historyModule(d), filesModule(store), collaborationModule(d),
		longworkModule(a), responsibilityModule(d), holidaysModule(d), seriesModule(d), schedulesModule(a),
		notificationModule(s.notifications), mailModule(s.mails), inboxModule(s.inboxes), approvalsModule(s.approvals),
	}
}

func identityModule(a *App) Module {
	return Module{
		Kinds:         identity.Kinds(),
		Events:        identity.Events(),
		Notifications: identity.Notifications(),
		Services: []rpc.Service{rpc.NewService[pb.IdentityServiceServer](a.Identity,
			pb.RegisterIdentityServiceServer, pb.NewIdentityServiceClient, pb.RegisterIdentityServiceHandlerClient)},
	}
}

func customFieldsModule(d *db.DB, a *App) Module {
	return Module{
		Kinds: customfields.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.CustomFieldsServiceServer](customfields.New(d, a.Identity.ForgetCalls),
			pb.RegisterCustomFieldsServiceServer, pb.NewCustomFieldsServiceClient,
			pb.RegisterCustomFieldsServiceHandlerClient)},
	}
}

func historyModule(d *db.DB) Module {
	return Module{
		Kinds: history.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.HistoryServiceServer](history.New(d),
			pb.RegisterHistoryServiceServer, pb.NewHistoryServiceClient, pb.RegisterHistoryServiceHandlerClient)},
	}
}

func filesModule(store *files.Service) Module {
	return Module{
		Kinds: files.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.FilesServiceServer](store,
			pb.RegisterFilesServiceServer, pb.NewFilesServiceClient, pb.RegisterFilesServiceHandlerClient)},
		OnDelete:   files.DeleteAttachmentsOf,
		RawMethods: store.RawMethods(),
		DailyTasks: []jobs.DailyTask{store.Sweep},
		Chores: []jobs.Chore{{
			Name: "expired-uploads", DueOrganizations: files.OrganizationsWithExpiredUploads, Work: store.SweepUploads,
		}, {
			Name: "thumbnails", DueOrganizations: files.OrganizationsWithPendingThumbnails,
			Work: func(ctx context.Context) error {
				found, err := store.MakeThumbnails(ctx)
				if found && err == nil {
					err = jobs.ErrAgain
				}
				return err
			},
		}},
	}
}

func collaborationModule(d *db.DB) Module {
	service := collaboration.New(d)
	return Module{
		Kinds:         collaboration.Kinds(),
		OnDelete:      collaboration.DeleteAllOf,
		Notifications: collaboration.Notifications(),
		Services: []rpc.Service{
			rpc.NewService[pb.CollaborationServiceServer](service, pb.RegisterCollaborationServiceServer,
				pb.NewCollaborationServiceClient, pb.RegisterCollaborationServiceHandlerClient),
			rpc.NewService[pb.AcknowledgmentsServiceServer](service, pb.RegisterAcknowledgmentsServiceServer,
				pb.NewAcknowledgmentsServiceClient, pb.RegisterAcknowledgmentsServiceHandlerClient),
		},
	}
}

func longworkModule(a *App) Module {
	return Module{
		Kinds:         longwork.Kinds(),
		Notifications: longwork.Notifications(),
		Services: []rpc.Service{rpc.NewService[pb.OperationsServiceServer](a.LongWork,
			pb.RegisterOperationsServiceServer, pb.NewOperationsServiceClient, pb.RegisterOperationsServiceHandlerClient)},
		Chores: []jobs.Chore{a.LongWork.Chore()},
	}
}

func responsibilityModule(d *db.DB) Module {
	service := responsibility.New(d)
	return Module{
		Kinds:         responsibility.Kinds(),
		Notifications: responsibility.Notifications(),
		Services: []rpc.Service{rpc.NewService[pb.ResponsibilitiesServiceServer](service,
			pb.RegisterResponsibilitiesServiceServer, pb.NewResponsibilitiesServiceClient,
			pb.RegisterResponsibilitiesServiceHandlerClient)},
		Chores: []jobs.Chore{{
			Name: "deadlines",
			After: []history.Type{
				"platform.organization.created", "platform.organization.updated", "platform.clock.advanced",
			},
			DueOrganizations: responsibility.DueOrganizations,
			Work:             service.AnnounceDeadlines,
		}},
	}
}

func approvalsModule(approvals *approval.Service) Module {
	return Module{
		Kinds:         approval.Kinds(),
		OnDelete:      approvals.DeleteAllOf,
		Notifications: approval.Notifications(),
		Services: []rpc.Service{rpc.NewService[pb.ApprovalsServiceServer](approvals,
			pb.RegisterApprovalsServiceServer, pb.NewApprovalsServiceClient, pb.RegisterApprovalsServiceHandlerClient)},
		Chores: []jobs.Chore{{
			Name: "approvals", After: []history.Type{"platform.clock.advanced"},
			DueOrganizations: approval.DueOrganizations, Work: approvals.Escalate,
		}},
	}
}

func holidaysModule(d *db.DB) Module {
	return Module{
		Kinds: businessday.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.HolidaysServiceServer](businessday.New(d),
			pb.RegisterHolidaysServiceServer, pb.NewHolidaysServiceClient, pb.RegisterHolidaysServiceHandlerClient)},
	}
}

func seriesModule(d *db.DB) Module {
	return Module{
		Kinds: series.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.NumberSeriesServiceServer](series.New(d),
			pb.RegisterNumberSeriesServiceServer, pb.NewNumberSeriesServiceClient,
			pb.RegisterNumberSeriesServiceHandlerClient)},
	}
}

func schedulesModule(a *App) Module {
	return Module{
		Kinds: schedule.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.SchedulesServiceServer](a.Schedules,
			pb.RegisterSchedulesServiceServer, pb.NewSchedulesServiceClient, pb.RegisterSchedulesServiceHandlerClient)},
		Chores: a.Schedules.Chores(),
	}
}

// notificationModule precedes mailModule, so that emails are sent in the run that plans them.
func notificationModule(notifications *notification.Service) Module {
	return Module{
		Kinds:    notification.Kinds(),
		Events:   notification.Events(),
		OnDelete: notification.DeleteAllOf,
		Services: []rpc.Service{rpc.NewService[pb.NotificationsServiceServer](notifications,
			pb.RegisterNotificationsServiceServer, pb.NewNotificationsServiceClient,
			pb.RegisterNotificationsServiceHandlerClient)},
		Followers: []history.Follower{notifications.Follower()},
		Chores:    notifications.Chores(),
	}
}

func mailModule(mails *mail.Service) Module {
	return Module{
		Kinds:         mail.Kinds(),
		Notifications: mail.Notifications(),
		Services: []rpc.Service{rpc.NewService[pb.MailServiceServer](mails,
			pb.RegisterMailServiceServer, pb.NewMailServiceClient, pb.RegisterMailServiceHandlerClient)},
		RawMethods: mails.RawMethods(),
		Chores:     []jobs.Chore{mails.Chore()},
	}
}

func inboxModule(inboxes *inbox.Service) Module {
	return Module{
		Kinds: inboxes.Kinds(),
		Services: []rpc.Service{rpc.NewService[pb.InboxServiceServer](inboxes,
			pb.RegisterInboxServiceServer, pb.NewInboxServiceClient, pb.RegisterInboxServiceHandlerClient)},
		RawMethods: inboxes.RawMethods(),
	}
}

// searchModule searches the kinds of all modules, so it is added after them.
func searchModule(a *App) Module {
	return Module{
		Services: []rpc.Service{rpc.NewService[pb.SearchServiceServer](a.Search,
			pb.RegisterSearchServiceServer, pb.NewSearchServiceClient, pb.RegisterSearchServiceHandlerClient)},
		Followers: []history.Follower{a.Search.Follower()},
		Chores:    []jobs.Chore{a.Search.Chore()},
	}
}
