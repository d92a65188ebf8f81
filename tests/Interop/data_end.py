"""Two aiortc ends in one room and their data channels, by the hub. HUB-URL ROOM. Prints what each received."""
import asyncio
import json
import sys

import aiohttp
from aiortc import RTCPeerConnection, RTCSessionDescription

END = '\x1e'


class Person:
    def __init__(self, name):
        self.name, self.id, self.got = name, None, []
        self.connection = RTCPeerConnection()
        # This version offers the form of a draft (DTLS/SCTP, a=sctpmap) unless told otherwise; we speak RFC 8841.
        self.connection._sctpLegacySdp = False
        self.connection.addTransceiver('audio', direction='recvonly')
        self.channel = self.connection.createDataChannel('sylk', negotiated=True, id=0)
        self.lossy = self.connection.createDataChannel('lossy', ordered=False, maxRetransmits=0)
        for channel in (self.channel, self.lossy):
            channel.on('message', self.receive)

    def receive(self, message):
        data = message if isinstance(message, bytes) else message.encode()
        head, _, rest = data.partition(b'\n')
        self.got.append({
            'from': json.loads(head)['from'], 'text': isinstance(message, str), 'length': len(rest),
            'sum': sum(rest), 'start': rest[:16].decode('latin1'),
        })

    async def join(self, http, url, room):
        self.hub = await http.ws_connect(url, max_msg_size=0)
        await self.hub.send_str(json.dumps({'protocol': 'json', 'version': 1}) + END)
        await self.hub.receive_str()
        await self.connection.setLocalDescription(await self.connection.createOffer())
        offer = {'seq': 1, 'sdp': self.connection.localDescription.sdp, 'publish': []}
        body = {'room': room, 'displayName': self.name, 'protocol': 1, 'offer': offer}
        await self.hub.send_str(json.dumps({'type': 1, 'invocationId': '1', 'target': 'Join', 'arguments': [body]}) + END)
        value = await self.reply()
        self.id = value['self']['id']
        await self.connection.setRemoteDescription(RTCSessionDescription(value['answer']['sdp'], 'answer'))
        while not (self.channel.readyState == self.lossy.readyState == 'open'):
            await asyncio.sleep(0.05)

    async def leave(self):
        await self.hub.send_str(json.dumps({'type': 1, 'invocationId': '2', 'target': 'Leave', 'arguments': [{}]}) + END)
        await self.reply()
        await self.connection.close()
        await self.hub.close()

    async def reply(self):
        while True:
            for text in filter(None, (await self.hub.receive_str()).split(END)):
                message = json.loads(text)
                if message.get('type') == 3:
                    if not message['result']['ok']:
                        raise SystemExit(text)
                    return message['result'].get('value')


async def until(what):
    while not what():
        await asyncio.sleep(0.05)


async def main(url, room):
    async with aiohttp.ClientSession() as http:
        people = [Person('Anna'), Person('Bert')]
        for person in people:
            await asyncio.wait_for(person.join(http, url, room), 15)
        for here, there in (people, people[::-1]):
            here.channel.send('hello')
            # It takes 65,536 bytes, the line with the sender's name included.
            here.channel.send(bytes(i % 251 for i in range(65_000)))
            for i in range(20):
                here.channel.send(f'in order {i}')
            await asyncio.wait_for(until(lambda: len(there.got) == 22), 20)
            here.lossy.send(b'lossy')
            await asyncio.wait_for(until(lambda: len(there.got) == 23), 10)
        print(json.dumps([{'id': person.id, 'got': person.got} for person in people]))
        for person in people:
            await person.leave()


asyncio.run(main(*sys.argv[1:]))
