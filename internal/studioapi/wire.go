package studioapi

import (
	"net/url"
	"strconv"

	"github.com/lectern-media/lectern/internal/library"
)

// How the library's nouns look on the wire (the wire contract, section 2).

func mapList[From, To any](list []From, convert func(From) To) []To {
	converted := make([]To, len(list))
	for i, item := range list {
		converted[i] = convert(item)
	}
	return converted
}

func wireMeta[T any](p library.Paged[T]) PaginationMeta {
	return PaginationMeta{Meta: Pagination{
		CurrentPage: p.Page.Number,
		LastPage:    p.LastPage(),
		TotalCount:  p.Total,
	}}
}

func wireUserBrief(u library.UserBrief) UserBrief {
	return UserBrief{
		ID:          int64(u.ID),
		FullName:    u.FullName,
		DisplayName: u.DisplayName,
		Email:       u.Email,
	}
}

func wireUser(u library.User) User {
	return User{
		UserBrief: UserBrief{
			ID:          int64(u.ID),
			FullName:    u.FullName,
			DisplayName: u.DisplayName,
			Email:       u.Email,
		},
		RoleNames: mapList(u.Roles.List(), library.Role.String),
	}
}

func wireCollection(c library.CollectionWithPermission) Collection {
	w := Collection{
		ID:         int64(c.ID),
		Type:       string(c.Type),
		Permission: c.Permission.String(),
		CreatedAt:  c.CreatedAt,
		CourseID:   (*int64)(c.CourseID),
		ArchivedAt: c.ArchivedAt,
	}
	if c.Name != "" {
		w.Name = &c.Name
	}
	if c.Owner != nil {
		owner := wireUserBrief(*c.Owner)
		w.Owner = &owner
	}
	return w
}

func (h *handlers) wireMedia(m library.Media) Media {
	embedID := m.EmbedID.String()
	return Media{
		ID:                  int64(m.ID),
		Title:               m.Title,
		Description:         m.Description,
		Duration:            m.Duration,
		CreatedAt:           m.CreatedAt,
		LastViewed:          m.LastViewed,
		LastViewedByStudent: m.LastViewedByStudent,
		ThumbnailURL:        h.publicURL + thumbnailPath + embedID,
		TranscodingStatus:   string(m.Status()),
		Owner:               wireUserBrief(m.Owner),
		Size:                m.Size,
		Source:              string(m.Source),
		EmbedID:             embedID,
		LTILaunchID:         ltiLaunchID(m),
		ArchivedAt:          m.ArchivedAt,
	}
}

// ltiLaunchID is what LTI launches know a media item by.
func ltiLaunchID(m library.Media) string {
	return m.EmbedID.String() + "-" + strconv.FormatInt(int64(m.ID), 10)
}

func (h *handlers) wireMediaAtHome(m library.MediaAtHome) MediaAtHome {
	return MediaAtHome{Media: h.wireMedia(m.Media), Collection: wireCollection(m.Collection)}
}

func wirePerspective(p library.PlacedPerspective) Perspective {
	return Perspective{
		UUID:       p.UUID.String(),
		Title:      p.Title,
		MediaID:    int64(p.Media),
		CreatedAt:  p.CreatedAt,
		Collection: wireCollection(p.Place),
	}
}

func (h *handlers) wireUserMedia(m library.MediaWithPermission) UserMedia {
	return UserMedia{Media: h.wireMedia(m.Media), Permission: m.Permission.String()}
}

func wireUserPermission(u library.UserWithPermission) UserPermission {
	return UserPermission{User: wireUser(u.User), Permission: u.Permission.String()}
}

func wireGroupPermission(g library.GroupWithPermission) GroupPermission {
	return GroupPermission{ID: int64(g.ID), Name: g.Name, Permission: g.Permission.String()}
}

func wireGroupUser(m library.GroupMember) GroupUser {
	return GroupUser{UserBrief: wireUserBrief(m.UserBrief), Permission: string(m.Membership)}
}

func wireEnrollment(e library.Enrollment) Enrollment {
	return Enrollment{UserBrief: wireUserBrief(e.UserBrief), Role: string(e.Role)}
}

func wireTag(t library.Tag) Tag { return Tag{ID: int64(t.ID), Name: t.Name} }

func (h *handlers) wireCaptionFile(f library.CaptionFile) CaptionFile {
	w := CaptionFile{
		ID:             int64(f.ID),
		Srclang:        string(f.Language),
		SubtitleFormat: string(f.Format),
		Label:          f.Language.Label(),
		Status:         string(f.Status),
		CreatedAt:      f.CreatedAt,
		Provider:       wireProvider(f.Provider),
	}
	if f.Status == library.CaptionPublished {
		expires, signature := h.addresses.Captions(f)
		w.URL = new(BasePath + "/caption_files/" + strconv.FormatInt(int64(f.ID), 10) + "/download?" +
			url.Values{"expires": {expires}, "signature": {signature}}.Encode())
	}
	return w
}

// automaticProvider is the vendor's word for captions that a machine made, with which a client
// compares (the wire contract, section 2).
const automaticProvider = "notorious"

func wireProvider(p library.CaptionProvider) string {
	if p == library.CaptionsAutomatic {
		return automaticProvider
	}
	return string(p)
}

func (h *handlers) wireMediaCaptionFile(f library.CaptionFile) MediaCaptionFile {
	return MediaCaptionFile{CaptionFile: h.wireCaptionFile(f), MediaID: int64(f.Media)}
}

func wireCaptionRequest(r library.CaptionRequest) CaptionFileRequest {
	return CaptionFileRequest{
		ID:          int64(r.ID),
		MediaID:     int64(r.Media),
		Srclang:     string(r.Language),
		ServiceType: r.ServiceType,
		Status:      string(r.Status),
		CreatedAt:   r.CreatedAt,
	}
}

func wireServiceType(t library.ServiceType) CaptioningServiceType {
	w := CaptioningServiceType{
		ID:        int64(t.ID),
		Key:       t.Key,
		Label:     t.Label,
		IsASR:     t.IsASR,
		Languages: mapList(t.Languages, func(l library.Language) string { return string(l) }),
	}
	if t.Description != "" {
		w.Description = &t.Description
	}
	return w
}
