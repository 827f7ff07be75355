// Package work does the jobs of media: it brings what is imported, finds out what files
// are, and makes of them what plays. It joins the rooms that can do these things with the
// library that says what is to be done, and keeps nothing itself: whatever ends it, the
// job is begun again and finds what it found before. [Rows] gives a sweep of the storage the
// library's rows.
package work
