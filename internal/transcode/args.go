package transcode

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// All command lines stand here, as functions of what was probed and of nothing else.
// Outputs are relative to the folder that the program runs in.

const (
	// segmentSeconds is the length that HLS segments aim at, keyframeSeconds how often a
	// rendition that we encode has a keyframe: at the same instants in all of them, so
	// that a player can change between them at each segment.
	segmentSeconds  = 4
	keyframeSeconds = 2
)

// describeArgs ask ffprobe for what stream and described read, and not for other tags,
// which may be large.
func describeArgs(path string, late bool, limits Limits) []string {
	const entries = "format=format_name,nb_streams,start_time,duration,bit_rate:format_tags=major_brand" +
		":stream=index,codec_name,codec_tag_string,codec_type,profile,pix_fmt,width,height,sample_aspect_ratio," +
		"field_order,r_frame_rate,avg_frame_rate,color_transfer,bit_rate,channels,sample_rate,start_time,duration" +
		":stream_tags=DURATION,language:stream_disposition=default,attached_pic,still_image,timed_thumbnails," +
		"comment,visual_impaired,hearing_impaired,descriptions,karaoke,lyrics,clean_effects:stream_side_data=displaymatrix"
	args := []string{"-hide_banner", "-v", "error", "-of", "json=compact=1", "-show_entries", entries}
	return append(args, inputArgs(path, late, limits)...)
}

// keyframeArgs ask for the times and flags of a stream's packets in the first gopSample
// seconds.
func keyframeArgs(path string, p Probe, limits Limits) []string {
	args := []string{
		"-hide_banner", "-v", "error", "-select_streams", strconv.Itoa(p.Video.Index),
		"-read_intervals", "%+" + strconv.Itoa(gopSample),
		"-show_entries", "packet=pts_time,flags", "-of", "csv=print_section=0",
	}
	return append(args, inputArgs(path, p.late, limits)...)
}

// lastPacketArgs ask for the times of a stream's packets from some seconds on.
func lastPacketArgs(path string, p Probe, index int, from float64, limits Limits) []string {
	args := []string{
		"-hide_banner", "-v", "error", "-select_streams", strconv.Itoa(index),
		"-read_intervals", fmt.Sprintf("%.3f%%", from), "-show_entries", "packet=pts_time,duration_time", "-of", "csv=print_section=0",
	}
	return append(args, inputArgs(path, p.late, limits)...)
}

// packetOwnerArgs ask for the number of the stream of each packet of sound in the first minute.
func packetOwnerArgs(path string, late bool, limits Limits) []string {
	args := []string{
		"-hide_banner", "-v", "error", "-select_streams", "a", "-read_intervals", "%+" + strconv.Itoa(firstMinute),
		"-show_entries", "packet=stream_index", "-of", "csv=print_section=0",
	}
	return append(args, inputArgs(path, late, limits)...)
}

// listenArgs decode the first minute of a stream of sound.
func listenArgs(path string, late bool, index int, limits Limits) []string {
	args := append(start(limits), "-t", strconv.Itoa(firstMinute))
	args = append(args, inputArgs(path, late, limits)...)
	return append(args, "-map", streamName(index), "-f", "s16le", "pipe:1")
}

// start begins a command line of ffmpeg's: it asks nobody, says only errors, and tells
// its progress.
func start(limits Limits) []string {
	threads := strconv.Itoa(limits.Threads)
	return []string{
		"-nostdin", "-hide_banner", "-v", "error", "-y",
		"-filter_threads", threads, "-filter_complex_threads", threads,
		"-progress", "pipe:" + strconv.Itoa(progressFD), "-stats_period", "0.5",
	}
}

// atMost ends an output that has no end.
func atMost(limits Limits) []string {
	return []string{"-t", strconv.FormatFloat(limits.Duration+60, 'f', -1, 64)}
}

func measureArgs(path string, p Probe, limits Limits) []string {
	args := append(start(limits), inputArgs(path, p.late, limits)...)
	args = append(args, maps(p)...)
	args = append(args, "-c", "copy")
	args = append(args, atMost(limits)...)
	return append(args, "-f", "null", "-")
}

// maps takes the chosen streams and nothing else: no subtitles, no data, no attachments,
// no tags (phones write where they were), no chapters.
func maps(p Probe) []string {
	var args []string
	if p.Video != nil {
		args = append(args, "-map", streamName(p.Video.Index))
	}
	return append(args, soundMaps(p)...)
}

func soundMaps(p Probe) []string {
	var args []string
	if p.Audio != nil {
		args = append(args, "-map", streamName(p.Audio.Index))
	}
	return append(args, onlyMapped()...)
}

