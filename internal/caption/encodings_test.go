package caption_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/library"
)

// Texts in languages that had an encoding of their own.
const (
	arabic, persian    = "مرحبا بالعالم", "سلام پدر، چگونه؟"
	belarusian         = "Добрай раніцы, ўсе"
	bulgarian, russian = "Добро утро", "Доброе утро, ёжик"
	chinese, mandarin  = "早上好，各位同学", "早安，各位同學"
	croatian, czech    = "Dobro došli, čaj i žaba, đak", "Příliš žluťoučký kůň úpěl ďábelské ódy"
	danish, german     = "Rødgrød på æblegrød", "Grüße, Zoë: „5 €“"
	esperanto, maltese = "eĥoŝanĝo ĉiuĵaŭde", "Il-ħobż għandu żewġ naħat"
	estonian, latvian  = "Õhtu šokolaad žürii", "Glāžšķūņa rūķīši"
	greek, hebrew      = "Καλημέρα, Άννα, ώρα", "בוקר טוב"
	hungarian          = "árvíztűrő tükörfúrógép"
	japaneseText       = "おはようございます、カメラ、漢字"
	koreanText, cp949  = "안녕하세요 여러분", "똠방각하 펲시콜라"
	lithuanian         = "ąžuolas, ėjo į šventę, ūkis"
	macedonian         = "Добро утро, ѓаволе, ќе"
	polish, romanian   = "Zażółć gęślą jaźń", "Bună dimineaţa, înţeleg şi vă mulţumesc"
	serbian, serbLatin = "Добро јутро, ђаче", "Dobro jutro, đače, ćao, živ i šta"
	slovak, slovenian  = "Vypäť dĺžku, ľúbim šťastné ťavy", "čaj, šola in žaba"
	thai, turkish      = "สวัสดีครับ", "Günaydın, şöyle ğ İstanbul"
	ukrainian, urdu    = "Доброго ранку, їжак, ґанок", "صبح بخیر"
	vietnamese         = "Chào buổi sáng, tiếng Việt đẹp"
)

