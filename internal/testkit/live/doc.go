// Package live runs whole servers for tests and asks them over HTTP, as people do.
//
// A [Library] is one database with a clock of its own and the operator's hand in it; a
// [Node] is a server on it, of which there may be several; a [Client] is a person who
// asks a node. A test is then a story about people:
//
//	lib := live.Open(t, url)
//	lib.Load(t, school)
//	node := lib.Serve(t)
//	node.As("bob").Get(t, "/users/%d/media", lib.User("ada")).Want(t, 403)
//
// Every answer is held to the contract before the test sees it: see [Answer]. What the
// clients of a test process have seen is in [Seen].
//
// It is a package of its own, below testkit, because it imports the whole house: the
// tests inside of store could not import it.
package live
