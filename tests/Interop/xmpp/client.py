#!/usr/bin/python3
"""An XMPP client for tests: orders as JSON lines in, every stanza and every outcome as JSON lines out.

client.py JID PASSWORD PORT
"""
import asyncio
import json
import sys
import threading

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath


def tell(**what):
    print(json.dumps(what), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        for plugin in ("xep_0030", "xep_0045", "xep_0199", "xep_0085", "xep_0308"):
            self.register_plugin(plugin)
        self["feature_mechanisms"].unencrypted_plain = True
        self.auto_reconnect = False
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("disconnected", lambda event: tell(event="disconnected"))
        self.add_event_handler("connection_failed", lambda event: tell(event="connection_failed"))
        for kind in ("message", "presence", "iq"):
            self.register_handler(Callback("all " + kind, MatchXPath("{jabber:client}" + kind), lambda stanza: tell(stanza=str(stanza))))

    def started(self, event):
        self.send_presence()
        tell(event="started", jid=str(self.boundjid))

    async def obey(self, order):
        try:
            tell(done=order["id"], result=await getattr(self, "do_" + order["do"])(**order.get("with", {})))
        except Exception as problem:
            condition = getattr(problem, "condition", None)
            tell(done=order["id"], error=condition or type(problem).__name__, text=str(problem))

    async def do_join(self, room, nick, **more):
        joined = await self["xep_0045"].join_muc_wait(room, nick, timeout=10, **more)
        return getattr(joined, "history", None) and [str(line) for line in joined.history]

    async def do_leave(self, room, nick):
        self["xep_0045"].leave_muc(room, nick)

    async def do_ping(self, to):
        await self["xep_0199"].send_ping(to, timeout=5)
        return "pong"

    async def do_disco(self, jid):
        info = await self["xep_0030"].get_info(jid=jid, timeout=5)
        return {"features": sorted(info["disco_info"]["features"]), "identities": [list(one) for one in info["disco_info"]["identities"]]}

    async def do_role(self, room, nick, role, reason=""):
        await self["xep_0045"].set_role(room, nick, role, reason=reason, timeout=5)

    async def do_send(self, xml):
        self.send_raw(xml)

    async def do_iq(self, xml):
        """Sends a question and gives its answer, whatever it is."""
        iq = self.Iq(xml=slixmpp.xmlstream.ET.fromstring(xml))
        return str(await iq.send(timeout=5))

    async def do_quit(self):
        self.disconnect()


def read(client, loop):
    for line in sys.stdin:
        asyncio.run_coroutine_threadsafe(client.obey(json.loads(line)), loop)
    loop.call_soon_threadsafe(client.disconnect)
    loop.call_soon_threadsafe(loop.stop)


def main():
    jid, password, port = sys.argv[1:4]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    client = Client(jid, password)
    threading.Thread(target=read, args=(client, client.loop), daemon=True).start()
    client.connect(("127.0.0.1", int(port)), disable_starttls=True, force_starttls=False)
    client.loop.run_forever()


main()
