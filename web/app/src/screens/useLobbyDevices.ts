import { captureDevice, listDevices, NO_DEVICES, onDeviceChange, type DeviceList, type DeviceTrouble } from '@sylk/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { loadPrefs, savePrefs } from '../prefs';

export type Kind = 'camera' | 'microphone';
export interface LobbyDevices {
  devices: DeviceList;
  tracks: Record<Kind, MediaStreamTrack | null>;
  on: Record<Kind, boolean>;
  trouble: Record<Kind, DeviceTrouble | null>;
  ids: Record<Kind | 'speaker', string>;
  starting: boolean;
  toggle: (kind: Kind) => void;
  skip: (kind: Kind) => void;
  choose: (kind: Kind | 'speaker', id: string) => void;
  retry: (kind: Kind) => void;
  /** Hands the open tracks to the call; the lobby will not stop them any more. */
  handOver: () => Record<Kind, MediaStreamTrack | null>;
}

export function useLobbyDevices(): LobbyDevices {
  const [prefs] = useState(loadPrefs);
  const [devices, setDevices] = useState(NO_DEVICES);
  const [tracks, setTracks] = useState<Record<Kind, MediaStreamTrack | null>>({ camera: null, microphone: null });
  const [on, setOn] = useState<Record<Kind, boolean>>({ camera: prefs.cameraOn, microphone: prefs.micOn });
  const [trouble, setTrouble] = useState<Record<Kind, DeviceTrouble | null>>({ camera: null, microphone: null });
  const [ids, setIds] = useState<Record<Kind | 'speaker', string>>({ camera: prefs.camera, microphone: prefs.microphone, speaker: prefs.speaker });
  const [pending, setPending] = useState(0);
  const held = useRef<Record<Kind, MediaStreamTrack | null>>({ camera: null, microphone: null });
  const alive = useRef(true);

  const place = useCallback((kind: Kind, track: MediaStreamTrack | null) => {
    held.current[kind]?.stop();
    held.current[kind] = track;
    setTracks((t) => ({ ...t, [kind]: track }));
  }, []);

  const open = useCallback(async (kind: Kind, deviceId: string) => {
    setPending((n) => n + 1);
    const captured = await captureDevice(kind, deviceId);
    setPending((n) => n - 1);
    if (!alive.current) {
      if (captured.ok) captured.track.stop();
      return;
    }
    place(kind, captured.ok ? captured.track : null);
    setTrouble((t) => ({ ...t, [kind]: captured.ok ? null : captured.trouble }));
    setDevices(await listDevices());
  }, [place]);

  useEffect(() => {
    alive.current = true;
    void listDevices().then(setDevices);
    if (prefs.micOn) void open('microphone', prefs.microphone);
    if (prefs.cameraOn) void open('camera', prefs.camera);
    const off = onDeviceChange(setDevices);
    return () => {
      alive.current = false;
      off();
      for (const track of Object.values(held.current)) track?.stop();
    };
  }, [open, prefs]);

  const toggle = (kind: Kind): void => {
    // A refused device reads as off, so pressing it means: ask again.
    if (on[kind] && trouble[kind]) return void open(kind, ids[kind]);
    const next = !on[kind];
    setOn({ ...on, [kind]: next });
    savePrefs(kind === 'camera' ? { cameraOn: next } : { micOn: next });
    if (kind === 'camera' && !next) place('camera', null);
    if (next && !held.current[kind]) void open(kind, ids[kind]);
  };
  const skip = (kind: Kind): void => {
    setOn({ ...on, [kind]: false });
    setTrouble({ ...trouble, [kind]: null });
  };
  const choose = (kind: Kind | 'speaker', id: string): void => {
    setIds({ ...ids, [kind]: id });
    savePrefs({ [kind]: id });
    if (kind !== 'speaker' && on[kind]) void open(kind, id);
  };
  const handOver = (): Record<Kind, MediaStreamTrack | null> => {
    const mine = held.current;
    held.current = { camera: null, microphone: null };
    return mine;
  };
  return { devices, tracks, on, trouble, ids, starting: pending > 0, toggle, skip, choose, retry: (kind) => void open(kind, ids[kind]), handOver };
}
