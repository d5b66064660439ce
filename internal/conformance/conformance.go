// Package conformance lists requirements of published accounting standards, each with a case that
// shows whether the product meets it. A case is plain text that an accountant can read: entries,
// settings, and the figures that statements must show. The tests of the package run each case on a
// new organization through the API, and publish the list as CONFORMANCE.md. The package restates
// requirements in its words and never quotes a standard.
package conformance

import "slices"

// Standard is an accounting standard with those of its requirements that are in scope.
type Standard struct {
	// Name is the usual short name, such as `IAS 7`.
	Name string
	// Title is the subject of the standard.
	Title        string
	Requirements []Requirement
}

// Requirement is a requirement of a standard. It passes, or it is a gap.
type Requirement struct {
	// Paragraph is where the standard states the requirement, such as `IAS 7.16(a)`.
	Paragraph string
	// Rule restates the requirement.
	Rule string
	// Case is the text of the case, which Steps divides. Empty if SameAs or Awaits is set.
	Case string
	// SameAs is the paragraph of the requirement whose case shows this one too.
	SameAs string
	// Gap is why the requirement is not met. Empty if it passes.
	Gap string
	// Awaits is a part of the name of the service, method or field that a gap without a case waits
	// for, such as `InvoicingService`.
	Awaits string
}

// Passes reports whether the requirement is met.
func (r Requirement) Passes() bool { return r.Gap == "" }

// Standards returns all standards in the order in which they are published.
func Standards() []Standard {
	return []Standard{
		ias1, ifrs18, ias7, ias16, ias21, ias37, ifrs15, ifric22,
		asc205, asc210, asc230, asc360, asc606, asc830,
	}
}

// Requirements returns the requirements of all standards.
func Requirements() []Requirement {
	var all []Requirement
	for _, s := range Standards() {
		all = append(all, s.Requirements...)
	}
	return slices.Clip(all)
}

// Find returns the requirement of a paragraph.
func Find(paragraph string) (Requirement, bool) {
	all := Requirements()
	at := slices.IndexFunc(all, func(r Requirement) bool { return r.Paragraph == paragraph })
	if at < 0 {
		return Requirement{}, false
	}
	return all[at], true
}

// count returns how many requirements pass.
func count(all []Requirement) (passing int) {
	for _, r := range all {
		if r.Passes() {
			passing++
		}
	}
	return passing
}
