package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// User is [library.UserReader]'s.
func (v *reader) User(ctx context.Context, id library.UserID) (library.User, error) {
	row, err := v.end.GetUser(ctx, int64(id))
	return toUser(userRow(row)), orNotFound(err, "user", id)
}

// UserUUID is [library.UserReader]'s.
func (v *reader) UserUUID(ctx context.Context, id library.UserID) (uuid.UUID, error) {
	text, err := v.end.UserUUID(ctx, int64(id))
	if err != nil {
		return uuid.UUID{}, orNotFound(err, "user", id)
	}
	return uuid.Parse(text)
}

// UserByUUID is [library.UserReader]'s.
func (v *reader) UserByUUID(ctx context.Context, id uuid.UUID) (library.User, error) {
	row, err := v.end.GetUserByUUID(ctx, id.String())
	return toUser(userRow(row)), orNotFound(err, "user", library.UserID(0))
}

// UserByEmail is [library.UserReader]'s.
func (v *reader) UserByEmail(ctx context.Context, email string) (library.User, error) {
	row, err := getUserByEmail(ctx, v.q, v.s.foldings.Email, email)
	if errors.Is(err, sql.ErrNoRows) {
		err = &library.Error{Kind: library.KindNotFound, Field: "user", Message: "no user has the e-mail " + email}
	}
	return toUser(userRow(row)), err
}

func getUserByEmail(
	ctx context.Context, q *dbq.Queries, rule library.Folding, email string,
) (dbq.GetUserRow, error) {
	id, err := userByEmail(ctx, q, rule, email)
	if err != nil {
		return dbq.GetUserRow{}, err
	}
	return q.GetUser(ctx, id)
}

// Users is [library.UserReader]'s.
func (v *reader) Users(ctx context.Context) ([]library.User, error) {
	rows, err := v.end.ListUsers(ctx)
	return toUsers(rows, func(r dbq.ListUsersRow) userRow { return userRow(r) }), err
}

// SearchUsers is [library.UserReader]'s.
func (v *reader) SearchUsers(
	ctx context.Context, filter library.UserFilter, page library.Page,
) (library.Paged[library.User], error) {
	found := library.Paged[library.User]{Page: page}
	var err error
	switch {
	case filter.Reach != nil:
		found.Items, found.Total, err = searchReach(ctx, v.q, v.s.foldings.Email, filter, page)
	case filter.Email != nil:
		found.Items, found.Total, err = searchEmail(ctx, v.q, v.s.foldings.Email, filter, page)
	default:
		found.Items, found.Total, err = searchRole(ctx, v.q, *filter.Role, page)
	}
	return found, err
}

func searchRole(
	ctx context.Context, q *dbq.Queries, role library.Role, page library.Page,
) ([]library.User, int64, error) {
	total, err := q.CountUsersByRole(ctx, role.String())
	if err != nil {
		return nil, 0, err
	}
	rows, err := q.UsersByRole(ctx, dbq.UsersByRoleParams{
		Role: role.String(), Limit: page.Size, Offset: page.Offset(),
	})
	return toUsers(rows, func(r dbq.UsersByRoleRow) userRow { return userRow(r) }), total, err
}

// searchEmail finds at most one person, for an e-mail leads to one.
func searchEmail(
	ctx context.Context, q *dbq.Queries, rule library.Folding, filter library.UserFilter, page library.Page,
) ([]library.User, int64, error) {
	row, err := getUserByEmail(ctx, q, rule, *filter.Email)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	u := toUser(userRow(row))
	if !u.Active() || (filter.Role != nil && !u.Roles.Has(*filter.Role)) {
		return nil, 0, nil
	}
	if page.Number > 1 {
		return nil, 1, nil
	}
	return []library.User{u}, 1, nil
}

