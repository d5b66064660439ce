package rpc

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// maxIndent is the most blanks that a level of JSON may be indented by.
const maxIndent = 8

// indented lays JSON out for people when the caller asks for it by
// `Accept: application/json; indent=2`. Without it answers are compact.
func indented(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept")
		width := indentOf(r.Header.Get("Accept"))
		if width == 0 {
			next.ServeHTTP(w, r)
			return
		}
		answer := &layout{ResponseWriter: w}
		next.ServeHTTP(answer, r)
		answer.finish(width)
	})
}

// indentOf is the indentation that an Accept header asks for, or 0.
func indentOf(accept string) int {
	for part := range strings.SplitSeq(accept, ",") {
		_, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if width, err := strconv.Atoi(parameters["indent"]); err == nil && width > 0 {
			return min(width, maxIndent)
		}
	}
	return 0
}

// layout holds an answer back if it is JSON, and lets all others pass; files among them,
// whatever is in them.
type layout struct {
	http.ResponseWriter
	code int
	held *bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (l *layout) WriteHeader(code int) {
	l.code = code
	kind, _, _ := mime.ParseMediaType(l.Header().Get("Content-Type"))
	ours := l.Header().Get("Content-Disposition") == ""
	if ours && (kind == "application/json" || kind == "application/problem+json") {
		l.held = &bytes.Buffer{}
		return
	}
	l.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (l *layout) Write(p []byte) (int, error) {
	if l.code == 0 {
		l.WriteHeader(http.StatusOK)
	}
	if l.held != nil {
		return l.held.Write(p)
	}
	return l.ResponseWriter.Write(p)
}

// Unwrap lets an http.ResponseController through.
func (l *layout) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// finish sends what was held back, laid out.
func (l *layout) finish(width int) {
	if l.held == nil {
		return
	}
	var out bytes.Buffer
	if json.Indent(&out, bytes.TrimSpace(l.held.Bytes()), "", strings.Repeat(" ", width)) != nil {
		out = *l.held
	}
	out.WriteByte('\n')
	l.ResponseWriter.WriteHeader(l.code)
	_, _ = l.ResponseWriter.Write(out.Bytes())
}
