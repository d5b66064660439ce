package exportfile

import "slices"

// actionLimit is the most actions that Trello exports, the newest ones.
const actionLimit = 1000

// readComments reads comments, and the times at which cards were created and done, from the
// actions. They are sorted from new to old.
func (r *boardReader) readComments() {
	for i := range r.actions {
		a := &r.actions[i]
		isComment := a.Type == "commentCard" || a.Type == "copyCommentCard"
		at, ok := r.tasks[a.Data.Card.ID]
		if !ok {
			if isComment {
				r.file.report(a.place, FieldComments, ValueMissing, a.Data.Text, "the card of the comment was not read")
			}
			continue
		}
		task := &r.file.Tasks[at]
		wasOpen := a.Data.Old.DueComplete != nil && !*a.Data.Old.DueComplete
		switch {
		case isComment:
			r.addComment(task, a)
		case (a.Type == "createCard" || a.Type == "copyCard") && task.Created.IsZero():
			task.Created = r.time(a.Date, Place{Path: a.place.Path + ".date"}, FieldCreated)
		case a.Type == "updateCard" && wasOpen && a.Data.Card.DueComplete && task.Completed.IsZero() && r.isDone(task):
			task.Completed = r.time(a.Date, Place{Path: a.place.Path + ".date"}, FieldCompleted)
		}
	}
	for _, card := range r.cards {
		if at, ok := r.tasks[card.ID]; ok {
			r.finishComments(&r.file.Tasks[at], card.Badges.Comments)
		}
	}
	if len(r.board.Actions) >= actionLimit {
		r.file.report(Place{Path: "actions"}, FieldComments, Notice, "",
			"the file has %d actions; Trello leaves out older ones, and their comments", len(r.board.Actions))
	}
}

// isDone reports whether a task is done.
func (r *boardReader) isDone(task *Task) bool {
	return r.states.get(task.StateKey, State{}).Category == Completed
}

// addComment adds a comment to its task.
func (r *boardReader) addComment(task *Task, a *trelloAction) {
	author := a.IDMemberCreator
	if author == "" && a.MemberCreator != nil {
		author = a.MemberCreator.ID
	}
	if author == "" {
		r.file.report(Place{Path: a.place.Path + ".memberCreator"}, FieldComments, ValueMissing, "",
			"the comment has no author")
	}
	task.Comments = append(task.Comments, Comment{
		Key: cleanLine(a.ID), AuthorKey: r.member(author, a.place), Text: cleanLines(a.Data.Text), At: a.place,
		Written: r.time(a.Date, Place{Path: a.place.Path + ".date"}, FieldComments),
	})
}

// finishComments sorts the comments of a task from old to new, and reports how many are missing.
func (r *boardReader) finishComments(task *Task, total int) {
	slices.Reverse(task.Comments)
	slices.SortStableFunc(task.Comments, func(a, b Comment) int { return a.Written.Time.Compare(b.Written.Time) })
	if task.MissingComments = max(0, total-len(task.Comments)); task.MissingComments > 0 {
		r.file.report(r.file.PlaceOf(task.At, FieldComments), FieldComments, Notice, "",
			"the card has %d comments, but the file has only %d of them", total, len(task.Comments))
	}
}