func searchReach(
	ctx context.Context, q *dbq.Queries, rule library.Folding, filter library.UserFilter, page library.Page,
) ([]library.User, int64, error) {
	count := dbq.CountUsersInReachParams{AdminID: int64(*filter.Reach)}
	if filter.Role != nil {
		count.Role = filter.Role.String()
	}
	if filter.Email != nil {
		var err error
		count.OnlyID, err = userByEmail(ctx, q, rule, *filter.Email)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, 0, nil
		}
		if err != nil {
			return nil, 0, err
		}
	}
	total, err := q.CountUsersInReach(ctx, count)
	if err != nil {
		return nil, 0, err
	}
	rows, err := q.UsersInReach(ctx, dbq.UsersInReachParams{
		AdminID: count.AdminID, Role: count.Role, OnlyID: count.OnlyID,
		Limit: page.Size, Offset: page.Offset(),
	})
	return toUsers(rows, func(r dbq.UsersInReachRow) userRow { return userRow(r) }), total, err
}

// UserInReach is [library.UserReader]'s.
func (v *reader) UserInReach(ctx context.Context, admin, user library.UserID) (bool, error) {
	return v.end.UserInReach(ctx, dbq.UserInReachParams{AdminID: int64(admin), UserID: int64(user)})
}

func (t *tx) LockAdmins(ctx context.Context) error {
	_, err := t.q.LockRule(ctx, "admins")
	return err
}

func (t *tx) CountActiveAdmins(ctx context.Context) (int, error) {
	n, err := t.q.CountActiveAdmins(ctx)
	return int(n), err
}

func (t *tx) LockUsers(ctx context.Context, ids []library.UserID) ([]library.User, error) {
	rows, err := t.q.LockUsers(ctx, int64s(ids))
	if err != nil {
		return nil, err
	}
	held, err := t.q.RolesOf(ctx, int64s(ids))
	if err != nil {
		return nil, err
	}
	roles := map[int64]library.Roles{}
	for _, h := range held {
		roles[h.UserID] |= toRoles(h.Role)
	}
	users := make([]library.User, len(rows))
	for i, r := range rows {
		users[i] = toUser(userRow{
			ID: r.ID, FullName: r.FullName, DisplayName: r.DisplayName, Email: r.Email,
			CreatedAt: r.CreatedAt, DeactivatedAt: r.DeactivatedAt,
		})
		users[i].Roles = roles[r.ID]
	}
	return users, nil
}

func (t *tx) UsersOutOfReach(
	ctx context.Context, admin library.UserID, users []library.UserID,
) ([]library.UserID, error) {
	within, err := t.q.WhichInReach(ctx, dbq.WhichInReachParams{AdminID: int64(admin), Ids: int64s(users)})
	if err != nil {
		return nil, err
	}
	reached := make(map[int64]bool, len(within))
	for _, id := range within {
		reached[id] = true
	}
	var outside []library.UserID
	for _, id := range users {
		if !reached[int64(id)] {
			outside = append(outside, id)
		}
	}
	return outside, nil
}

func (t *tx) InsertUser(ctx context.Context, u library.User) (library.UserID, error) {
	params := dbq.InsertUserParams{
		Version: t.step, UUID: uuid.NewString(), FullName: u.FullName, DisplayName: u.DisplayName, Email: u.Email, CreatedAt: u.CreatedAt.Unix(),
		EmailRule: t.foldings.Email.Rule,
	}
	if u.Email != nil {
		var err error
		if params.EmailFolded, err = t.takeEmail(ctx, 0, *u.Email); err != nil {
			return 0, err
		}
	}
	id, err := t.q.InsertUser(ctx, params)
	if t.isDuplicate(err) {
		return 0, emailTaken(*u.Email, err)
	}
	if err != nil {
		return 0, err
	}
	return library.UserID(id), t.SetRoles(ctx, map[library.UserID]library.Roles{library.UserID(id): u.Roles})
}

func (t *tx) SetUserNames(ctx context.Context, id library.UserID, fullName, displayName string) error {
	return t.q.SetUserNames(ctx, dbq.SetUserNamesParams{
		Step: t.step, ID: int64(id), FullName: fullName, DisplayName: displayName,
	})
}