func onlyMapped() []string {
	return []string{"-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"}
}

func streamName(index int) string { return "0:" + strconv.Itoa(index) }

// makeArgs make one progressive MP4 per rendition, from one decoding. Streams that play
// already are copied. With samples, the sound also goes to standard output, for the
// waveform.
func makeArgs(path string, p Probe, made []Rendition, samples bool, limits Limits) []string {
	args := append(start(limits), inputArgs(path, p.late, limits)...)
	encode := p.Video != nil && !p.Video.Plays
	if encode {
		args = append(args, "-filter_complex", videoGraph(*p.Video, made))
	}
	mixed := p.Audio != nil && len(p.Audio.mixed) > 0
	if mixed { // a graph of its own: pictures do not wait for it
		outputs := len(made)
		if samples {
			outputs++
		}
		args = append(args, "-filter_complex", mixGraph(*p.Audio, outputs))
	}
	sound := func(output int) []string {
		if mixed {
			return append([]string{"-map", fmt.Sprintf("[a%d]", output)}, onlyMapped()...)
		}
		return soundMaps(p)
	}
	for i, r := range made {
		switch {
		case encode:
			args = append(args, "-map", fmt.Sprintf("[v%d]", i))
			args = append(args, videoCodec(r, limits)...)
		case p.Video != nil:
			args = append(args, "-map", streamName(p.Video.Index), "-c:v", "copy")
		}
		args = append(args, sound(i)...)
		args = append(args, audioCodec(p)...)
		args = append(args, atMost(limits)...)
		args = append(args, "-movflags", "+faststart", "-f", "mp4", downloadPath(r))
	}
	if samples {
		args = append(args, sampleArgs(sound(len(made)), limits)...)
	}
	return args
}

// mixGraph brings tracks of any rate to the same times and mixes them, each as loud as it is,
// for so many outputs.
func mixGraph(a Audio, outputs int) string {
	layout := "mono"
	if a.Channels > 1 {
		layout = "stereo"
	}
	var graph, inputs strings.Builder
	for i, index := range a.mixed {
		fmt.Fprintf(&graph, "[0:%d]aresample=48000:async=1:first_pts=0,aformat=channel_layouts=%s[m%d];", index, layout, i)
		fmt.Fprintf(&inputs, "[m%d]", i)
	}
	fmt.Fprintf(&graph, "%samix=inputs=%d:normalize=0,alimiter=limit=0.9:level=0%s,asplit=%d", &inputs, len(a.mixed), padded(a), outputs)
	for i := range outputs {
		fmt.Fprintf(&graph, "[a%d]", i)
	}
	return graph.String()
}

// videoGraph decodes once: even frames from the file's beginning to its end, even brightness,
// then a scaler per rendition.
func videoGraph(v Video, made []Rendition) string {
	var chain []string
	if v.Interlaced {
		chain = append(chain, "bwdif=mode=send_frame:deint=interlaced")
	}
	chain = append(chain, "fps="+v.rate+":start_time=0")
	if v.HDR {
		top := made[len(made)-1] // tone mapping is dear: not on more pixels than are kept
		chain = append(chain, scaleTo(top.Width, top.Height), toneMap(v.transfer))
	}
	if v.still > 0 {
		chain = append(chain, fmt.Sprintf("tpad=stop_mode=clone:stop_duration=%.3f", v.still))
	}
	var graph strings.Builder
	fmt.Fprintf(&graph, "[0:%d]%s,split=%d", v.Index, strings.Join(chain, ","), len(made))
	for i := range made {
		fmt.Fprintf(&graph, "[s%d]", i)
	}
	for i, r := range made {
		fmt.Fprintf(&graph, ";[s%d]%s,format=yuv420p[v%d]", i, scaleTo(r.Width, r.Height), i)
	}
	return graph.String()
}

// toneMap brings BT.2020 with either HDR curve to BT.709. Many files have no more than the
// curve in their tags, and some frames not even that: the rest is what the curves are used with.
func toneMap(transfer string) string {
	return "format=yuv420p10le,setparams=color_primaries=bt2020:colorspace=bt2020nc:color_trc=" + transfer + "," +
		"zscale=min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709," +
		"tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
}

func scaleTo(width, height int) string {
	return fmt.Sprintf("scale=%d:%d:flags=bicubic,setsar=1", width, height)
}

func videoCodec(r Rendition, limits Limits) []string {
	return []string{
		"-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "23",
		"-maxrate", strconv.FormatInt(r.Bitrate, 10), "-bufsize", strconv.FormatInt(2*r.Bitrate, 10),
		"-force_key_frames", fmt.Sprintf("expr:gte(t,n_forced*%d)", keyframeSeconds),
		"-sc_threshold", "0", "-forced-idr", "1", "-threads", strconv.Itoa(limits.Threads),
	}
}

