// Package fetch downloads from untrusted addresses, and recognizes those of YouTube and Vimeo.
//
// An address can make the server send a request that its author could not send: to the
// database on the same machine, to the router's pages, to the cloud's credentials. Therefore
//
//   - only http and https are allowed, without a name and password, on a port of the web or a
//     port above 1023 that is not known for another protocol;
//   - each connection is checked after its socket is created and before it connects, on the
//     actual IP address. It does not matter what a name resolved to earlier or resolves to
//     later;
//   - redirects, five at most, are checked in the same way, and none leads from https to http;
//   - no proxy is used, whatever the environment says: a proxy would make the connection, and
//     its network would be reachable. No cookie, password or Referer is sent;
//   - bodies are read unchanged and never decompressed. Reading stops if there are too many
//     bytes, if none arrive for too long, if they arrive too slowly (package pace), or if it takes
//     too long as a whole.
//
// A failure is an [*Error], with a message for the person who entered the address. The message
// is the same for an internal server and for one that does not exist, so that nobody can find
// out which internal names exist.
package fetch
