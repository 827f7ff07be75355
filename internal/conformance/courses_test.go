package conformance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

func TestCreateCourse_EveryField(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		sciences := lib.SubAccount("sciences")
		for i, c := range []struct {
			by, contentType, query, body, name string
		}{
			{"ada", live.JSON, "", `{"course_id":%d,"name":"Öptik 𝄞","sub_account_id":null}`, `"Öptik 𝄞"`},
			{"ada", live.JSON, "", `{"course_id":%d}`, "null"},
			{"ada", live.JSON, "", `{"course_id":%d,"name":null}`, "null"},
			{"ada", "application/x-www-form-urlencoded", "", "course_id=%d&name=Waves", `"Waves"`},
			{"ada", live.JSON, "?name=ignored", `{"course_id":%d,"name":"Waves"}`, `"Waves"`},
			{"ada", live.JSON, "?name=Waves", `{"course_id":%d}`, `"Waves"`},
			{"sue", live.JSON, "", `{"course_id":%d,"name":"Light","sub_account_id":` + fmt.Sprint(sciences) + `}`, `"Light"`},
		} {
			id := int64(1000 + i)
			made := node.As(c.by).Send(t, "POST", "/courses"+c.query, c.contentType, fmt.Sprintf(c.body, id)).Want(t, 201)
			shown := node.As(c.by).Get(t, "/courses/%d", id)
			wantJSON(t, shown, fmt.Sprintf(`{"course":{"id":%s,"name":%s,"type":"course_wide","permission":"owner","owner":null,
				"created_at":"2026-01-05T09:00:00Z","course_id":%d,"archived_at":null}}`, idIn(t, made, "course"), c.name, id))
			if string(shown.Body) != string(made.Body) {
				t.Errorf("made\n%s\nand shown\n%s", made.Body, shown.Body)
			}
			wantEnrolments(t, lib, node.As(c.by).Get(t, "/courses/%d/enrollments", id))
		}
		post(t, node.As("ada"), "/courses", `{"course_id":9223372036854775807}`).Want(t, 201)
	})
}

func TestCreateCourse_WhatIsRejected(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		sciences, arts := lib.SubAccount("sciences"), lib.SubAccount("arts")
		ada, sue := node.As("ada"), node.As("sue")
		post(t, ada, fmt.Sprintf("/media/%d/create_embed", lib.Media("lenses")), `{"course_id":404}`).Want(t, 200)
		for _, c := range []struct {
			by       string
			body     string
			status   int
			sentence string
		}{
			{"ada", `{"course_id":101}`, 409, "course_id 101"},
			{"ada", `{"course_id":404,"name":"Made by an embed"}`, 409, "course_id 404"},
			{"ada", `{"course_id":303,"sub_account_id":999}`, 404, "sub-account 999 not found"},
			{"ada", `{}`, 400, "course_id is required"},
			{"ada", `{"name":"X"}`, 400, "course_id is required"},
			{"ada", `{"course_id":null}`, 400, "course_id is required"},
			{"ada", `{"course_id":0}`, 422, "course_id must be"},
			{"ada", `{"course_id":-1}`, 422, "course_id must be"},
			{"ada", `{"course_id":9223372036854775808}`, 422, "course_id must be"},
			{"ada", `{"course_id":1.5}`, 422, "course_id must be"},
			{"ada", `{"course_id":"303"}`, 422, "course_id must be"},
			{"ada", `{"course_id":303,"name":""}`, 422, "name must not be empty"},
			{"ada", `{"course_id":303,"name":" "}`, 422, "name must not be blank"},
			{"ada", `{"course_id":303,"name":"a\u0000b"}`, 422, "name must be UTF-8 text"},
			{"ada", `{"course_id":303,"name":"` + strings.Repeat("ä", 256) + `"}`, 422, "name is longer than 255"},
			{"ada", `{"course_id":303,"sub_account_id":0}`, 422, "sub_account_id must be"},
			{"ada", `{"course_id":303,"sub_account_id":""}`, 422, "sub_account_id must not be empty"},
			{"sue", `{"course_id":303}`, 403, "in their own sub-accounts"},
			{"sue", fmt.Sprintf(`{"course_id":303,"sub_account_id":%d}`, arts), 403, "in their own sub-accounts"},
			{"sue", fmt.Sprintf(`{"course_id":202,"sub_account_id":%d}`, arts), 403, "in their own sub-accounts"},
			{"sue", `{"course_id":303,"sub_account_id":999}`, 403, "in their own sub-accounts"}, // as if it were another's
			{"sue", fmt.Sprintf(`{"course_id":202,"sub_account_id":%d}`, sciences), 409, "course_id 202"},
			{"rolf", fmt.Sprintf(`{"course_id":303,"sub_account_id":%d}`, sciences), 403, "only admins may"},
			{"tom", fmt.Sprintf(`{"course_id":303,"sub_account_id":%d}`, sciences), 403, "only admins may"},
			{"bob", `{"course_id":101}`, 403, "only admins may"},
			{"bob", `{"course_id":0}`, 422, "course_id must be"}, // what is asked comes before who asks
		} {
			post(t, node.As(c.by), "/courses", c.body).WantError(t, c.status, c.sentence)
		}
		post(t, node.Nobody(), "/courses", `{"course_id":303}`).Want(t, 401)
		ada.Get(t, "/courses/303").Want(t, 404) // none of it made anything
		sue.Get(t, "/courses/202").Want(t, 403)
		ada.Send(t, "POST", "/courses", live.JSON, strings.Repeat(" ", 1<<20+1)).Want(t, 413)
		ada.Send(t, "POST", "/courses", "text/plain", `{"course_id":303}`).Want(t, 415)
		ada.Send(t, "POST", "/courses", live.JSON, `[{"course_id":303}]`).Want(t, 400)
		ada.Get(t, "/courses").Want(t, 405)
	})
}
