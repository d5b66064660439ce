package resource

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// standardEvents are the events of the standard methods.
var standardEvents = map[protoreflect.Name]string{
	"Create": "created", "Update": "updated", "Delete": "deleted", "Archive": "archived", "Unarchive": "unarchived",
}

// DeclareEvents declares events that are recorded about the records beside those of their standard
// methods and of their life. Each is the verb in the past, such as `locked`.
func (k *Kind[R]) DeclareEvents(events ...string) *Kind[R] {
	k.records = append(k.records, events...)
	return k
}

// Events are the types of all events about the records, such as `finance.vendor.updated`, in
// alphabetical order.
func (k *Kind[R]) Events() []string {
	verbs := slices.Clone(k.records)
	for method, event := range standardEvents {
		if hasMethod(k.table.Message(), method) {
			verbs = append(verbs, event)
		}
	}
	if k.life != nil {
		for _, verb := range k.life.Verbs() {
			if event := k.life.Event(verb); event != "" {
				verbs = append(verbs, event)
			}
		}
	}
	for i, verb := range verbs {
		verbs[i] = k.noun + "." + verb
	}
	slices.Sort(verbs)
	return slices.Compact(verbs)
}

// hasMethod reports whether a service in the message's proto package has an RPC of that verb
// for its records.
func hasMethod(d protoreflect.MessageDescriptor, verb protoreflect.Name) (has bool) {
	protoregistry.GlobalFiles.RangeFilesByPackage(d.ParentFile().Package(), func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			has = has || f.Services().Get(i).Methods().ByName(verb+d.Name()) != nil
		}
		return !has
	})
	return has
}
