package files

import (
	"bufio"
	"crypto/sha256"
	"errors"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/imagemeta"
	"backoffice/internal/platform/mediatype"
)

// stripImage returns the content of a file without the metadata of an image, and closes in if that
// is another content. It sets the media type by the content.
func stripImage(file *pb.File, in *spool) (*spool, error) {
	head := make([]byte, mediatype.HeadSize)
	n, _ := in.ReadAt(head, 0) // a short file ends before
	mediaType := imagemeta.MediaType(head[:n])
	if mediaType == "" {
		file.MediaType = mediatype.Of(file.MediaType, head[:n])
		return in, nil
	}
	out, err := createSpool(sha256.New())
	if err != nil {
		return in, err
	}
	buffered := bufio.NewWriter(out.writer())
	if err = imagemeta.Strip(mediaType, in, buffered); err == nil {
		err = errors.Join(buffered.Flush(), out.rewind())
	}
	if err == nil {
		file.MediaType = mediaType
		_ = in.Close()
		return out, nil
	}
	_ = out.Close()
	if !errors.Is(err, imagemeta.ErrMalformed) {
		return in, err
	}
	file.MediaType = mediatype.Unknown
	return in, in.rewind()
}
