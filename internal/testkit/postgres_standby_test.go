package testkit

import (
	"testing"
)

func TestPostgresWithStandby_LosesWhatWasNotReplicated(t *testing.T) {
	t.Parallel()
	r := PostgresWithStandby(t)
	run := func(statement string) {
		t.Helper()
		if _, err := connect(t, r.URL).Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TABLE notes (id BIGINT GENERATED ALWAYS AS IDENTITY, word TEXT)")
	for _, word := range []string{"one", "two"} {
		run("INSERT INTO notes (word) VALUES ('" + word + "')")
		r.CutReplication(t.Context())
		run("INSERT INTO notes (word) VALUES ('lost')")
		r.Fail(t.Context())
		var words string
		err := connect(t, r.URL).QueryRow(t.Context(), "SELECT string_agg(word, ' ' ORDER BY id) FROM notes").Scan(&words)
		want := map[string]string{"one": "one", "two": "one two"}[word]
		if err != nil || words != want {
			t.Errorf("there is %q, %v; want %q", words, err, want)
		}
	}
}