// audioCodec copies what plays and makes AAC of the rest: at most stereo, with holes, also
// before its beginning and after its end, filled by silence, since a player would close them
// and lose the lips, or wait for ever.
func audioCodec(p Probe) []string {
	a := p.Audio
	switch {
	case a == nil:
		return nil
	case a.Plays:
		return []string{"-c:a", "copy"}
	}
	channels, bitrate, rate := min(2, a.Channels), "128k", 48000
	if channels == 1 {
		bitrate = "80k"
	}
	if a.SampleRate%44100 == 0 && len(a.mixed) == 0 {
		rate = 44100
	}
	args := []string{"-c:a", "aac", "-b:a", bitrate, "-ac", strconv.Itoa(channels), "-ar", strconv.Itoa(rate)}
	if len(a.mixed) > 0 {
		return args // mixGraph has filtered it
	}
	return append(args, "-af", continuous(p)+padded(*a))
}

// latestStart is by how many seconds a sound may begin late without silence before it.
const latestStart = 0.02

// continuous is a filter that makes a sound without holes.
func continuous(p Probe) string {
	filter := "aresample=async=1"
	if p.Video == nil && hasNoClock(p.Format) {
		// What looks like a hole is the seam of recordings that were joined.
		return filter + ":min_hard_comp=1000000"
	}
	// Where the sound changes its channels or rate, the filter starts again, and would fill
	// the time before with silence once more.
	if p.Audio.begins > latestStart || p.Audio.unknownStart {
		filter += ":first_pts=0"
	}
	return filter
}

func padded(a Audio) string {
	if a.silence <= 0 {
		return ""
	}
	return fmt.Sprintf(",apad=pad_dur=%.3f", a.silence)
}

// sampleRate is that of the samples that the waveform is drawn from.
const sampleRate = 8000

// sampleArgs write the sound that is mapped as samples of one channel.
func sampleArgs(mapped []string, limits Limits) []string {
	args := append(slices.Clone(mapped), "-ac", "1", "-ar", strconv.Itoa(sampleRate))
	args = append(args, atMost(limits)...)
	return append(args, "-f", "s16le", "pipe:1")
}

// repackageArgs copy a file that plays into HLS, and into an MP4 to download where the
// original is none.
func repackageArgs(path string, p Probe, r Rendition, samples bool, limits Limits) []string {
	args := append(start(limits), inputArgs(path, p.late, limits)...)
	args = append(args, maps(p)...)
	args = append(args, hlsArgs(r)...)
	if !p.Original {
		args = append(args, maps(p)...)
		args = append(args, "-c", "copy", "-movflags", "+faststart", "-f", "mp4", downloadPath(r))
	}
	if samples {
		args = append(args, sampleArgs(soundMaps(p), limits)...)
	}
	return args
}

// packageArgs copy the MP4s that makeArgs made into HLS, all in one run.
func packageArgs(made []Rendition, limits Limits) []string {
	args := start(limits)
	for _, r := range made {
		args = append(args, "-protocol_whitelist", protocols, "-i", fileURL(downloadPath(r)))
	}
	for i, r := range made {
		args = append(args, "-map", strconv.Itoa(i))
		args = append(args, hlsArgs(r)...)
	}
	return args
}

// hlsArgs write one playlist and one media file, which holds all segments (RFC 8216, 4.3.2.2):
// a lecture is a handful of objects then, not thousands. The segments themselves say when each
// stream begins (frag_discont): else an edit list does, which browsers do not read where it
// begins with a hole.
func hlsArgs(r Rendition) []string {
	return []string{
		"-c", "copy", "-bsf:a", dropPriming, "-f", "hls", "-hls_time", strconv.Itoa(segmentSeconds),
		"-hls_playlist_type", "vod", "-hls_list_size", "0", "-hls_segment_type", "fmp4",
		"-hls_flags", "single_file+independent_segments", "-hls_segment_options", "movflags=+frag_discont",
		"-hls_segment_filename", mediaPath(r), playlistPath(r),
	}
}

// dropPriming leaves out the packets with which an AAC encoder only warms up: an edit list hides
// them, which is not there any more.
const dropPriming = "noise=drop='lt(pts+duration,1)*gt(pts*tb,-1)'"

func downloadPath(r Rendition) string {
	if r.Definition == audioDefinition {
		return "mp4/" + r.Definition + ".m4a"
	}
	return "mp4/" + r.Definition + ".mp4"
}

