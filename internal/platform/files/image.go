package files

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"io"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/imagemeta"
	"backoffice/internal/platform/mediatype"
	"backoffice/internal/platform/thumbnail"
)

// cleanImage returns the content of a file without the metadata of an image, and upright if it is a
// photo that was taken in another orientation. It sets the media type by the content. It closes in
// if it returns another content.
func cleanImage(ctx context.Context, file *pb.File, in *spool) (*spool, error) {
	head := make([]byte, mediatype.HeadSize)
	n, _ := in.ReadAt(head, 0) // a short file ends before
	mediaType := imagemeta.MediaType(head[:n])
	if mediaType == "" {
		file.MediaType = mediatype.Of(file.MediaType, head[:n])
		return in, nil
	}
	file.MediaType = mediaType
	in, err := replaceContent(in, func(out io.Writer) error { return imagemeta.Strip(mediaType, in, out) })
	switch {
	case errors.Is(err, imagemeta.ErrMalformed):
		file.MediaType = mediatype.Unknown
		return in, in.rewind()
	case err != nil || !thumbnail.IsTurned(in):
		return in, err
	}
	in, err = replaceContent(in, func(out io.Writer) error { return thumbnail.Upright(ctx, in, out) })
	if errors.Is(err, thumbnail.ErrUnsupported) {
		return in, in.rewind() // it keeps its orientation
	}
	return in, err
}

// replaceContent returns the content that write writes, and closes in. If write fails, it returns
// in.
func replaceContent(in *spool, write func(out io.Writer) error) (*spool, error) {
	out, err := createSpool(sha256.New())
	if err != nil {
		return in, err
	}
	buffered := bufio.NewWriter(out.writer())
	if err = write(buffered); err == nil {
		err = errors.Join(buffered.Flush(), out.rewind())
	}
	if err != nil {
		_ = out.Close()
		return in, err
	}
	_ = in.Close()
	return out, nil
}
