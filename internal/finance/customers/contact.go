package customers

import (
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/fault"
)

// maxContacts is the number of contacts that a customer may have, as its proto says.
const maxContacts = 100

// addContacts adds the contacts that a customer lacks. It fails if the customer would have too
// many.
func addContacts(c *pb.Customer, contacts []*pb.Customer_Contact) error {
	for _, contact := range contacts {
		isSame := func(other *pb.Customer_Contact) bool { return isSamePerson(contact, other) }
		if !slices.ContainsFunc(c.Contacts, isSame) {
			c.Contacts = append(c.Contacts, contact)
		}
	}
	if len(c.Contacts) > maxContacts {
		return fault.Invalid(fault.At(intoField, "would have %d contacts, more than %d", len(c.Contacts), maxContacts))
	}
	return nil
}

// isSamePerson reports whether two contacts are the same person: by the e-mail address, or by name
// and telephone number if one of them has no address.
func isSamePerson(a, b *pb.Customer_Contact) bool {
	if a.GetEmail() != "" && b.GetEmail() != "" {
		return strings.EqualFold(a.GetEmail(), b.GetEmail())
	}
	return strings.EqualFold(a.GetDisplayName(), b.GetDisplayName()) && a.GetPhone() == b.GetPhone()
}
