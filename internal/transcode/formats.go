package transcode

import (
	"regexp"
	"strings"
)

// formats are the demuxers that a stranger's file may be read with, by ffmpeg's names: those
// of sound and moving pictures that recognize a file by its content and open no other file.
// Those that recognize one and are not among them are in excluded.
var formats = strings.Join([]string{
	// What cameras, phones, browsers, recorders and editors write.
	"mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,m4v,h264,hevc,ivf",
	"flv,asf,asf_o,mxf,dv,ogg,mp3,aac,ac3,eac3,dts,flac,wav,w64,aiff,au,caf,amr,amrnb,amrwb,dsf,tta,ape,wv,rm,nut,gxf",
	// Television cards, set-top boxes, surveillance, telephony and dictation.
	"wtv,ty,nuv,pva,pmp,lxf,nsv,dhav,lvf,lmlm4,mtv,mgsts,mpjpeg,smjpeg,ivr,ser,luodat,xwma,mxg,nc,ifv,iv8,sdr2,kux,live_flv,mv,simbiosis_imx",
	"voc,gsm,ilbc,qcp,dss,sbc,codec2,act,wve,hcom,vivo,msnwctcp,nsp,vqf",
	// Streams without a container.
	"obu,av1,evc,vvc,vc1,vc1test,dirac,dnxhd,cavsvideo,avs2,avs3,h261,h263,yuv4mpegpipe,ipu,mjpeg_2000",
	"dtshd,mlp,truehd,loas,latm,iamf,lc3,aea,adx,spdif,s337m,wsd,sox,ircam,nistsphere,avr,pvf,tak,mpc,mpc8,shn",
	"oma,aa,aax,alp,ast,mmf,osq,qoa,apac,bonk,rka,sds,sdx,iff,wsaud",
	// Animations and films of other programs.
	"swf,flic,film_cpk,roq,rso,argo_asf,argo_cvg,kvag,apm,epaf,cine,r3d",
}, ",")

// excluded are demuxers that recognize a file by its content and are not used, with what a
// person reads of such a file. Not listed are demuxers of pictures whose names end in
// "_pipe", and those that recognize no file: of devices, and of samples without a header.
var excluded = map[string]string{
	// These open whatever file, address or device they name.
	"a list of other files or addresses, not a recording": "concat,dash,hls,applehttp,imf,image2,lavfi,sdp,rtp,rtsp,sap,vobsub,avisynth,vapoursynth",
	"the first of several files of one recording":         "mlv,dvdvideo",
	"a picture or a drawing":                              "gif,apng,ico,fits,jpegxl_anim,xbin,bin,adf,idf,tty,frm,msp,txd,alias_pix,brender_pix",
	"text or captions without a recording": "aqtitle,ass,ffmetadata,jacosub,lrc,mcc,microdvd,mpl2,mpsub,pjs,realtext,sami,sbg,scc,srt,stl," +
		"subviewer,subviewer1,sup,tedcaptions,vplayer,webvtt,dvbsub,dvbtxt,cdg,webm_dash_manifest",
	// Nobody teaches with them, and their demuxers are the least looked after.
	"film or sound of a computer game, or notes for a synthesizer": "3dostr,4xm,ace,acm,adp,ads,afc,aix,anm,apc,argo_brp,avs,bethsoftvid,bfi," +
		"bfstm,bink,binka,bmv,boa,brstm,c93,cdxl,dcstr,derf,dfa,dsicin,dxa,ea,ea_cdata,fsb,fwse,gdv,genh,hca,hnm,idcin,iss,jv,laf," +
		"libgme,libopenmpt,libmodplug,mca,mm,mods,moflex,msf,mtaf,musx,mvi,paf,pp_bnk,psxstr,redspark,rl2,rpl,rsd,scd,sdns,sga,siff,smk," +
		"smush,sol,svag,svs,thp,tiertexseq,tmv,usm,vag,vividas,vmd,vpk,wady,wc3movie,wsvqa,xa,xmd,xmv,xvag,yop",
}

// rejectedFormat finds in what ffprobe says which format it was not allowed to read:
//
//	[webp_pipe @ 0x55cc89c4f740] Format not on whitelist 'mov,mp4,…'
var rejectedFormat = regexp.MustCompile(`\[([a-z0-9_,]{1,60}) @ 0x[0-9a-f]+\] Format not on whitelist`)

// notReadHere names the format of a file that ffprobe was not allowed to read.
func notReadHere(said string, cause error) *Refusal {
	found := rejectedFormat.FindStringSubmatch(said)
	if found == nil {
		return refuse(cause, "%s: its format is not supported.", unreadable)
	}
	name, _, _ := strings.Cut(found[1], ",")
	for what, names := range excluded {
		if listed(names, name) {
			return refuse(cause, "%s: it is %s (%s).", unreadable, what, strings.ToUpper(name))
		}
	}
	if picture, ok := strings.CutSuffix(name, "_pipe"); ok {
		return refuse(cause, "%s: it is a picture (%s).", unreadable, strings.ToUpper(picture))
	}
	return refuse(cause, "%s: its format (%s) is not supported.", unreadable, name)
}

func listed(names, name string) bool {
	return strings.Contains(","+names+",", ","+name+",")
}
