package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// pace is how fast the supervisor acts.
type pace struct {
	// watch is how often the programs on disk are looked at. A change counts once it has lasted for
	// as long, since a package's files are replaced one after another.
	watch time.Duration
	// calm is how long PostgreSQL must have run for its troubles to be over.
	calm time.Duration
	// suspicion is how often, at most, a suspicion alone leads to a restart.
	suspicion time.Duration
	// longestPause bounds the pause before a restart, which doubles from shortestPause.
	shortestPause, longestPause time.Duration
	// patience is how long restarts may fail until the server gives up.
	patience time.Duration
}

var usualPace = pace{
	watch:         2 * time.Second,
	calm:          time.Minute,
	suspicion:     time.Hour,
	shortestPause: 250 * time.Millisecond,
	longestPause:  15 * time.Second,
	patience:      10 * time.Minute,
}

// stopPatience bounds how long a fast shutdown may take before PostgreSQL is stopped hard.
const stopPatience = 20 * time.Second

// trouble is what the supervisor remembers of restarts.
type trouble struct {
	// since is when a series of restarts began that no calm has ended, and restarts how many it has.
	since    time.Time
	restarts int
	// ready is when PostgreSQL last became ready, and suspected when a suspicion last led to a restart.
	ready, suspected time.Time
	// seen is the picture of the programs at the last look, and broken that of programs that did not
	// work when they were last tried.
	seen, broken string
	tried        time.Time
}

// Suspect says that PostgreSQL failed as it does when its files were replaced under it. It is
// restarted if they were, and now and then if they were not.
func (s *Server) Suspect() {
	select {
	case s.suspected <- struct{}{}:
	default: // one suspicion waits already
	}
}

// supervise keeps PostgreSQL running until the server is stopped, or restarts have failed for too
// long.
func (s *Server) supervise(ctx context.Context) {
	defer close(s.ended)
	s.trouble.ready, s.trouble.since = time.Now(), time.Now()
	watch := time.NewTicker(s.pace.watch)
	defer watch.Stop()
	for s.failure == nil {
		select {
		case <-ctx.Done():
			return
		case <-s.postmaster.exited:
			s.logger.Error("embedded PostgreSQL ended by itself", "log", s.postmaster.log.tail())
			s.failure = s.revive(ctx)
		case <-s.suspected:
			if s.changed() || s.mayBeSuspected() {
				s.failure = s.renew(ctx)
			}
		case <-watch.C:
			if s.changed() && s.settled() {
				s.failure = s.renew(ctx)
			}
		}
	}
}

// changed says whether the programs on disk are others than those that run, and not known to be
// broken.
func (s *Server) changed() bool {
	now := picture(s.postmaster.files)
	return now != s.postmaster.before && !s.isBroken(now)
}

// isBroken says whether programs did not work a moment ago. They are tried again later, since a full
// disk may have been why.
func (s *Server) isBroken(programs string) bool {
	return programs == s.trouble.broken && time.Since(s.trouble.tried) < s.pace.calm
}

// settled says whether the programs on disk are as they were at the last look.
func (s *Server) settled() bool {
	before := s.trouble.seen
	s.trouble.seen = picture(s.postmaster.files)
	return s.trouble.seen == before
}

func (s *Server) mayBeSuspected() bool {
	if time.Since(s.trouble.suspected) < s.pace.suspicion || s.isBroken(picture(s.postmaster.files)) {
		return false
	}
	s.trouble.suspected = time.Now()
	return true
}

// renew restarts a PostgreSQL that runs, with the programs that are on disk now. If those do not
// work, the running ones are the better ones.
func (s *Server) renew(ctx context.Context) error {
	now := picture(s.postmaster.files)
	programs, err := s.places.find(ctx, s.account, s.home, s.logger)
	if err == nil {
		err = s.home.rehearse(ctx, s.account, programs)
	}
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		s.trouble.broken, s.trouble.tried = now, time.Now()
		s.logger.Error("PostgreSQL's programs were replaced by some that do not work; the old ones run on", "error", plain(err))
		return nil
	}
	s.logger.Warn("restarting embedded PostgreSQL: its programs were replaced, or seem to be")
	stopping, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	if err := s.postmaster.stop(stopping); err != nil {
		s.logger.Warn("stopping embedded PostgreSQL", "error", plain(err))
	}
	return s.revive(ctx)
}

// revive starts a PostgreSQL that has ended, and tries again for as long as its patience lasts.
func (s *Server) revive(ctx context.Context) error {
	if time.Since(s.trouble.ready) > s.pace.calm {
		s.trouble.since, s.trouble.restarts = time.Now(), 0
	}
	err := errors.New(s.postmaster.log.tail())
	for s.pause(ctx) {
		if time.Since(s.trouble.since) > s.pace.patience {
			return fmt.Errorf("PostgreSQL ends, or does not start, again and again: %w", err)
		}
		s.trouble.restarts++
		if err = s.run(ctx); err == nil {
			s.trouble.ready = time.Now()
			return nil
		}
		s.logger.Error("embedded PostgreSQL does not start yet", "error", plain(err))
	}
	return nil
}

// pause waits before a restart that is not the first of its series. It returns false when the
// server is stopped.
func (s *Server) pause(ctx context.Context) bool {
	var wait time.Duration
	if n := s.trouble.restarts; n > 0 {
		wait = min(s.pace.shortestPause<<min(n-1, 16), s.pace.longestPause)
	}
	select {
	case <-time.After(wait):
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
