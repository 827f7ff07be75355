package rivals

import (
	"database/sql"
	"encoding/json"
	"strconv"
	"time"
)

// appendJSON appends the media with its permission, in the shape of the contract.
func (m *listed) appendJSON(buf []byte) []byte {
	buf = append(buf, `{"id":`...)
	buf = strconv.AppendInt(buf, m.id, 10)
	buf = append(buf, `,"title":`...)
	buf = appendString(buf, m.title)
	buf = append(buf, `,"description":`...)
	buf = appendNullString(buf, m.description)
	buf = append(buf, `,"duration":`...)
	buf = strconv.AppendFloat(buf, m.duration, 'f', -1, 64)
	buf = append(buf, `,"created_at":`...)
	buf = appendTime(buf, m.createdAt, time.RFC3339)
	buf = append(buf, `,"last_viewed":`...)
	buf = appendNullTime(buf, m.lastViewed, time.DateOnly)
	buf = append(buf, `,"last_viewed_by_student":`...)
	buf = appendNullTime(buf, m.lastViewedStudent, time.DateOnly)
	buf = append(buf, `,"thumbnail_url":"http://127.0.0.1:8080/thumbnails/`...)
	buf = append(buf, m.embedID...)
	buf = append(buf, `","transcoding_status":`...)
	buf = appendString(buf, m.status)
	buf = append(buf, `,"owner":{"id":`...)
	buf = strconv.AppendInt(buf, m.ownerID, 10)
	buf = append(buf, `,"full_name":`...)
	buf = appendString(buf, m.ownerFull)
	buf = append(buf, `,"display_name":`...)
	buf = appendString(buf, m.ownerDisplay)
	buf = append(buf, `,"email":`...)
	buf = appendNullString(buf, m.ownerEmail)
	buf = append(buf, `},"size":`...)
	buf = strconv.AppendInt(buf, m.size, 10)
	buf = append(buf, `,"source":`...)
	buf = appendString(buf, m.source)
	buf = append(buf, `,"embed_id":"`...)
	buf = append(buf, m.embedID...)
	buf = append(buf, `","lti_launch_id":"`...)
	buf = append(buf, m.embedID...)
	buf = append(buf, '-')
	buf = strconv.AppendInt(buf, m.id, 10)
	buf = append(buf, `","archived_at":`...)
	buf = appendNullTime(buf, m.archivedAt, time.RFC3339)
	return append(buf, `,"permission":"owner"}`...)
}

// appendString appends a JSON string: as it stands where nothing in it needs an
// escape, as nearly all text is.
func appendString(buf []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string always has a JSON form
			}
			return append(buf, quoted...)
		}
	}
	buf = append(buf, '"')
	buf = append(buf, s...)
	return append(buf, '"')
}

func appendNullString(buf []byte, s sql.NullString) []byte {
	if !s.Valid {
		return append(buf, "null"...)
	}
	return appendString(buf, s.String)
}

func appendTime(buf []byte, unix int64, layout string) []byte {
	buf = append(buf, '"')
	buf = time.Unix(unix, 0).UTC().AppendFormat(buf, layout)
	return append(buf, '"')
}

func appendNullTime(buf []byte, unix sql.NullInt64, layout string) []byte {
	if !unix.Valid {
		return append(buf, "null"...)
	}
	return appendTime(buf, unix.Int64, layout)
}