func mediaPath(r Rendition) string    { return "hls/" + r.Definition + ".mp4" }
func playlistPath(r Rendition) string { return "hls/" + r.Definition + ".m3u8" }

const (
	masterPath    = "hls/master.m3u8"
	thumbnailPath = "thumbnail.jpg"
	waveformPath  = "waveform.png"
	spritePath    = "sprite.jpg"
	cuesPath      = "sprite.vtt"
)

// thumbnailWidth is the most that a thumbnail's width may be, in pixels.
const thumbnailWidth = 640

// look is one way to look for a telling frame.
type look struct {
	from      float64 // where to begin, in seconds
	seconds   int     // how much is looked at
	keyframes bool    // only at keyframes, which is fast
	shows     string  // a condition of ffmpeg's filter metadata that a frame must meet, or ""
}

const (
	// lookSeconds is how much of a recording is looked at for a telling keyframe.
	lookSeconds = 300
	// Black is 16. lit frames have some light on average, visible ones at some place.
	lit     = "key=lavfi.signalstats.YAVG:value=28"
	visible = "key=lavfi.signalstats.YMAX:value=60"
)

// looks are tried in turn until one finds something: past the titles, then from the
// beginning, then between the keyframes of the first minute, then at anything.
func looks(duration float64) []look {
	return []look{
		{from: duration / 10, seconds: lookSeconds, keyframes: true, shows: lit},
		{seconds: lookSeconds, keyframes: true, shows: lit},
		{seconds: firstMinute, shows: lit},
		{seconds: firstMinute, shows: visible},
		{seconds: lookSeconds},
	}
}

// thumbnailArgs take the frame most like the others around it, by its histogram.
func thumbnailArgs(path string, p Probe, l look, limits Limits) []string {
	args := start(limits)
	if l.keyframes {
		args = append(args, "-skip_frame", "nokey")
	}
	args = append(args, "-ss", fmt.Sprintf("%.3f", l.from), "-t", strconv.Itoa(l.seconds))
	args = append(args, inputArgs(path, p.late, limits)...)
	width := min(thumbnailWidth, p.Video.Width)
	height := float64(width) * float64(p.Video.Height) / float64(p.Video.Width)
	filter := scaleTo(even(float64(width)), even(height))
	if l.shows != "" {
		filter += ",format=yuv420p,signalstats,metadata=mode=select:function=greater:" + l.shows
	}
	return append(args, "-map", picturesOf(path, p), "-vf", filter+",thumbnail=n=16,format=yuvj420p",
		"-frames:v", "1", "-q:v", "4", "-map_metadata", "-1", "-f", "image2", "-update", "1", thumbnailPath)
}

// picturesOf names the stream that a thumbnail or sprite is taken from: of the file that was
// uploaded the one that plays, which need not be its first; of a rendition its only one.
func picturesOf(path string, p Probe) string {
	if path == p.file {
		return streamName(p.Video.Index)
	}
	return "0:V:0"
}

// coverArgs make a thumbnail of the picture that came with a sound.
func coverArgs(path string, p Probe, limits Limits) []string {
	args := append(start(limits), inputArgs(path, p.late, limits)...)
	return append(args, "-map", streamName(p.Cover.Index),
		"-vf", fmt.Sprintf("scale=w='min(%d,iw)':h=-2,setsar=1,format=yuvj420p", thumbnailWidth),
		"-frames:v", "1", "-q:v", "4", "-map_metadata", "-1", "-f", "image2", "-update", "1", thumbnailPath)
}

// spriteArgs take of all but short recordings the keyframes only: decoding the others would
// take as long as playing the whole at top speed, for pictures as large as a stamp. What is
// short may have a single keyframe, and is decoded in a moment.
func spriteArgs(path string, p Probe, s sheet, limits Limits) []string {
	args := start(limits)
	if float64(s.tiles)*s.interval > shortRecording {
		args = append(args, "-skip_frame", "nokey")
	}
	args = append(args, inputArgs(path, p.late, limits)...)
	// A last picture that lasts less than half an interval would be dropped, were it the only one.
	filter := fmt.Sprintf("fps=fps=1/%.3f:start_time=0:eof_action=pass,%s,tpad=stop_mode=clone:stop=%d,tile=%dx%d,format=yuvj420p",
		s.interval, scaleTo(s.width, s.height), s.tiles, s.columns, s.rows)
	return append(args, "-map", picturesOf(path, p), "-vf", filter,
		"-frames:v", "1", "-q:v", "5", "-map_metadata", "-1", "-f", "image2", "-update", "1", spritePath)
}
