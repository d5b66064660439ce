package rpc

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"google.golang.org/grpc"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/logging"
)

// logHTTP logs each request over HTTP once it is answered. Probes, which come all the time,
// are not worth a line.
func (c *Chain) logHTTP(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == livePath || r.URL.Path == readyPath {
			next.ServeHTTP(w, r)
			return
		}
		begun := calendar.System().Now()
		answer := &coded{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(answer, r)
		c.Log.LogAttrs(r.Context(), c.RequestLevel, logging.Request,
			slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("code", answer.code),
			slog.Duration("took", calendar.System().Now().Sub(begun)),
			slog.String("request_id", w.Header().Get(requestIDHeader)))
	})
}

// coded remembers an answer's code.
type coded struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (c *coded) WriteHeader(code int) {
	c.code = code
	c.ResponseWriter.WriteHeader(code)
}

// Unwrap lets an http.ResponseController through.
func (c *coded) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// logCall logs a call over gRPC. One of this process came over HTTP and is logged there.
func (c *Chain) logCall(ctx context.Context, method, requestID, code string, took time.Duration) {
	if _, local := grpc.ServerTransportStreamFromContext(ctx).(*exchange); local {
		return
	}
	c.Log.LogAttrs(ctx, c.RequestLevel, logging.Request, slog.String("method", method),
		slog.String("code", code), slog.Duration("took", took), slog.String("request_id", requestID))
}
