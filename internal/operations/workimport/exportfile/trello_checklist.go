package exportfile

import (
	"fmt"
	"slices"
)

// readChecklists reads checklists into their tasks, sorted as on the cards.
func (r *boardReader) readChecklists() {
	var lists []trelloChecklist
	decodeItems(r.collector, "checklists", r.board.Checklists, func(l *trelloChecklist, at Place) {
		l.place = at
		lists = append(lists, *l)
	})
	slices.SortStableFunc(lists, func(a, b trelloChecklist) int { return a.Pos.Cmp(b.Pos.Decimal) })
	for _, l := range lists {
		at, ok := r.tasks[l.IDCard]
		if !ok {
			r.file.report(l.place, FieldChecklists, ValueMissing, l.Name, "the card of the checklist was not read")
			continue
		}
		r.file.Tasks[at].Checklists = append(r.file.Tasks[at].Checklists, r.checklist(&l))
	}
}

// checklist returns a checklist with its items in their order.
func (r *boardReader) checklist(l *trelloChecklist) Checklist {
	out := Checklist{Key: cleanLine(l.ID), Name: cleanLine(l.Name), At: l.place}
	places := make([]int, len(l.CheckItems))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int {
		return l.CheckItems[a].Pos.Cmp(l.CheckItems[b].Pos.Decimal)
	})
	for _, i := range places {
		item := l.CheckItems[i]
		at := Place{Path: fmt.Sprintf("%s.checkItems[%d]", l.place.Path, i)}
		if item.State != "complete" && item.State != "incomplete" {
			r.file.report(Place{Path: at.Path + ".state"}, FieldChecklists, ValueMissing, item.State,
				"is neither complete nor incomplete; the item was read as not done")
		}
		text := cleanLine(item.Name)
		if text == "" {
			r.file.report(at, FieldChecklists, ValueMissing, item.ID, "the item has no text")
			continue
		}
		out.Items = append(out.Items, ChecklistItem{
			Key: cleanLine(item.ID), Text: text, IsDone: item.State == "complete", At: at,
			AssigneeKey: r.member(item.IDMember, Place{Path: at.Path + ".idMember"}),
			Due:         r.time(item.Due, Place{Path: at.Path + ".due"}, FieldDueDate),
		})
	}
	return out
}
