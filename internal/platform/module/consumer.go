package module

import (
	"fmt"
	"slices"

	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
)

// consumer describes a subscription, follower or chore: its name and the events it waits for.
type consumer struct {
	name string
	on   []history.Type
}

// checkConsumers refuses two consumers with the same name, because jobs, cursors and due chores
// are stored under it. It also refuses a consumer that waits for events the app never records.
func checkConsumers(
	events []string, subscriptions []history.Subscription, followers []history.Follower, chores []jobs.Chore,
) error {
	var readers, dueChores []consumer
	for _, s := range subscriptions {
		readers = append(readers, consumer{s.Name, s.On})
	}
	for _, f := range followers {
		readers = append(readers, consumer{f.Name, f.On})
	}
	for _, c := range chores {
		dueChores = append(dueChores, consumer{c.Name, c.After})
	}
	if err := checkNames("subscription or follower", readers); err != nil {
		return err
	}
	if err := checkNames("chore", dueChores); err != nil {
		return err
	}
	return checkTypes(events, append(readers, dueChores...))
}

// checkNames refuses consumers with an empty name or with the same name.
func checkNames(what string, consumers []consumer) error {
	taken := map[string]bool{}
	for _, c := range consumers {
		if c.name == "" || taken[c.name] {
			return fmt.Errorf("the name %q of a %s is empty or already in use", c.name, what)
		}
		taken[c.name] = true
	}
	return nil
}

// checkTypes refuses a consumer of an event type that is not in events.
func checkTypes(events []string, consumers []consumer) error {
	for _, c := range consumers {
		for _, t := range c.on {
			if !slices.Contains(events, string(t)) {
				return fmt.Errorf("%s waits for events of type %s, which the app never records", c.name, t)
			}
		}
	}
	return nil
}
