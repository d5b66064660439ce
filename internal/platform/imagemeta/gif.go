package imagemeta

import (
	"bufio"
	"io"
)

// Blocks of GIF (GIF89a specification, appendix A).
const (
	gifImage       = 0x2c
	gifExtension   = 0x21
	gifTrailer     = 0x3b
	gifControl     = 0xf9
	gifApplication = 0xff
)

// stripGIF copies images, their graphic controls and the number of repetitions. It drops comments,
// plain text and other application extensions.
func stripGIF(in *bufio.Reader, out io.Writer) error {
	screen, err := read(in, 13)
	if err != nil {
		return err
	}
	table, err := read(in, colorTableSize(screen[10]))
	if err != nil {
		return err
	}
	if err := write(out, screen, table); err != nil {
		return err
	}
	for {
		kind, err := in.ReadByte()
		if err != nil {
			return err
		}
		switch kind {
		case gifTrailer:
			return write(out, []byte{gifTrailer})
		case gifImage:
			err = copyGIFImage(in, out)
		case gifExtension:
			err = copyGIFExtension(in, out)
		default:
			err = ErrMalformed
		}
		if err != nil {
			return err
		}
	}
}

// colorTableSize returns the size of the color table that a byte of flags announces.
func colorTableSize(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

func copyGIFImage(in *bufio.Reader, out io.Writer) error {
	descriptor, err := read(in, 9)
	if err != nil {
		return err
	}
	table, err := read(in, colorTableSize(descriptor[8])+1) // with the size of codes
	if err != nil {
		return err
	}
	if err := write(out, []byte{gifImage}, descriptor, table); err != nil {
		return err
	}
	return copyGIFBlocks(in, out)
}

func copyGIFExtension(in *bufio.Reader, out io.Writer) error {
	label, err := in.ReadByte()
	if err != nil {
		return err
	}
	to := io.Discard
	next, err := in.Peek(12)
	switch {
	case label == gifControl:
		to = out
	case label == gifApplication && err == nil && string(next) == "\x0bNETSCAPE2.0":
		to = out
	}
	if err := write(to, []byte{gifExtension, label}); err != nil {
		return err
	}
	return copyGIFBlocks(in, to)
}

// copyGIFBlocks copies blocks to the empty one that ends them.
func copyGIFBlocks(in *bufio.Reader, out io.Writer) error {
	for {
		size, err := in.ReadByte()
		if err != nil {
			return err
		}
		block, err := read(in, int(size))
		if err != nil {
			return err
		}
		if err := write(out, []byte{size}, block); err != nil || size == 0 {
			return err
		}
	}
}
