// Package module assembles the product. A Module lists what a capability contributes; an App
// serves a list of modules over one database. An app does not start if a module that another one
// needs is missing. A test starts only the modules it lists. What modules do is left to their
// packages.
package module

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/approval"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/inbox"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/notification"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
)

// Module lists what a capability contributes to the product.
type Module struct {
	// Name is the name of the capability. It does not change.
	Name string
	// Needs are the names of the modules without which this one does not work.
	Needs []string
	// Services are the module's gRPC services.
	Services []rpc.Service
	// RawMethods are the methods whose REST request or response body is a file.
	RawMethods []rpc.RawMethod
	// Kinds are the module's kinds of record.
	Kinds []resource.AnyKind
	// Events are the types of events that the module records besides those of its kinds.
	Events []string
	// Subscriptions handle events in jobs; Followers receive events in order.
	Subscriptions []history.Subscription
	Followers     []history.Follower
	// Chores run in the background after events, for an organization as a whole.
	Chores []jobs.Chore
	// ApprovalKinds are the steps of the module's records that can wait for approval.
	ApprovalKinds []approval.AnyKind
	// Notifications are the kinds of notification that the module's events lead to.
	Notifications []notification.Kind
	// QuietMethods are the full names of methods of which no one is told but the person who called
	// them, such as imports, which create many records.
	QuietMethods []string
	// EmailKinds are the kinds of mail that the module sends.
	EmailKinds []mail.Kind
	// InboundPurposes are the purposes of inbound addresses whose messages the module handles.
	InboundPurposes []inbox.Purpose
	// OperationHandlers run the module's long-running operations.
	OperationHandlers []longwork.Handler
	// Schedules do the work of the module's kinds of schedule.
	Schedules []schedule.Handler
	// DailyTasks run once a day, for all organizations together.
	DailyTasks []jobs.DailyTask
	// Permissions are those that the module checks besides the ones its methods declare.
	Permissions []string
	// Grants define what the built-in roles may do in the module.
	Grants access.Grants
	// OnDelete deletes what the module keeps on records that are deleted. It may be nil.
	OnDelete db.DeleteHook
	// OnSignUp is called for a new organization, in the unit of work that creates it. An error
	// refuses the sign-up. It may be nil.
	OnSignUp func(ctx context.Context, tx *db.Tx, req *pb.SignUpRequest) error
}

// Platform is what the kernel provides to modules.
type Platform struct {
	DB    *db.DB
	Files *files.Service
	// PublicURL is the URL of this server for recipients of mails, with https; "" if it has none.
	PublicURL string
	// SystemCall returns a call with which the server acts for an organization, such as for the
	// visitor of a public link. It fails with pgx.ErrNoRows if the organization does not exist. It
	// must not be called while modules are constructed.
	SystemCall func(ctx context.Context, organization uuid.UUID) (*call.Call, error)
}

// Constructor returns a module.
type Constructor func(Platform) Module

// checkNeeds refuses a list in which a needed module is missing or a module occurs twice.
func checkNeeds(modules []Module) error {
	var names []string
	for _, m := range modules {
		if slices.Contains(names, m.Name) {
			return fmt.Errorf("the module %s is listed twice", m.Name)
		}
		names = append(names, m.Name)
	}
	for _, m := range modules {
		for _, need := range m.Needs {
			if !slices.Contains(names, need) {
				return fmt.Errorf("the module %s needs the module %s, which is not listed", m.Name, need)
			}
		}
	}
	return nil
}
