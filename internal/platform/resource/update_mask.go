package resource

import (
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
)

// ApplyMask changes the fields of a message that the paths name, as Update does with a record. It
// is for settings that are no records.
func ApplyMask(m, patch proto.Message, paths []string) error {
	return applyMask(m.ProtoReflect(), patch.ProtoReflect(), paths)
}

// Names reports whether an update mask names a field, by its name in the proto or a path below it.
// A rule that fills in a default tells by it whether the caller gave the value.
func Names(mask *fieldmaskpb.FieldMask, m proto.Message, field protoreflect.Name) bool {
	fd := m.ProtoReflect().Descriptor().Fields().ByName(field)
	return slices.ContainsFunc(mask.GetPaths(), func(path string) bool {
		first, _, _ := strings.Cut(path, ".")
		return findField(m.ProtoReflect().Descriptor(), first) == fd
	})
}

// applyMask sets the fields of r that the paths name to their values in patch, or clears those that
// patch does not have. It skips output-only fields (AIP-203), and refuses immutable fields only if
// their values would change. Lists and amounts are replaced as a whole, maps and structs are merged
// by key.
func applyMask(r, patch protoreflect.Message, paths []string) error {
	var violations fault.List
	for _, path := range paths {
		if path == "" {
			continue
		}
		if path == "*" {
			violations.Append(fault.At("updateMask", "must not be \"*\"; name the fields"))
			continue
		}
		if err := violations.Merge("", applyPath(r, patch, strings.Split(path, "."))); err != nil {
			return err
		}
	}
	return violations.Err()
}

// applyPath applies one path of a mask, whose first element is a field of r.
func applyPath(r, patch protoreflect.Message, path []string) error {
	fd := findField(r.Descriptor(), path[0])
	switch {
	case fd == nil, len(path) > 1 && fd.Message() == nil:
		return fault.Invalid(fault.At("updateMask", "names %q, which is not a field", strings.Join(path, ".")))
	case isServerField(fd):
		return nil
	case hasBehavior(fd, annotations.FieldBehavior_IMMUTABLE):
		if patch.Has(fd) != r.Has(fd) || !patch.Get(fd).Equal(r.Get(fd)) {
			return fault.Invalid(fault.At(fd.JSONName(), "cannot be changed once it is stored"))
		}
		return nil
	case isStruct(fd):
		mergeStruct(r, patch, fd, path[1:])
	case fd.IsMap():
		mergeMap(r, patch, fd, strings.Join(path[1:], "."))
	case len(path) > 1 && !isReplacedWhole(fd):
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

// mergeMap merges the pairs of a map of strings in patch into that of r; an empty value removes the
// key. If patch has no pairs, it removes all. A key that a path names limits the merge to that key.
func mergeMap(r, patch protoreflect.Message, fd protoreflect.FieldDescriptor, key string) {
	if key == "" && !patch.Has(fd) {
		r.Clear(fd)
		return
	}
	merged, changes := r.Mutable(fd).Map(), patch.Get(fd).Map()
	set := func(key protoreflect.MapKey, value protoreflect.Value) bool {
		if value.IsValid() && value.String() != "" {
			merged.Set(key, value)
		} else {
			merged.Clear(key)
		}
		return true
	}
	if key == "" {
		changes.Range(set)
		return
	}
	// A path may quote a key (AIP-161).
	named := protoreflect.ValueOfString(strings.Trim(key, "`")).MapKey()
	set(named, changes.Get(named))
}

// dropEmptyValues removes the keys with empty values from the maps of strings in a new record.
func dropEmptyValues(m protoreflect.Message) {
	m.Range(func(fd protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if fd.IsMap() && fd.MapValue().Kind() == protoreflect.StringKind {
			value.Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
				if value.String() == "" {
					m.Mutable(fd).Map().Clear(key)
				}
				return true
			})
		}
		return true
	})
}

// isStruct reports whether a field is a google.protobuf.Struct, such as custom fields.
func isStruct(fd protoreflect.FieldDescriptor) bool {
	return fd.Message() != nil && fd.Message().FullName() == "google.protobuf.Struct"
}

// isServerField reports whether only the server sets a field, so that a mask skips it.
func isServerField(fd protoreflect.FieldDescriptor) bool {
	return hasBehavior(fd, annotations.FieldBehavior_OUTPUT_ONLY) ||
		hasBehavior(fd, annotations.FieldBehavior_IDENTIFIER) || fd.Name() == "etag"
}

// isReplacedWhole reports whether a field is always replaced as a whole, even if the path names a
// part of it.
func isReplacedWhole(fd protoreflect.FieldDescriptor) bool {
	return fd.IsList() || fd.Message() == nil ||
		fd.Message().FullName() == (&typev1.Money{}).ProtoReflect().Descriptor().FullName() ||
		strings.HasPrefix(string(fd.Message().FullName()), "google.protobuf.")
}

// findField returns the field with the proto or JSON name, or nil.
func findField(d protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if fd := d.Fields().ByName(protoreflect.Name(name)); fd != nil {
		return fd
	}
	return d.Fields().ByJSONName(name)
}
