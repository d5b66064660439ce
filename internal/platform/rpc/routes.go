package rpc

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// route is an HTTP method and path, and the query parameters that it accepts.
type route struct {
	method               string
	httpMethod, template string
	path                 *regexp.Regexp
	query                parameters
	maxBody              int64 // in bytes
}

// routes are all routes, by HTTP method and the gateway's form of the path, such as
// `GET /v1/vendors/{vendor_id=*}`.
type routes map[string]route

// pathParameter is a parameter of a path template, such as `{vendor_id}`.
var pathParameter = regexp.MustCompile(`\{([a-z0-9_]+)\}`)

// routesOf reads the HTTP annotations of all methods. It fails if a method has none, since it could
// not be called over REST.
func routesOf(policies Policies) (routes, error) {
	out := routes{}
	for _, p := range policies {
		name := protoreflect.FullName(strings.Replace(p.Method, "/", ".", 1))
		d, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
		if err != nil {
			return nil, err
		}
		rule, _ := proto.GetExtension(d.Options(), annotations.E_Http).(*annotations.HttpRule)
		method, path := httpOf(rule)
		if path == "" {
			return nil, fmt.Errorf("%s has no google.api.http option", p.Method)
		}
		r := route{
			method: p.Method, httpMethod: method, template: path, path: pathPattern(path),
			query: queryParameters(p.Input, rule, path), maxBody: bodyLimit(p.Input),
		}
		out[method+" "+pathParameter.ReplaceAllString(path, "{$1=*}")] = r
	}
	return out, nil
}

func httpOf(rule *annotations.HttpRule) (method, path string) {
	switch p := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		return "GET", p.Get
	case *annotations.HttpRule_Post:
		return "POST", p.Post
	case *annotations.HttpRule_Patch:
		return "PATCH", p.Patch
	case *annotations.HttpRule_Put:
		return "PUT", p.Put
	case *annotations.HttpRule_Delete:
		return "DELETE", p.Delete
	}
	return "", ""
}

func pathPattern(template string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(template)
	return regexp.MustCompile("^" + regexp.MustCompile(`\\\{[a-z0-9_]+\\\}`).ReplaceAllString(quoted, `([^/:]+)`) + "$")
}

// queryParameters returns the request fields that are in neither the path nor the body, by their
// JSON and proto names.
func queryParameters(input protoreflect.MessageDescriptor, rule *annotations.HttpRule, path string) parameters {
	keys := parameters{}
	if rule.GetBody() == "*" {
		return keys
	}
	taken := map[string]bool{rule.GetBody(): true}
	for _, match := range pathParameter.FindAllStringSubmatch(path, -1) {
		taken[match[1]] = true
	}
	fields := input.Fields()
	for i := range fields.Len() {
		if fd := fields.Get(i); !taken[string(fd.Name())] {
			keys[string(fd.Name())] = fd
			keys[fd.JSONName()] = fd
		}
	}
	return keys
}

// allowedMethods returns the HTTP methods that a path supports, for the Allow header.
func (rs routes) allowedMethods(path string) []string {
	var methods []string
	for _, r := range rs {
		if r.path.MatchString(path) && !slices.Contains(methods, r.httpMethod) {
			methods = append(methods, r.httpMethod)
		}
	}
	if slices.Contains(methods, "GET") {
		methods = append(methods, "HEAD")
	}
	slices.Sort(methods)
	return methods
}
