import { troubleOf, type DeviceTrouble } from './permission';

/** `instead`: the chosen device is gone and the default one was opened. */
export type Captured = { ok: true; track: MediaStreamTrack; instead?: true } | { ok: false; trouble: DeviceTrouble };

/** Opens one device: the chosen one, or the default one when none is chosen or the chosen one is gone. */
export async function captureDevice(kind: 'camera' | 'microphone', deviceId?: string): Promise<Captured> {
  try {
    return await open(kind, deviceId);
  } catch (reason) {
    if (!deviceId || !isGone(reason)) return { ok: false, trouble: await troubleOf(reason, kind) };
  }
  const captured = await captureDevice(kind);
  return captured.ok ? { ...captured, instead: true } : captured;
}

async function open(kind: 'camera' | 'microphone', deviceId?: string): Promise<Captured> {
  const stream = await navigator.mediaDevices.getUserMedia(constraintsFor(kind, deviceId));
  const track = kind === 'camera' ? stream.getVideoTracks()[0] : stream.getAudioTracks()[0];
  return track ? { ok: true, track } : { ok: false, trouble: 'notFound' };
}

/** Browsers call an absent exact device either name; the size and rate we ask for are wishes and refuse nothing. */
const isGone = (reason: unknown): boolean => reason instanceof DOMException && (reason.name === 'OverconstrainedError' || reason.name === 'NotFoundError');

function constraintsFor(kind: 'camera' | 'microphone', deviceId?: string): MediaStreamConstraints {
  const device = deviceId ? { deviceId: { exact: deviceId } } : {};
  return kind === 'camera'
    ? { video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } }
    : { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };
}

export interface ScreenCapture {
  video: MediaStreamTrack;
  audio: MediaStreamTrack | null;
}

/** Null when the person closed the browser's own dialog: that is a choice, not an error. */
export async function captureScreen(): Promise<ScreenCapture | null> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 30 } },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    const video = stream.getVideoTracks()[0];
    return video ? { video, audio: stream.getAudioTracks()[0] ?? null } : null;
  } catch (reason) {
    if (reason instanceof DOMException) return null;
    throw reason;
  }
}

export interface DeviceList {
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
  cameras: MediaDeviceInfo[];
}
export const NO_DEVICES: DeviceList = { microphones: [], speakers: [], cameras: [] };

export async function listDevices(): Promise<DeviceList> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind: MediaDeviceKind): MediaDeviceInfo[] => all.filter((d) => d.kind === kind && d.deviceId !== '');
  return { microphones: of('audioinput'), speakers: of('audiooutput'), cameras: of('videoinput') };
}

export function onDeviceChange(fn: (devices: DeviceList) => void): () => void {
  const handler = (): void => void listDevices().then(fn);
  navigator.mediaDevices?.addEventListener('devicechange', handler);
  return () => navigator.mediaDevices?.removeEventListener('devicechange', handler);
}
