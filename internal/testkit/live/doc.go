// Package live runs whole servers for tests and sends them requests, as people do.
//
// A [Library] is one database with its own clock, which the test changes as the operator; a
// [Node] is a server on it, of which there may be several; a [Client] is a person who
// sends requests to a node. A test is then a story about people:
//
//	lib := live.Open(t, url)
//	lib.Load(t, school)
//	node := lib.Serve(t)
//	node.As("bob").Get(t, "/users/%d/media", lib.User("ada")).Want(t, 403)
//
// Every answer is validated against the contract before the test sees it: see [Answer].
// [Seen] has what the clients of a test process have received.
//
// It is a package of its own, below testkit, because it imports all layers: the
// tests in package store could not import it.
package live
