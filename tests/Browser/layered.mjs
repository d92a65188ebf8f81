// Pages that publish in layers and pages that look at one size after another and write down what they were shown.

/** In a page before it loads: the camera is sent in `encodings`, and no video format but `codec` is offered. */
export function publishIn({ codec, encodings, width, height, frameRate }) {
  const { addTransceiver } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addTransceiver = function (track, options) {
    const isCamera = options?.direction === 'sendonly' && (track.kind ?? track) === 'video';
    return addTransceiver.call(this, track, isCamera && encodings ? { ...options, sendEncodings: encodings } : options);
  };
  const { setCodecPreferences } = RTCRtpTransceiver.prototype;
  RTCRtpTransceiver.prototype.setCodecPreferences = function (codecs) {
    const isVideo = this.receiver.track.kind === 'video';
    const usable = isVideo ? RTCRtpReceiver.getCapabilities('video').codecs.filter(({ mimeType, sdpFmtpLine: line = '' }) =>
      mimeType === 'video/rtx' || (mimeType.toLowerCase() === `video/${codec}`.toLowerCase()
        && (codec !== 'H264' || (/42e0/i.test(line) && /packetization-mode=1/.test(line))) && !/profile(-id)?=[1-9]/.test(line))) : codecs;
    setCodecPreferences.call(this, usable);
    // Chromium reads the layers of AV1 by this, sends it where it sends layers, and does not offer to receive it unless told to.
    if (isVideo && this.setHeaderExtensionsToNegotiate)
      this.setHeaderExtensionsToNegotiate(this.getHeaderExtensionsToNegotiate().map(extension =>
        extension.uri.includes('#dependency-descriptor') ? { ...extension, direction: 'sendrecv' } : extension));
  };
  const devices = navigator.mediaDevices;
  if (!devices) return; // the empty page before the first one
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = wanted => open(wanted.video ? { ...wanted, video: { ...wanted.video, width, height, frameRate } } : wanted);
}

/** What the page encodes now: one line a stream. */
export const sending = page => page.evaluate(async () => {
  const found = [];
  const report = await window.__sylk.pc.getStats();
  report.forEach(item => {
    if (item.type === 'outbound-rtp' && item.kind === 'video')
      found.push({
        rid: item.rid, mode: item.scalabilityMode, codec: report.get(item.codecId)?.mimeType, frames: item.framesEncoded,
        height: item.frameHeight, active: item.active, encoder: item.encoderImplementation,
      });
  });
  return found;
});

/** Takes the view away from the page: from here on `look` says what it shows, in one slot of its own. */
export const takeView = page => page.evaluate(() => {
  const { session } = window.__sylk;
  session.viewer.want = () => {};
  session.viewer.pause = () => {};
  const mid = session.link.slotMids('video')[0];
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true, srcObject: new MediaStream([session.link.trackForMid(mid)]) });
  Object.assign(video.style, { position: 'fixed', width: '64px', height: '36px', left: 0, top: 0, zIndex: 99 });
  document.body.append(video);
  const seen = window.__seen = { frames: [], mid };
  const frame = (now, { width, height }) => {
    seen.frames.push({ at: performance.now(), width, height });
    video.requestVideoFrameCallback(frame);
  };
  video.requestVideoFrameCallback(frame);
  let viewRev = 1000;
  window.__look = (trackId, height, priority = 5) => session.invoke('SetView', {
    viewRev: ++viewRev, audio: { mode: 'auto' }, paused: false,
    slots: session.link.slotMids('video').map(each => each === mid && trackId
      ? { mid, want: { trackId }, width: Math.round(height * 16 / 9), height, priority } : { mid: each, want: null, width: 0, height: 0, priority: 0 }),
  });
});

/**
 * Looks at a track in a size (lines asked for) until the picture has `lines`, then holds it for a while.
 * `took`: milliseconds until then, -1 for never; `longest`: the longest wait for a frame, in milliseconds.
 */
export const look = (page, { trackId, height, lines, holdMs = 1500, mostMs = 5000 }) => page.evaluate(async options => {
  const { frames } = window.__seen;
  const from = performance.now();
  const first = frames.length;
  await window.__look(options.trackId, options.height);
  const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
  let took = -1;
  while (took < 0 && performance.now() - from < options.mostMs) {
    const found = frames.slice(first).find(frame => Math.abs(frame.height - options.lines) <= 4);
    if (found) took = Math.round(found.at - from);
    else await pause(10);
  }

  await pause(options.holdMs);
  let longest = 0;
  for (let i = Math.max(first, 1); i < frames.length; i++) longest = Math.max(longest, frames[i].at - frames[i - 1].at);
  const shown = frames.slice(first).map(frame => frame.height);
  return {
    took, longest: Math.round(longest), frames: shown.length,
    last: shown.at(-1), silent: Math.round(performance.now() - (frames.at(-1)?.at ?? from)),
  };
}, { trackId, height, lines, holdMs, mostMs });

/** Of the slot looked at: what the decoder made of it. */
export const decoding = page => page.evaluate(async () => {
  const { mid } = window.__seen;
  let found;
  (await window.__sylk.pc.getStats()).forEach(item => {
    if (item.type === 'inbound-rtp' && item.mid === mid)
      found = {
        received: item.framesReceived, decoded: item.framesDecoded, dropped: item.framesDropped, keyframes: item.keyFramesDecoded, plis: item.pliCount, nacks: item.nackCount,
        freezes: item.freezeCount, frozen: item.totalFreezesDuration, decoder: item.decoderImplementation, height: item.frameHeight,
      };
  });
  return found;
});

export const videoTrackOf = (page, name) => page.evaluate(name => {
  const { participants, tracks } = window.__sylk.room;
  const person = Object.values(participants).find(item => item.displayName === name);
  return Object.values(tracks).find(item => item.participantId === person?.id && item.source === 'camera')?.trackId ?? null;
}, name);
