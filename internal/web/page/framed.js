// Knows a frame where the browser has not told the server, as over plain http.
if (self !== top) document.documentElement.classList.add("framed");
