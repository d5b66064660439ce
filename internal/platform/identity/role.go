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

// commonGrants are the platform grants of every role except AUDITOR: reading the organization, its
// persons, the custom fields and holidays, and the events of records that the role may read, taking
// part in what people say about such records, seeing and handing over who is responsible for them,
// and using the caller's own files, absences, long-running operations, emails and inbox.
var commonGrants = map[call.Reach][]string{
	call.All: {
		"platform.organizations.read", "platform.persons.read", "platform.customFields.read", "platform.holidays.read",
		"platform.events.read", "platform.attachments.read", "platform.attachments.write", "platform.comments.read",
		"platform.comments.write", "platform.labels.read", "platform.labels.apply", "platform.watchers.read",
		"platform.watchers.write", "platform.acknowledgmentRequests.read",
		"platform.acknowledgmentRequests.acknowledge",
		"platform.responsibilities.*", "platform.absences.read", "platform.search.read",
		"platform.approvalRequests.read", "platform.approvalRequests.write",
	},
	call.Own: {
		"platform.files.*", "platform.operations.*", "platform.sentEmails.*", "platform.absences.*",
		"platform.inboundMessages.*", "platform.inboundAddresses.read",
	},
}

// personalGrants are the grants of every role: everyone is told what happens, and chooses how. The
// records are personal, so everyone reaches only their own.
var personalGrants = []string{"platform.notifications.*", "platform.notificationPreferences.*", "platform.devices.*"}

// Grants returns the grants of the built-in roles for the platform, and the grants of the roles
// that work across all domains.
func Grants() []access.Grants {
	roles, personal := access.Grants{}, access.Grants{}
	for number := range pb.ApiKey_Role_name {
		// An auditor changes nothing; commonGrants include writing.
		role := pb.ApiKey_Role(number)
		if role != pb.ApiKey_ROLE_UNSPECIFIED && role != pb.ApiKey_AUDITOR {
			roles[role] = commonGrants
		}
		if role != pb.ApiKey_ROLE_UNSPECIFIED {
			personal[role] = map[call.Reach][]string{call.All: personalGrants}
		}
	}
	return []access.Grants{roles, personal, {
		pb.ApiKey_OWNER: {call.All: {"*"}},
		pb.ApiKey_ADMIN: {call.All: {
			"finance.*", "operations.*", "people.*", "platform.persons.*", "platform.apiKeys.*", "platform.clock.*",
			"platform.customFields.*", "platform.files.*", "platform.operations.*", "platform.keysets.*",
			"platform.schedules.*", "platform.holidays.*", "platform.comments.*", "platform.labels.*", "platform.watchers.*",
			"platform.acknowledgmentRequests.*", "platform.attachments.*", "platform.numberSeries.*",
			"platform.sentEmails.*", "platform.emailSuppressions.*", "platform.emailTemplates.*",
			"platform.senderAddresses.*", "platform.absences.*", "platform.inboundMessages.*", "platform.inboundAddresses.*",
			"platform.approvalPolicies.*", "platform.approvalRequests.manage",
		}},
		pb.ApiKey_AUDITOR: {call.All: {
			"*.*.read", "operations.projects.analyze", "platform.acknowledgmentRequests.acknowledge",
		}},
		pb.ApiKey_HR: {call.All: {
			"platform.persons.*", "platform.acknowledgmentRequests.*", "platform.attachments.manage", "platform.absences.*",
		}},
		pb.ApiKey_MANAGER: {call.All: {"platform.acknowledgmentRequests.write"}, call.Team: {"platform.absences.*"}},
		pb.ApiKey_ACCOUNTANT: {call.All: withMail(
			"platform.files.*", "platform.attachments.manage", "platform.operations.*", "platform.schedules.*",
			"platform.holidays.*", "platform.numberSeries.*", "platform.approvalPolicies.read",
		)},
		pb.ApiKey_BOOKKEEPER: {call.All: withMail(
			"platform.files.*", "platform.operations.*", "platform.schedules.read", "platform.numberSeries.read",
		)},
	}}
}

// withMail adds the permissions of roles that correspond with vendors and customers.
func withMail(permissions ...string) []string {
	return append(permissions, "platform.sentEmails.*", "platform.emailSuppressions.*",
		"platform.emailTemplates.read", "platform.senderAddresses.read", "platform.inboundMessages.*",
		"platform.inboundAddresses.read")
}

// DeclaredPermissions returns the permissions that the methods of the API declare.
func DeclaredPermissions() []string {
	var out []string
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				access, _ := proto.GetExtension(methods.Get(j).Options(), optionsv1.E_Access).(*optionsv1.Access)
				for _, p := range append(access.GetAlso(), access.GetPermission()) {
					if p != "" {
						out = append(out, p)
					}
				}
			}
		}
		return true
	})
	return out
}
