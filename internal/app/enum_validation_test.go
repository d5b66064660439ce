package app_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/app/apptest"
)

// TestUndefinedEnumValuesAreReportedOnce creates records with a number that their enums do not
// define, over gRPC and REST. The proto and the column both refuse it, but the error must name the
// field once.
func TestUndefinedEnumValuesAreReportedOnce(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	checked := 0
	for _, k := range kinds() {
		f := fixtures[string(k.message.FullName())]
		for i := range k.message.Fields().Len() {
			fd := k.message.Fields().Get(i)
			if f.record == nil || k.methods["Create"] == nil || fd.Enum() == nil || fd.IsList() || outputOnly(fd) {
				continue
			}
			for wire, conn := range map[string]grpc.ClientConnInterface{"gRPC": o, "REST": apptest.OverREST{Organization: o}} {
				s := suite{t: t, k: k, f: f, o: o, conn: conn}
				fields := s.createRequest()
				fields[k.singular].(proto.Message).ProtoReflect().Set(fd, protoreflect.ValueOfEnum(99))
				_, err := s.call("Create", fields)
				got := apptest.Fields(err)
				at := slices.Index(got, fd.JSONName())
				if at < 0 || slices.Contains(got[at+1:], fd.JSONName()) {
					t.Errorf("%s over %s: got %v with violations of %v, want one", fd.FullName(), wire, err, got)
				}
			}
			checked++
		}
	}
	if checked < 8 {
		t.Errorf("got %d enums, want at least 8", checked)
	}
}
