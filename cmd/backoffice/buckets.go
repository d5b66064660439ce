package main

// The clouds whose buckets BACKOFFICE_FILES_URL may name, by the schemes s3 and gs.
import (
	_ "gocloud.dev/blob/gcsblob"
	_ "gocloud.dev/blob/s3blob"
)
