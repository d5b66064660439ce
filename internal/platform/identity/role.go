package identity

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
)

// everyone is what each role may do in the platform, but the one that only reads: know the organization and the persons
// in it, and see what became of the records that it reads and of what it began.
var everyone = map[call.Reach][]string{
	call.All: {"platform.organizations.read", "platform.persons.read", "platform.events.read"},
	call.Own: {"platform.files.*", "platform.operations.*"},
}

// Grants are what the built-in roles may do in the platform, and the grants of those whose
// work is the organization as a whole.
func Grants() []access.Grants {
	roles := access.Grants{}
	for number := range pb.ApiKey_Role_name {
		if role := pb.ApiKey_Role(number); role != pb.ApiKey_ROLE_UNSPECIFIED && role != pb.ApiKey_AUDITOR { // who writes nothing
			roles[role] = everyone
		}
	}
	return []access.Grants{roles, {
		pb.ApiKey_OWNER: {call.All: {"*"}},
		pb.ApiKey_ADMIN: {call.All: {
			"finance.*", "operations.*", "people.*", "platform.persons.*", "platform.apiKeys.*", "platform.clock.*",
			"platform.files.*", "platform.operations.*",
		}},
		pb.ApiKey_AUDITOR:    {call.All: {"*.*.read"}},
		pb.ApiKey_HR:         {call.All: {"platform.persons.*"}},
		pb.ApiKey_ACCOUNTANT: {call.All: {"platform.files.*", "platform.operations.*"}},
		pb.ApiKey_BOOKKEEPER: {call.All: {"platform.files.*", "platform.operations.*"}},
	}}
}

// DeclaredPermissions are the permissions that the methods of the API declare.
func DeclaredPermissions() []string {
	var out []string
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				access, _ := proto.GetExtension(methods.Get(j).Options(), optionsv1.E_Access).(*optionsv1.Access)
				if p := access.GetPermission(); p != "" {
					out = append(out, p)
				}
			}
		}
		return true
	})
	return out
}
