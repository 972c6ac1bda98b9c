"""Serves the pod's name on 8080 and, when /tls holds a certificate, an admission webhook on 8443."""
import http.server
import json
import os
import ssl
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(os.uname().nodename.encode())

    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = review["request"]
        data = (request.get("object") or {}).get("data") or {}
        allowed = data.get("verdict") != "refuse"
        response = {"uid": request["uid"], "allowed": allowed}
        if not allowed:
            response["status"] = {"message": "refused by the selftest webhook"}
        self.answer(json.dumps({"apiVersion": review["apiVersion"], "kind": review["kind"], "response": response}).encode())


def serve(port, context=None):
    server = http.server.ThreadingHTTPServer(("", port), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever).start()


serve(8080)
if os.path.exists("/tls/tls.crt"):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain("/tls/tls.crt", "/tls/tls.key")
    serve(8443, tls)
print("serving", flush=True)
