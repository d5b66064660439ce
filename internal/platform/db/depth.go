package db

import (
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
)

// maxDepth is how many events may lead to one another after the one that a caller caused.
// Automations that set one another off stop there.
const maxDepth = 5

// checkDepth refuses a unit of work that recorded an event deeper than maxDepth.
func (tx *Tx) checkDepth() error {
	for _, e := range tx.events {
		if err := checkDepth(e.call); err != nil {
			return err
		}
	}
	return nil
}

// checkDepth refuses a call whose events would be deeper than maxDepth.
func checkDepth(c *call.Call) error {
	if c.Cause.Depth <= maxDepth {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_CAUSATION_TOO_DEEP,
		"The change follows from events that are %d deep already; look for automations that set one another off.", maxDepth)
}
