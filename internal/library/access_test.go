package library

import "testing"

// What is found about a media item or a collection is what the rules are given.
func TestAccess_IsGivenToTheRules(t *testing.T) {
	t.Parallel()
	media := MediaAccess{Ways: []MediaWay{{Way: WayEdit, Home: true}}, InReach: true, Downloads: true}
	if got := media.given(); got != (given{level: Edit, inReach: true, downloads: true}) {
		t.Errorf("a media item gives %+v", got)
	}
	if got := (MediaAccess{}).given(); got != (given{}) {
		t.Errorf("no access to a media item gives %+v", got)
	}
	collection := CollectionAccess{Ways: []Way{WayView}, InReach: true}
	if got := collection.given(); got != (given{level: View, inReach: true}) {
		t.Errorf("a collection gives %+v", got)
	}
	if got := (CollectionAccess{}).given(); got != (given{}) {
		t.Errorf("no access to a collection gives %+v", got)
	}
}
