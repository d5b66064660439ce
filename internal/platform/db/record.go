package db

import "reflect"

// NewRecord returns a new record of the pointer type R, such as *pb.Vendor.
//
// Generic code about records takes their pointer types: Go compiles it once for all pointers,
// and would compile it once for each struct type.
func NewRecord[R any]() R {
	return reflect.New(reflect.TypeFor[R]().Elem()).Interface().(R)
}
