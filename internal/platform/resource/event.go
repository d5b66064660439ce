package resource

import (
	"context"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"backoffice/internal/platform/db"
)

// Record adds an event about a record to the transaction, with the record's owner and former owner.
// The event's type is the verb in the past tense, such as `updated`; Record prefixes it with the
// kind. The event of a record on a subject has that subject, so that the subject's history contains
// it. was and r are the record before and after the change, the same record if it was created or
// deleted.
func (k *Kind[R]) Record(ctx context.Context, tx *db.Tx, e db.Event, was, r R) error {
	e.Type, e.SubjectID = k.eventPrefix+"."+e.Type, k.table.ID(r)
	if k.ownership.subject != nil {
		return k.recordOnSubject(ctx, tx, e, r)
	}
	if k.ownership.field != nil {
		owners, err := k.ownersOf(ctx, tx, []R{was, r})
		if err != nil {
			return err
		}
		e.OwnerID = owners[1]
		if owners[0] != owners[1] {
			e.WasOwnerID = owners[0]
		}
	}
	tx.Record(e)
	return nil
}

// standardEvents maps each standard method to the event that it records.
var standardEvents = map[protoreflect.Name]string{
	"Create": "created", "Update": "updated", "Delete": "deleted", "Archive": "archived", "Unarchive": "unarchived",
}

// DeclareEvents declares further events that are recorded about the records, in addition to those
// of the standard methods and of the lifecycle. Each is a verb in the past tense, such as `locked`.
func (k *Kind[R]) DeclareEvents(events ...string) *Kind[R] {
	k.declaredEvents = append(k.declaredEvents, events...)
	return k
}

// Events returns the types of all events about the records, such as `finance.vendor.updated`, in
// alphabetical order.
func (k *Kind[R]) Events() []string {
	verbs := slices.Clone(k.declaredEvents)
	for method, event := range standardEvents {
		if hasMethod(k.table.Message(), method) {
			verbs = append(verbs, event)
		}
	}
	if k.lifecycle != nil {
		for _, verb := range k.lifecycle.Verbs() {
			if event := k.lifecycle.Event(verb); event != "" {
				verbs = append(verbs, event)
			}
		}
	}
	for i, verb := range verbs {
		verbs[i] = k.eventPrefix + "." + verb
	}
	slices.Sort(verbs)
	return slices.Compact(verbs)
}

// hasMethod reports whether a service in the message's proto package has the RPC that applies the
// verb to the message, such as DeleteVendor.
func hasMethod(d protoreflect.MessageDescriptor, verb protoreflect.Name) (has bool) {
	protoregistry.GlobalFiles.RangeFilesByPackage(d.ParentFile().Package(), func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			has = has || f.Services().Get(i).Methods().ByName(verb+d.Name()) != nil
		}
		return !has
	})
	return has
}
