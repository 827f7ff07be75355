package transcode

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// headerless are demuxers that recognize no file by its content: they read samples without a
// header, or a device.
const headerless = "alaw,mulaw,f32be,f32le,f64be,f64le,s8,s16be,s16le,s24be,s24le,s32be,s32le,u8,u16be,u16le,u24be,u24le,u32be,u32le," +
	"sln,vidc,g722,g723_1,g726,g726le,g729,bit,codec2raw,dfpwm,aptx,aptx_hd,daud,adpcm,rawvideo,bitpacked,v210,v210x,data,filmstrip,ingenient," +
	"ipmovie,mjpeg,mpegtsraw,mxf_opatom,image2pipe,pdv,apv," +
	"alsa,fbdev,iec61883,jack,kmsgrab,libcdio,libdc1394,openal,oss,pulse,sndio,v4l2,x11grab,xcbgrab,decklink,android_camera"

// Each demuxer of the ffmpeg that is installed is in one class, so that a new one which opens
// other files is not accepted by accident.
func TestFormats_ClassifyEveryDemuxer(t *testing.T) {
	t.Parallel()
	said := string(output(t, find(t).FFmpeg, "-hide_banner", "-demuxers"))
	_, list, _ := strings.Cut(said, "--\n")
	n := 0
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		if len(fields) < 2 || strings.HasSuffix(fields[1], "_pipe") {
			continue
		}
		n++
		var classes []string
		for name := range strings.SplitSeq(fields[1], ",") {
			if listed(formats, name) {
				classes = append(classes, "accepted")
			}
			if listed(headerless, name) {
				classes = append(classes, "headerless")
			}
			for what, names := range excluded {
				if listed(names, name) {
					classes = append(classes, what)
				}
			}
		}
		if slices.Sort(classes); len(slices.Compact(classes)) != 1 {
			t.Errorf("demuxer %s is in the classes %q, want one", fields[1], classes)
		}
	}
	if n < 200 {
		t.Errorf("ffmpeg has %d demuxers, want a few hundred:\n%s", n, said)
	}
}

// still has ffmpeg make one picture in a file whose name tells its format.
func still(name string, args ...string) func(*testing.T) string {
	return made(name, []string{"-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=1", "-frames:v", "1"}, args)
}

// heic is a photo of a phone: one HEVC picture in boxes of its own (ISO/IEC 23008-12), with the
// brands given.
func heic(brands ...string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		coded, err := os.ReadFile(still("a.hevc", "-c:v", "libx265", "-x265-params", "log-level=none")(t))
		if err != nil {
			t.Fatal(err)
		}
		full := func(kind string, parts ...string) string {
			return box(kind, "\x00\x00\x00\x00"+strings.Join(parts, ""))
		}
		meta := full("meta",
			full("hdlr", "\x00\x00\x00\x00pict", strings.Repeat("\x00", 13)), full("pitm", "\x00\x01"),
			full("iinf", "\x00\x01", box("infe", "\x02\x00\x00\x00\x00\x01\x00\x00hvc1\x00")),
			full("iloc", "\x44\x00\x00\x01\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00", string(binary.BigEndian.AppendUint32(nil, uint32(len(coded))))),
		)
		file := box("ftyp", brands[0]+"\x00\x00\x00\x00"+strings.Join(brands, "")) + meta + box("mdat", string(coded))
		path := filepath.Join(t.TempDir(), "IMG_0001.HEIC")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func box(kind, content string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(content)+8))) + kind + content
}

