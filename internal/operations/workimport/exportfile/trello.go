package exportfile

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// trelloKeys are the keys of fields in the JSON of a card.
var trelloKeys = map[Field]string{
	FieldKey: "id", FieldNumber: "idShort", FieldTitle: "name", FieldNotes: "desc", FieldSection: "idList",
	FieldState: "dueComplete", FieldAssignee: "idMembers", FieldCollaborator: "idMembers", FieldStartDate: "start",
	FieldDueDate: "due", FieldUpdated: "dateLastActivity", FieldArchived: "closed", FieldLabels: "idLabels",
	FieldComments: "badges.comments", FieldLinks: "attachments", FieldExtra: "customFieldItems",
}

// boardReader reads the JSON of a board.
type boardReader struct {
	*collector
	board    trelloBoard
	project  string
	lists    []trelloList
	rank     map[string]int // places of lists on the board, by id
	cards    []trelloCard
	labelsOf map[string]Label // by the ids of labels
	fields   map[string]trelloField
	members  map[string]trelloMember
	actions  []trelloAction
	tasks    map[string]int // places of tasks, by the ids of cards
}

// readTrello reads a board.
func (c *collector) readTrello(ctx context.Context, text string) (*File, error) {
	board, err := decodeBoard(text)
	switch {
	case err != nil:
		return nil, err
	case c.options.Tool != "" && c.options.Tool != Trello:
		return nil, &WrongToolError{Expected: c.options.Tool, Found: Trello}
	case len(board.Cards) > MaxRows:
		return nil, fmt.Errorf("%w: it has more than %d cards", ErrLimit, MaxRows)
	}
	r := boardReader{
		collector: c, board: board, rank: map[string]int{}, labelsOf: map[string]Label{},
		fields: map[string]trelloField{}, members: map[string]trelloMember{}, tasks: map[string]int{},
	}
	c.file.Tool, c.file.Rows = Trello, len(board.Cards)
	for _, step := range []func(){
		r.readProject, r.readMembers, r.readLabels, r.readLists, r.readCards, r.readChecklists, r.readComments,
	} {
		if step(); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return c.finish(), nil
}

// readProject reads the board itself.
func (r *boardReader) readProject() {
	name, at := cleanLine(r.board.Name), Place{Path: "name"}
	if name == "" {
		name = "Trello"
		r.file.report(at, FieldProject, Notice, "", "the board has no name")
	}
	r.project = r.collector.project(cleanLine(r.board.ID), name, "", at)
	p := r.projects.get(r.project, Project{})
	p.Notes, p.URL, p.IsArchived = cleanLines(r.board.Desc), cleanLine(r.board.URL), r.board.Closed
}

// readMembers reads the members of the board. Former members are only in the actions.
func (r *boardReader) readMembers() {
	decodeItems(r.collector, "members", r.board.Members, func(m *trelloMember, at Place) {
		if !isID(m.ID) {
			r.file.report(at, FieldAssignee, ValueMissing, m.ID, "the member has no id")
			return
		}
		m.place = at
		r.members[m.ID] = *m
		r.people.get(m.ID, r.person(*m))
	})
	decodeItems(r.collector, "actions", r.board.Actions, func(a *trelloAction, at Place) {
		a.place = at
		r.actions = append(r.actions, *a)
		for _, m := range []*trelloMember{a.MemberCreator, a.Member} {
			if m == nil || !isID(m.ID) {
				continue
			}
			if _, ok := r.members[m.ID]; !ok {
				m.place = at
				r.members[m.ID] = *m
			}
		}
	})
}

// person returns the record of a member.
func (r *boardReader) person(m trelloMember) Person {
	return Person{Key: m.ID, Name: cleanLine(m.FullName), Username: cleanLine(m.Username), At: m.place}
}

// isID reports whether a text can be an id.
func isID(text string) bool { return text != "" && text == cleanLine(text) }

// member returns the key of a member, and counts a use.
func (r *boardReader) member(id string, at Place) string {
	switch {
	case id == "":
		return ""
	case !isID(id):
		r.file.report(at, FieldAssignee, ValueMissing, id, "is not the id of a member")
		return ""
	}
	if !r.people.has(id) {
		m, ok := r.members[id]
		if !ok {
			m = trelloMember{ID: id, place: at}
		}
		if cleanLine(m.FullName+m.Username) == "" {
			r.file.report(at, FieldAssignee, Notice, id, "the file does not name the member")
		}
		r.people.get(id, r.person(m))
	}
	r.people.get(id, Person{}).Uses++
	return id
}

// readLists reads the lists of the board from left to right.
func (r *boardReader) readLists() {
	decodeItems(r.collector, "lists", r.board.Lists, func(l *trelloList, at Place) {
		if !isID(l.ID) {
			r.file.report(at, FieldSection, ValueMissing, l.ID, "the list has no id")
			return
		}
		l.place = at
		r.lists = append(r.lists, *l)
	})
	slices.SortStableFunc(r.lists, func(a, b trelloList) int { return a.Pos.Cmp(b.Pos.Decimal) })
	for i, l := range r.lists {
		if _, ok := r.rank[l.ID]; ok {
			r.file.report(l.place, FieldSection, Notice, l.ID, "repeats a list")
			continue
		}
		r.rank[l.ID] = i
		r.sections.get(l.ID, Section{
			Key: l.ID, Name: cleanLine(l.Name), ProjectKey: r.project, IsArchived: l.Closed, At: l.place,
		})
	}
}

// readCards reads the cards, sorted as on the board.
func (r *boardReader) readCards() {
	r.cards, r.file.Tasks = make([]trelloCard, 0, len(r.board.Cards)), make([]Task, 0, len(r.board.Cards))
	decodeItems(r.collector, "cards", r.board.Cards, func(card *trelloCard, at Place) {
		card.place = at
		r.cards = append(r.cards, *card)
	})
	rank := func(card trelloCard) int {
		if at, ok := r.rank[card.IDList]; ok {
			return at
		}
		return len(r.lists)
	}
	slices.SortStableFunc(r.cards, func(a, b trelloCard) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Pos.Cmp(b.Pos.Decimal))
	})
	for i := range r.cards {
		card := &r.cards[i]
		if reason := r.reasonToSkip(card); reason != "" {
			r.file.Skipped++
			r.file.report(card.place, "", RowSkipped, card.Name, "%s", reason)
			continue
		}
		r.tasks[card.ID] = len(r.file.Tasks)
		r.file.Tasks = append(r.file.Tasks, r.task(card))
	}
}

