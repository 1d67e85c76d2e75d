"""A Google Cloud of one project for the real gcloud, on loopback: as much of
five REST interfaces as the shipped guide asks for. What is missing is a 404,
what is made twice a 409. Prints its port."""
import base64
import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

made = {}
policy = {"etag": "BwX=", "version": 1, "bindings": []}


class Refused(Exception):
    def __init__(self, code, status, message):
        super().__init__(message)
        self.body = {"error": {"code": code, "status": status,
                               "message": message}}
        self.code = code


def take(kind, name):
    if (kind, name) not in made:
        raise Refused(404, "NOT_FOUND", "Not found: " + name)
    return made[kind, name]


def put(kind, name, value):
    if (kind, name) in made:
        raise Refused(409, "ALREADY_EXISTS", "Already exists: " + name)
    made[kind, name] = value
    return value


def operation(base, target, kind):
    zone = base + "/v1/projects/%s/zones/%s" % target[:2]
    return {"name": "operation-1", "zone": target[1], "status": "DONE",
            "operationType": kind, "selfLink": zone + "/operations/operation-1",
            "targetLink": zone + "/clusters/" + target[2]}


def cluster(base, m, body, method):
    project, zone, name = m[1], m[2], m[3]
    if method == "POST":
        wanted = body["cluster"]
        name = wanted["name"]
        put("cluster", name, dict(
            wanted, status="RUNNING", location=zone, zone=zone,
            endpoint="203.0.113.24", currentMasterVersion="1.33.4-gke.1036000",
            currentNodeVersion="1.33.4-gke.1036000", currentNodeCount=1,
            masterAuth={"clusterCaCertificate": "QUJD"},
            selfLink="%s/v1/projects/%s/zones/%s/clusters/%s"
                     % (base, project, zone, name)))
        return operation(base, (project, zone, name), "CREATE_CLUSTER")
    found = take("cluster", name)
    if method == "DELETE":
        del made["cluster", name]
        return operation(base, (project, zone, name), "DELETE_CLUSTER")
    return found


def account(base, m, body, method):
    if method == "POST" and m[2] is None:
        email = "%s@%s.iam.gserviceaccount.com" % (body["accountId"], m[1])
        return put("account", email, {
            "name": "projects/%s/serviceAccounts/%s" % (m[1], email),
            "email": email, "projectId": m[1], "uniqueId": "1"})
    found = take("account", m[2])
    if method == "DELETE":
        del made["account", m[2]]
        return {}
    return found


def key(base, m, body, method):
    take("account", m[2])
    data = json.dumps({"type": "service_account", "client_email": m[2]})
    return {"name": "projects/%s/serviceAccounts/%s/keys/%s"
                    % (m[1], m[2], "5f0c9a3e7d1b48269c4e0a7b3d5f81629e4c7a0c"),
            "privateKeyType": "TYPE_GOOGLE_CREDENTIALS_FILE",
            "privateKeyData": base64.b64encode(data.encode()).decode()}


def zone(base, m, body, method):
    if method == "POST":
        name = body["name"]
        return put("zone", name, dict(body, id="1", kind="dns#managedZone",
                                      nameServers=["ns-cloud-a%d.googledomains.com." % i
                                                   for i in range(1, 5)]))
    found = take("zone", m[2])
    if method == "DELETE":
        del made["zone", m[2]]
        return {}
    return found


def records(base, m, body, method):
    name = take("zone", m[2])["dnsName"]
    return {"rrsets": [{"name": name, "type": t, "ttl": 21600, "rrdatas": ["x"]}
                       for t in ("NS", "SOA")]}


def set_policy(base, m, body, method):
    policy["bindings"] = body["policy"].get("bindings", [])
    return policy


def project(base, m, body, method):
    return {} if method == "DELETE" else {
        "projectId": m[1], "name": m[1], "lifecycleState": "ACTIVE",
        "projectNumber": "1"}


def done(base, m, body, method):
    return {"name": NAME, "done": True, "response": {}, "status": "DONE"}


NAME = "operations/acat.p2-730044861277-0c7e1f5a-9d3b-4c86-8a41-5e2f7b9d6013"
P = r"^/(?:v1|dns/v1)/projects/([^/:]+)"
ROUTES = [
    (r":batchEnable$|:enable$", lambda *_: {"name": NAME, "done": False}),
    (r"^/v1/operations/", done),
    (P + r"/(?:zones|locations)/([^/]+)/operations/(.+)$", lambda b, m, *_:
        operation(b, (m[1], m[2], "x"), "CREATE_CLUSTER")),
    (P + r"/(?:zones|locations)/([^/]+)/server[cC]onfig$", lambda *_: {
        "validMasterVersions": ["1.33.4-gke.1036000"],
        "defaultClusterVersion": "1.33.4-gke.1036000"}),
    (P + r"/(?:zones|locations)/([^/]+)/clusters(?:/([^/]+))?$", cluster),
    (P + r"/serviceAccounts/([^/]+)/keys$", key),
    (P + r"/serviceAccounts(?:/([^/]+))?$", account),
    (P + r"/managedZones/([^/]+)/rrsets$", records),
    (P + r"/managedZones(?:/([^/]+))?()$", zone),
    (P + r"/services/", lambda *_: {"state": "ENABLED"}),
    (P + r":getIamPolicy$", lambda *_: policy),
    (P + r":setIamPolicy$", set_policy),
    (P + r"$", project),
]


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        path = self.path.split("?")[0]
        base = "https://container.googleapis.com"
        code, out = 404, {"error": {"code": 404, "status": "NOT_FOUND",
                                    "message": "no such method: " + path}}
        for pattern, serve in ROUTES:
            m = re.search(pattern, path)
            if m:
                try:
                    code, out = 200, serve(base, m, body, self.command)
                except Refused as e:
                    code, out = e.code, e.body
                break
        data = json.dumps(out).encode()
        self.send_response(code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = answer

    def log_message(self, *args):
        print(self.command, self.path, flush=True)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
