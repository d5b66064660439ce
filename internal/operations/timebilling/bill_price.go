package timebilling

import (
	"context"
	"fmt"
	"slices"
	"strings"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// priceTime finds the rates of the time. It refuses time without a rate, all of it together.
func (b *bill) priceTime(ctx context.Context, tx *db.Tx) error {
	hours := make([]hour, len(b.entries))
	for i, e := range b.entries {
		hours[i] = hour{person: e.PersonId, task: e.TaskId, project: e.ProjectId, customer: b.customer,
			date:     e.WorkDate,
			currency: b.currency}
	}
	known, err := loadRates(ctx, tx, hours)
	if err != nil {
		return err
	}
	var missing []hour
	for i := range b.entries {
		e := &b.entries[i]
		if e.rate = known.choose(hours[i]).rate; e.rate == nil {
			missing = append(missing, hours[i])
		}
	}
	return refuseMissing(ctx, tx, missing)
}

// maxMissing is the most hours without a rate that an error names.
const maxMissing = 20

// refuseMissing refuses time without a rate, by person and project.
func refuseMissing(ctx context.Context, tx *db.Tx, missing []hour) error {
	if len(missing) == 0 {
		return nil
	}
	var ids []string
	for _, h := range missing {
		ids = append(ids, h.person, h.project)
	}
	names, err := namesOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	var texts []string
	days := map[string][]string{}
	for _, h := range missing {
		text := names[h.person] + " on " + names[h.project]
		if days[text] == nil {
			texts = append(texts, text)
		}
		days[text] = append(days[text], h.date)
	}
	for i, text := range texts {
		first, last := slices.Min(days[text]), slices.Max(days[text])
		if texts[i] += ", " + first; first != last {
			texts[i] += " to " + last
		}
	}
	if len(texts) > maxMissing {
		texts = append(texts[:maxMissing], fmt.Sprintf("and %d more", len(texts)-maxMissing))
	}
	return fault.Refuse(optionsv1.Reason_BILLING_RATE_MISSING, "No billing rate in %s prices the time of %s.",
		missing[0].currency, strings.Join(texts, "; "))
}
