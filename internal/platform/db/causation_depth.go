package db

import (
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
)

// maxDepth is the maximum number of events between an event and the caller's request that caused
// it. It stops automations that trigger one another.
const maxDepth = 5

// checkDepth refuses a transaction that recorded an event deeper than maxDepth.
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
		"The change was caused by a chain of more than %d events; look for automations that trigger one another.", maxDepth)
}
