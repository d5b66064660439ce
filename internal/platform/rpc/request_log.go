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

// logHTTP logs each HTTP request after its response, except for the frequent probes.
func (c *Chain) logHTTP(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == livePath || r.URL.Path == readyPath {
			next.ServeHTTP(w, r)
			return
		}
		begun := calendar.System().Now()
		response := &statusRecorder{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(response, r)
		c.Log.LogAttrs(r.Context(), c.RequestLevel, logging.Request,
			slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("code", response.code),
			slog.Duration("took", calendar.System().Now().Sub(begun)),
			slog.String("request_id", w.Header().Get(requestIDHeader)))
	})
}

// statusRecorder records the status code of a response.
type statusRecorder struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (c *statusRecorder) WriteHeader(code int) {
	c.code = code
	c.ResponseWriter.WriteHeader(code)
}

// Unwrap gives an http.ResponseController access to the connection.
func (c *statusRecorder) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// logCall logs a gRPC call. A call from this process is a REST request, which logHTTP logs.
func (c *Chain) logCall(ctx context.Context, method, requestID, code string, took time.Duration) {
	if _, local := grpc.ServerTransportStreamFromContext(ctx).(*localStream); local {
		return
	}
	c.Log.LogAttrs(ctx, c.RequestLevel, logging.Request, slog.String("method", method),
		slog.String("code", code), slog.Duration("took", took), slog.String("request_id", requestID))
}
