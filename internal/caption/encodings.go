package caption

import (
	"golang.org/x/text/language"

	"github.com/lectern-media/lectern/internal/library"
)

// byScript maps a script to the encodings of files that are neither UTF-8 nor UTF-16: the
// code page of Windows where it has one, because most such files come from there.
// Languages in Latin script are in [latinEncodings]. A script that is missing here never
// had a code page.
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

// latinEncodings lists the languages in Latin script whose letters windows-1252 lacks. If
// two encodings are listed, both were in use, and the text decides.
var latinEncodings = map[string][]string{
	"az": {"windows-1254"}, "bs": centralEuropean, "cnr": centralEuropean, "cs": centralEuropean, "csb": centralEuropean,
	"cy": {"windows-1252", "iso-8859-14"}, "dsb": centralEuropean, "eo": {"iso-8859-3"}, "et": {"windows-1257"}, "hr": centralEuropean,
	"hsb": centralEuropean, "hu": centralEuropean, "ku": {"windows-1254"}, "lt": {"windows-1257"},
	"ltg": {"windows-1257"}, "lv": {"windows-1257"}, "mt": {"iso-8859-3"}, "pl": centralEuropean,
	"ro": centralEuropean, "sk": centralEuropean, "sl": centralEuropean, "sq": centralEuropean,
	"sr": centralEuropean, "szl": centralEuropean, "tk": {"windows-1250"}, "tr": {"windows-1254"},
	"uz": {"windows-1254"}, "vi": {"windows-1258"},
}

var centralEuropean = []string{"windows-1250", "iso-8859-2"}

// western is the default. It is a superset of the letters of Latin-1.
var western = []string{"windows-1252"}

// letters are the letters beyond ASCII of the languages with two encodings, as far as they
// are needed to tell the encodings apart.
var letters = map[string]string{
	"pl": "ąćęłńóśźż", "cnr": "čćđšžśź", "csb": "ąãéëłńòóôùż", "cy": "âêîôûŵŷáéíóúẃýäëïöüẅÿàèìòùẁỳ", "szl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž",
	"sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšžćđ", "hr": "čćđšž", "bs": "čćđšž", "sr": "čćđšž",
	"dsb": "čćěłńŕśšžź", "hsb": "čćěłńóřšž", "hu": "áéíóöőúüű", "ro": "ăâîşţșț", "sq": "ëç",
	"el": "άέήίόύώϊϋΐΰαβγδεζηθικλμνξοπρσςτυφχψω",
}

// twoScripts are languages that are commonly written in both Latin and Cyrillic script, so
// that a tag without a script is ambiguous.
var twoScripts = map[string]bool{"az": true, "bs": true, "cnr": true, "sr": true, "uz": true}

// unlikelyScripts corrects the script that golang.org/x/text assumes for a tag without one.
var unlikelyScripts = map[string]string{
	"azb": "Arab", "cnr": "Latn", "gan-TW": "Hant", "hak": "Hant", "hak-TW": "Hant", "ku-IQ": "Arab", "ku-IR": "Arab", "lzh": "Hant",
	"nan": "Hant", "nan-TW": "Hant", "pbt": "Arab", "prs": "Arab",
}

// tongue is what of a language determines the encoding of a file.
type tongue struct {
	base   string // canonical language code: he for iw, zh for cmn
	script string // Zzzz if unknown
	told   bool   // the tag names the script
}

// tongueOf canonicalizes a language tag: deprecated codes, extended languages, the main
// language of a macrolanguage, and sh, which is Serbian in Latin script.
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

// encodings returns the likely encodings of a file that is not Unicode, the most likely
// first. There are none for a script that never had a code page.
func (t tongue) encodings() []string {
	if t.script != "Latn" && t.script != "Zzzz" {
		return byScript[t.script]
	}
	if names, found := latinEncodings[t.base]; found {
		return names
	}
	return western
}
