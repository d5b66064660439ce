// Package workimport moves projects, tasks and time in from other tools. It owns work imports,
// their rows, and the list of the records that each created. It guarantees that a row becomes a
// record at most once, even if files are imported again or a server is killed, that a preview shows
// what a run does, and that an undo removes only what is unchanged. What is not understood is
// listed with its place in the file. Reading the files is left to package exportfile, and the rules
// of tasks and time to their packages.
package workimport

import (
	"time"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Limits on reading files. A file is completely in memory while it is read.
const (
	maxFileReads       = 2                // files that a server reads at a time
	maxFileReadsPerOrg = 1                // files that it reads at a time for one organization
	fileReadTimeout    = 20 * time.Second // time that a request waits to start reading
)

// Service implements WorkImportsService.
type Service struct {
	pb.UnsafeWorkImportsServiceServer
	db       *db.DB
	files    *files.Service
	readings *rpc.Slots
}

// New returns the service, which reads the files of imports from the store.
func New(d *db.DB, store *files.Service) *Service {
	return &Service{db: d, files: store, readings: rpc.NewSlots(maxFileReads, maxFileReadsPerOrg, fileReadTimeout)}
}

// Module returns the workimport capability. Only roles that may do everything have its permissions.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "workimport",
		Needs: []string{"projects", "work", "timekeeping"},
		Services: []rpc.Service{rpc.NewService[pb.WorkImportsServiceServer](New(p.DB, p.Files),
			pb.RegisterWorkImportsServiceServer, pb.NewWorkImportsServiceClient,
			pb.RegisterWorkImportsServiceHandlerClient)},
		Kinds:             []resource.AnyKind{workImports},
		OperationHandlers: []longwork.Handler{runHandler(), undoHandler()},
		QuietMethods:      []string{runHandler().Method, undoHandler().Method},
	}
}
