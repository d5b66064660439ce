package chaos_test

import (
	"os/exec"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// checkRetries sends the requests in progress again, and some acknowledged ones, whose
// responses must be the same as before.
func (m *machine) checkRetries(acknowledged map[string]string, open []string) {
	m.t.Helper()
	checked := 0
	for key, entry := range acknowledged {
		if checked++; checked > 200 {
			break
		}
		if again, err := m.post(key); err != nil || again.GetId() != entry {
			m.t.Errorf("retry of %s: got %v, %v, want %s", key, again.GetId(), err, entry)
		}
	}
	for _, key := range open {
		entry, err := m.post(key)
		if err != nil {
			m.t.Errorf("retry of %s: got %v", key, err)
			continue
		}
		acknowledged[key] = entry.GetId()
	}
}

// checkEntries checks that every acknowledged entry exists exactly once, that no others exist,
// and that the books are sound.
func (m *machine) checkEntries(posted map[string]string) {
	m.t.Helper()
	ledger := financev1.NewLedgerServiceClient(m.conn)
	found := map[string]string{}
	for token := ""; ; {
		page, err := ledger.ListJournalEntries(m.withKey(""),
			&financev1.ListJournalEntriesRequest{PageSize: 500, PageToken: token})
		if err != nil {
			m.t.Fatal(err)
		}
		for _, e := range page.GetJournalEntries() {
			if found[e.GetDescription()] != "" {
				m.t.Errorf("got entry %s twice", e.GetDescription())
			}
			found[e.GetDescription()] = e.GetId()
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	for key, entry := range posted {
		if found[key] != entry {
			m.t.Errorf("%s: got entry %q, want %s", key, found[key], entry)
		}
	}
	if len(found) != len(posted) {
		m.t.Errorf("got %d entries, want %d", len(found), len(posted))
	}
	m.checkBooks()
}

// checkBooks checks that the books balance and that the doctor reports no problems. The doctor
// cannot check a database that the server runs itself while the server is running.
func (m *machine) checkBooks() {
	m.t.Helper()
	trial, err := financev1.NewReportsServiceClient(m.conn).GetTrialBalance(m.withKey(""),
		&financev1.GetTrialBalanceRequest{AsOf: "2026-12-31"})
	if err != nil || trial.GetTotalDebit().GetAmount() != trial.GetTotalCredit().GetAmount() {
		m.t.Errorf("got %v, %v", trial, err)
	}
	if ok, err := financev1.NewLedgerServiceClient(m.conn).CheckIntegrity(m.withKey(""),
		&financev1.CheckIntegrityRequest{}); err != nil || !ok.GetPassed() {
		m.t.Errorf("got %v, %v", ok, err)
	}
	if m.database == nil {
		return
	}
	doctor := exec.Command(m.program, "doctor")
	doctor.Env = m.environment()
	if out, err := doctor.CombinedOutput(); err != nil {
		m.t.Errorf("doctor: %v\n%s", err, out)
	}
}
