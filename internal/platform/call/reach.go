package call

// Reach is the set of an organization's records for which a permission is granted.
type Reach int8

// The reaches. Each includes those before it.
const (
	// None includes no records.
	None Reach = iota
	// Own includes the records that the person owns.
	Own
	// Team also includes the records of people below the person in the reporting tree.
	Team
	// All includes all records.
	All
)

// String returns the reach as the API spells it.
func (r Reach) String() string { return [...]string{"NONE", "OWN", "TEAM", "ALL"}[r] }

// ReachAll grants every permission for all records. It is the Reach of the system's calls.
func ReachAll(string) Reach { return All }

// ReachNone grants no permission. It is the Reach of a call that only groups others.
func ReachNone(string) Reach { return None }

// Allows reports whether the call has a permission for any records.
func (c *Call) Allows(permission string) bool { return c.Reach(permission) != None }
