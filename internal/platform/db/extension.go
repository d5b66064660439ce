package db

import "reflect"

// Extend registers a value, such as a hook of a package above, that code with a transaction looks
// up by its type with Extension. It is called before the first request.
func Extend[T any](d *DB, value T) {
	if d.kinds.extensions == nil {
		d.kinds.extensions = map[reflect.Type]any{}
	}
	d.kinds.extensions[reflect.TypeFor[T]()] = value
}

// Extension returns the value of a type that Extend keeps, or its zero value.
func Extension[T any](tx *Tx) (value T) {
	value, _ = tx.kinds.extensions[reflect.TypeFor[T]()].(T)
	return value
}
