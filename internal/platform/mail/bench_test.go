package mail_test

import (
	"context"
	"fmt"
	"testing"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
)

// BenchmarkMails measures the mails per second of one organization: stored in transactions of 50,
// and delivered through the queue to a mail server on the same machine.
func BenchmarkMails(b *testing.B) {
	s := newSender(b)
	b.ResetTimer()
	for first := 0; first < b.N; first += 50 {
		m := mail.Message{Kind: reminder, Cause: fmt.Sprint(first), Values: template.Values{"task": "the report"}}
		for i := first; i < min(first+50, b.N); i++ {
			m.To = append(m.To, message.Address{Email: fmt.Sprintf("p%d@example.org", i)})
		}
		if err := s.write(b.Context(), b, func(ctx context.Context, tx *db.Tx) error {
			return mail.Send(ctx, tx,
				m)
		}); err != nil {
			b.Fatal(err)
		}
	}
	stored := b.Elapsed()
	s.deliver(b)
	b.StopTimer()
	if s.server.Count() != b.N {
		b.Fatalf("received %d mails, want %d", s.server.Count(), b.N)
	}
	b.ReportMetric(float64(b.N)/stored.Seconds(), "stored/s")
	b.ReportMetric(float64(b.N)/(b.Elapsed()-stored).Seconds(), "delivered/s")
	if n := len(s.all(b)); n == 0 || s.all(b)[0].GetState() != pb.SentEmail_SENT {
		b.Fatal("the mails are not marked as sent")
	}
}
