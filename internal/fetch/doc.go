// Package fetch downloads from addresses that strangers give, and recognises those of
// YouTube and Vimeo.
//
// An address is a way to make the server ask for something that the stranger could not
// ask for: the database beside it, the router's pages, the cloud's passwords. So
//
//   - only http and https, without a name and password, on a port of the web or above
//     1023 that is not known for another protocol;
//   - each connection is checked in the moment between its socket's making and its
//     connecting, on the very IP address that it goes to. What a name resolved to
//     before, or resolves to a moment later, does not matter;
//   - redirects, five at most, are asked the same, and none leads from https to http;
//   - no proxy is used, whatever the environment says: a proxy would do the connecting,
//     and its network would be open. No cookie, password or Referer is sent on;
//   - bytes are taken as they are and never decompressed, counted, and given up on when
//     there are too many, when they stay away too long, or never end.
//
// What fails is an [*Error], whose sentence is for the person who gave the address. It
// says the same of a server inside as of one that does not exist, so that nobody can
// ask which names exist inside.
package fetch
