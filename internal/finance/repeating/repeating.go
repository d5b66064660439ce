// Package repeating creates journal entries that repeat, such as rent or depreciation. It owns the
// templates. It guarantees that each day of a recurrence has exactly one entry, or a visible reason
// why it has none. The days are left to package schedule, the entries to package ledger.
package repeating

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
)

// Service implements RepeatingService.
type Service struct {
	pb.UnsafeRepeatingServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the repeating capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "repeating",
		Needs: []string{"ledger"},
		Services: []rpc.Service{rpc.NewService[pb.RepeatingServiceServer](New(p.DB),
			pb.RegisterRepeatingServiceServer, pb.NewRepeatingServiceClient, pb.RegisterRepeatingServiceHandlerClient)},
		Kinds:     []resource.AnyKind{repeatingEntries},
		Schedules: []schedule.Handler{{Kind: scheduleKind, Fire: createEntry}},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.repeatingEntries.*"}},
		},
	}
}
