package rpc

import "net/http"

// strictPolicy lets an answer load and run nothing, should a browser show it as a page.
const strictPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// withSecurityHeaders puts the headers that keep browsers safe on every answer. A page that
// needs more than the strict policy says so itself.
func withSecurityHeaders(next http.Handler) http.Handler {
	return underPolicy(strictPolicy, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	}))
}

// underPolicy sets the Content-Security-Policy of an answer.
func underPolicy(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		next.ServeHTTP(w, r)
	})
}
