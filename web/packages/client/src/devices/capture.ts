import { troubleOf, type DeviceTrouble } from './permission';

export type Captured = { ok: true; track: MediaStreamTrack } | { ok: false; trouble: DeviceTrouble };

/** Opens one device. `deviceId` is a wish: if that device is gone, the default one is opened instead. */
export async function captureDevice(kind: 'camera' | 'microphone', deviceId?: string): Promise<Captured> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraintsFor(kind, deviceId));
    const track = kind === 'camera' ? stream.getVideoTracks()[0] : stream.getAudioTracks()[0];
    return track ? { ok: true, track } : { ok: false, trouble: 'notFound' };
  } catch (reason) {
    return { ok: false, trouble: await troubleOf(reason, kind) };
  }
}

function constraintsFor(kind: 'camera' | 'microphone', deviceId?: string): MediaStreamConstraints {
  const device = deviceId ? { deviceId: { ideal: deviceId } } : {};
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