func (t *tx) SetUserEmail(ctx context.Context, id library.UserID, email *string) error {
	lost, err := t.q.EmailKey(ctx, int64(id))
	if err != nil {
		return err
	}
	params := dbq.SetUserEmailParams{Step: t.step, ID: int64(id), Email: email, EmailRule: t.foldings.Email.Rule}
	if email != nil {
		if params.EmailFolded, err = t.takeEmail(ctx, id, *email); err != nil {
			return err
		}
	}
	err = t.q.SetUserEmail(ctx, params)
	if t.isDuplicate(err) {
		return emailTaken(*email, err)
	}
	if err != nil || params.EmailFolded != nil && lost.EmailFolded != nil && *params.EmailFolded == *lost.EmailFolded {
		return err
	}
	return t.passOnEmail(ctx, lost)
}

// SetRoles takes two statements a role, however many people there are.
func (t *tx) SetRoles(ctx context.Context, roles map[library.UserID]library.Roles) error {
	for _, role := range library.RolesOf(
		library.Admin, library.SubaccountAdmin, library.Teacher, library.Student, library.Observer).List() {
		var with, without []int64
		for id, held := range roles {
			if held.Has(role) {
				with = append(with, int64(id))
			} else {
				without = append(without, int64(id))
			}
		}
		if len(with) > 0 {
			if err := t.q.AddRole(ctx, dbq.AddRoleParams{Role: role.String(), Ids: with}); err != nil {
				return err
			}
		}
		if len(without) > 0 {
			if err := t.q.RemoveRole(ctx, dbq.RemoveRoleParams{Role: role.String(), Ids: without}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) SetDeactivated(ctx context.Context, id library.UserID, at *time.Time) error {
	return t.q.SetDeactivated(ctx, dbq.SetDeactivatedParams{ID: int64(id), DeactivatedAt: toUnixOrNil(at)})
}

func (t *tx) OwnsAnything(ctx context.Context, id library.UserID) (bool, error) {
	return t.q.OwnsAnything(ctx, int64(id))
}

func (t *tx) DeleteUser(ctx context.Context, id library.UserID, at time.Time) error {
	plain := int64(id)
	for _, end := range []func(context.Context, *int64) error{
		t.q.DeleteMediaSharesOf, t.q.DeleteCollectionSharesOf,
	} {
		if err := end(ctx, &plain); err != nil {
			return err
		}
	}
	for _, end := range []func(context.Context, int64) error{
		t.q.DeleteRolesOf, t.q.DeleteMembershipsOf, t.q.DeleteEnrollmentsOf,
		t.q.DeleteAssignmentsOf, t.q.DeleteTokensOf,
	} {
		if err := end(ctx, plain); err != nil {
			return err
		}
	}
	own, err := t.LibraryOf(ctx, id)
	if err != nil {
		return err
	}
	if err := t.SetCollectionDeleted(ctx, own, at); err != nil {
		return err
	}
	lost, err := t.q.EmailKey(ctx, plain)
	if err != nil {
		return err
	}
	seconds := at.Unix()
	if err := t.q.EndUser(ctx, dbq.EndUserParams{Step: t.step, ID: plain, DeletedAt: &seconds}); err != nil {
		return err
	}
	return t.passOnEmail(ctx, lost)
}

// userRow is a person as every query of people returns one.
type userRow struct {
	ID            int64
	FullName      string
	DisplayName   string
	Email         *string
	CreatedAt     int64
	DeactivatedAt *int64
	Roles         string
}

func toUser(r userRow) library.User {
	return library.User{
		ID: library.UserID(r.ID), FullName: r.FullName, DisplayName: r.DisplayName, Email: r.Email,
		Roles: toRoles(r.Roles), CreatedAt: fromUnix(r.CreatedAt), DeactivatedAt: fromUnixOrNil(r.DeactivatedAt),
	}
}

func toUsers[Row any](rows []Row, common func(Row) userRow) []library.User {
	users := make([]library.User, len(rows))
	for i, r := range rows {
		users[i] = toUser(common(r))
	}
	return users
}

// toRoles reads role names joined by commas; the schema lets no other name in.
func toRoles(names string) library.Roles {
	var roles library.Roles
	for name := range strings.SplitSeq(names, ",") {
		if role, err := library.ParseRole(name); err == nil {
			roles = roles.With(role)
		}
	}
	return roles
}
