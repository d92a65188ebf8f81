import type { LocalSource } from '../wire/model';

export interface PublishOptions {
  muted?: boolean;
  /** Three spatial layers; cameras only. */
  simulcast?: boolean;
  contentHint?: 'detail' | 'text' | 'motion' | '';
}

const SCREEN_MAX_BPS = 2_500_000;
const TEXT_FPS = 5;
const MOTION_FPS = 30;

/** Low to high: 180/360/720 lines of a 720-line camera. */
export const CAMERA_LAYERS: readonly RTCRtpEncodingParameters[] = [
  { rid: 'l', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: 450_000 },
  { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];

export const kindOf = (source: LocalSource): 'audio' | 'video' =>
  source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video';

export function encodingsFor(source: LocalSource, options: PublishOptions): RTCRtpEncodingParameters[] {
  if (source === 'camera' && options.simulcast !== false) return CAMERA_LAYERS.map((layer) => ({ ...layer }));
  if (source === 'camera') return [{ maxBitrate: CAMERA_LAYERS[2]?.maxBitrate }];
  if (source === 'screen') {
    return [{ maxBitrate: SCREEN_MAX_BPS, maxFramerate: options.contentHint === 'motion' ? MOTION_FPS : TEXT_FPS }];
  }
  return [{ maxBitrate: source === 'screenAudio' ? 128_000 : 40_000 }];
}

const VIDEO_ORDER = ['video/VP8', 'video/H264', 'video/rtx'];
const AUDIO_ORDER = ['audio/opus', 'audio/red', 'audio/telephone-event'];

/** Offer only what a room can carry: it keeps a 33-section offer below the hub's limit. No SDP is edited. */
export function trimCodecs(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  if (typeof transceiver.setCodecPreferences !== 'function' || typeof RTCRtpReceiver === 'undefined') return;
  const order = kind === 'video' ? VIDEO_ORDER : AUDIO_ORDER;
  const capable = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const wanted = order.flatMap((mime) => capable.filter((c) => c.mimeType.toLowerCase() === mime.toLowerCase() && usable(c)));
  if (wanted.length > 0) transceiver.setCodecPreferences(wanted);
}

/** Of the H.264 profiles only constrained baseline in packetization mode 1 is understood by everyone. */
const usable = (codec: RTCRtpCodec): boolean =>
  codec.mimeType.toLowerCase() !== 'video/h264' ||
  (/profile-level-id=42e0/i.test(codec.sdpFmtpLine ?? '') && /packetization-mode=1/.test(codec.sdpFmtpLine ?? ''));
