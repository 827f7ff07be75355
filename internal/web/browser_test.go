package web_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/lectern-media/lectern/internal/testkit"
)

// browser is a tab of Chromium, and what it complained about.
type browser struct {
	t          *testing.T
	ctx        context.Context
	mu         sync.Mutex
	complaints []string
}

// openBrowser starts Chromium. Its flags keep it to the page: it calls nobody else.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	testkit.NeedsMore(t, "browser")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Headless,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
	)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	err := chromedp.Listen(ctx, b.listen)
	if err == nil {
		_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	}
	if err != nil {
		t.Fatalf("Chromium does not start (apt-get install chromium, or run script/setup): %v", err)
	}
	return b
}

// listen keeps what the console, the policy and the network complain about.
func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.complaints = append(b.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			words := make([]string, 0, len(e.Args))
			for _, word := range e.Args {
				words = append(words, string(word.Value)+word.Description)
			}
			b.complaints = append(b.complaints, strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		complaint := e.ExceptionDetails.Text
		if thrown := e.ExceptionDetails.Exception; thrown != nil {
			complaint += " " + thrown.Description
		}
		b.complaints = append(b.complaints, complaint)
	}
}

// wantNoComplaints fails the test with what the browser complained about.
func (b *browser) wantNoComplaints() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) > 0 {
		b.t.Errorf("the browser complains:\n%s", strings.Join(b.complaints, "\n"))
	}
}

// fatal ends the test, with what the browser complained about.
func (b *browser) fatal(doing string, err error) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.t.Fatalf("%s: %v\n%s", doing, err, strings.Join(b.complaints, "\n"))
}

// patience is for one step on a busy machine.
const patience = 40 * time.Second

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.fatal("a step", err)
	}
}

// before runs a script before those of every page that is opened from now on.
func (b *browser) before(script string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		b.fatal("a script before the page's", err)
	}
}

// open opens a page.
func (b *browser) open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address))
}

// until waits until an expression holds, on whatever page is there by then.
func (b *browser) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		holds := chromedp.Poll[chromedp.Void]("(() => { try { return !!(" + expression + ") } catch { return false } })()")
		_, err := chromedp.Run(ctx, holds)
		if err == nil {
			return
		}
		if ctx.Err() != nil || errors.Is(err, chromedp.ErrPollingTimeout) {
			b.fatal("never holds: "+expression, err)
		}
	}
}

// value returns the value of an expression, which may be a promise.
func value[T any](b *browser, expression string) T {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.fatal(expression, err)
	}
	return got
}

// box is where a text is seen, of the browser's own elements, too.
func (b *browser) box(text string) dom.BoxModel {
	b.t.Helper()
	all, pierce := int64(-1), true
	document, err := chromedp.Call(b.ctx, dom.GetDocument, dom.GetDocumentParams{Depth: &all, Pierce: &pierce})
	if err != nil {
		b.fatal("the document", err)
	}
	parent := parentOf(document.Root, text)
	if parent == nil {
		b.t.Fatalf("nothing says %q", text)
	}
	got, err := chromedp.Call(b.ctx, dom.GetBoxModel, dom.GetBoxModelParams{NodeID: parent.NodeID})
	if err != nil {
		b.fatal("a box", err)
	}
	return *got.Model
}

// parentOf finds the element around a text.
func parentOf(node *cdp.Node, text string) *cdp.Node {
	for _, child := range slices.Concat(node.Children, node.ShadowRoots) {
		if child.NodeValue == text {
			return node
		}
		if found := parentOf(child, text); found != nil {
			return found
		}
	}
	return nil
}

// press presses a key.
func (b *browser) press(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

// look gives the window a size and a scheme of colours.
func (b *browser) look(width, height int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	b.prefer("prefers-color-scheme", scheme)
}

// prefer sets what somebody prefers, and nothing besides.
func (b *browser) prefer(what, value string) {
	b.t.Helper()
	features := []*emulation.MediaFeature{{Name: what, Value: value}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		b.fatal("preferences", err)
	}
}

// photograph writes what is seen into the folder that LECTERN_TEST_SCREENS names, if it
// does. Those in docs/screens are some of them.
func (b *browser) photograph(name string) {
	b.t.Helper()
	folder := os.Getenv("LECTERN_TEST_SCREENS")
	if folder == "" {
		return
	}
	b.until(`document.getAnimations().every((a) => a.playState !== "running")`)
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.fatal("a photograph", err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}
