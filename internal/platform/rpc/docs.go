package rpc

import (
	"embed"
	"net/http"

	"github.com/swaggest/swgui/v5emb"
)

// docsPolicy lets the reference page load its own scripts, styles and document and nothing
// else. Swagger UI draws its icons from data: URLs and sets styles inline.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// docsPage is the reference page and its start script. They are ours and not the
// library's, whose page has its script inline, which the policy refuses.
//
//go:embed docs.html docs.js
var docsPage embed.FS

// serveDocs adds the reference page at /docs/.
func serveDocs(mux *http.ServeMux) {
	assets := v5emb.New("Backoffice", "/openapi.json", "/docs/")
	mux.Handle("GET /docs", http.RedirectHandler("/docs/", http.StatusMovedPermanently))
	mux.Handle("GET /docs/", underPolicy(docsPolicy, assets))
	for path, file := range map[string]string{"/docs/{$}": "docs.html", "/docs/docs.js": "docs.js"} {
		mux.Handle("GET "+path, underPolicy(docsPolicy, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, docsPage, file)
		})))
	}
}
