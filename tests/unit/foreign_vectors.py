#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""foreign_vectors.py - writes foreign_vectors.txt: what CoovaChilli and openNDS would say.

Run it in tests/unit after a change. The formulas are those of CoovaChilli's redir.c (bstring_buildurl,
redir_md_param, redir_radius) and openNDS's http_microhttpd.c (construct_querystring), done anew
here; AES is openssl's, so no byte is of the code that the vectors test.
"""
import base64
import hashlib
import re
import subprocess
import urllib.parse

CHALLENGE = bytes(range(16))
SECRET = "uamsecret"
SERVER = "https://hotspot.example/login"
USERURL = "http://example.com/a?x=1&y=2 +~*!'()/é"
FASKEY = "c775e7b757ede630cd0aa1113bd102661ab38829ca52a6422ab782862f268646"
IV = "0123456789abcdef"
vectors = {}


def chilli(text):
    return re.sub(rb"[^A-Za-z0-9._!~*-]", lambda m: b"%%%02x" % m[0][0], text.encode()).decode()


def signed(url, secret=SECRET):
    return url + "&md=" + hashlib.md5((url + secret).encode()).hexdigest().upper()


key = hashlib.md5(CHALLENGE + SECRET.encode()).digest()
vectors["key"] = key.hex()
vectors["hidden"] = bytes(a ^ b for a, b in zip("pässword, longer than 16".encode(), key * 2)).hex()
vectors["session_id"] = hashlib.sha256(CHALLENGE + b"session").hexdigest()[:16]

guest = "&called=02-05-11-00-00-FE"
device = "&mac=02-05-11-00-00-01&ip=198.18.1.10"
tail = f"&nasid={chilli('venue 1')}&vlan=200&sessionid=00ff&userurl={chilli(USERURL)}"
vectors["notyet"] = signed(f"{SERVER}?res=notyet&uamip=198.18.1.1&uamport=3990&challenge={CHALLENGE.hex()}"
                           f"{guest}{device}{tail}")
vectors["success"] = signed(f"{SERVER}?res=success&uamip=198.18.1.1&uamport=3990{guest}&uid=b%40b&timeleft=3600"
                            f"{device}&reply={chilli('Welcome <b>')}{tail}")
vectors["rejected"] = signed(f"{SERVER}?a=b&res=failed&reason=reject&uamip={chilli('[fd00:511:1::1]')}&uamport=3990"
                             f"&challenge={CHALLENGE.hex()}{guest}{device}{tail}")
vectors["status"] = signed(f"{SERVER}?res=already&uamip=198.18.1.1&uamport=3990&starttime=1800000000&sessiontime=60"
                           f"&sessiontimeout=3600&stoptime=1800003600{guest}&uid=bob&timeleft=3540{device}{tail}")
vectors["plain"] = f"{SERVER}?res=logoff&uamip=198.18.1.1&uamport=3990{guest}{device}{tail}"

hid = hashlib.sha256(b"a hid").hexdigest()
vectors["hid"] = hid
vectors["token"] = hashlib.sha256((hid + FASKEY).encode()).hexdigest()


def nds(text):
    return re.sub(rb"[^A-Za-z0-9_.~-]", lambda m: b"%%%02x" % m[0][0], text.encode()).decode()


def query(authdir):
    return (f"hid={hid}, clientip=198.18.1.10, clientmac=02:05:11:00:00:01, client_type=cpd_can, cpi_query=, "
            f"gatewayname={nds('Lab = Wi-Fi, 1')}, gatewayurl={nds('http://198.18.1.1:2050')}, version=xdp511-1, "
            f"gatewayaddress=198.18.1.1:2050, gatewaymac=02:05:11:00:00:fe, {authdir}"
            f"originurl={nds(USERURL)}, clientif=lan0, themespec=(null), ").encode()


def fas_value(text):
    return urllib.parse.quote(text, safe="").replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")


vectors["fas_1"] = "https://fas.example/?fas=" + fas_value(base64.b64encode(query("")).decode())
cipher = subprocess.run(["openssl", "enc", "-aes-256-cbc", "-K", FASKEY.encode()[:32].hex(), "-iv", IV.encode().hex()],
                        input=query("authdir=opennds_auth, "), stdout=subprocess.PIPE, check=True).stdout
vectors["fas_2"] = ("https://fas.example/?fas=" + fas_value(base64.b64encode(base64.b64encode(cipher)).decode()) +
                    "&iv=" + IV)

with open("foreign_vectors.txt", "w", encoding="utf-8") as out:
    for name, value in vectors.items():
        out.write(f"{name} {value}\n")
