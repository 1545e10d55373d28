"""Asks for a token as note 001's test script does, with the standard library alone.

Usage: guide_token.py PORT, with OPENEMR_CLIENT_ID and OPENEMR_CLIENT_SECRET in the environment.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

TOKEN_URL = "http://localhost:%s/oauth2/default/token" % sys.argv[1]


def main():
    data = urllib.parse.urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": os.environ.get("OPENEMR_CLIENT_ID"),
            "client_secret": os.environ.get("OPENEMR_CLIENT_SECRET"),
        }
    ).encode()
    request = urllib.request.Request(
        TOKEN_URL, data, {"Content-Type": "application/x-www-form-urlencoded"}
    )
    try:
        with urllib.request.urlopen(request) as response:
            status, body = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    assert status == 200, "Failed: %s" % body.decode()
    token = json.loads(body)
    assert "access_token" in token
    print("[PASS] Access Token: %s..." % token["access_token"][:20])


if __name__ == "__main__":
    main()