func TestProbe_NamesWhatAFileIsThatIsNoRecording(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, c := range map[string]struct {
		path func(*testing.T) string
		says string
	}{
		"AVIF photo":                  {still("a.avif"), "it is a picture (AVIF)."},
		"HEIC photo":                  {heic("heic", "mif1"), "it is a picture (HEIC)."},
		"HEIC photo of a camera":      {heic("mif1", "miaf", "heix"), "it is a picture (HEIC)."},
		"HEIF photo of another codec": {heic("mif1"), "it is a picture (HEIF)."},
		"raw photo of a camera":       {heic("crx ", "isom"), "it is a picture (Canon raw)."},
		"JPEG photo":                  {still("a.jpg"), "it is a picture (JPEG)."},
		"PNG":                         {still("a.png"), "it is a picture (PNG)."},
		"GIF":                         {still("a.gif"), "it is a picture (GIF)."},
		"TIFF":                        {still("a.tiff"), "it is a picture (TIFF)."},
		"BMP":                         {still("a.bmp"), "it is a picture (BMP)."},
		"JPEG XL":                     {still("a.jxl"), "it is a picture (JPEG XL)."},
		"JPEG 2000":                   {still("a.jp2", "-c:v", "libopenjpeg"), "it is a picture (JPEG 2000)."},
		"WebP":                        {still("a.webp"), "it is a picture (WebP)."},
		"WebP without loss":           {still("a.webp", "-lossless", "1"), "it is a picture (WebP)."},
		"animated WebP":               {made("a.webp", picture("64x64", 1, 5), []string{"-c:v", "libwebp_anim"}), "it is an animated picture (WebP)."},
		"animated PNG":                {made("a.apng", picture("64x64", 1, 5)), "it is a picture (PNG)."},
		"PPM":                         {still("a.ppm"), "it is a picture (PPM)."},
		"SGI":                         {still("a.sgi"), "it is a picture (SGI)."},
		"DPX":                         {still("a.dpx"), "it is a picture (DPX)."},
		"OpenEXR":                     {still("a.exr"), "it is a picture (EXR)."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := tools.Probe(t.Context(), c.path(t))
			if err == nil || !permanent(err) || !strings.HasPrefix(err.Error(), noMedia) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("said %v, want %q", err, c.says)
			}
		})
	}
}

func TestNotReadHere_NamesTheTrueFormat(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"[hls @ 0x55cc89c4f740] Format not on whitelist 'mov,mp4'":           "it is a list of other files or addresses, not a recording (HLS).",
		"[concat @ 0x1] Format not on whitelist 'x'\nfile: Invalid argument": "it is a list of other files or addresses, not a recording (CONCAT).",
		"[smk @ 0x55] Format not on whitelist 'x'":                           "it is film or sound of a computer game, or notes for a synthesizer (SMK).",
		"[psd_pipe @ 0x55] Format not on whitelist 'x'":                      "it is a picture (PSD).",
		"[srt @ 0x55] Format not on whitelist 'x'":                           "it is text or captions without a recording (SRT).",
		"[hitherto_unknown @ 0x55] Format not on whitelist 'x'":              "its format (hitherto_unknown) is not supported.",
		"[a/b\x00 @ 0x55] Format not on whitelist 'x'":                       "its format is not supported.",
	} {
		if got := notReadHere(said, nil).Sentence; got != noMedia+want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

func TestTranscode_TakesUnusualFormatsThatOpenNoOtherFile(t *testing.T) {
	t.Parallel()
	tools := find(t)
	sound, both := tone("mono", 1), join(picture("64x64", 1, 10), tone("mono", 1))
	for name, path := range map[string]func(*testing.T) string{
		"Creative Voice":          made("a.voc", sound),
		"Windows Television":      made("a.wtv", both),
		"True Audio":              made("a.tta", sound),
		"GSM":                     made("a.gsm", sound, []string{"-ar", "8000"}),
		"SoX":                     made("a.sox", sound),
		"IRCAM":                   made("a.sf", sound, []string{"-f", "ircam"}),
		"Y4M":                     made("a.y4m", picture("64x64", 1, 10)),
		"Flash":                   made("a.swf", both, []string{"-ar", "44100", "-c:a", "libmp3lame"}),
		"motion JPEG frames":      made("a.mjpg", picture("64x64", 1, 10), []string{"-f", "smjpeg"}),
		"AV1 without a container": made("a.obu", picture("64x64", 1, 25), []string{"-c:v", "libsvtav1", "-preset", "12"}),
		"H.263":                   made("a.h263", picture("128x96", 1, 30)),
		"TrueHD":                  made("a.thd", sound, []string{"-strict", "-2"}),
		"animated AVIF":           made("a.avif", picture("64x64", 1, 10), []string{"-c:v", "libsvtav1", "-preset", "12"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := path(t)
			p, err := tools.Probe(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			out, err := tools.Transcode(t.Context(), file, p, t.TempDir(), nil)
			if err != nil || out.Duration < 0.7 || out.Duration > 1.5 {
				t.Errorf("%s plays %.2f s, %v", p.Format, out.Duration, err)
			}
		})
	}
}
