package module

import (
	"fmt"
	"slices"

	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
)

// listener is a subscription, follower or chore: its name and the events it waits for.
type listener struct {
	name string
	on   []history.Type
}

// checkListeners refuses two listeners with the same name, because jobs, cursors and due chores
// are stored under it. It also refuses a listener that waits for events the app never records.
func checkListeners(
	events []string, subscriptions []history.Subscription, followers []history.Follower, chores []jobs.Chore,
) error {
	var readers, dueChores []listener
	for _, s := range subscriptions {
		readers = append(readers, listener{s.Name, s.On})
	}
	for _, f := range followers {
		readers = append(readers, listener{f.Name, f.On})
	}
	for _, c := range chores {
		dueChores = append(dueChores, listener{c.Name, c.After})
	}
	if err := checkNames("subscription or follower", readers); err != nil {
		return err
	}
	if err := checkNames("chore", dueChores); err != nil {
		return err
	}
	return checkTypes(events, append(readers, dueChores...))
}

func checkNames(what string, listeners []listener) error {
	taken := map[string]bool{}
	for _, l := range listeners {
		if l.name == "" || taken[l.name] {
			return fmt.Errorf("the name %q of a %s is empty or already in use", l.name, what)
		}
		taken[l.name] = true
	}
	return nil
}

func checkTypes(events []string, listeners []listener) error {
	for _, l := range listeners {
		for _, t := range l.on {
			if !slices.Contains(events, string(t)) {
				return fmt.Errorf("%s waits for events of type %s, which the app never records", l.name, t)
			}
		}
	}
	return nil
}
