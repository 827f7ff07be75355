package histories

import (
	"context"
	"fmt"
	"maps"
	"strings"
)

// reachedContainers is the containers that a person has ways to, with the ways, and the
// versions of those containers.
type reachedContainers struct{ ways, versions map[string]string }

// reached returns what the tables say of it for each person.
func (st *stage) reached(ctx context.Context) (map[int]reachedContainers, error) {
	everyone := make(map[int]reachedContainers)
	var person int
	var item string
	err := each(ctx, st.tables, "SELECT user_id, item FROM reached_containers ORDER BY user_id, item", func() {
		if everyone[person].ways == nil {
			everyone[person] = reachedContainers{make(map[string]string), make(map[string]string)}
		}
		container, rest, _ := strings.Cut(item, ":")
		version, way, _ := strings.Cut(rest, ":")
		everyone[person].ways[container] += way + " "
		everyone[person].versions[container] = version
	}, &person, &item)
	return everyone, err
}

// raised compares with how it was before a step: where the ways of a person have changed, the
// version of a container has risen that they had before and still have. Otherwise a database
// that goes back before the step is mistaken for the one after it, for the list that is
// remembered names only containers that are the same in both. Histories in which it goes back
// show that too, but seldom.
func (st *stage) raised(ctx context.Context, before map[int]reachedContainers) error {
	after, err := st.reached(ctx)
	if err != nil {
		return err
	}
	for person, was := range before {
		is, there := after[person]
		if !there || maps.Equal(was.ways, is.ways) || was.differs(is) {
			continue
		}
		return fmt.Errorf("the person %d had the ways %v and has %v, and no version of what is in both was raised",
			person, was.ways, is.ways)
	}
	return nil
}

// differs says whether a container that is in both has another version.
func (r reachedContainers) differs(other reachedContainers) bool {
	for container, version := range r.versions {
		if now, is := other.versions[container]; is && now != version {
			return true
		}
	}
	return false
}
