package notice

import "backoffice/internal/platform/db"

// EraseBody queues the statement that empties the text of the notifications that have a cause,
// because the text was erased where it came from.
func EraseBody(tx *db.Tx, subjectID, cause string) {
	tx.Pending().Queue(`
update platform.notifications
set body = ''
where org_id = $1
and subject_id = $2
and cause = $3`, tx.Call().Organization.ID, subjectID, cause)
}
