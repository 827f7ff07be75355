package studioapi

import (
	"context"
	"net/http"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// operation is a row of the generated table.
type operation struct {
	method string
	path   string // below BasePath
	status int    // of success
	answer answer

	takesFile      bool // its body may be as large as a caption file
	takesList      bool // its JSON body is a bare array
	takesTicket    bool // without a token, a ticket among the parameters tells who calls
	takesSignature bool // so will an expiry with a signature, for what they cover
	forServices    bool // a captioning service's key opens it too
}

// answer is how an operation gets from its parameters to the bytes of its success.
type answer struct {
	contentType string
	// serve binds the parameters, calls the server, and appends the answer to b.
	serve func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error)
	// list is there instead of serve where the answer is written item by item.
	list func(ctx context.Context, s Server, actor library.Actor, p *params) (listAnswer, error)
}

// answerTo binds the parameters, calls the server, and hands what it answers to write.
func answerTo[In, Out any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (Out, error),
	write func(b []byte, out Out) []byte,
) func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error) {
	ask := askFor(bind, call)
	return func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error) {
		out, err := ask(ctx, s, actor, p)
		if err != nil {
			return nil, err
		}
		return write(b, out), nil
	}
}

// askFor binds the parameters and calls the server.
func askFor[In, Out any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (Out, error),
) func(ctx context.Context, s Server, actor library.Actor, p *params) (Out, error) {
	return func(ctx context.Context, s Server, actor library.Actor, p *params) (out Out, err error) {
		in := bind(p)
		if p.fault != nil {
			return out, p.fault
		}
		if p.refusal != nil {
			return out, p.refusal
		}
		return call(s, ctx, actor, in)
	}
}

// answerJSON serves an operation whose answer is a JSON object.
func answerJSON[In any, Out jsonObject](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (Out, error),
) answer {
	write := func(b []byte, out Out) []byte { return out.AppendJSON(b) }
	return answer{contentType: front.JSONType, serve: answerTo(bind, call, write)}
}

// answerList serves an operation whose answer is a bare JSON array.
func answerList[In any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (listAnswer, error),
) answer {
	return answer{contentType: front.JSONType, list: askFor(bind, call)}
}

// answerRedirect serves an operation whose answer is an address to go to.
func answerRedirect[In any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (string, error),
) answer {
	return answer{serve: answerTo(bind, call, appendText)}
}

// answerText serves an operation whose answer is plain text.
func answerText[In any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (string, error),
) answer {
	return answer{contentType: front.TextType, serve: answerTo(bind, call, appendText)}
}

func appendText(b []byte, text string) []byte { return append(b, text...) }

// answerNothing serves an operation whose answer has no body.
func answerNothing[In any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) error,
) answer {
	noBody := func(s Server, ctx context.Context, actor library.Actor, in In) (struct{}, error) {
		return struct{}{}, call(s, ctx, actor, in)
	}
	return answer{serve: answerTo(bind, noBody, func(b []byte, _ struct{}) []byte { return b })}
}

// insteadOfToken is the parameters that together will do instead of a token.
func (op operation) insteadOfToken() []string {
	switch {
	case op.takesTicket:
		return []string{"ticket"}
	case op.takesSignature:
		return []string{"expires", "signature"}
	}
	return nil
}

// serve answers an operation, and counts what came with neither a good token nor what will do
// instead.
func (a *api) serve(op operation) front.Handler {
	answer := a.answer(op)
	return func(x *front.Exchange, r *http.Request) error {
		if err := answer(x, r); err != nil {
			return x.CountRefused(err)
		}
		return nil
	}
}

// countedIf returns the failure of a request, which counts as one of its address where it failed
// before its ticket or signature was looked at.
func countedIf(unproven bool, x *front.Exchange, failure error) error {
	if unproven {
		return x.CountFailed(failure)
	}
	return failure
}

// answer answers an operation: caller, body, parameters, the call, and one write out of
// one buffer.
func (a *api) answer(op operation) front.Handler {
	return func(x *front.Exchange, r *http.Request) error {
		actor, err := a.actor(x, r)
		anonymous := len(op.insteadOfToken()) > 0 && err != nil && r.Header.Get("Authorization") == ""
		if err != nil && !anonymous {
			return err
		}
		if !anonymous {
			if err := x.CountToken(actor); err != nil {
				return err
			}
		}
		p, failure := readParams(x, r, op)
		if failure != nil {
			return countedIf(anonymous, x, failure)
		}
		if anonymous && !p.hasAll(op.insteadOfToken()) {
			return err
		}
		if anonymous && op.takesTicket {
			if err := x.CountTicket(p.ticket()); err != nil {
				return err
			}
			r = r.WithContext(x.WithTicket(r)) //nolint:contextcheck // it is made of the context of r
		}
		if actor.IsService() && !op.forServices {
			p.refusal = library.Forbidden("a captioning service's key is not valid here")
		}
		if op.answer.list != nil {
			list, err := op.answer.list(r.Context(), a.server, actor, p)
			if err != nil {
				return err
			}
			return writeList(x, list)
		}
		buffer, _ := a.buffers.Get().(*[]byte) // the pool holds nothing else
		defer a.buffers.Put(buffer)
		body, failure := op.answer.serve(r.Context(), a.server, actor, p, (*buffer)[:0])
		if anonymous && op.takesSignature && p.fault != nil { // it opens nothing, whatever else is wrong
			return err
		}
		if failure != nil {
			return countedIf(anonymous && p.fault != nil, x, failure)
		}
		*buffer = body // it may have grown: keep the larger one
		if op.status == http.StatusFound {
			x.Header().Set("Location", string(body))
			body = nil
		}
		x.Answer(op.status, op.answer.contentType, body)
		return nil
	}
}
