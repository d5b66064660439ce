package module

import (
	"fmt"
	"slices"

	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
)

// listener is what the history wakes.
type listener struct {
	name string
	on   []history.Type
}

// checkListeners refuses two listeners with one name, by which jobs, places and chores are
// stored, and one that waits for events that the app never records.
func checkListeners(
	events []string, subscriptions []history.Subscription, followers []history.Follower, chores []jobs.Chore,
) error {
	var readers, dues []listener
	for _, s := range subscriptions {
		readers = append(readers, listener{s.Name, s.On})
	}
	for _, f := range followers {
		readers = append(readers, listener{f.Name, f.On})
	}
	for _, c := range chores {
		dues = append(dues, listener{c.Name, c.After})
	}
	if err := checkNames("subscription or follower", readers); err != nil {
		return err
	}
	if err := checkNames("chore", dues); err != nil {
		return err
	}
	return checkTypes(events, append(readers, dues...))
}

func checkNames(what string, listeners []listener) error {
	taken := map[string]bool{}
	for _, l := range listeners {
		if l.name == "" || taken[l.name] {
			return fmt.Errorf("the name %q of a %s is empty or taken", l.name, what)
		}
		taken[l.name] = true
	}
	return nil
}

func checkTypes(events []string, listeners []listener) error {
	for _, l := range listeners {
		for _, t := range l.on {
			if !slices.Contains(events, string(t)) {
				return fmt.Errorf("%s waits for events %s, which the app never records", l.name, t)
			}
		}
	}
	return nil
}
