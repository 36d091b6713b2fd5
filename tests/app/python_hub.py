"""A real SAMP hub (astropy's, or pyvo's where astropy has it no more) with one client of its own, for samp_hub_test.

usage: python_hub.py LOCKFILE
Prints one JSON object a line: {"ready": ID}, then {"heard": MTYPE, "params": ..., "from": ID} for every message, and
what it was asked for: it reads one JSON object a line, {"names": 1}, {"notify": MESSAGE}, {"call": MESSAGE}, {"quit": 1}.
Exits with 77 where the module is missing.
"""
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")
try:
    try:
        from astropy import samp
    except ImportError:
        from pyvo import samp
    samp.SAMPHubServer
except (ImportError, AttributeError):
    sys.exit(77)

from urllib.parse import quote


def say(**what):
    sys.__stdout__.write(json.dumps(what) + "\n")
    sys.__stdout__.flush()


def main():
    lockfile = os.path.abspath(sys.argv[1])
    sys.stdout = sys.stderr  # astropy logs to stdout
    os.environ["SAMP_HUB"] = "std-lockurl:file://" + quote(lockfile)
    hub = samp.SAMPHubServer(lockfile=lockfile, addr="127.0.0.1", web_profile=False)
    hub.start()
    client = samp.SAMPIntegratedClient(name="python", addr="127.0.0.1")
    client.connect()

    def heard(private_key, sender, *rest):
        *message_id, mtype, params, extra = rest
        if not mtype.startswith("samp."):
            say(heard=mtype, params=params, **{"from": sender})
        if message_id and message_id[0]:
            client.reply(message_id[0], {"samp.status": "samp.ok", "samp.result": {}})

    for mtype in ("table.*", "coord.*", "spectrum.*"):
        client.bind_receive_message(mtype, heard)
    say(ready=client.get_public_id())
    for line in sys.stdin:
        order = json.loads(line)
        if "names" in order:
            others = client.get_registered_clients()
            say(names={i: client.get_metadata(i).get("samp.name", "") for i in others})
        elif "notify" in order:
            client.notify_all(order["notify"])
        elif "call" in order:
            say(answer=client.call_and_wait(order["to"], order["call"], timeout="10"))
        elif "quit" in order:
            break
    client.disconnect()
    hub.stop()
    say(stopped=True)


main()