// codePages has languages by several of their tags, what Windows and others wrote them in,
// and a text in each.
var codePages = []struct {
	tags string
	in   encoding.Encoding
	text string
}{
	{"ar arb ar-EG arz apc", charmap.Windows1256, arabic},
	{"fa pes fa-AF prs", charmap.Windows1256, strings.ReplaceAll(persian, "ی", "")},
	{"ur ur-PK pnb pa-PK pa-Arab ms-Arab", charmap.Windows1256, strings.ReplaceAll(urdu, "ی", "")},
	{"he iw he-IL iw-IL heb", charmap.Windows1255, hebrew},
	{"yi ji", charmap.Windows1255, hebrew},
	{"ru rus ru-UA be-BY", charmap.Windows1251, russian},
	{"uk uk-UA", charmap.Windows1251, ukrainian},
	{"be bel", charmap.Windows1251, belarusian},
	{"bg bg-BG", charmap.Windows1251, bulgarian},
	{"mk mk-MK", charmap.Windows1251, macedonian},
	{"sr sr-Cyrl sr-RS bs-Cyrl sr-Cyrl-BA bs cnr cnr-Cyrl", charmap.Windows1251, serbian},
	{"sr sr-Latn sh sh-RS hr bs bs-Latn sr-ME sr-Latn-RS hbs cnr cnr-ME", charmap.Windows1250, serbLatin},
	{"kk mn khk tt ky tg az-Cyrl uz-Cyrl uz az", charmap.Windows1251, bulgarian},
	{"pl pl-PL pol", charmap.Windows1250, polish},
	{"pl", charmap.ISO8859_2, polish},
	{"cs cs-CZ", charmap.Windows1250, czech},
	{"cs", charmap.ISO8859_2, czech},
	{"sk", charmap.Windows1250, slovak},
	{"sk", charmap.ISO8859_2, slovak},
	{"sl", charmap.Windows1250, slovenian},
	{"sl", charmap.ISO8859_2, slovenian},
	{"hr hr-HR", charmap.Windows1250, croatian},
	{"hr", charmap.ISO8859_2, croatian},
	{"hu hu-HU", charmap.Windows1250, hungarian},
	{"hu", charmap.ISO8859_2, hungarian},
	{"ro mo ro-MD ron", charmap.Windows1250, romanian},
	{"sq", charmap.Windows1250, "Mirëmëngjes, çaj"},
	{"el el-GR gre", charmap.Windows1253, greek},
	{"el", charmap.ISO8859_7, greek},
	{"tr tr-TR az az-Latn-AZ", charmap.Windows1254, turkish},
	{"et ekk", charmap.Windows1257, estonian},
	{"lv lvs", charmap.Windows1257, latvian},
	{"lt", charmap.Windows1257, lithuanian},
	{"vi vi-VN", charmap.Windows1258, vietnamese},
	{"th th-TH", charmap.Windows874, thai},
	{"cy cy-GB", charmap.ISO8859_14, "Bore da, mae'r dŵr yn y tŷ, pŵer"},
	{"cy", charmap.Windows1252, "Bore da, mae'r tân yn y môr, ïon"},
	{"eo", charmap.ISO8859_3, esperanto},
	{"mt", charmap.ISO8859_3, maltese},
	{"ja ja-JP jpn", japanese.ShiftJIS, japaneseText},
	{"ja ja-JP", japanese.EUCJP, japaneseText},
	{"ja en zh", japanese.ISO2022JP, japaneseText},
	{"ja", japanese.ShiftJIS, "ﾊﾝｶｸ ｶﾅ"},
	{"ja", japanese.ShiftJIS, "東京都"},
	{"ko ko-KR kor", korean.EUCKR, koreanText},
	{"ko", korean.EUCKR, cp949},
	{"zh zh-Hans cmn cmn-Hans zh-cmn-Hans zh-CN zh-SG zh-Hans-HK zho wuu zh-wuu", simplifiedchinese.GB18030, chinese},
	{"zh-Hant zh-TW zh-HK zh-MO cmn-Hant cmn-TW zh-cmn-Hant yue zh-yue yue-HK nan-TW zh-min-nan hak lzh", traditionalchinese.Big5, mandarin},
	{"zh-HK", traditionalchinese.Big5, "佢哋喺度"},
	{"de de-AT de-1996 gsw nds", charmap.Windows1252, german},
	{"da no nb nn sv no-NO", charmap.Windows1252, danish},
	{"en fr es pt pt-BR it nl id in fil tl ca ga cy sw af x-private tlh und-Latn", charmap.Windows1252, "Grüße, Zoë"},
}

// A file that is not Unicode is in the code page that Windows has for its language, by
// whatever code the language is named.
func TestRead_CodePageOfTheLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range codePages {
		for tag := range strings.FieldsSeq(c.tags) {
			in, err := library.ParseLanguage("srclang", tag)
			if err != nil {
				t.Fatal(err)
			}
			read, err := caption.Read("f", encoded(t, c.in, captions(c.text)), in)
			if err != nil || read.SRT != captions(c.text) {
				t.Errorf("%s in %v: %v, read as %q", tag, c.in, err, read.SRT)
			}
		}
	}
}

// Every language can be sent as Unicode.
func TestRead_UnicodeInAnyLanguage(t *testing.T) {
	t.Parallel()
	for _, tag := range []library.Language{"en", "iw", "cmn-Hans", "ja", "ko", "pl", "hy", "hi", "tlh", ""} {
		for _, text := range []string{polish, russian, hebrew, chinese, japaneseText, koreanText, thai, "Բարեւ, გამარჯობა, नमस्ते", "😀"} {
			file := captions(text)
			little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
			big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
			for name, data := range map[string][]byte{
				"UTF-8":                    []byte(file),
				"UTF-8 with a mark":        []byte("\uFEFF" + file),
				"UTF-16LE":                 encoded(t, little, file),
				"UTF-16LE with a mark":     encoded(t, little, "\uFEFF"+file),
				"UTF-16BE":                 encoded(t, big, file),
				"UTF-16BE with a mark":     encoded(t, big, "\uFEFF"+file),
				"UTF-16LE, Windows' lines": encoded(t, little, strings.ReplaceAll("\n"+file, "\n", "\r\n")),
				"UTF-16BE, WebVTT":         encoded(t, big, "WEBVTT\n\n00:01.000 --> 00:02.000\n"+text),
			} {
				read, err := caption.Read("f", data, tag)
				if err != nil || read.SRT != file {
					t.Errorf("%s, %s: %v, read as %q", tag, name, err, read.SRT)
				}
			}
		}
	}
}

