package call

// Reach is which of an organization's records a permission is granted for.
type Reach int8

// The reaches, each of which includes the ones before it.
const (
	// None is no record at all.
	None Reach = iota
	// Own are the records that the person owns.
	Own
	// Team are also those of the people below the person in the reporting tree.
	Team
	// All are all records.
	All
)

// String is the reach as the API spells it.
func (r Reach) String() string { return [...]string{"NONE", "OWN", "TEAM", "ALL"}[r] }

// Everything is the reach of the system itself.
func Everything(string) Reach { return All }

// Nothing is the reach of a call that only groups others.
func Nothing(string) Reach { return None }

// Allows tells whether the call has a permission for any records.
func (c *Call) Allows(permission string) bool { return c.Reach(permission) != None }
