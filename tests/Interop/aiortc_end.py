"""aiortc as a foreign end. publish URL HZ COLOUR SECONDS | play URL SECONDS. COLOUR is rrggbb."""
import asyncio
import fractions
import sys

import aiohttp
import av
import numpy
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.mediastreams import MediaStreamError

from heard import Heard


class Tone(MediaStreamTrack):
    kind = 'audio'

    def __init__(self, frequency):
        super().__init__()
        self.frequency, self.at, self.began = frequency, 0, None

    async def recv(self):
        loop = asyncio.get_running_loop()
        self.began = self.began or loop.time()
        await asyncio.sleep(max(0, self.began + self.at / 48000 - loop.time()))
        times = (self.at + numpy.arange(960)) / 48000
        wave = (8000 * numpy.sin(2 * numpy.pi * self.frequency * times)).astype(numpy.int16)
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format='s16', layout='mono')
        frame.sample_rate, frame.pts, frame.time_base = 48000, self.at, fractions.Fraction(1, 48000)
        self.at += 960
        return frame


class Colour(VideoStreamTrack):
    def __init__(self, colour):
        super().__init__()
        self.pixels = numpy.full((240, 320, 3), [int(colour[i:i + 2], 16) for i in (0, 2, 4)], dtype=numpy.uint8)

    async def recv(self):
        pts, base = await self.next_timestamp()
        frame = av.VideoFrame.from_ndarray(self.pixels, format='rgb24')
        frame.pts, frame.time_base = pts, base
        return frame


async def connect(connection, http, url):
    await connection.setLocalDescription(await connection.createOffer())
    async with http.post(url, data=connection.localDescription.sdp, headers={'Content-Type': 'application/sdp'}) as reply:
        text = await reply.text()
        if reply.status != 201:
            raise SystemExit(f'{url}: {reply.status} {text}')
        await connection.setRemoteDescription(RTCSessionDescription(text, 'answer'))
        return reply.headers['Location']


async def leave(connection, http, url, location):
    async with http.delete(f'{url.split("/wh")[0]}{location}') as reply:
        assert reply.status == 200, reply.status
    await connection.close()


async def publish(url, frequency, colour, seconds):
    connection = RTCPeerConnection()
    connection.addTrack(Tone(float(frequency)))
    connection.addTrack(Colour(colour))
    async with aiohttp.ClientSession() as http:
        location = await connect(connection, http, url)
        await asyncio.sleep(float(seconds))
        await leave(connection, http, url, location)


async def play(url, seconds):
    heard, connection, tasks = Heard(), RTCPeerConnection(), []

    async def read(track):
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                heard.ended = True
                return
            if track.kind == 'video':
                heard.picture(frame.to_ndarray(format='rgb24'))
            else:
                heard.sound(frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0], frame.sample_rate)

    connection.on('track', lambda track: tasks.append(asyncio.ensure_future(read(track))))
    connection.addTransceiver('audio', direction='recvonly')
    connection.addTransceiver('video', direction='recvonly')
    async with aiohttp.ClientSession() as http:
        location = await connect(connection, http, url)
        await asyncio.sleep(float(seconds))
        heard.report()
        await leave(connection, http, url, location)


if __name__ == '__main__':
    asyncio.run({'publish': publish, 'play': play}[sys.argv[1]](*sys.argv[2:]))
