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
}

// answer is how an operation gets from its parameters to the bytes of its success.
type answer struct {
	contentType string
	// serve binds the parameters, calls the server, and appends the answer to b.
	serve func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error)
}

// answerJSON serves an operation whose answer is a JSON object.
func answerJSON[In any, Out jsonObject](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (Out, error),
) answer {
	return answer{jsonType, func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error) {
		in := bind(p)
		if p.fault != nil {
			return nil, p.fault
		}
		out, err := call(s, ctx, actor, in)
		if err != nil {
			return nil, err
		}
		return out.AppendJSON(b), nil
	}}
}

// answerText serves an operation whose answer is plain text.
func answerText[In any](
	bind func(*params) In, call func(Server, context.Context, library.Actor, In) (string, error),
) answer {
	return answer{textType, func(ctx context.Context, s Server, actor library.Actor, p *params, b []byte) ([]byte, error) {
		in := bind(p)
		if p.fault != nil {
			return nil, p.fault
		}
		out, err := call(s, ctx, actor, in)
		return append(b, out...), err
	}}
}

// serve answers an operation to an authenticated caller: body, parameters, the call,
// and one write out of one buffer.
func (a *api) serve(op operation) func(*exchange, *http.Request, library.Actor) error {
	return func(x *exchange, r *http.Request, actor library.Actor) error {
		p, err := readParams(r)
		if err != nil {
			return err
		}
		buffer, _ := a.buffers.Get().(*[]byte) // the pool holds nothing else
		defer a.buffers.Put(buffer)
		body, err := op.answer.serve(r.Context(), a.server, actor, p, (*buffer)[:0])
		if err != nil {
			return err
		}
		*buffer = body // it may have grown: keep the larger one
		x.answer(op.status, op.answer.contentType, body)
		return nil
	}
}
