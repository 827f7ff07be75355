// Package store keeps a library on SQLite or PostgreSQL, behind the interfaces that
// package library declares.
package store
