package rpc

import (
	"net/http"
	"strconv"
)

// withHead answers HEAD as GET would be, without the body.
func withHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		get := r.Clone(r.Context())
		get.Method = http.MethodGet
		head := &bodiless{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(head, get)
		if w.Header().Get("Content-Length") == "" && head.length > 0 {
			w.Header().Set("Content-Length", strconv.Itoa(head.length))
		}
		w.WriteHeader(head.code)
	})
}

// bodiless counts an answer's body in place of sending it.
type bodiless struct {
	http.ResponseWriter
	code, length int
}

// WriteHeader implements http.ResponseWriter.
func (b *bodiless) WriteHeader(code int) { b.code = code }

// Write implements http.ResponseWriter. Once the length is known, the rest of the body need
// not be read.
func (b *bodiless) Write(p []byte) (int, error) {
	if b.length == 0 && b.Header().Get("Content-Type") == "" {
		b.Header().Set("Content-Type", http.DetectContentType(p)) // as the server does of a body
	}
	if b.Header().Get("Content-Length") != "" {
		return 0, http.ErrBodyNotAllowed
	}
	b.length += len(p)
	return len(p), nil
}

// Unwrap lets an http.ResponseController through.
func (b *bodiless) Unwrap() http.ResponseWriter { return b.ResponseWriter }