// Bytes that are text in no encoding of the language are rejected, with their line.
func TestRead_WrongEncodingIsRejected(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data []byte
		in   library.Language
		want string
	}{
		"Armenian":      {[]byte(captions("good") + "\n" + captions("\xB2\xD5\xE5")), "hy", "line 7: is not text in UTF-8, and hy has no other"},
		"Georgian":      {[]byte(captions("\xC0\xC1\xC2")), "ka-GE", "line 3: is not text in UTF-8, and ka-GE has no other"},
		"Hindi":         {[]byte(captions("\xC8\xCF\xDB")), "hi", "line 3: is not text in UTF-8, and hi has no other"},
		"Panjabi":       {[]byte(captions("\xC8\xCF\xDB")), "pa", "line 3: is not text in UTF-8, and pa has no other"},
		"Khmer":         {[]byte(captions("\xC8\xCF\xDB")), "km", "line 3: is not text in UTF-8, and km has no other"},
		"Amharic":       {[]byte(captions("\xC8\xCF\xDB")), "am", "line 3: is not text in UTF-8, and am has no other"},
		"not 1252":      {[]byte(captions("a\x81b")), "en", "line 3: is not text in windows-1252"},
		"not 1250":      {[]byte(captions("a\x83b")), "pl", "line 3: is not text in windows-1250"},
		"not Shift_JIS": {[]byte(captions("\x82\xFF\x82")), "ja", "line 3: is not text in shift_jis"},
		"not Big5":      {[]byte(captions("\xA4\xFF\xA4")), "zh-TW", "line 3: is not text in big5"},
		"not EUC-KR":    {[]byte(captions("\xB0\xFF\xB0")), "ko", "line 3: is not text in euc-kr"},
		"broken JIS":    {[]byte(captions("\x1B$B\x24\x1B(B")), "ja", "line 3: is not text in iso-2022-jp"},
		"ISO-2022-KR":   {[]byte(captions("\x1B$)C\x0E0!\x0F")), "ko", "line 3: contains an escape character"},
		"colours":       {[]byte(captions("\x1B[31mred\x1B[0m")), "en", "line 3: contains an escape character"},
		"UTF-32":        {[]byte("1\x00\x00\x00\n\x00\x00\x00"), "en", "line 1: contains a NUL character"},
	} {
		read, err := caption.Read("f", c.data, c.in)
		if err == nil || !strings.HasPrefix(err.Error(), "f "+c.want) {
			t.Errorf("%s: %v, read as %q, want %q", name, err, read.SRT, c.want)
		}
	}
}

func captions(text string) string {
	return fmt.Sprintf("1\n00:00:01,000 --> 00:00:02,000\n%s\n", text)
}

// encoded is a text in an encoding. Vietnamese is taken apart as windows-1258 has it.
func encoded(t *testing.T, in encoding.Encoding, text string) []byte {
	t.Helper()
	if in == charmap.Windows1258 {
		text = apart(t, text)
	}
	data, err := in.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatalf("%v: %v in %q", in, err, text)
	}
	return data
}

// apart takes the tones, and only them, from letters that windows-1258 does not have.
func apart(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for _, r := range text {
		if _, known := charmap.Windows1258.EncodeRune(r); known {
			b.WriteRune(r)
			continue
		}
		marks := []rune(norm.NFD.String(string(r)))
		for tone := len(marks) - 1; tone > 0; tone-- {
			rest := append(append([]rune{}, marks[:tone]...), marks[tone+1:]...)
			if whole := norm.NFC.String(string(rest)); len([]rune(whole)) == 1 {
				if _, known := charmap.Windows1258.EncodeRune([]rune(whole)[0]); known {
					b.WriteString(whole + string(marks[tone]))
					break
				}
			}
		}
	}
	return b.String()
}
