package notification

import (
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/platform/v1"
)

// at parses a local time with its offset.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse("2006-01-02 15:04 -0700", text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// TestQuietHoursEndOnceADay covers midnight and the days on which the clocks of Berlin change: on
// 2026-03-29 they skip 02:00 to 03:00, on 2026-10-25 they repeat it.
func TestQuietHoursEndOnceADay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, start, end, at, want string }{
		{"before they begin", "22:00", "07:00", "2026-11-30 21:59 +0100", "2026-11-30 21:59 +0100"},
		{"as they begin", "22:00", "07:00", "2026-11-30 22:00 +0100", "2026-12-01 07:00 +0100"},
		{"before midnight", "22:00", "07:00", "2026-11-30 23:59 +0100", "2026-12-01 07:00 +0100"},
		{"at midnight", "22:00", "07:00", "2026-12-01 00:00 +0100", "2026-12-01 07:00 +0100"},
		{"after midnight", "22:00", "07:00", "2026-12-01 03:00 +0100", "2026-12-01 07:00 +0100"},
		{"as they end", "22:00", "07:00", "2026-12-01 07:00 +0100", "2026-12-01 07:00 +0100"},
		{"within one day", "12:00", "14:00", "2026-12-01 13:00 +0100", "2026-12-01 14:00 +0100"},
		{"after those of one day", "12:00", "14:00", "2026-12-01 15:00 +0100", "2026-12-01 15:00 +0100"},
		{"until midnight", "20:00", "00:00", "2026-12-01 23:00 +0100", "2026-12-02 00:00 +0100"},
		{"clocks skip an hour", "22:00", "07:00", "2026-03-29 01:30 +0100", "2026-03-29 07:00 +0200"},
		{"they end in the skipped hour", "22:00", "02:30", "2026-03-29 01:30 +0100", "2026-03-29 03:30 +0200"},
		{"they begin in the skipped hour", "02:30", "05:00", "2026-03-29 03:10 +0200", "2026-03-29 03:10 +0200"},
		{"clocks repeat an hour", "22:00", "07:00", "2026-10-25 02:30 +0200", "2026-10-25 07:00 +0100"},
		{"they end in the repeated hour", "22:00", "02:30", "2026-10-25 02:29 +0200", "2026-10-25 02:30 +0200"},
		{"the hour is repeated after they ended", "22:00", "02:30", "2026-10-25 02:10 +0100", "2026-10-25 02:10 +0100"},
	} {
		p := preferences{&pb.NotificationPreferences{
			TimeZone: "Europe/Berlin", QuietStartTime: c.start, QuietEndTime: c.end,
		}}
		if got := p.afterQuietHours(at(t, c.at), time.UTC); !got.Equal(at(t, c.want)) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	none := preferences{}
	if now := at(t, "2026-12-01 03:00 +0000"); !none.afterQuietHours(now, time.UTC).Equal(now) {
		t.Error("without quiet hours nothing waits")
	}
}

func TestDigestComesOnceADay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, digest, start, end, after, want string }{
		{"later today", "18:00", "", "", "2026-11-30 09:00 +0100", "2026-11-30 18:00 +0100"},
		{"tomorrow", "08:00", "", "", "2026-11-30 08:00 +0100", "2026-12-01 08:00 +0100"},
		{"by default at eight", "", "", "", "2026-11-30 07:00 +0100", "2026-11-30 08:00 +0100"},
		{"after the quiet hours", "06:00", "22:00", "07:00", "2026-11-30 09:00 +0100", "2026-12-01 07:00 +0100"},
		{"in a skipped hour", "02:30", "", "", "2026-03-28 12:00 +0100", "2026-03-29 03:30 +0200"},
		{"in a repeated hour", "02:30", "", "", "2026-10-24 12:00 +0200", "2026-10-25 02:30 +0200"},
	} {
		p := preferences{&pb.NotificationPreferences{
			TimeZone: "Europe/Berlin", DigestTime: c.digest, QuietStartTime: c.start, QuietEndTime: c.end,
		}}
		if got := p.nextDigest(at(t, c.after), time.UTC); !got.Equal(at(t, c.want)) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if got := (preferences{}).nextDigest(at(t, "2026-11-30 09:00 +0000"), time.UTC); !got.Equal(at(t,
		"2026-12-01 08:00 +0000")) {
		t.Errorf("got %s without preferences", got)
	}
}
