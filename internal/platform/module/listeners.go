package module

import (
	"fmt"
	"slices"
	"strings"

	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/resource"
)

// listener is what the history wakes.
type listener struct {
	name string
	on   []history.Type
}

// checkListeners refuses two listeners with one name, by which jobs, places and chores are
// stored, and one that waits for events of records that no kind of the app has.
func checkListeners(
	kinds []resource.AnyKind, subscriptions []history.Subscription, followers []history.Follower, chores []jobs.Chore,
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
	return checkTypes(kinds, append(readers, dues...))
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

func checkTypes(kinds []resource.AnyKind, listeners []listener) error {
	for _, l := range listeners {
		for _, t := range l.on {
			noun := string(t[:max(0, strings.LastIndexByte(string(t), '.'))])
			if !slices.ContainsFunc(kinds, func(k resource.AnyKind) bool { return k.Noun() == noun }) {
				return fmt.Errorf("%s waits for events %s, which no kind of record has", l.name, t)
			}
		}
	}
	return nil
}
