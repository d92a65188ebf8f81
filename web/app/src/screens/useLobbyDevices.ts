import { DevicePreview, listDevices, NO_DEVICES, onDeviceChange, type DeviceList, type PreviewKind, type PreviewState, type PreviewTracks } from '@sylk/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { loadPrefs, savePrefs } from '../prefs';

export type Kind = PreviewKind;
export interface LobbyDevices extends Omit<PreviewState, 'ids'> {
  devices: DeviceList;
  ids: Record<Kind | 'speaker', string>;
  toggle: (kind: Kind) => void;
  skip: (kind: Kind) => void;
  choose: (kind: Kind | 'speaker', id: string) => void;
  retry: (kind: Kind) => void;
  /** Resolves when the browser has answered every question about devices. */
  settled: () => Promise<void>;
  /** The state at this moment: what follows an await would see that of an older rendering otherwise. */
  now: () => PreviewState;
  /** Hands the open tracks to the call; the lobby will not stop them any more. */
  handOver: () => PreviewTracks;
}

function newPreview(): DevicePreview {
  const prefs = loadPrefs();
  return new DevicePreview({ camera: prefs.cameraOn, microphone: prefs.micOn }, { camera: prefs.camera, microphone: prefs.microphone });
}

/** React's view of a DevicePreview, what is plugged in, and what this browser remembers of both. */
export function useLobbyDevices(): LobbyDevices {
  const [preview] = useState(newPreview);
  const [devices, setDevices] = useState(NO_DEVICES);
  const [speaker, setSpeaker] = useState(() => loadPrefs().speaker);
  const state = useSyncExternalStore((fn) => preview.store.subscribe((s) => s, fn), () => preview.store.snapshot);
  useEffect(() => {
    preview.start();
    void listDevices().then(setDevices);
    // Names of devices are known only once one of them has been opened.
    const opened = preview.store.subscribe((s) => s.tracks, () => void listDevices().then(setDevices));
    const changed = onDeviceChange(setDevices);
    return () => {
      opened();
      changed();
      preview.close();
    };
  }, [preview]);

  const toggle = (kind: Kind): void => {
    const on = preview.toggle(kind);
    savePrefs(kind === 'camera' ? { cameraOn: on } : { micOn: on });
  };
  const choose = (kind: Kind | 'speaker', id: string): void => {
    savePrefs({ [kind]: id });
    if (kind === 'speaker') setSpeaker(id);
    else preview.choose(kind, id);
  };
  return {
    ...state, devices, ids: { ...state.ids, speaker }, toggle, choose,
    skip: (kind) => preview.skip(kind),
    retry: (kind) => void preview.open(kind),
    settled: () => preview.settled(),
    now: () => preview.store.snapshot,
    handOver: () => preview.handOver(),
  };
}
