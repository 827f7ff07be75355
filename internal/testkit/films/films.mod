module films

go 1.26.0

require (
	github.com/Eyevinn/mp4ff v0.51.0
	github.com/dhowden/tag v0.0.0-20240417053706-3d75831295e8
)
