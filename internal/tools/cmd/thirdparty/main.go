// Command thirdparty writes the third-party .proto files that ours import (google/api,
// google/rpc, buf/validate) into a folder. It prints them from the descriptors linked into the
// Go modules whose generated code we use. So generating code needs no schema registry, and the
// files always match the code.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/jhump/protoreflect/v2/protoprint"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	// Each import registers the files listed below.
	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	_ "google.golang.org/genproto/googleapis/api/httpbody"
	_ "google.golang.org/genproto/googleapis/rpc/code"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/rpc/status"
)

var paths = []string{
	"buf/validate/validate.proto",
	"google/api/annotations.proto",
	"google/api/field_behavior.proto",
	"google/api/http.proto",
	"google/api/httpbody.proto",
	"google/rpc/code.proto",
	"google/rpc/error_details.proto",
	"google/rpc/status.proto",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: thirdparty FOLDER")
	}
	if err := write(os.Args[1]); err != nil {
		log.Fatal("thirdparty: ", err)
	}
}

func write(folder string) error {
	files := make([]protoreflect.FileDescriptor, 0, len(paths))
	for _, path := range paths {
		file, err := protoregistry.GlobalFiles.FindFileByPath(path)
		if err != nil {
			return fmt.Errorf("%s is not linked into this program: %w", path, err)
		}
		files = append(files, file)
	}
	// The elements are sorted, so that the same modules always produce the same files.
	printer := protoprint.Printer{SortElements: true, Compact: true}
	return printer.PrintProtosToFileSystem(files, folder)
}