// reasonToSkip returns why a card is not a task, or "".
func (r *boardReader) reasonToSkip(card *trelloCard) string {
	_, isRepeated := r.tasks[card.ID]
	switch {
	case !isID(card.ID):
		return "the card has no id"
	case isRepeated:
		return "repeats a card"
	case card.IsTemplate:
		return "the card is a template"
	case card.CardRole != "":
		return fmt.Sprintf("the card is a %s, not a task", cleanLine(card.CardRole))
	case cleanLine(card.Name) == "":
		return "the card has no name"
	}
	return ""
}

// task returns the task of a card.
func (r *boardReader) task(card *trelloCard) Task {
	place := func(field Field) Place { return r.file.PlaceOf(card.place, field) }
	t := Task{
		Key: card.ID, Title: cleanLine(card.Name), Notes: cleanLines(card.Desc),
		URL:        cleanLine(cmp.Or(card.URL, card.ShortURL)),
		ProjectKey: r.project, At: card.place, IsArchived: card.Closed, Created: r.creation(card.ID),
		Start:    r.time(card.Start, place(FieldStartDate), FieldStartDate),
		Due:      r.time(card.Due, place(FieldDueDate), FieldDueDate),
		Updated:  r.time(card.DateLastActivity, place(FieldUpdated), FieldUpdated),
		StateKey: r.openOrDone(card.DueComplete, place(FieldState)), Extra: r.customValues(card),
	}
	if card.IDShort != 0 {
		t.Number = strconv.FormatInt(card.IDShort, 10)
	}
	if at, ok := r.rank[card.IDList]; ok {
		t.SectionKey = card.IDList
		t.IsArchived = t.IsArchived || r.lists[at].Closed
	} else {
		r.file.report(place(FieldSection), FieldSection, ValueMissing, card.IDList, "the list is not in the file")
	}
	for i, id := range card.IDMembers {
		if key := r.member(id, place(FieldAssignee)); i == 0 {
			t.AssigneeKey = key
		} else if key != "" {
			t.CollaboratorKeys = append(t.CollaboratorKeys, key)
		}
	}
	t.Labels = r.cardLabels(card)
	for _, a := range card.Attachments {
		t.Links = append(t.Links, Link{Name: cleanLine(a.Name), URL: cleanLine(a.URL)})
	}
	return t
}

// time returns the moment of an instant. It reports another text.
func (r *boardReader) time(text string, at Place, field Field) Moment {
	if text == "" {
		return Moment{}
	}
	t, ok := parseInstant(text)
	if ok {
		if m, ok := r.instant(t); ok {
			return m
		}
	}
	r.file.report(at, field, ValueMissing, text, "is not a time such as 2026-03-31T22:00:00.000Z")
	return Moment{}
}

// creation returns the time of creation from the id of a card, which begins with its seconds since
// 1970. Ids of other forms give none.
func (r *boardReader) creation(id string) Moment {
	const idDigits, timeDigits = 24, 8
	if _, err := hex.DecodeString(id); err != nil || len(id) != idDigits {
		return Moment{}
	}
	seconds, err := strconv.ParseInt(id[:timeDigits], 16, 64)
	m, ok := r.instant(time.Unix(seconds, 0))
	if err != nil || !ok || seconds == 0 {
		return Moment{}
	}
	return m
}
