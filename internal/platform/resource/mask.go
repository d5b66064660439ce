package resource

import (
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
)

// applyMask sets the fields of r that the paths name to what patch has, or clears
// them where patch has nothing. Output-only fields are passed over (AIP-203),
// immutable ones refused only if they would change; lists, maps and amounts are
// replaced whole.
func applyMask(r, patch protoreflect.Message, paths []string) error {
	var violations fault.List
	for _, path := range paths {
		if path == "" {
			continue
		}
		if path == "*" {
			violations.Append(fault.At("updateMask", "may not be \"*\"; name the fields"))
			continue
		}
		if err := violations.Merge("", applyPath(r, patch, strings.Split(path, "."))); err != nil {
			return err
		}
	}
	return violations.Err()
}

func applyPath(r, patch protoreflect.Message, path []string) error {
	fd := fieldNamed(r.Descriptor(), path[0])
	switch {
	case fd == nil, len(path) > 1 && fd.Message() == nil:
		return fault.Invalid(fault.At("updateMask", "names %q, which is not a field", strings.Join(path, ".")))
	case isServers(fd):
		return nil
	case has(fd, annotations.FieldBehavior_IMMUTABLE):
		if patch.Has(fd) != r.Has(fd) || !patch.Get(fd).Equal(r.Get(fd)) {
			return fault.Invalid(fault.At(fd.JSONName(), "cannot be changed once it is stored"))
		}
		return nil
	case len(path) > 1 && !whole(fd):
		if !r.Has(fd) && !patch.Has(fd) {
			return nil
		}
		return applyPath(r.Mutable(fd).Message(), patch.Get(fd).Message(), path[1:])
	case patch.Has(fd):
		r.Set(fd, patch.Get(fd))
	default:
		r.Clear(fd)
	}
	return nil
}

// isServers tells whether a field is the server's and a mask passes over it.
func isServers(fd protoreflect.FieldDescriptor) bool {
	return has(fd, annotations.FieldBehavior_OUTPUT_ONLY) || has(fd, annotations.FieldBehavior_IDENTIFIER) || fd.Name() == "etag"
}

// whole tells whether a field is replaced whole whatever the path goes on to say.
func whole(fd protoreflect.FieldDescriptor) bool {
	return fd.IsList() || fd.IsMap() || fd.Message() == nil ||
		fd.Message().FullName() == (&typev1.Money{}).ProtoReflect().Descriptor().FullName() ||
		strings.HasPrefix(string(fd.Message().FullName()), "google.protobuf.")
}

// fieldNamed finds a field by its proto or its JSON name.
func fieldNamed(d protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if fd := d.Fields().ByName(protoreflect.Name(name)); fd != nil {
		return fd
	}
	return d.Fields().ByJSONName(name)
}
