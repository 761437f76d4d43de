// The peer that transcodes: grpc-gateway, with the handlers that its generator makes of our .proto.
//
// At its best: HTTP/1.1 and cleartext HTTP/2 on one port, one line to the backend that persists
// (more of them cost more), flow control that never holds an answer back, nothing logged, and
// nothing of a head copied into metadata or back.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c"
	"google.golang.org/grpc"

	agents "trunkline/agents/v1"
)

const (
	// On one connection: above what any load here asks for.
	mostStreams = 1024
	window      = 1 << 20
	mostBytes   = 64 << 20
)

func forwardNothing(string) (string, bool) { return "", false }

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "Where HTTP/1.1 and cleartext HTTP/2 are served")
	backend := flag.String("backend", "127.0.0.1:50051", "Where the gRPC backend is")
	flag.Parse()

	line, err := grpc.Dial(*backend, grpc.WithInsecure(), grpc.WithBlock(),
		grpc.WithInitialWindowSize(window), grpc.WithInitialConnWindowSize(8*window),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(mostBytes)))
	if err != nil {
		log.Fatalf("The backend %s cannot be reached: %v", *backend, err)
	}
	mux := runtime.NewServeMux(
		// Names as the JSON mapping has them and nothing that is empty, which is what ours prints.
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.JSONPb{}),
		runtime.WithIncomingHeaderMatcher(forwardNothing),
		runtime.WithOutgoingHeaderMatcher(forwardNothing))
	if err := agents.RegisterAgentServiceHandler(context.Background(), mux, line); err != nil {
		log.Fatal(err)
	}
	protocol := &http2.Server{MaxConcurrentStreams: mostStreams}
	server := &http.Server{Addr: *listen, Handler: h2c.NewHandler(mux, protocol)}
	log.Fatal(server.ListenAndServe())
}
