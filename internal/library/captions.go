package library

// CaptionServiceID is a captioning service's id.
type CaptionServiceID int64

// MaxCaptionBytes is the largest caption file that is taken.
const MaxCaptionBytes = 5 << 20
