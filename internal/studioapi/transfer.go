package studioapi

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
)

// TransferMedia gives what one person does not share to another.
func (h *handlers) TransferMedia(
	ctx context.Context, actor library.Actor, in TransferMediaInput,
) (TransferMediaOutput, error) {
	from, to := library.UserID(in.FromUserID), library.UserID(in.ToUserID)
	left, err := changed(ctx, h, actor, func(c *library.Change) (library.NotTransferred, error) {
		return c.TransferAll(ctx, from, to)
	})
	if err != nil {
		return TransferMediaOutput{}, err
	}
	return TransferMediaOutput{
		NotTransferredPerspectiveIDs: mapList(left.Perspectives, func(p library.HomePerspective) string { return p.UUID.String() }),
		NotTransferredCollectionIDs:  mapList(left.Collections, func(id library.CollectionID) int64 { return int64(id) }),
	}, nil
}
