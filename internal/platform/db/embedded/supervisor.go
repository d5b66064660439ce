package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// timing configures how often and how long the supervisor acts.
type timing struct {
	// checkInterval is how often the programs on disk are checked. A change is acted upon only after
	// it lasted for the same time, since a package manager replaces files one after another.
	checkInterval time.Duration
	// stableAfter is how long PostgreSQL must run until earlier failures no longer count.
	stableAfter time.Duration
	// suspicionInterval is the minimum time between restarts because of a suspicion alone.
	suspicionInterval time.Duration
	// shortestPause is the pause before the second restart. It doubles with each further restart, up
	// to longestPause.
	shortestPause, longestPause time.Duration
	// giveUpAfter is how long restarts may fail before the server gives up.
	giveUpAfter time.Duration
}

var defaultTiming = timing{
	checkInterval:     2 * time.Second,
	stableAfter:       time.Minute,
	suspicionInterval: time.Hour,
	shortestPause:     250 * time.Millisecond,
	longestPause:      15 * time.Second,
	giveUpAfter:       10 * time.Minute,
}

// maxStop is how long a fast shutdown may take before PostgreSQL is stopped immediately.
const maxStop = 20 * time.Second

// restartHistory is the supervisor's record of restarts.
type restartHistory struct {
	// since is when the current series of restarts began; restarts counts them. A series ends when
	// PostgreSQL has run for timing.stableAfter.
	since    time.Time
	restarts int
	// ready is when PostgreSQL last became ready; suspected is when a suspicion last caused a restart.
	ready, suspected time.Time
	// seen is the fingerprint of the programs at the last check. broken is the fingerprint of programs
	// that did not work when they were last tried, at the time tried.
	seen, broken string
	tried        time.Time
}

// ReportSuspicion reports a failure that is typical of replaced program files. The server is
// restarted if the files have changed, and otherwise at most once per timing.suspicionInterval.
func (s *Server) ReportSuspicion() {
	select {
	case s.suspected <- struct{}{}:
	default: // a suspicion is already pending
	}
}

// supervise restarts PostgreSQL as needed until the server is stopped, or restarts have failed for
// too long.
func (s *Server) supervise(ctx context.Context) {
	defer close(s.ended)
	s.history.ready, s.history.since = time.Now(), time.Now()
	watch := time.NewTicker(s.timing.checkInterval)
	defer watch.Stop()
	for s.failure == nil {
		select {
		case <-ctx.Done():
			return
		case <-s.postmaster.exited:
			s.logger.Error("embedded PostgreSQL ended unexpectedly", "log", s.postmaster.log.tail())
			s.failure = s.restart(ctx)
		case <-s.suspected:
			if s.programsChanged() || s.mayRestartOnSuspicion() {
				s.failure = s.upgrade(ctx)
			}
		case <-watch.C:
			if s.programsChanged() && s.checkStable() {
				s.failure = s.upgrade(ctx)
			}
		}
	}
}

// programsChanged reports whether the programs on disk differ from the running ones and are not
// known to be broken.
func (s *Server) programsChanged() bool {
	now := fingerprint(s.postmaster.files)
	return now != s.postmaster.fingerprint && !s.isKnownBroken(now)
}

// isKnownBroken reports whether programs recently did not work. They are tried again later, since
// the cause may have been temporary, such as a full disk.
func (s *Server) isKnownBroken(programs string) bool {
	return programs == s.history.broken && time.Since(s.history.tried) < s.timing.stableAfter
}

// checkStable records the programs on disk and reports whether they are the same as in the last
// check.
func (s *Server) checkStable() bool {
	before := s.history.seen
	s.history.seen = fingerprint(s.postmaster.files)
	return s.history.seen == before
}

// mayRestartOnSuspicion reports whether a suspicion alone may cause a restart now.
func (s *Server) mayRestartOnSuspicion() bool {
	if time.Since(s.history.suspected) < s.timing.suspicionInterval || s.isKnownBroken(fingerprint(s.postmaster.files)) {
		return false
	}
	s.history.suspected = time.Now()
	return true
}

// upgrade restarts a running PostgreSQL with the programs that are currently on disk. If those do
// not work, the running ones continue.
func (s *Server) upgrade(ctx context.Context) error {
	now := fingerprint(s.postmaster.files)
	programs, err := s.locations.find(ctx, s.account, s.data, s.logger)
	if err == nil {
		err = s.data.tryPrograms(ctx, s.account, programs)
	}
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		s.history.broken, s.history.tried = now, time.Now()
		s.logger.Error("the new PostgreSQL programs do not work; the old ones keep running", "error", inOneLine(err))
		return nil
	}
	s.logger.Warn("restarting embedded PostgreSQL: its programs may have been replaced")
	stopping, cancel := context.WithTimeout(ctx, maxStop)
	defer cancel()
	if err := s.postmaster.stop(stopping); err != nil {
		s.logger.Warn("stopping embedded PostgreSQL", "error", inOneLine(err))
	}
	return s.restart(ctx)
}

// restart starts a PostgreSQL that has ended. It retries for timing.giveUpAfter.
func (s *Server) restart(ctx context.Context) error {
	if time.Since(s.history.ready) > s.timing.stableAfter {
		s.history.since, s.history.restarts = time.Now(), 0
	}
	err := errors.New(s.postmaster.log.tail())
	for s.pause(ctx) {
		if time.Since(s.history.since) > s.timing.giveUpAfter {
			return fmt.Errorf("PostgreSQL repeatedly ended or did not start: %w", err)
		}
		s.history.restarts++
		if err = s.run(ctx); err == nil {
			s.history.ready = time.Now()
			return nil
		}
		s.logger.Error("embedded PostgreSQL does not start yet", "error", inOneLine(err))
	}
	return nil
}

// pause waits before a restart, except the first of a series. It returns false if the server is
// stopped.
func (s *Server) pause(ctx context.Context) bool {
	var wait time.Duration
	if n := s.history.restarts; n > 0 {
		wait = min(s.timing.shortestPause<<min(n-1, 16), s.timing.longestPause)
	}
	select {
	case <-time.After(wait):
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
