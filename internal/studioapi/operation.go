package studioapi

import (
	"context"
	"net/http"

	"github.com/lectern-media/lectern/internal/library"
)

const (
	jsonType = "application/json; charset=utf-8"
	textType = "text/plain; charset=utf-8"
)

// operation is a row of the generated table.
type operation struct {
	method string
	path   string // below BasePath
	status int    // of success
	answer answer

	takesFile   bool // its body may be as large as a caption file
	takesList   bool // its JSON body is a bare array
	takesTicket bool // without a token, a ticket among the parameters tells who calls
	forServices bool // a captioning service's key opens it too
}

// answer is how an operation gets from its parameters to the bytes of its success.
type answer struct {
	contentType string
	// serve binds the parameters, calls the server, and appends the answer to b.
	serve func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error)
}

// answerTo binds the parameters, calls the server, and hands what it answers to write.
func answerTo[In, Out any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (Out, error),
	write func(b []byte, out Out) []byte,
) func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error) {
	return func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error) {
		in := bind(p)
		if p.fault != nil {
			return nil, p.fault
		}
		if p.refusal != nil {
			return nil, p.refusal
		}
		out, err := call(s, ctx, actor, in)
		if err != nil {
			return nil, err
		}
		return write(b, out), nil
	}
}

// answerJSON serves an operation whose answer is a JSON object.
func answerJSON[In any, Out jsonObject](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (Out, error),
) answer {
	return answer{jsonType, answerTo(bind, call, func(b []byte, out Out) []byte { return out.AppendJSON(b) })}
}

// answerList serves an operation whose answer is a bare JSON array.
func answerList[In any, Out jsonObject](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) ([]Out, error),
) answer {
	write := func(b []byte, out []Out) []byte { return appendList(b, out, appendObject[Out]) }
	return answer{jsonType, answerTo(bind, call, write)}
}

// answerRedirect serves an operation whose answer is an address to go to.
func answerRedirect[In any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (string, error),
) answer {
	return answer{"", answerTo(bind, call, func(b []byte, out string) []byte { return append(b, out...) })}
}

// answerText serves an operation whose answer is plain text.
func answerText[In any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (string, error),
) answer {
	return answer{textType, answerTo(bind, call, func(b []byte, out string) []byte { return append(b, out...) })}
}

// answerNothing serves an operation whose answer has no body.
func answerNothing[In any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) error,
) answer {
	noBody := func(s Server, ctx context.Context, actor library.Actor, in In) (struct{}, error) {
		return struct{}{}, call(s, ctx, actor, in)
	}
	return answer{"", answerTo(bind, noBody, func(b []byte, _ struct{}) []byte { return b })}
}

// serve answers an operation: caller, body, parameters, the call, and one write out of
// one buffer.
func (a *api) serve(op operation) handler {
	return func(x *exchange, r *http.Request) error {
		actor, err := a.actor(x, r)
		anonymous := op.takesTicket && err != nil && r.Header.Get("Authorization") == ""
		if err != nil && !anonymous {
			return err
		}
		p, failure := readParams(x, r, op)
		if failure != nil {
			return failure
		}
		if _, given := p.lookup("ticket"); anonymous && !given {
			return err
		}
		if actor.IsService() && !op.forServices {
			p.refusal = library.Forbidden("a captioning service's key does not open this")
		}
		buffer, _ := a.buffers.Get().(*[]byte) // the pool holds nothing else
		defer a.buffers.Put(buffer)
		body, err := op.answer.serve(r.Context(), a.server, actor, p, (*buffer)[:0])
		if err != nil {
			return err
		}
		*buffer = body // it may have grown: keep the larger one
		if op.status == http.StatusFound {
			x.Header().Set("Location", string(body))
			body = nil
		}
		x.answer(op.status, op.answer.contentType, body)
		return nil
	}
}
