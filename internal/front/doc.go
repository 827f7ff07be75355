// Package front is the layer where HTTP requests enter and responses leave. What holds for
// every request is here once:
//
//	front.go     what a group gives, and the way of a request
//	exchange.go  the writer that counts bytes and keeps the status; successes
//	failure.go   the one table from the kind of an error to the status, and failures
//	format.go    how the body of a failure is written: JSON, or a page for people
//	accept.go    what a client prefers
//	routes.go    unknown paths, and methods that a path does not take (405 with Allow)
//	rates.go     how many requests a client may send
//	path.go      empty and dotted segments of paths
//	body.go      the largest body that is read
//	origin.go    the request's id, the client's address, and who asks
//	forwarded.go the client's address behind proxies
//	observe.go   the log line of a request, and its metric
//	health.go    /healthz and /readyz
//
// A package that answers requests gives this one [RouteGroup]s: routes, and the [Format] of their
// failures. A handler answers a success or returns an error; which status that error has is
// decided here. Of the other packages this one imports only library, for its errors.
//
// What net/http answers by itself has its own form: requests that it cannot parse, and
// headers that are too large.
package front
