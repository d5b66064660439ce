// Package module owns how the product is put together: what a capability brings, as one
// Module, and the App that serves a list of them over one database. It promises that an
// app refuses to start without a module that another one needs, and that a test starts
// only the modules it names. What the modules do is theirs.
package module

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Module is what one capability brings to the product.
type Module struct {
	// Name is the capability's, and does not change. Needs are the names of the modules
	// without which it does not work.
	Name  string
	Needs []string
	// Services are its methods, Plains those whose request or response body is a file.
	Services   []rpc.Service
	RawMethods []rpc.RawMethod
	// Kinds are its kinds of record.
	Kinds []resource.AnyKind
	// Events are the types of events that it records beside those of its kinds.
	Events []string
	// Subscriptions and Followers are told of events. Chores and Works are what it does
	// behind the requests, Upkeep what it does daily for all organizations.
	Subscriptions []history.Subscription
	Followers     []history.Follower
	Chores        []jobs.Chore
	Works         []longwork.Work
	Upkeep        []jobs.Upkeep
	// Permissions are those that it asks for beside the ones that its methods declare, Grants
	// what the built-in roles may do.
	Permissions []string
	Grants      access.Grants
	// OnSignUp is told of a new organization in the unit of work that creates it, and may
	// refuse it; nil: it need not know.
	OnSignUp func(ctx context.Context, tx *db.Tx, req *pb.SignUpRequest) error
}

// Platform is what modules are built on.
type Platform struct {
	DB    *db.DB
	Files *files.Service
}

// Constructor makes a module.
type Constructor func(Platform) Module

// checkNeeds refuses a list in which a module is missing, or there twice.
func checkNeeds(modules []Module) error {
	var names []string
	for _, m := range modules {
		if slices.Contains(names, m.Name) {
			return fmt.Errorf("the module %s is there twice", m.Name)
		}
		names = append(names, m.Name)
	}
	for _, m := range modules {
		for _, need := range m.Needs {
			if !slices.Contains(names, need) {
				return fmt.Errorf("the module %s needs %s", m.Name, need)
			}
		}
	}
	return nil
}
