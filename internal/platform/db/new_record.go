package db

import "reflect"

// NewRecord returns a new record of the pointer type R, such as *pb.Vendor.
//
// Generic code about records takes their pointer types, because Go compiles it once for all pointer
// types but once for each struct type.
func NewRecord[R any]() R {
	return reflect.New(reflect.TypeFor[R]().Elem()).Interface().(R)
}
