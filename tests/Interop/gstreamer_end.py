"""GStreamer's webrtcbin as a foreign end. publish URL HZ COLOUR SECONDS | play URL SECONDS. COLOUR is rrggbb; video is VP8."""
import sys
import urllib.request

import gi
import numpy

gi.require_version('Gst', '1.0')
gi.require_version('GstWebRTC', '1.0')
gi.require_version('GstSdp', '1.0')
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

from heard import Heard  # noqa: E402

VIDEO = 'application/x-rtp,media=video,encoding-name=VP8,payload=97,clock-rate=90000'
AUDIO = 'application/x-rtp,media=audio,encoding-name=OPUS,payload=96,clock-rate=48000,encoding-params=(string)2'
DECODE = {
    'VP8': 'rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=RGB ! appsink name=sink emit-signals=true sync=false',
    'OPUS': 'rtpopusdepay ! opusdec ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,channels=1,rate=48000 '
            '! appsink name=sink emit-signals=true sync=false',
}


class End:
    def __init__(self, url, pipeline):
        self.url, self.pipeline, self.location = url, pipeline, None
        self.loop = GLib.MainLoop()
        self.bin = pipeline.get_by_name('rtc')
        self.bin.connect('on-negotiation-needed', lambda _: GLib.idle_add(self.offer) and None)
        self.bin.connect('notify::ice-gathering-state', lambda *_: GLib.idle_add(self.post))

    def start(self):
        """Offers what the pipeline has; the request goes out when all candidates are known."""
        self.pipeline.set_state(Gst.State.PLAYING)

    def offer(self):
        """On the main loop, and everything kept: the reply owns the offer, and a collected one takes it away while it is in use."""
        promise = Gst.Promise.new()
        self.bin.emit('create-offer', None, promise)
        promise.wait()
        self.reply = promise.get_reply()
        self.description = self.reply.get_value('offer')
        self.bin.emit('set-local-description', self.description, Gst.Promise.new())
        return False

    def post(self):
        if self.location or self.bin.get_property('ice-gathering-state') != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            return False
        offer = self.bin.get_property('local-description').sdp.as_text()
        request = urllib.request.Request(self.url, offer.encode(), {'Content-Type': 'application/sdp'}, method='POST')
        with urllib.request.urlopen(request) as reply:
            self.location = reply.headers['Location']
            text = reply.read().decode()
        _, message = GstSdp.SDPMessage.new_from_text(text)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.bin.emit('set-remote-description', answer, Gst.Promise.new())
        return False

    def run(self, seconds):
        GLib.timeout_add(int(float(seconds) * 1000), self.loop.quit)
        self.loop.run()

    def leave(self):
        where = f'{self.url.split("/wh")[0]}{self.location}'
        with urllib.request.urlopen(urllib.request.Request(where, method='DELETE')) as reply:
            assert reply.status == 200, reply.status
        self.pipeline.set_state(Gst.State.NULL)


def publish(url, frequency, colour, seconds):
    pipeline = Gst.parse_launch(
        f'webrtcbin name=rtc bundle-policy=max-bundle audiotestsrc is-live=true freq={frequency} volume=0.3 '
        f'! audio/x-raw,rate=48000,channels=2 ! opusenc ! rtpopuspay pt=96 ! {AUDIO} ! rtc. '
        f'videotestsrc is-live=true pattern=solid-color foreground-color={0xFF000000 | int(colour, 16)} '
        '! video/x-raw,width=320,height=240,framerate=30/1 ! videoconvert '
        '! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=60 target-bitrate=400000 ! rtpvp8pay pt=97 picture-id-mode=15-bit '
        f'! {VIDEO} ! rtc.')
    end = End(url, pipeline)
    end.start()
    end.run(seconds)
    end.leave()


def play(url, seconds):
    heard, pipeline = Heard(), Gst.Pipeline.new()
    rtc = Gst.ElementFactory.make('webrtcbin', 'rtc')
    rtc.set_property('bundle-policy', 'max-bundle')
    pipeline.add(rtc)

    def sample(sink, kind):
        got = sink.emit('pull-sample')
        caps, (_, data) = got.get_caps().get_structure(0), got.get_buffer().map(Gst.MapFlags.READ)
        raw = numpy.frombuffer(data.data, dtype=numpy.uint8)
        if kind == 'audio':
            heard.sound(raw.view(numpy.int16), 48000)
        else:
            width, height = caps.get_value('width'), caps.get_value('height')
            heard.picture(raw.reshape(height, -1)[:, :width * 3].reshape(height, width, 3))
        return Gst.FlowReturn.OK

    def added(_, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        name = pad.get_current_caps().get_structure(0).get_string('encoding-name')
        decoder = Gst.parse_bin_from_description(DECODE[name], True)
        decoder.get_by_name('sink').connect('new-sample', sample, 'audio' if name == 'OPUS' else 'video')
        pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad('sink'))

    rtc.connect('pad-added', added)
    end = End(url, pipeline)
    pipeline.set_state(Gst.State.READY)
    for caps in (AUDIO, VIDEO):
        rtc.emit('add-transceiver', GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(caps))
    end.start()
    end.run(seconds)
    heard.report()
    end.leave()


if __name__ == '__main__':
    Gst.init(None)
    {'publish': publish, 'play': play}[sys.argv[1]](*sys.argv[2:])
