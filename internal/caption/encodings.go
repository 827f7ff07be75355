package caption

import (
	"golang.org/x/text/language"

	"github.com/lectern-media/lectern/internal/library"
)

// byScript names the encoding of files that are neither UTF-8 nor UTF-16, by the script
// that their language is written in: the code page of Windows where it has one, for
// that is where such files are written. Languages in Latin script are in
// [latinEncodings]; a script that is missing here never had a code page of its own.
var byScript = map[string][]string{
	"Arab": {"windows-1256"},
	"Cyrl": {"windows-1251"},
	"Grek": {"windows-1253", "iso-8859-7"},
	"Hans": {"gb18030"},
	"Hant": {"big5"}, // with the characters of HKSCS, as the Encoding Standard has it
	"Hebr": {"windows-1255"},
	"Jpan": {"shift_jis", "euc-jp"},
	"Hira": {"shift_jis", "euc-jp"},
	"Kana": {"shift_jis", "euc-jp"},
	"Kore": {"euc-kr"}, // with the extensions of code page 949
	"Hang": {"euc-kr"},
	"Thai": {"windows-874"},
}

// latinEncodings has the languages in Latin script whose letters windows-1252 lacks.
// Where a second encoding is named, both were in use, and the text decides.
var latinEncodings = map[string][]string{
	"az": {"windows-1254"}, "bs": centralEuropean, "cs": centralEuropean, "csb": centralEuropean,
	"dsb": centralEuropean, "eo": {"iso-8859-3"}, "et": {"windows-1257"}, "hr": centralEuropean,
	"hsb": centralEuropean, "hu": centralEuropean, "ku": {"windows-1254"}, "lt": {"windows-1257"},
	"ltg": {"windows-1257"}, "lv": {"windows-1257"}, "mt": {"iso-8859-3"}, "pl": centralEuropean,
	"ro": centralEuropean, "sk": centralEuropean, "sl": centralEuropean, "sq": centralEuropean,
	"sr": centralEuropean, "szl": centralEuropean, "tk": {"windows-1250"}, "tr": {"windows-1254"},
	"uz": {"windows-1254"}, "vi": {"windows-1258"},
}

var centralEuropean = []string{"windows-1250", "iso-8859-2"}

// western is what a file is in when nothing is known of its language. It holds Latin-1.
var western = []string{"windows-1252"}

// letters are the letters beyond ASCII of languages whose two encodings put different
// letters at the same byte. They need only tell the two apart.
var letters = map[string]string{
	"pl": "ąćęłńóśźż", "csb": "ąãéëłńòóôùż", "szl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž",
	"sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšžćđ", "hr": "čćđšž", "bs": "čćđšž", "sr": "čćđšž",
	"dsb": "čćěłńŕśšžź", "hsb": "čćěłńóřšž", "hu": "áéíóöőúüű", "ro": "ăâîşţșț", "sq": "ëç",
	"el": "άέήίόύώϊϋΐΰαβγδεζηθικλμνξοπρσςτυφχψω",
}

// twoScripts are languages that are written in Latin and in Cyrillic script by the same
// people, so that a tag without a script does not tell which.
var twoScripts = map[string]bool{"az": true, "bs": true, "sr": true, "uz": true}

// unlikelyScripts corrects what golang.org/x/text takes to be the script of a language
// whose tag names none.
var unlikelyScripts = map[string]string{
	"azb": "Arab", "gan-TW": "Hant", "hak": "Hant", "hak-TW": "Hant", "ku-IQ": "Arab", "ku-IR": "Arab", "lzh": "Hant",
	"nan": "Hant", "nan-TW": "Hant", "pbt": "Arab", "prs": "Arab",
}

// tongue is a language as far as it tells the encoding of a file.
type tongue struct {
	base   string // the language's code of today: he for iw, zh for cmn
	script string // Zzzz where nobody knows
	told   bool   // the tag names the script
}

// tongueOf reads a language tag with the codes of today: replaced codes, languages that
// a macrolanguage stands for, and sh, which is Serbian in Latin script.
func tongueOf(in library.Language) tongue {
	tag := in.Canonical()
	if tag.IsRoot() {
		return tongue{script: "Latn"}
	}
	base, _ := tag.Base()
	script, confidence := tag.Script()
	t := tongue{base: base.String(), script: script.String(), told: confidence == language.Exact}
	if t.told {
		return t
	}
	region, _ := tag.Region()
	for _, key := range []string{t.base + "-" + region.String(), t.base} {
		if other, found := unlikelyScripts[key]; found {
			t.script = other
			break
		}
	}
	return t
}

// encodings names what a file in a language may be in when it is no Unicode, the most
// likely first. There is none for a script that never had an encoding of its own.
func (t tongue) encodings() []string {
	if t.script != "Latn" && t.script != "Zzzz" {
		return byScript[t.script]
	}
	if names, found := latinEncodings[t.base]; found {
		return names
	}
	return western
}
