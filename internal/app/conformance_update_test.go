package app_test

import (
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// updateRequest returns the fields of a request that applies the fixture's patch to a record.
func (s suite) updateRequest(record protoreflect.Message, etag string) map[string]any {
	patch := proto.Clone(s.f.patch).ProtoReflect()
	set(patch, "etag", etag)
	mask := empty(s.k.methods["Update"].Input().Fields().ByName("update_mask").Message())
	set(mask, "paths", s.f.fields)
	return map[string]any{s.k.singular + "_id": text(record, "id"), s.k.singular: patch.Interface(),
		"update_mask": mask.Interface()}
}

func (s suite) update() {
	if s.k.methods["Update"] == nil {
		return
	}
	made := s.createAndRead()
	changed, err := s.call("Update", s.updateRequest(made, text(made, "etag")))
	if err != nil {
		s.t.Fatalf("update: %v", err)
	}
	if text(changed, "etag") == text(made, "etag") || text(changed, "id") != text(made, "id") {
		s.t.Errorf("got %v, want a new etag and the same id as %v", changed, made)
	}
	if got := s.read(text(made, "id")); !proto.Equal(got.Interface(), changed.Interface()) {
		s.t.Errorf("got\n%v, want\n%v", got, changed)
	}
	s.checkEvent(made, ".updated")
	_, err = s.call("Update", s.updateRequest(made, text(made, "etag")))
	s.wantError(err, codes.Aborted, optionsv1.Reason_ETAG_MISMATCH)
	s.updateMasks(changed)
}

// updateMasks checks that masks with only output-only fields have no effect, and that invalid masks
// and masks with immutable fields are rejected.
func (s suite) updateMasks(record protoreflect.Message) {
	for _, paths := range [][]string{{""}, {"id", "etag"}, {"create_time", "update_time"}} {
		same := s.updateRequest(record, text(record, "etag"))
		same["update_mask"] = maskOf(s, paths)
		response, err := s.call("Update", same)
		if err != nil || text(response, "etag") != text(record, "etag") {
			s.t.Errorf("mask %q: got %v, %v, want the etag unchanged", paths, response, err)
		}
	}
	for _, paths := range [][]string{{"*"}, {"nonsense"}} {
		bad := s.updateRequest(record, text(record, "etag"))
		bad["update_mask"] = maskOf(s, paths)
		_, err := s.call("Update", bad)
		s.wantError(err, codes.InvalidArgument, optionsv1.Reason_FIELDS_INVALID)
	}
	if s.f.immutable == nil {
		return
	}
	fixed := s.updateRequest(record, text(record, "etag"))
	fixed[s.k.singular] = s.f.immutable
	fixed["update_mask"] = maskOf(s, setFields(s.f.immutable))
	_, err := s.call("Update", fixed)
	s.wantError(err, codes.InvalidArgument, optionsv1.Reason_FIELDS_INVALID)
}

func maskOf(s suite, paths []string) proto.Message {
	mask := empty(s.k.methods["Update"].Input().Fields().ByName("update_mask").Message())
	set(mask, "paths", paths)
	return mask.Interface()
}

func setFields(m proto.Message) (names []string) {
	m.ProtoReflect().Range(func(fd protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		names = append(names, string(fd.Name()))
		return true
	})
	return names
}

func (s suite) archive() {
	if s.k.methods["Archive"] == nil {
		return
	}
	made := s.createAndRead()
	key := map[string]any{s.k.singular + "_id": text(made, "id"), "etag": text(made, "etag")}
	archived, err := s.call("Archive", key)
	if err != nil {
		s.t.Fatalf("archive: %v", err)
	}
	_, err = s.call("Archive", key)
	s.wantError(err, codes.Aborted, optionsv1.Reason_ETAG_MISMATCH)
	again, err := s.call("Archive", map[string]any{s.k.singular + "_id": text(made, "id")})
	if err != nil || text(again, "etag") != text(archived, "etag") {
		s.t.Errorf("archiving twice: got %v, %v, want the etag unchanged", again, err)
	}
	one := fmt.Sprintf("id = %q", text(made, "id"))
	s.checkListed(map[string]any{"filter": one}, 0)
	s.checkListed(map[string]any{"filter": one, "show_archived": true}, 1)
	if _, err := s.call("Unarchive", map[string]any{s.k.singular + "_id": text(made, "id")}); err != nil {
		s.t.Fatalf("unarchive: %v", err)
	}
	s.checkListed(map[string]any{"filter": one, "include_total": true}, 1)
}

func (s suite) delete() {
	if s.k.methods["Delete"] == nil {
		return
	}
	made := s.createAndRead()
	key := map[string]any{s.k.singular + "_id": text(made, "id"), "etag": "999"}
	_, err := s.call("Delete", key)
	s.wantError(err, codes.Aborted, optionsv1.Reason_ETAG_MISMATCH)
	key["etag"] = text(made, "etag")
	if _, err := s.call("Delete", key); err != nil {
		s.t.Fatalf("delete: %v", err)
	}
	_, err = s.call("Get", map[string]any{s.k.singular + "_id": text(made, "id")})
	s.wantError(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
	s.checkEvent(made, ".deleted")
}
